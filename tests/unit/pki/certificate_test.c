/* Files of one end: each thing that can be wrong with one is found before anybody
 * connects, and named. */
#include "pki_kit.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "client/pki/make.h"

static place folder;
static pki city;

/* A city with a broker, an office, and a list; the office's files as the default ones. */
static int set_up(void **state) {
    (void)state;
    kit_open();
    folder = kit_place("ca");
    city = kit_pki(&folder);
    return kit_issue(&city, "duband", "localhost", 365, NULL) ||
           kit_issue(&city, "yanggu", NULL, 365, NULL);
}

static int tear_down(void **state) {
    (void)state;
    kit_close();
    return 0;
}

static void is_refused(certificate_end end, const certificate_files *files,
                       int64_t now_ms, const char *field, const char *found) {
    certificate_texts texts;
    duban_refusal refusal = {0};
    assert_int_equal(certificate_load(files, end, now_ms, &texts, &refusal),
                     DUBAN_E_CERTIFICATE);
    assert_string_equal(refusal.field, field);
    assert_non_null(strstr(refusal.found, found));
}

static void time_is_looked_at(void **state) {
    (void)state;
    duban_refusal refusal;
    int64_t last_ms = NOW_MS + 365 * DAY_MS;
    assert_int_equal(kit_load(&city, "yanggu", CERTIFICATE_CLIENT, last_ms - 1000, NULL),
                     DUBAN_OK);
    /* a machine whose clock is a time zone behind may come at once */
    assert_int_equal(
        kit_load(&city, "yanggu", CERTIFICATE_CLIENT, NOW_MS - DAY_MS / 3, NULL),
        DUBAN_OK);
    assert_int_equal(
        kit_load(&city, "yanggu", CERTIFICATE_CLIENT, last_ms + 1000, &refusal),
        DUBAN_E_CERTIFICATE);
    assert_string_equal(refusal.field, "tls_cert");
    assert_non_null(strstr(refusal.found, "expired"));
    assert_int_equal(
        kit_load(&city, "yanggu", CERTIFICATE_CLIENT, NOW_MS - DAY_MS, &refusal),
        DUBAN_E_CERTIFICATE);
    assert_non_null(strstr(refusal.found, "not valid yet"));
}

static void an_offices_certificate_does_not_serve(void **state) {
    (void)state;
    duban_refusal refusal;
    assert_int_equal(kit_load(&city, "yanggu", CERTIFICATE_BROKER, NOW_MS, &refusal),
                     DUBAN_E_CERTIFICATE);
    assert_non_null(strstr(refusal.found, "another use"));
    assert_int_equal(kit_load(&city, "duband", CERTIFICATE_BROKER, NOW_MS, NULL),
                     DUBAN_OK);
}

static void each_file_is_looked_for_and_read(void **state) {
    (void)state;
    place ca = kit_place("ca/ca.crt"), cert = kit_place("ca/yanggu/yanggu.crt"),
          key = kit_place("ca/yanggu/yanggu.key"), bad = kit_place("bad"),
          list = kit_place("ca/crl.pem");
    kit_write(bad.text, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n",
              0600);
    const struct {
        certificate_files files;
        const char *field, *found;
    } rows[] = {
        {{"", cert.text, key.text, ""}, "tls_ca", "not named"},
        {{"/none", cert.text, key.text, ""}, "tls_ca", "missing"},
        {{bad.text, cert.text, key.text, ""}, "tls_ca", "unreadable"},
        {{cert.text, cert.text, key.text, ""}, "tls_ca", "not a CA"},
        {{ca.text, "", key.text, ""}, "tls_cert", "not named"},
        {{ca.text, bad.text, key.text, ""}, "tls_cert", "unreadable"},
        {{ca.text, cert.text, "", ""}, "tls_key", "not named"},
        {{ca.text, cert.text, bad.text, ""}, "tls_key", "unreadable"},
        {{ca.text, cert.text, key.text, "/none"}, "tls_crl", "missing"},
        {{ca.text, cert.text, key.text, bad.text}, "tls_crl", "unreadable"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        is_refused(CERTIFICATE_CLIENT, &rows[i].files, NOW_MS, rows[i].field,
                   rows[i].found);
    certificate_files good = {ca.text, cert.text, key.text, list.text};
    certificate_texts texts;
    assert_int_equal(certificate_load(&good, CERTIFICATE_CLIENT, NOW_MS, &texts, NULL),
                     DUBAN_OK);
    assert_non_null(strstr(texts.crl, "BEGIN X509 CRL"));
    certificate_close(&texts);
}

static void a_certificate_of_another_ca_does_not_serve(void **state) {
    (void)state;
    place other = kit_place("other"), ca = kit_place("other/ca.crt"),
          list = kit_place("other/crl.pem"), own_ca = kit_place("ca/ca.crt"),
          cert = kit_place("ca/duband/duband.crt"),
          key = kit_place("ca/duband/duband.key");
    kit_pki(&other);
    certificate_files files = {ca.text, cert.text, key.text, ""};
    is_refused(CERTIFICATE_BROKER, &files, NOW_MS, "tls_cert", "not by this CA");
    files = (certificate_files){own_ca.text, cert.text, key.text, list.text};
    is_refused(CERTIFICATE_BROKER, &files, NOW_MS, "tls_crl", "not by this CA");
}

static void a_key_is_its_certificates_and_nobody_elses_to_read(void **state) {
    (void)state;
    place ca = kit_place("ca/ca.crt"), cert = kit_place("ca/yanggu/yanggu.crt"),
          key = kit_place("ca/yanggu/yanggu.key"),
          other = kit_place("ca/duband/duband.key"), sealed = kit_place("sealed");
    certificate_texts texts;
    duban_refusal refusal;
    certificate_files files = {ca.text, cert.text, other.text, ""};
    is_refused(CERTIFICATE_CLIENT, &files, NOW_MS, "tls_key", "not its key");
    pki closed = {.folder = sealed.text, .passphrase = "口令", .now_ms = NOW_MS};
    assert_int_equal(pki_init(&closed, "CA", 10, NULL), DUBAN_OK);
    place sealed_key = kit_place("sealed/ca.key");
    files.key = sealed_key.text;
    is_refused(CERTIFICATE_CLIENT, &files, NOW_MS, "tls_key", "sealed");
    files.key = key.text;
    assert_int_equal(chmod(key.text, 0604), 0);
    assert_int_equal(
        certificate_load(&files, CERTIFICATE_CLIENT, NOW_MS, &texts, &refusal),
        DUBAN_E_KEY_MODE);
}

/* A CA of its own on another curve, and a certificate by it. */
static void only_p256_is_taken(void **state) {
    (void)state;
    static const uint8_t serial[16] = {1};
    place path = kit_place("wide.crt"), key_path = kit_place("wide.key");
    EVP_PKEY *key = EVP_EC_gen("P-384");
    assert_non_null(key);
    X509 *ca = make_ca(key, "wide", NOW_MS / 1000, NOW_MS / 1000 + 86400);
    make_order order = {serial, "wide", NULL, key, NOW_MS / 1000, NOW_MS / 1000 + 86400};
    X509 *cert = make_certificate(ca, key, &order);
    FILE *file = fopen(path.text, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, cert), 1);
    fclose(file);
    kit_write(key_path.text, "", 0600);
    file = fopen(key_path.text, "w");
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    place city_ca = kit_place("ca/ca.crt");
    certificate_files files = {city_ca.text, path.text, key_path.text, ""};
    is_refused(CERTIFICATE_CLIENT, &files, NOW_MS, "tls_cert", "not P-256");
    files.ca = path.text;
    is_refused(CERTIFICATE_CLIENT, &files, NOW_MS, "tls_ca", "not P-256");
    X509_free(cert);
    X509_free(ca);
    EVP_PKEY_free(key);
}

/* One that is over would make TLS refuse everybody. */
static void a_list_that_is_over_is_refused(void **state) {
    (void)state;
    pki_index none = {0};
    place ca_path = kit_place("mine.crt"), list_path = kit_place("mine.pem"),
          cert = kit_place("ca/yanggu/yanggu.crt"),
          key_path = kit_place("ca/yanggu/yanggu.key");
    int64_t now_s = NOW_MS / 1000;
    EVP_PKEY *key = make_key();
    X509 *brief = make_ca(key, "mine", now_s, now_s + 86400);
    X509 *ca = make_ca(key, "mine", now_s, now_s + 9 * 86400);
    X509_CRL *list = make_list(brief, key, &none, now_s);
    FILE *file = fopen(ca_path.text, "w");
    assert_int_equal(PEM_write_X509(file, ca), 1);
    fclose(file);
    file = fopen(list_path.text, "w");
    assert_int_equal(PEM_write_X509_CRL(file, list), 1);
    fclose(file);
    certificate_files files = {ca_path.text, cert.text, key_path.text, list_path.text};
    certificate_texts texts;
    assert_int_equal(certificate_load(&files, CERTIFICATE_CLIENT, NOW_MS, &texts, NULL),
                     DUBAN_OK);
    certificate_close(&texts);
    is_refused(CERTIFICATE_CLIENT, &files, NOW_MS + 2 * DAY_MS, "tls_crl", "expired");
    X509_CRL_free(list);
    X509_free(ca);
    X509_free(brief);
    EVP_PKEY_free(key);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(time_is_looked_at),
        TEST(an_offices_certificate_does_not_serve),
        TEST(each_file_is_looked_for_and_read),
        TEST(a_certificate_of_another_ca_does_not_serve),
        TEST(a_key_is_its_certificates_and_nobody_elses_to_read),
        TEST(only_p256_is_taken),
        TEST(a_list_that_is_over_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

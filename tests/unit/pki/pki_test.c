/* The authority: what it issues is good for what it was issued for, nothing is
 * overwritten, and what is revoked is in its list. */
#include "pki_kit.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int set_up(void **state) {
    (void)state;
    kit_open();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    kit_close();
    return 0;
}

static X509 *read_cert(const pki *p, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s.crt", p->folder, name, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    assert_non_null(cert);
    return cert;
}

static X509_CRL *read_list(const pki *p) {
    char path[512];
    snprintf(path, sizeof path, "%s/crl.pem", p->folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    X509_CRL *list = PEM_read_X509_CRL(file, NULL, NULL, NULL);
    fclose(file);
    assert_non_null(list);
    return list;
}

static bool is_listed(const pki *p, const char *name) {
    X509 *cert = read_cert(p, name);
    X509_CRL *list = read_list(p);
    X509_REVOKED *row = NULL;
    bool listed = X509_CRL_get0_by_cert(list, &row, cert) == 1;
    X509_CRL_free(list);
    X509_free(cert);
    return listed;
}

static unsigned mode_of(const char *folder, const char *name) {
    char path[512];
    struct stat about;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 0777;
}

static void what_is_issued_can_be_used(void **state) {
    (void)state;
    place folder = kit_place("ca");
    pki p = kit_pki(&folder);
    assert_int_equal(kit_issue(&p, "duband", "10.1.2.3", 365, NULL), DUBAN_OK);
    assert_int_equal(kit_issue(&p, "yanggu", NULL, 365, NULL), DUBAN_OK);
    assert_int_equal(kit_load(&p, "duband", CERTIFICATE_BROKER, NOW_MS, NULL), DUBAN_OK);
    assert_int_equal(kit_load(&p, "yanggu", CERTIFICATE_CLIENT, NOW_MS, NULL), DUBAN_OK);
    assert_int_equal(mode_of(folder.text, "ca.key"), 0600);
    assert_int_equal(mode_of(folder.text, "yanggu/yanggu.key"), 0600);
}

static void a_broker_is_known_by_its_names_and_addresses(void **state) {
    (void)state;
    place folder = kit_place("ca");
    pki p = kit_pki(&folder);
    const char *hosts[] = {"duban.city.example", "10.1.2.3", "fd00::7"};
    pki_order order = {
        .name = "duband", .broker = true, .hosts = hosts, .hosts_n = 3, .days = 9};
    pki_row row;
    assert_int_equal(pki_issue(&p, &order, &row, NULL), DUBAN_OK);
    X509 *cert = read_cert(&p, "duband");
    assert_int_equal(X509_check_host(cert, hosts[0], 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(cert, "10.1.2.3", 0), 1);
    assert_int_equal(X509_check_ip_asc(cert, "fd00::7", 0), 1);
    assert_int_equal(X509_check_host(cert, "10.1.2.3", 0, 0, NULL), 1);
    assert_int_equal(X509_check_host(cert, "other.example", 0, 0, NULL), 0);
    X509_free(cert);
}

/* Whoever has a certificate may not issue others, nor may anybody below the CA. */
static void the_ca_alone_issues(void **state) {
    (void)state;
    place folder = kit_place("ca");
    char path[sizeof folder.text + 16];
    pki p = kit_pki(&folder);
    snprintf(path, sizeof path, "%s/ca.crt", folder.text);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    X509 *ca = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    assert_int_equal(X509_check_ca(ca), 1);
    assert_int_equal(X509_get_pathlen(ca), 0);
    X509_free(ca);
    assert_int_equal(kit_issue(&p, "yanggu", NULL, 365, NULL), DUBAN_OK);
    X509 *issued = read_cert(&p, "yanggu");
    assert_int_equal(X509_check_ca(issued), 0);
    X509_free(issued);
}

static void nothing_is_overwritten(void **state) {
    (void)state;
    duban_refusal refusal;
    place folder = kit_place("ca");
    pki p = kit_pki(&folder);
    assert_int_equal(pki_init(&p, "another", 10, &refusal), DUBAN_E_EXISTS);
    assert_int_equal(kit_issue(&p, "yanggu", NULL, 10, NULL), DUBAN_OK);
    X509 *first = read_cert(&p, "yanggu");
    assert_int_equal(kit_issue(&p, "yanggu", NULL, 10, NULL), DUBAN_E_EXISTS);
    X509 *now = read_cert(&p, "yanggu");
    assert_int_equal(X509_cmp(first, now), 0);
    X509_free(first);
    X509_free(now);
    pki_row *rows;
    size_t n;
    assert_int_equal(pki_list(&p, &rows, &n, NULL), DUBAN_OK);
    assert_int_equal(n, 1);
    free(rows);
}

static void a_sealed_key_needs_its_passphrase(void **state) {
    (void)state;
    place folder = kit_place("ca");
    pki p = {.folder = folder.text, .passphrase = "很长的口令", .now_ms = NOW_MS};
    assert_int_equal(pki_init(&p, "CA", 10, NULL), DUBAN_OK);
    assert_int_equal(kit_issue(&p, "good", NULL, 5, NULL), DUBAN_OK);
    p.passphrase = NULL;
    assert_int_equal(kit_issue(&p, "none", NULL, 5, NULL), DUBAN_E_PASSPHRASE);
    p.passphrase = "另一个";
    assert_int_equal(kit_issue(&p, "wrong", NULL, 5, NULL), DUBAN_E_PASSPHRASE);
    assert_int_equal(kit_load(&p, "good", CERTIFICATE_CLIENT, NOW_MS, NULL), DUBAN_OK);
}

static void a_key_that_others_may_read_is_not_used(void **state) {
    (void)state;
    place folder = kit_place("ca"), key = kit_place("ca/ca.key");
    pki p = kit_pki(&folder);
    assert_int_equal(chmod(key.text, 0640), 0);
    assert_int_equal(kit_issue(&p, "yanggu", NULL, 5, NULL), DUBAN_E_KEY_MODE);
}

static void what_is_revoked_is_in_the_list(void **state) {
    (void)state;
    place folder = kit_place("ca");
    pki p = kit_pki(&folder);
    pki_row serial;
    size_t n = 0;
    assert_int_equal(kit_issue(&p, "a", NULL, 5, NULL), DUBAN_OK);
    assert_int_equal(kit_issue(&p, "b", NULL, 5, &serial), DUBAN_OK);
    assert_int_equal(kit_issue(&p, "c", NULL, 5, NULL), DUBAN_OK);
    assert_false(is_listed(&p, "a"));
    assert_int_equal(pki_revoke(&p, "a", &n, NULL), DUBAN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(pki_revoke(&p, serial.serial, &n, NULL), DUBAN_OK);
    assert_true(is_listed(&p, "a") && is_listed(&p, "b"));
    assert_false(is_listed(&p, "c"));
    assert_int_equal(pki_revoke(&p, "a", &n, NULL), DUBAN_E_STATE);
    assert_int_equal(pki_revoke(&p, "nobody", &n, NULL), DUBAN_E_NOT_FOUND);
}

static void the_list_comes_out_of_the_index_again(void **state) {
    (void)state;
    place folder = kit_place("ca"), list = kit_place("ca/crl.pem");
    pki p = kit_pki(&folder);
    size_t n = 0;
    assert_int_equal(kit_issue(&p, "a", NULL, 5, NULL), DUBAN_OK);
    assert_int_equal(pki_revoke(&p, "a", &n, NULL), DUBAN_OK);
    assert_int_equal(remove(list.text), 0);
    assert_int_equal(pki_crl(&p, NULL), DUBAN_OK);
    assert_true(is_listed(&p, "a"));
}

static void all_rows_come_back_in_their_order(void **state) {
    (void)state;
    place folder = kit_place("ca");
    pki p = kit_pki(&folder);
    char name[16];
    pki_row *rows;
    size_t n;
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, "o%d", i);
        assert_int_equal(kit_issue(&p, name, i ? NULL : "localhost", 5, NULL), DUBAN_OK);
    }
    assert_int_equal(pki_list(&p, &rows, &n, NULL), DUBAN_OK);
    assert_int_equal(n, 9);
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, "o%d", i);
        assert_string_equal(rows[i].name, name);
        assert_int_equal(rows[i].broker, i == 0);
        assert_int_equal(rows[i].until_s, (NOW_MS + 5 * DAY_MS) / 1000);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(rows[i].serial, rows[k].serial);
    }
    free(rows);
}

static void no_certificate_outlives_its_authority(void **state) {
    (void)state;
    place folder = kit_place("ca");
    pki p = {.folder = folder.text, .now_ms = NOW_MS};
    pki_row row;
    assert_int_equal(pki_init(&p, "CA", 10, NULL), DUBAN_OK);
    assert_int_equal(kit_issue(&p, "long", NULL, 4000, &row), DUBAN_OK);
    assert_int_equal(row.until_s, (NOW_MS + 10 * DAY_MS) / 1000);
}

static void bad_orders_are_refused(void **state) {
    (void)state;
    place folder = kit_place("ca"), none = kit_place("none");
    pki p = kit_pki(&folder), nowhere = {.folder = none.text, .now_ms = NOW_MS};
    static const char *const names[] = {"", ".", "../x", "a/b", "-o", "阳谷", "a b"};
    static const char *const hosts[] = {"", "a,DNS:b", "a b", "10.1.2.3:7158", ".x", "*"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(kit_issue(&p, names[i], NULL, 5, NULL), DUBAN_E_CODE);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        assert_int_equal(kit_issue(&p, "duband", hosts[i], 5, NULL), DUBAN_E_ADDRESS);
    assert_int_equal(kit_issue(&p, "x", NULL, 0, NULL), DUBAN_E_LIMIT);
    assert_int_equal(kit_issue(&p, "x", NULL, PKI_DAYS_MAX + 1, NULL), DUBAN_E_LIMIT);
    assert_int_equal(kit_issue(&nowhere, "x", NULL, 5, NULL), DUBAN_E_NOT_READY);
    assert_int_equal(pki_init(&nowhere, "", 5, NULL), DUBAN_E_TEXT);
}

static void a_damaged_index_is_named_by_line(void **state) {
    (void)state;
    place folder = kit_place("ca"), index = kit_place("ca/index");
    pki p = kit_pki(&folder);
    pki_row *rows;
    size_t n;
    duban_refusal refusal;
    kit_write(index.text,
              "duban-pki/1\n0123456789abcdef0123456789abcdef office a 1 0\n"
              "0123456789abcdef0123456789abcdef prince b 1 0\n",
              0644);
    assert_int_equal(pki_list(&p, &rows, &n, &refusal), DUBAN_E_CORRUPT);
    assert_int_equal(refusal.line, 3);
    assert_int_equal(kit_issue(&p, "b", NULL, 5, NULL), DUBAN_E_CORRUPT);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_issued_can_be_used),
        TEST(a_broker_is_known_by_its_names_and_addresses),
        TEST(the_ca_alone_issues),
        TEST(nothing_is_overwritten),
        TEST(a_sealed_key_needs_its_passphrase),
        TEST(a_key_that_others_may_read_is_not_used),
        TEST(what_is_revoked_is_in_the_list),
        TEST(the_list_comes_out_of_the_index_again),
        TEST(all_rows_come_back_in_their_order),
        TEST(no_certificate_outlives_its_authority),
        TEST(bad_orders_are_refused),
        TEST(a_damaged_index_is_named_by_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

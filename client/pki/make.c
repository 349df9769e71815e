#include "client/pki/make.h"

#include <openssl/bn.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "proto/sign.h"

#define SERIAL_SIZE 16
/* Clocks of counties differ: what is made now is good for machines that are behind, also
 * where the hour of UTC+8 was set for UTC's or the other way round. */
#define SKEW_S (12 * 3600)

EVP_PKEY *make_key(void) {
    return EVP_EC_gen("P-256");
}

static bool set_serial(ASN1_INTEGER *to, const uint8_t serial[SERIAL_SIZE]) {
    BIGNUM *number = BN_bin2bn(serial, SERIAL_SIZE, NULL);
    bool ok = number && BN_to_ASN1_INTEGER(number, to) != NULL;
    BN_free(number);
    return ok;
}

static bool set_name(X509_NAME *to, const char *name) {
    return X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool add_extension(X509 *to, X509V3_CTX *context, int what, const char *value) {
    X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, context, what, value);
    bool ok = made && X509_add_ext(to, made, -1) == 1;
    X509_EXTENSION_free(made);
    return ok;
}

/* What both sorts have in common; not signed yet. */
static X509 *begin(const uint8_t *serial, const char *name, EVP_PKEY *key, int64_t from_s,
                   int64_t until_s) {
    X509 *made = X509_new();
    if (made && X509_set_version(made, X509_VERSION_3) == 1 &&
        set_serial(X509_get_serialNumber(made), serial) &&
        ASN1_TIME_set(X509_getm_notBefore(made), (time_t)(from_s - SKEW_S)) &&
        ASN1_TIME_set(X509_getm_notAfter(made), (time_t)until_s) &&
        set_name(X509_get_subject_name(made), name) && X509_set_pubkey(made, key) == 1)
        return made;
    X509_free(made);
    return NULL;
}

X509 *make_ca(EVP_PKEY *key, const char *name, int64_t from_s, int64_t until_s) {
    uint8_t serial[SERIAL_SIZE];
    X509V3_CTX context;
    sign_random(serial, sizeof serial);
    serial[0] = (serial[0] & 0x7F) | 0x40;
    X509 *made = begin(serial, name, key, from_s, until_s);
    if (!made) return NULL;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, made, made, NULL, NULL, 0);
    if (X509_set_issuer_name(made, X509_get_subject_name(made)) == 1 &&
        add_extension(made, &context, NID_basic_constraints,
                      "critical,CA:TRUE,pathlen:0") &&
        add_extension(made, &context, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(made, &context, NID_subject_key_identifier, "hash") &&
        X509_sign(made, key, EVP_sha256()) > 0)
        return made;
    X509_free(made);
    return NULL;
}

X509 *make_certificate(X509 *ca, EVP_PKEY *ca_key, const make_order *order) {
    X509V3_CTX context;
    const char *use = order->names ? "serverAuth,clientAuth" : "clientAuth";
    X509 *made =
        begin(order->serial, order->name, order->key, order->from_s, order->until_s);
    if (!made) return NULL;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, ca, made, NULL, NULL, 0);
    if (X509_set_issuer_name(made, X509_get_subject_name(ca)) == 1 &&
        add_extension(made, &context, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(made, &context, NID_key_usage, "critical,digitalSignature") &&
        add_extension(made, &context, NID_ext_key_usage, use) &&
        add_extension(made, &context, NID_subject_key_identifier, "hash") &&
        add_extension(made, &context, NID_authority_key_identifier, "keyid") &&
        (!order->names ||
         add_extension(made, &context, NID_subject_alt_name, order->names)) &&
        X509_sign(made, ca_key, EVP_sha256()) > 0)
        return made;
    X509_free(made);
    return NULL;
}

/* --- the list ----------------------------------------------------------------------- */

static bool add_revoked(X509_CRL *list, const pki_row *row) {
    long size = 0;
    unsigned char *serial = OPENSSL_hexstr2buf(row->serial, &size);
    X509_REVOKED *made = X509_REVOKED_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)row->revoked_s);
    bool ok = serial && size == SERIAL_SIZE && made && number && when &&
              set_serial(number, serial) &&
              X509_REVOKED_set_serialNumber(made, number) == 1 &&
              X509_REVOKED_set_revocationDate(made, when) == 1 &&
              X509_CRL_add0_revoked(list, made) == 1;
    if (!ok) X509_REVOKED_free(made); /* else the list has it */
    OPENSSL_free(serial);
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(when);
    return ok;
}

/* Good until the CA's own end: a list that is over makes TLS refuse everybody. */
static bool fill(X509_CRL *list, X509 *ca, int64_t now_s) {
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(now_s - SKEW_S));
    bool ok = from && X509_CRL_set_version(list, X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(list, X509_get_subject_name(ca)) == 1 &&
              X509_CRL_set1_lastUpdate(list, from) == 1 &&
              X509_CRL_set1_nextUpdate(list, X509_get0_notAfter(ca)) == 1;
    ASN1_TIME_free(from);
    return ok;
}

X509_CRL *make_list(X509 *ca, EVP_PKEY *ca_key, const pki_index *index, int64_t now_s) {
    X509_CRL *list = X509_CRL_new();
    bool ok = list && fill(list, ca, now_s);
    for (size_t i = 0; ok && i < index->n; i++)
        if (index->rows[i].revoked_s) ok = add_revoked(list, &index->rows[i]);
    ok = ok && X509_CRL_sort(list) == 1 && X509_CRL_sign(list, ca_key, EVP_sha256()) > 0;
    if (ok) return list;
    X509_CRL_free(list);
    return NULL;
}

#include "proto/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/limits.h"
#include "proto/sign.h"

/* What is wrong, and what would be right; in both languages: a refusal has one text. */
typedef struct fault {
    const char *found;
    const char *expected;
} fault;

static const fault not_named = {"未指定 not named", "tls_ca, tls_cert, tls_key"};
static const fault missing = {"没有此文件 missing", "a PEM file"};
static const fault unreadable = {"读不出 unreadable", "a PEM file"};
static const fault other_curve = {"不是 P-256 not P-256", "P-256 (prime256v1)"};
static const fault too_early = {"尚未生效 not valid yet", "a valid certificate"};
static const fault expired = {"已过期 expired", "duban pki issue: a new one"};
static const fault other_use = {"用途不符 for another use", "serverAuth, clientAuth"};
static const fault no_ca = {"不是 CA 证书 not a CA", "ca.crt"};
static const fault other_ca = {"非此 CA 签发 not by this CA", "issued by tls_ca"};
static const fault other_key = {"与证书不配 not its key", "the key of tls_cert"};
static const fault sealed = {"有口令 sealed", "a key without a passphrase"};
static const fault crl_old = {"吊销名单已过期 expired", "duban pki crl: a new one"};

typedef struct check {
    certificate_end end;
    time_t now;
    duban_refusal *refusal;
} check;

/* A NULL path is not shown; a long one loses its beginning. */
static duban_status refuse(const check *c, const char *field, const char *path,
                           const fault *what) {
    char found[sizeof((duban_refusal *)0)->found];
    size_t size = path ? strlen(path) : 0;
    size_t room = sizeof found - strlen(what->found) - 3;
    const char *tail = size > room ? path + size - room : path;
    while (tail && (*tail & 0xC0) == 0x80)
        tail++; /* begins with a whole character */
    snprintf(found, sizeof found, "%s%s%s", tail ? tail : "", tail ? ": " : "",
             what->found);
    return duban_refuse(c->refusal, DUBAN_E_CERTIFICATE, 0, field, found, what->expected);
}

/* --- reading ------------------------------------------------------------------------ */

static duban_status read_file(const check *c, const char *field, const char *path,
                              char **out) {
    if (!path || !*path) return refuse(c, field, NULL, &not_named);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return refuse(c, field, path,
                      errno == ENOENT || errno == ENOTDIR ? &missing : &unreadable);
    char *text = calloc(1, PEM_SIZE_MAX + 1);
    size_t size = 0;
    ssize_t got = text ? 1 : 0;
    while (got > 0 && size < PEM_SIZE_MAX) {
        got = read(file, text + size, PEM_SIZE_MAX - size);
        if (got > 0) size += (size_t)got;
    }
    close(file);
    if (!text) return duban_refuse(c->refusal, DUBAN_E_NO_MEMORY, 0, field, path, NULL);
    if (got != 0 || size == 0 || memchr(text, '\0', size)) {
        sign_wipe(text, PEM_SIZE_MAX);
        free(text);
        return refuse(c, field, path, &unreadable);
    }
    *out = text;
    return DUBAN_OK;
}

static duban_status check_mode(const check *c, const char *path) {
    struct stat about;
    if (!path || stat(path, &about) != 0) return DUBAN_OK; /* read_file says it */
    if (about.st_mode & (S_IRWXG | S_IRWXO))
        return duban_refuse(c->refusal, DUBAN_E_KEY_MODE, 0, "tls_key", path, "0600");
    return DUBAN_OK;
}

/* --- certificates ------------------------------------------------------------------- */

/* All certificates of a text; NULL when there is none or one cannot be read. */
static STACK_OF(X509) * read_certificates(const char *text) {
    STACK_OF(X509) *all = sk_X509_new_null();
    BIO *from = BIO_new_mem_buf(text, -1);
    X509 *one = NULL;
    while (all && from && (one = PEM_read_bio_X509(from, NULL, NULL, NULL)) != NULL)
        if (!sk_X509_push(all, one)) X509_free(one);
    /* The end is told as "no start line"; everything else is a damaged certificate. */
    bool whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(from);
    if (whole && sk_X509_num(all) > 0) return all;
    sk_X509_pop_free(all, X509_free);
    return NULL;
}

static bool is_p256(X509 *one) {
    char group[32] = "";
    EVP_PKEY *key = X509_get0_pubkey(one);
    return key && EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static const fault *fault_of(const check *c, X509 *one) {
    time_t now = c->now;
    if (!is_p256(one)) return &other_curve;
    if (X509_cmp_time(X509_get0_notBefore(one), &now) > 0) return &too_early;
    if (X509_cmp_time(X509_get0_notAfter(one), &now) < 0) return &expired;
    return NULL;
}

static bool fits_use(const check *c, X509 *own) {
    uint32_t uses = X509_get_extended_key_usage(own); /* all bits when it is silent */
    if (!(uses & XKU_SSL_CLIENT)) return false;
    return c->end == CERTIFICATE_CLIENT || (uses & XKU_SSL_SERVER);
}

/* Whether a chain leads from the first of own to one of the CAs. */
static bool is_issued(const check *c, STACK_OF(X509) * ca, STACK_OF(X509) * own) {
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool ok = trusted && context;
    for (int i = 0; ok && i < sk_X509_num(ca); i++)
        ok = X509_STORE_add_cert(trusted, sk_X509_value(ca, i)) == 1;
    ok = ok && X509_STORE_CTX_init(context, trusted, sk_X509_value(own, 0), own) == 1;
    if (ok) X509_STORE_CTX_set_time(context, 0, c->now);
    ok = ok && X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(trusted);
    ERR_clear_error();
    return ok;
}

static duban_status check_ca(const check *c, const char *path, STACK_OF(X509) * ca) {
    if (!ca) return refuse(c, "tls_ca", path, &unreadable);
    for (int i = 0; i < sk_X509_num(ca); i++) {
        const fault *what = fault_of(c, sk_X509_value(ca, i));
        if (!what && !X509_check_ca(sk_X509_value(ca, i))) what = &no_ca;
        if (what) return refuse(c, "tls_ca", path, what);
    }
    return DUBAN_OK;
}

static duban_status check_own(const check *c, const char *path, STACK_OF(X509) * ca,
                              STACK_OF(X509) * own) {
    if (!own) return refuse(c, "tls_cert", path, &unreadable);
    const fault *what = fault_of(c, sk_X509_value(own, 0));
    if (!what && !fits_use(c, sk_X509_value(own, 0))) what = &other_use;
    if (!what && c->end == CERTIFICATE_BROKER && !is_issued(c, ca, own)) what = &other_ca;
    return what ? refuse(c, "tls_cert", path, what) : DUBAN_OK;
}

/* --- key and list ------------------------------------------------------------------- */

/* Instead of OpenSSL asking the terminal. */
static int no_passphrase(char *to, int size, int writing, void *ctx) {
    (void)to;
    (void)size;
    (void)writing;
    *(bool *)ctx = true;
    return -1;
}

static duban_status check_key(const check *c, const char *path, const char *text,
                              X509 *own) {
    bool asked = false;
    BIO *from = BIO_new_mem_buf(text, -1);
    EVP_PKEY *key =
        from ? PEM_read_bio_PrivateKey(from, NULL, no_passphrase, &asked) : NULL;
    const fault *what = NULL;
    if (!key) what = asked ? &sealed : &unreadable;
    if (key && X509_check_private_key(own, key) != 1) what = &other_key;
    EVP_PKEY_free(key);
    BIO_free(from);
    ERR_clear_error();
    return what ? refuse(c, "tls_key", path, what) : DUBAN_OK;
}

static bool is_signed_by(X509_CRL *list, STACK_OF(X509) * ca) {
    for (int i = 0; i < sk_X509_num(ca); i++)
        if (X509_CRL_verify(list, X509_get0_pubkey(sk_X509_value(ca, i))) == 1)
            return true;
    return false;
}

static duban_status check_list(const check *c, const char *path, const char *text,
                               STACK_OF(X509) * ca) {
    BIO *from = BIO_new_mem_buf(text, -1);
    X509_CRL *list = from ? PEM_read_bio_X509_CRL(from, NULL, NULL, NULL) : NULL;
    const fault *what = list ? NULL : &unreadable;
    while (list && !what) {
        time_t now = c->now;
        const ASN1_TIME *until = X509_CRL_get0_nextUpdate(list);
        if (!is_signed_by(list, ca))
            what = &other_ca;
        else if (until && X509_cmp_time(until, &now) < 0)
            what = &crl_old;
        X509_CRL_free(list);
        list = what ? NULL : PEM_read_bio_X509_CRL(from, NULL, NULL, NULL);
    }
    BIO_free(from);
    ERR_clear_error();
    return what ? refuse(c, "tls_crl", path, what) : DUBAN_OK;
}

/* --- all ---------------------------------------------------------------------------- */

static duban_status check_all(const check *c, const certificate_files *files,
                              const certificate_texts *texts) {
    STACK_OF(X509) *ca = read_certificates(texts->ca);
    STACK_OF(X509) *own = read_certificates(texts->cert);
    duban_status status = check_ca(c, files->ca, ca);
    if (!status) status = check_own(c, files->cert, ca, own);
    if (!status) status = check_key(c, files->key, texts->key, sk_X509_value(own, 0));
    if (!status && texts->crl) status = check_list(c, files->crl, texts->crl, ca);
    sk_X509_pop_free(ca, X509_free);
    sk_X509_pop_free(own, X509_free);
    return status;
}

duban_status certificate_load(const certificate_files *files, certificate_end end,
                              int64_t now_ms, certificate_texts *out,
                              duban_refusal *refusal) {
    check c = {.end = end, .now = (time_t)(now_ms / 1000), .refusal = refusal};
    certificate_texts texts = {0};
    duban_status status = read_file(&c, "tls_ca", files->ca, &texts.ca);
    if (!status) status = read_file(&c, "tls_cert", files->cert, &texts.cert);
    if (!status) status = check_mode(&c, files->key);
    if (!status) status = read_file(&c, "tls_key", files->key, &texts.key);
    if (!status && files->crl && *files->crl)
        status = read_file(&c, "tls_crl", files->crl, &texts.crl);
    if (!status) status = check_all(&c, files, &texts);
    if (status) {
        certificate_close(&texts);
        return status;
    }
    *out = texts;
    return DUBAN_OK;
}

void certificate_close(certificate_texts *texts) {
    if (texts->key) sign_wipe(texts->key, strlen(texts->key));
    free(texts->ca);
    free(texts->cert);
    free(texts->key);
    free(texts->crl);
    *texts = (certificate_texts){0};
}

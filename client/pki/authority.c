#include "client/pki/authority.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/sign.h"

#define CERT_NAME "ca"
/* scrypt of a sealed key: 16 MiB and about 50 ms for a guess. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1

/* --- writing ------------------------------------------------------------------------ */

/* bio is taken. */
static duban_status write_bio(const path *file, BIO *bio, bool ok, unsigned mode) {
    char *text = NULL;
    long size = bio ? BIO_get_mem_data(bio, &text) : 0;
    duban_status status = DUBAN_E_NO_MEMORY;
    if (ok && size > 0) status = pkifile_make(file, text, (size_t)size, mode);
    if (text) sign_wipe(text, (size_t)size);
    BIO_free(bio);
    return status;
}

duban_status authority_write_cert(const path *file, X509 *cert) {
    BIO *bio = BIO_new(BIO_s_mem());
    return write_bio(file, bio, bio && PEM_write_bio_X509(bio, cert) == 1, 0644);
}

static bool write_sealed(BIO *bio, PKCS8_PRIV_KEY_INFO *plain, const char *passphrase) {
    X509_ALGOR *how = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N,
                                            SCRYPT_R, SCRYPT_P);
    X509_SIG *sealed =
        how ? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, how) : NULL;
    if (!sealed) X509_ALGOR_free(how);
    bool ok = sealed && PEM_write_bio_PKCS8(bio, sealed) == 1;
    X509_SIG_free(sealed);
    return ok;
}

duban_status authority_write_key(const path *file, EVP_PKEY *key,
                                 const char *passphrase) {
    BIO *bio = BIO_new(BIO_s_mem());
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
    bool ok = bio && plain;
    if (ok && passphrase)
        ok = write_sealed(bio, plain, passphrase);
    else if (ok)
        ok = PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, plain) == 1;
    PKCS8_PRIV_KEY_INFO_free(plain);
    return write_bio(file, bio, ok, 0600);
}

/* The key first: a certificate without its key would be of no use to anybody. */
duban_status authority_save(const pki *p, const authority *a) {
    path cert, key;
    duban_status status = pkifile_path(p->folder, CERT_NAME, ".crt", &cert);
    if (!status) status = pkifile_path(p->folder, CERT_NAME, ".key", &key);
    if (!status) status = authority_write_key(&key, a->key, p->passphrase);
    return status ? status : authority_write_cert(&cert, a->cert);
}

/* --- reading ------------------------------------------------------------------------ */

typedef struct asked {
    const char *passphrase;
    bool asked;
} asked;

static int give_passphrase(char *to, int size, int writing, void *ctx) {
    asked *a = ctx;
    (void)writing;
    a->asked = true;
    size_t length = a->passphrase ? strlen(a->passphrase) : 0;
    if (!length || length > (size_t)size) return -1;
    memcpy(to, a->passphrase, length);
    return (int)length;
}

static duban_status read_key(const pki *p, EVP_PKEY **out, duban_refusal *refusal) {
    path file;
    char *text = NULL;
    size_t size = 0;
    struct stat about;
    asked how = {.passphrase = p->passphrase};
    duban_status status = pkifile_path(p->folder, CERT_NAME, ".key", &file);
    if (!status) status = pkifile_read(&file, &text, &size);
    if (status) return duban_refuse(refusal, status, 0, "ca.key", file.text, NULL);
    BIO *bio = BIO_new_mem_buf(text, (int)size);
    EVP_PKEY *key =
        bio ? PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &how) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    sign_wipe(text, size);
    free(text);
    if (!key) status = how.asked ? DUBAN_E_PASSPHRASE : DUBAN_E_KEY_FORMAT;
    if (!status && stat(file.text, &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)))
        status = DUBAN_E_KEY_MODE;
    if (status) {
        EVP_PKEY_free(key);
        return duban_refuse(refusal, status, 0, "ca.key", file.text,
                            status == DUBAN_E_KEY_MODE ? "0600" : NULL);
    }
    *out = key;
    return DUBAN_OK;
}

static duban_status read_cert(const pki *p, X509 **out, duban_refusal *refusal) {
    path file;
    char *text = NULL;
    size_t size = 0;
    duban_status status = pkifile_path(p->folder, CERT_NAME, ".crt", &file);
    if (!status) status = pkifile_read(&file, &text, &size);
    if (status == DUBAN_E_NOT_FOUND)
        return duban_refuse(refusal, DUBAN_E_NOT_READY, 0, "pki", p->folder,
                            "duban pki init");
    if (status) return duban_refuse(refusal, status, 0, "ca.crt", file.text, NULL);
    BIO *bio = BIO_new_mem_buf(text, (int)size);
    X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    free(text);
    if (!cert)
        return duban_refuse(refusal, DUBAN_E_CERTIFICATE, 0, "ca.crt", file.text, NULL);
    *out = cert;
    return DUBAN_OK;
}

duban_status authority_open(const pki *p, authority *out, duban_refusal *refusal) {
    authority a = {0};
    duban_status status = read_cert(p, &a.cert, refusal);
    if (!status) status = read_key(p, &a.key, refusal);
    if (!status && X509_check_private_key(a.cert, a.key) != 1)
        status = duban_refuse(refusal, DUBAN_E_KEY_FORMAT, 0, "ca.key", p->folder,
                              "the key of ca.crt");
    if (status) {
        authority_close(&a);
        return status;
    }
    *out = a;
    return DUBAN_OK;
}

void authority_close(authority *a) {
    X509_free(a->cert);
    EVP_PKEY_free(a->key);
    *a = (authority){0};
}

int64_t authority_until(const authority *a) {
    struct tm parts;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(a->cert), &parts) != 1) return 0;
    return (int64_t)timegm(&parts);
}

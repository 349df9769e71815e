#include "proto/sm2.h"

#ifdef DUBAN_SM2

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#define SCALAR_SIZE 32
/* SEQUENCE of two INTEGERs of at most 33 bytes each, with their heads. */
#define DER_SIZE_MAX (2 + 2 * (2 + SCALAR_SIZE + 1))

/* The order n of the curve's points (GB/T 32918.5). */
static const uint8_t order[SCALAR_SIZE] = {
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x72, 0x03, 0xDF, 0x6B, 0x21, 0xC6,
    0x05, 0x2B, 0x53, 0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x23};

bool sm2_built(void) {
    return true;
}

static bool is_zero(const uint8_t scalar[SCALAR_SIZE]) {
    static const uint8_t zero[SCALAR_SIZE];
    return memcmp(scalar, zero, SCALAR_SIZE) == 0;
}

/* Whether it lies in 1..n−1. */
static bool in_range(const uint8_t scalar[SCALAR_SIZE]) {
    return !is_zero(scalar) && memcmp(scalar, order, SCALAR_SIZE) < 0;
}

/* What OpenSSL could not do: only its memory has no other name. Its errors of this thread
 * are forgotten, so that they do not pile up. */
static duban_status failed(duban_status otherwise) {
    bool memory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
    ERR_clear_error();
    return memory ? DUBAN_E_NO_MEMORY : otherwise;
}

/* --- keys --------------------------------------------------------------------------- */

duban_status sm2_public(const uint8_t secret[SM2_SECRET_SIZE],
                        uint8_t public_key[SM2_PUBLIC_SIZE]) {
    uint8_t most[SCALAR_SIZE], made[SM2_PUBLIC_SIZE];
    memcpy(most, order, sizeof most);
    most[SCALAR_SIZE - 1] -= 1; /* n is odd */
    if (is_zero(secret) || memcmp(secret, most, SCALAR_SIZE) >= 0)
        return DUBAN_E_KEY_FORMAT;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    BIGNUM *scalar = BN_secure_new();
    bool good = point && scalar && BN_bin2bn(secret, SCALAR_SIZE, scalar) &&
                EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1 &&
                EC_POINT_point2oct(group, point, POINT_CONVERSION_COMPRESSED, made,
                                   sizeof made, NULL) == sizeof made;
    BN_clear_free(scalar);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    if (!good) return failed(DUBAN_E_NO_MEMORY);
    memcpy(public_key, made, sizeof made);
    return DUBAN_OK;
}

/* The key in OpenSSL's hands; secret may be NULL. NULL: the bytes are no point of the
 * curve, or there is no memory. */
static EVP_PKEY *take_key(const uint8_t *secret,
                          const uint8_t public_key[SM2_PUBLIC_SIZE]) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = NULL;
    if (public_key[0] != POINT_CONVERSION_COMPRESSED &&
        public_key[0] != POINT_CONVERSION_COMPRESSED + 1)
        return NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *made = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    BIGNUM *scalar = secret ? BN_secure_new() : NULL;
    bool good = build && made &&
                OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2",
                                                0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
                                                 public_key, SM2_PUBLIC_SIZE) == 1;
    if (good && secret)
        good = scalar && BN_bin2bn(secret, SCALAR_SIZE, scalar) &&
               OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1;
    if (good) params = OSSL_PARAM_BLD_to_param(build);
    if (params && EVP_PKEY_fromdata_init(made) == 1 &&
        EVP_PKEY_fromdata(made, &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(made);
    BN_clear_free(scalar);
    return key;
}

bool sm2_usable(const uint8_t public_key[SM2_PUBLIC_SIZE]) {
    EVP_PKEY *key = take_key(NULL, public_key);
    if (!key) ERR_clear_error();
    EVP_PKEY_free(key);
    return key != NULL;
}

/* --- signatures --------------------------------------------------------------------- */

/* A digest with the identifier in it before the key is: Z comes first. */
typedef struct digest {
    EVP_MD_CTX *hash;
    EVP_PKEY_CTX *id;
} digest;

static bool digest_begin(digest *d, EVP_PKEY *key) {
    d->hash = EVP_MD_CTX_new();
    d->id = EVP_PKEY_CTX_new(key, NULL);
    if (!d->hash || !d->id) return false;
    if (EVP_PKEY_CTX_set1_id(d->id, SM2_ID, strlen(SM2_ID)) != 1) return false;
    EVP_MD_CTX_set_pkey_ctx(d->hash, d->id);
    return true;
}

static void digest_end(digest *d) {
    EVP_MD_CTX_free(d->hash);
    EVP_PKEY_CTX_free(d->id);
}

static bool der_of(const uint8_t signature[SM2_SIGNATURE_SIZE], uint8_t *der,
                   size_t *size) {
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, SCALAR_SIZE, NULL);
    BIGNUM *s = BN_bin2bn(signature + SCALAR_SIZE, SCALAR_SIZE, NULL);
    int wrote = 0;
    if (pair && r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = s = NULL; /* taken */
        wrote = i2d_ECDSA_SIG(pair, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    if (wrote <= 0) return false;
    *size = (size_t)wrote;
    return true;
}

static bool of_der(const uint8_t *der, size_t size,
                   uint8_t signature[SM2_SIGNATURE_SIZE]) {
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool good =
        pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, SCALAR_SIZE) > 0 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + SCALAR_SIZE, SCALAR_SIZE) > 0;
    ECDSA_SIG_free(pair);
    return good;
}

duban_status sm2_sign(const uint8_t secret[SM2_SECRET_SIZE],
                      const uint8_t public_key[SM2_PUBLIC_SIZE], const void *bytes,
                      size_t size, uint8_t signature[SM2_SIGNATURE_SIZE]) {
    digest d = {0};
    uint8_t der[DER_SIZE_MAX], made[SM2_SIGNATURE_SIZE];
    size_t der_size = sizeof der;
    EVP_PKEY *key = take_key(secret, public_key);
    if (!key) return failed(DUBAN_E_KEY_FORMAT);
    bool good = digest_begin(&d, key) &&
                EVP_DigestSignInit(d.hash, NULL, EVP_sm3(), NULL, key) == 1 &&
                EVP_DigestSign(d.hash, der, &der_size, bytes, size) == 1 &&
                of_der(der, der_size, made);
    digest_end(&d);
    EVP_PKEY_free(key);
    if (!good) return failed(DUBAN_E_NO_MEMORY);
    memcpy(signature, made, sizeof made);
    return DUBAN_OK;
}

duban_status sm2_verify(const uint8_t public_key[SM2_PUBLIC_SIZE], const void *bytes,
                        size_t size, const uint8_t signature[SM2_SIGNATURE_SIZE]) {
    digest d = {0};
    uint8_t der[DER_SIZE_MAX];
    size_t der_size = 0;
    if (!in_range(signature) || !in_range(signature + SCALAR_SIZE))
        return DUBAN_E_SIGNATURE;
    EVP_PKEY *key = take_key(NULL, public_key);
    if (!key) return failed(DUBAN_E_SIGNATURE);
    bool ready = der_of(signature, der, &der_size) && digest_begin(&d, key) &&
                 EVP_DigestVerifyInit(d.hash, NULL, EVP_sm3(), NULL, key) == 1;
    bool holds = ready && EVP_DigestVerify(d.hash, der, der_size, bytes, size) == 1;
    digest_end(&d);
    EVP_PKEY_free(key);
    if (holds) return DUBAN_OK;
    return failed(ready ? DUBAN_E_SIGNATURE : DUBAN_E_NO_MEMORY);
}

#else

bool sm2_built(void) {
    return false;
}

duban_status sm2_public(const uint8_t secret[SM2_SECRET_SIZE],
                        uint8_t public_key[SM2_PUBLIC_SIZE]) {
    (void)secret, (void)public_key;
    return DUBAN_E_ALGORITHM;
}

bool sm2_usable(const uint8_t public_key[SM2_PUBLIC_SIZE]) {
    (void)public_key;
    return false;
}

duban_status sm2_sign(const uint8_t secret[SM2_SECRET_SIZE],
                      const uint8_t public_key[SM2_PUBLIC_SIZE], const void *bytes,
                      size_t size, uint8_t signature[SM2_SIGNATURE_SIZE]) {
    (void)secret, (void)public_key, (void)bytes, (void)size, (void)signature;
    return DUBAN_E_ALGORITHM;
}

duban_status sm2_verify(const uint8_t public_key[SM2_PUBLIC_SIZE], const void *bytes,
                        size_t size, const uint8_t signature[SM2_SIGNATURE_SIZE]) {
    (void)public_key, (void)bytes, (void)size, (void)signature;
    return DUBAN_E_ALGORITHM;
}

#endif

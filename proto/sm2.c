#include "proto/sm2.h"

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

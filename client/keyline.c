#include "client/keyline.h"

#include <stdio.h>
#include <string.h>

#include "proto/sign.h"

#define KEYLINE_HEAD "duban-public/1 "
#define BLANKS       " \t\r\n"

void keyline_write(const sign_public *public_key, char out[KEYLINE_SIZE]) {
    char base64[BASE64_LENGTH(SIGN_PUBLIC_MAX) + 1];
    base64_encode(public_key->bytes, sign_public_size(public_key->algorithm), base64,
                  sizeof base64);
    snprintf(out, KEYLINE_SIZE, KEYLINE_HEAD "%s %s",
             sign_algorithm_name(public_key->algorithm), base64);
}

/* The word "ed25519" or "sm2" at *text, which moves behind it. */
static algorithm read_algorithm(const char **text) {
    char name[16];
    size_t size = strcspn(*text, BLANKS);
    if (size >= sizeof name || (*text)[size] != ' ') return ALGORITHM_NONE;
    memcpy(name, *text, size);
    name[size] = '\0';
    *text += size + 1;
    return sign_algorithm_named(name);
}

duban_status keyline_read(const char *text, sign_public *public_key) {
    sign_public made = {.algorithm = ALGORITHM_ED25519};
    size_t bytes = 0;
    text += strspn(text, BLANKS);
    if (strncmp(text, KEYLINE_HEAD, strlen(KEYLINE_HEAD)) == 0) {
        text += strlen(KEYLINE_HEAD);
        made.algorithm = read_algorithm(&text);
    }
    size_t size = strcspn(text, BLANKS);
    if (text[size + strspn(text + size, BLANKS)] != '\0') return DUBAN_E_KEY_FORMAT;
    if (base64_decode(text, size, made.bytes, sizeof made.bytes, &bytes) < 0 ||
        bytes != sign_public_size(made.algorithm))
        return DUBAN_E_KEY_FORMAT;
    if (!sign_supports(made.algorithm)) return DUBAN_E_ALGORITHM;
    if (!sign_public_usable(&made)) return DUBAN_E_KEY_FORMAT;
    *public_key = made;
    return DUBAN_OK;
}

#include "client/cli/keyline.h"

#include <stdio.h>
#include <string.h>

#include "proto/sign.h"

#define KEYLINE_HEAD "duban-public/1 ed25519 "

void keyline_write(const uint8_t public_key[32], char out[KEYLINE_SIZE]) {
    char base64[BASE64_LENGTH(SIGN_PUBLIC_SIZE) + 1];
    base64_encode(public_key, SIGN_PUBLIC_SIZE, base64, sizeof base64);
    snprintf(out, KEYLINE_SIZE, KEYLINE_HEAD "%s", base64);
}

duban_status keyline_read(const char *text, uint8_t public_key[32]) {
    text += strspn(text, " \t\r\n");
    size_t head = strlen(KEYLINE_HEAD);
    if (strncmp(text, KEYLINE_HEAD, head) == 0) text += head;
    size_t size = strcspn(text, " \t\r\n");
    sign_public made;
    size_t bytes = 0;
    if (text[size + strspn(text + size, " \t\r\n")] != '\0') return DUBAN_E_KEY_FORMAT;
    if (base64_decode(text, size, made.bytes, sizeof made.bytes, &bytes) < 0 ||
        bytes != sizeof made.bytes || !sign_public_usable(&made))
        return DUBAN_E_KEY_FORMAT;
    memcpy(public_key, made.bytes, sizeof made.bytes);
    return DUBAN_OK;
}

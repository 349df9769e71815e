#include "storage/tlog/text.h"

#include <string.h>

#include "proto/sign.h"

bool tlog_text_next_line(tlog_text_lines *lines, tlog_text_slice *out) {
    const char *newline = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
    if (!newline) return false;
    *out = (tlog_text_slice){lines->at, (size_t)(newline - lines->at)};
    lines->at = newline + 1;
    return true;
}

bool tlog_text_decimal(tlog_text_slice text, uint64_t max, uint64_t *out) {
    uint64_t number = 0;
    if (text.size == 0 || (text.size > 1 && text.at[0] == '0')) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        uint64_t digit = (uint64_t)(text.at[i] - '0');
        if (digit > max || number > (max - digit) / 10) return false;
        number = number * 10 + digit;
    }
    *out = number;
    return true;
}

bool tlog_text_hash(tlog_text_slice text, hash256 *out) {
    hash256 hash;
    size_t got = 0;
    if (base64_decode(text.at, text.size, hash.bytes, HASH_SIZE, &got)) return false;
    if (got != HASH_SIZE) return false;
    *out = hash;
    return true;
}

char *tlog_text_put(char *at, const char *bytes, size_t size) {
    memcpy(at, bytes, size);
    return at + size;
}

char *tlog_text_put_decimal(char *at, uint64_t number) {
    char digits[TLOG_TEXT_DECIMAL_MAX];
    uint32_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

char *tlog_text_put_hash(char *at, const hash256 *hash) {
    char text[BASE64_LENGTH(HASH_SIZE) + 1];
    base64_encode(hash->bytes, HASH_SIZE, text, sizeof text);
    return tlog_text_put(at, text, sizeof text - 1);
}

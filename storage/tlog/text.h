/* Small pieces that the text formats of this folder share: lines, decimals, hashes.
 * Knows: characters. Must not know: which format they belong to. Private to storage/tlog.
 */
#ifndef DUBAN_STORAGE_TLOG_TEXT_H
#define DUBAN_STORAGE_TLOG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/hash.h"

/* Digits of the largest uint64. */
#define TLOG_TEXT_DECIMAL_MAX 20

typedef struct tlog_text_slice {
    const char *at;
    size_t size;
} tlog_text_slice;

/* The lines still to be read. */
typedef struct tlog_text_lines {
    const char *at;
    const char *end;
} tlog_text_lines;

/* Takes the next line, without its newline; false when no newline is left. */
bool tlog_text_next_line(tlog_text_lines *lines, tlog_text_slice *out);
/* Reads a whole slice as a decimal from 0 to max without sign or leading zeros. */
bool tlog_text_decimal(tlog_text_slice text, uint64_t max, uint64_t *out);
/* Reads a whole slice as the base64 of one hash. */
bool tlog_text_hash(tlog_text_slice text, hash256 *out);

/* Write without a NUL and return the place behind. */
char *tlog_text_put(char *at, const char *bytes, size_t size);
char *tlog_text_put_decimal(char *at, uint64_t number);
char *tlog_text_put_hash(char *at, const hash256 *hash);

#endif

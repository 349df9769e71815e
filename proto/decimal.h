/* Exact decimals (product.md "Values"): an int64 count of millionths, never a float.
 * Knows: arithmetic and text. Must not know: units, metrics.
 *
 * A value a person states lies within VALUE_ABS_MAX, so 10^18 millionths: an int64 holds
 * nine of them. Products and quotients go through 128 bits and are rounded once, half
 * away from zero, at a millionth. */
#ifndef DUBAN_PROTO_DECIMAL_H
#define DUBAN_PROTO_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

typedef struct decimal {
    int64_t micro;
} decimal;

#define DECIMAL_TEXT_SIZE 32 /* sign, 19 digits, point, NUL: with room */

decimal decimal_of_int(int64_t whole);

/* mantissa / 10^scale. DUBAN_E_SCALE above DECIMAL_SCALE_MAX, DUBAN_E_OVERFLOW beyond
 * VALUE_ABS_MAX. */
duban_status decimal_of_parts(int64_t mantissa, uint32_t scale, decimal *out);
/* The shortest mantissa and scale of the same value: 5.500000 is 55, 1. */
void decimal_parts(decimal value, int64_t *mantissa, uint32_t *scale);

/* Reads "-12.5", "1,234", "１２．５" (full width), without exponent. DUBAN_E_DECIMAL when
 * it is no number, DUBAN_E_SCALE when a digit beyond the sixth is not 0,
 * DUBAN_E_OVERFLOW. */
duban_status decimal_read(const char *text, decimal *out);
/* Writes the shortest exact text, "5.5"; never an exponent or a trailing zero. */
void decimal_write(decimal value, char out[DECIMAL_TEXT_SIZE]);
/* Writes with that many decimals (0..6), rounded half away from zero: "5.50". */
void decimal_write_fixed(decimal value, int decimals, char out[DECIMAL_TEXT_SIZE]);

int decimal_compare(decimal a, decimal b); /* -1, 0, 1 */
bool decimal_in_range(decimal value);      /* within VALUE_ABS_MAX */

/* Sums of stated values; false and out untouched when the sum leaves VALUE_ABS_MAX. */
bool decimal_add(decimal a, decimal b, decimal *out);
bool decimal_sub(decimal a, decimal b, decimal *out);

/* round(a * n / d) at a millionth, half away from zero. d > 0. False when it does not fit
 * an int64, out untouched. |a * n| must stay below 2^126: the caller names why. */
bool decimal_scale(__int128 a_micro, __int128 n, __int128 d, decimal *out);

#endif

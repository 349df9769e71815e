#include "proto/decimal.h"

#include <assert.h>
#include <string.h>

#include "proto/limits.h"

#define MICRO_ABS_MAX (VALUE_ABS_MAX * DECIMAL_MICRO)

_Static_assert(VALUE_ABS_MAX <= INT64_MAX / DECIMAL_MICRO / 9,
               "an int64 holds nine of the largest values");

static const int64_t power_of_ten[DECIMAL_SCALE_MAX + 1] = {1,     10,     100,    1000,
                                                            10000, 100000, 1000000};

decimal decimal_of_int(int64_t whole) {
    assert(whole <= INT64_MAX / DECIMAL_MICRO && whole >= -(INT64_MAX / DECIMAL_MICRO));
    return (decimal){whole * DECIMAL_MICRO};
}

duban_status decimal_of_parts(int64_t mantissa, uint32_t scale, decimal *out) {
    if (scale > DECIMAL_SCALE_MAX) return DUBAN_E_SCALE;
    int64_t factor = power_of_ten[DECIMAL_SCALE_MAX - scale];
    if (mantissa > MICRO_ABS_MAX / factor || mantissa < -(MICRO_ABS_MAX / factor))
        return DUBAN_E_OVERFLOW;
    out->micro = mantissa * factor;
    return DUBAN_OK;
}

void decimal_parts(decimal value, int64_t *mantissa, uint32_t *scale) {
    int64_t m = value.micro;
    uint32_t s = DECIMAL_SCALE_MAX;
    if (m % 1000 == 0) { /* at least three places less, as most values have */
        m /= 1000;
        s -= 3;
    }
    for (; s > 0 && m % 10 == 0; s--)
        m /= 10;
    *mantissa = m;
    *scale = s;
}

/* --- text --------------------------------------------------------------------------- */

/* The next character of a number, full-width forms folded into ASCII: '0'..'9', '.', ',',
 * '+', '-', '\0' at the end, '?' for anything else. */
static char next_char(const char **text) {
    static const struct {
        char wide[4];
        char plain;
    } signs[] = {{"．", '.'}, {"，", ','}, {"＋", '+'}, {"－", '-'}, {"−", '-'}};
    const char *at = *text;
    if ((*at >= '0' && *at <= '9') || *at == '.' || *at == ',' || *at == '+' ||
        *at == '-') {
        *text = at + 1;
        return *at;
    }
    if (*at == '\0') return '\0';
    if (strncmp(at, "\xEF\xBC", 2) == 0 && (uint8_t)at[2] >= 0x90 &&
        (uint8_t)at[2] <= 0x99) {
        *text = at + 3;
        return (char)('0' + ((uint8_t)at[2] - 0x90));
    }
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strncmp(at, signs[i].wide, 3) != 0) continue;
        *text = at + 3;
        return signs[i].plain;
    }
    return '?';
}

typedef struct number_text {
    uint64_t micro;
    bool too_large;
    bool too_fine;
    char next; /* the character behind what was read */
} number_text;

/* Digits before the point: plain, or 1 to 3 and then groups of three behind commas. */
static bool read_whole(const char **text, number_text *n) {
    unsigned digits = 0; /* since the start or the last comma */
    bool grouped = false;
    for (;; n->next = next_char(text)) {
        if (n->next >= '0' && n->next <= '9') {
            digits++;
            uint64_t digit = (uint64_t)(n->next - '0');
            n->micro = n->micro * 10 + digit;
            if (n->micro > (uint64_t)VALUE_ABS_MAX) {
                n->too_large = true;
                n->micro = (uint64_t)VALUE_ABS_MAX;
            }
        } else if (n->next == ',') {
            if (grouped ? digits != 3 : digits == 0 || digits > 3) return false;
            grouped = true;
            digits = 0;
        } else {
            break;
        }
    }
    n->micro *= (uint64_t)DECIMAL_MICRO;
    return grouped ? digits == 3 : digits > 0;
}

static bool read_decimals(const char **text, number_text *n) {
    int places = 0;
    for (n->next = next_char(text); n->next >= '0' && n->next <= '9';
         n->next = next_char(text)) {
        if (places < DECIMAL_SCALE_MAX) {
            places++;
            n->micro += (uint64_t)(n->next - '0') *
                        (uint64_t)power_of_ten[DECIMAL_SCALE_MAX - places];
        } else if (n->next != '0') {
            n->too_fine = true;
        }
    }
    return places > 0;
}

duban_status decimal_read(const char *text, decimal *out) {
    number_text n = {.next = next_char(&text)};
    bool negative = n.next == '-';
    if (n.next == '-' || n.next == '+') n.next = next_char(&text);
    if (!read_whole(&text, &n)) return DUBAN_E_DECIMAL;
    if (n.next == '.' && !read_decimals(&text, &n)) return DUBAN_E_DECIMAL;
    if (n.next != '\0') return DUBAN_E_DECIMAL;
    if (n.too_large || n.micro > (uint64_t)MICRO_ABS_MAX) return DUBAN_E_OVERFLOW;
    if (n.too_fine) return DUBAN_E_SCALE;
    out->micro = negative ? -(int64_t)n.micro : (int64_t)n.micro;
    return DUBAN_OK;
}

static uint64_t magnitude(int64_t value) {
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* Writes units / 10^places with exactly places digits behind the point. */
static void write_units(bool negative, uint64_t units, int places, char *out) {
    char reversed[DECIMAL_TEXT_SIZE];
    int n = 0;
    for (int i = 0; i < places; i++, units /= 10)
        reversed[n++] = (char)('0' + units % 10);
    if (places > 0) reversed[n++] = '.';
    do {
        reversed[n++] = (char)('0' + units % 10);
        units /= 10;
    } while (units > 0);
    if (negative) reversed[n++] = '-';
    while (n > 0)
        *out++ = reversed[--n];
    *out = '\0';
}

void decimal_write(decimal value, char out[DECIMAL_TEXT_SIZE]) {
    int64_t mantissa;
    uint32_t scale;
    decimal_parts(value, &mantissa, &scale);
    write_units(mantissa < 0, magnitude(mantissa), (int)scale, out);
}

void decimal_write_fixed(decimal value, int decimals, char out[DECIMAL_TEXT_SIZE]) {
    assert(decimals >= 0 && decimals <= DECIMAL_SCALE_MAX);
    uint64_t unit = (uint64_t)power_of_ten[DECIMAL_SCALE_MAX - decimals];
    uint64_t units = (magnitude(value.micro) + unit / 2) / unit;
    write_units(value.micro < 0 && units > 0, units, decimals, out);
}

/* --- arithmetic --------------------------------------------------------------------- */

int decimal_compare(decimal a, decimal b) {
    return (a.micro > b.micro) - (a.micro < b.micro);
}

bool decimal_in_range(decimal value) {
    return value.micro <= MICRO_ABS_MAX && value.micro >= -MICRO_ABS_MAX;
}

bool decimal_add(decimal a, decimal b, decimal *out) {
    decimal sum;
    if (__builtin_add_overflow(a.micro, b.micro, &sum.micro)) return false;
    if (!decimal_in_range(sum)) return false;
    *out = sum;
    return true;
}

bool decimal_sub(decimal a, decimal b, decimal *out) {
    decimal difference;
    if (__builtin_sub_overflow(a.micro, b.micro, &difference.micro)) return false;
    if (!decimal_in_range(difference)) return false;
    *out = difference;
    return true;
}

bool decimal_scale(__int128 a_micro, __int128 n, __int128 d, decimal *out) {
    assert(d > 0);
    __int128 product;
    bool overflow = __builtin_mul_overflow(a_micro, n, &product);
    assert(!overflow);
    __int128 quotient = product / d;
    __int128 rest = product % d;
    if (rest < 0) rest = -rest;
    if (rest >= d - rest) quotient += product < 0 ? -1 : 1;
    if (quotient > INT64_MAX || quotient < INT64_MIN) return false;
    out->micro = (int64_t)quotient;
    return true;
}

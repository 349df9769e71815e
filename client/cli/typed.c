#include "client/cli/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The ASCII sign whose full-width form begins there (U+FF01 to U+FF5E, three bytes of
 * UTF-8), 0 when none does. */
static char narrow(const char *text) {
    const unsigned char *b = (const unsigned char *)text;
    if (b[0] != 0xef || (b[1] != 0xbc && b[1] != 0xbd) || b[2] < 0x80) return '\0';
    unsigned sign = 0x21u + (b[1] - 0xbcu) * 64 + b[2] - 0x81u;
    return sign >= 0x21 && sign <= 0x7e ? (char)sign : '\0';
}

bool typed_fold(const char *text, char *out, size_t out_size) {
    static const char wide_blank[] = "\xe3\x80\x80";
    size_t used = 0;
    out[0] = '\0';
    while (*text) {
        char sign = narrow(text);
        bool wide = sign || strncmp(text, wide_blank, 3) == 0;
        if (!wide && *text != ' ' && *text != '\t') sign = *text;
        text += wide ? 3 : 1;
        if (!sign) continue;
        if (used + 1 >= out_size) {
            out[0] = '\0';
            return false;
        }
        out[used++] = sign;
    }
    out[used] = '\0';
    return true;
}

bool typed_same(const char *a, const char *b) {
    char x[TYPED_SIZE], y[TYPED_SIZE];
    if (!typed_fold(a, x, sizeof x) || !typed_fold(b, y, sizeof y))
        return strcmp(a, b) == 0;
    return strcmp(x, y) == 0;
}

/* Moves behind a word where it stands. */
static bool take(const char **at, const char *word) {
    size_t size = strlen(word);
    if (strncmp(*at, word, size) != 0) return false;
    *at += size;
    return true;
}

/* "5月" as "M05"; false when it is no month. */
static bool month_tail(const char *text, char out[8]) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    unsigned long month = strtoul(text, &end, 10);
    if (month < 1 || month > 12 || strcmp(end, "月") != 0) return false;
    snprintf(out, 8, "M%02lu", month);
    return true;
}

/* What stands behind the year, as period_read wants it. */
static bool canonical_tail(const char *text, char out[8]) {
    static const char *const words[][2] = {
        {"一季度", "Q1"},
        {"二季度", "Q2"},
        {"三季度", "Q3"},
        {"四季度", "Q4"},
        {"1季度", "Q1"},
        {"2季度", "Q2"},
        {"3季度", "Q3"},
        {"4季度", "Q4"},
        {"Q1", "Q1"},
        {"Q2", "Q2"},
        {"Q3", "Q3"},
        {"Q4", "Q4"},
        {"上半年", "H1"},
        {"下半年", "H2"},
        {"H1", "H1"},
        {"H2", "H2"},
        {"前三季度", "Q1-3"},
        {"一至三季度", "Q1-3"},
        {"1-2月", "M01-02"},
        {"1—2月", "M01-02"},
        {"全年", ""},
        {"度", ""},
        {"", ""},
    };
    bool year = take(&text, "年");
    if (!year) (void)take(&text, "-");
    bool ordinal = take(&text, "第");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i][0]) == 0) {
            snprintf(out, 8, "%s", words[i][1]);
            return *out || (year && !ordinal);
        }
    return !ordinal && month_tail(text, out);
}

duban_status typed_period(const char *text, period *out) {
    char folded[TYPED_SIZE], tail[8], made[16];
    if (!typed_fold(text, folded, sizeof folded)) return DUBAN_E_UNKNOWN_PERIOD;
    for (char *c = folded; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    if (period_read(folded, out) >= 0) return DUBAN_OK;
    if (strspn(folded, "0123456789") != 4 || !canonical_tail(folded + 4, tail))
        return DUBAN_E_UNKNOWN_PERIOD;
    snprintf(made, sizeof made, "%.4s%s", folded, tail);
    return period_read(made, out);
}

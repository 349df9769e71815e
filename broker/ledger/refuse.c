#include "broker/ledger/refuse.h"

#include <inttypes.h>
#include <stdio.h>

duban_status refuse(const verdict *v, duban_status status, const char *field) {
    return duban_refuse(v->refusal, status, v->line, field, NULL, NULL);
}

duban_status refuse_text(const verdict *v, duban_status status, const char *field,
                         const char *found, const char *expected) {
    return duban_refuse(v->refusal, status, v->line, field, found, expected);
}

duban_status refuse_number(const verdict *v, duban_status status, const char *field,
                           uint64_t found, uint64_t expected) {
    char a[24];
    char b[24];
    snprintf(a, sizeof a, "%" PRIu64, found);
    snprintf(b, sizeof b, "%" PRIu64, expected);
    return duban_refuse(v->refusal, status, v->line, field, a, b);
}

duban_status refuse_found(const verdict *v, duban_status status, const char *field,
                          uint64_t found) {
    char a[24];
    snprintf(a, sizeof a, "%" PRIu64, found);
    return duban_refuse(v->refusal, status, v->line, field, a, NULL);
}

static void write_day(int32_t day, char out[DAY_TEXT_SIZE]) {
    if (day < DAY_MIN || day > DAY_MAX)
        snprintf(out, DAY_TEXT_SIZE, "%" PRId32, day);
    else
        day_write(day, out);
}

duban_status refuse_day(const verdict *v, duban_status status, const char *field,
                        int32_t found, int32_t first, int32_t last) {
    char a[DAY_TEXT_SIZE];
    char b[DAY_TEXT_SIZE];
    char c[DAY_TEXT_SIZE];
    char days[2 * DAY_TEXT_SIZE + 4];
    write_day(found, a);
    write_day(first, b);
    write_day(last, c);
    snprintf(days, sizeof days, "%s..%s", b, c);
    return duban_refuse(v->refusal, status, v->line, field, a, first == last ? b : days);
}

duban_status refuse_decimal(const verdict *v, duban_status status, const char *field,
                            decimal found, decimal expected) {
    char a[DECIMAL_TEXT_SIZE];
    char b[DECIMAL_TEXT_SIZE];
    decimal_write(found, a);
    decimal_write(expected, b);
    return duban_refuse(v->refusal, status, v->line, field, a, b);
}

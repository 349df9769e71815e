#include "client/cli/json.h"

#include "client/cli/advice.h"

void json_line(FILE *f, json_t *value) {
    json_dumpf(value, f, JSON_COMPACT | JSON_PRESERVE_ORDER);
    fputc('\n', f);
    json_decref(value);
}

void json_refusal(FILE *f, const duban_refusal *r, duban_lang lang) {
    char code[16];
    snprintf(code, sizeof code, "E%d", -(int)r->status);
    json_t *error =
        json_pack("{s:s, s:s, s:s}", "code", code, "name", duban_status_name(r->status),
                  "text", duban_status_text(r->status, lang));
    if (r->line) json_object_set_new(error, "line", json_integer(r->line));
    if (r->field[0]) json_object_set_new(error, "field", json_string(r->field));
    if (r->found[0]) json_object_set_new(error, "found", json_string(r->found));
    if (r->expected[0]) json_object_set_new(error, "expected", json_string(r->expected));
    const char *what = advice_on(r, lang);
    if (what) json_object_set_new(error, "advice", json_string(what));
    json_line(f, json_pack("{s:o}", "error", error));
}

json_t *json_decimal(decimal value) {
    char text[DECIMAL_TEXT_SIZE];
    decimal_write(value, text);
    return json_string(text);
}

json_t *json_day(int32_t day) {
    if (day == 0) return json_null();
    char text[DAY_TEXT_SIZE];
    day_write(day, text);
    return json_string(text);
}

json_t *json_period(period value) {
    if (value.kind == PERIOD_NONE) return json_null();
    char text[PERIOD_TEXT_SIZE];
    period_write(value, text);
    return json_string(text);
}

json_t *json_hash(const hash256 *hash) {
    char text[HASH_TEXT_SIZE];
    hash_print(hash, text);
    return json_string(text);
}

#include "proto/status.h"

#include <stddef.h>
#include <string.h>

typedef struct status_row {
    duban_status status;
    const char *name;
    const char *zh;
    const char *en;
} status_row;

static const status_row rows[] = {{DUBAN_OK, "OK", "完成", "done"},
#define X(name, number, zh, en) {DUBAN_E_##name, #name, zh, en},
                                  DUBAN_STATUS_TABLE(X)
#undef X
};

static const status_row *row_of(duban_status status) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status) return &rows[i];
    return NULL;
}

const char *duban_status_name(duban_status status) {
    const status_row *row = row_of(status);
    return row ? row->name : "UNKNOWN";
}

const char *duban_status_text(duban_status status, duban_lang lang) {
    const status_row *row = row_of(status);
    if (!row) return lang == DUBAN_ZH ? "未知结果" : "an unknown outcome";
    return lang == DUBAN_ZH ? row->zh : row->en;
}

duban_status duban_status_of_number(uint32_t number) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((uint32_t)-rows[i].status == number) return rows[i].status;
    return DUBAN_E_INTERNAL;
}

/* Copies text, cutting it before a UTF-8 continuation byte rather than inside one. */
static void copy_cut(char *to, size_t size, const char *text) {
    size_t n = text ? strlen(text) : 0;
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
    }
    if (n) memcpy(to, text, n);
    to[n] = '\0';
}

duban_status duban_refuse(duban_refusal *refusal, duban_status status, uint32_t line,
                          const char *field, const char *found, const char *expected) {
    if (refusal) {
        refusal->status = status;
        refusal->line = line;
        copy_cut(refusal->field, sizeof refusal->field, field);
        copy_cut(refusal->found, sizeof refusal->found, found);
        copy_cut(refusal->expected, sizeof refusal->expected, expected);
    }
    return status;
}

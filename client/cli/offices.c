#include "client/cli/offices.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

enum { NUMBER, CODE, NAME, ALIASES, KIND, PARENT, MEMBERS, OUTSIDE, NOTE };

static const sheet_column columns[] = {
    [NUMBER] = {"编号", "number", false},   [CODE] = {"代码", "code", true},
    [NAME] = {"名称", "name", true},        [ALIASES] = {"别名", "aliases", false},
    [KIND] = {"类别", "kind", true},        [PARENT] = {"上级", "parent", false},
    [MEMBERS] = {"成员", "members", false}, [OUTSIDE] = {"辖外", "outside", false},
    [NOTE] = {"说明", "note", false},       {NULL, NULL, false},
};

static size_t separator(const char *at) {
    static const char wide[] = "；";
    if (*at == ';' || *at == '|') return 1;
    return strncmp(at, wide, sizeof wide - 1) == 0 ? sizeof wide - 1 : 0;
}

static const char *trimmed(arena *a, const char *begin, const char *end) {
    while (begin < end && (*begin == ' ' || *begin == '\n'))
        begin++;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\n'))
        end--;
    return arena_copy(a, begin, (size_t)(end - begin));
}

const char *const *offices_list(arena *a, const char *text, uint32_t *n) {
    size_t max = 1;
    for (const char *at = text; *at; at++)
        if (separator(at)) max++;
    const char **items = arena_alloc(a, max * sizeof *items);
    uint32_t made = 0;
    const char *begin = text;
    for (const char *at = text; items; at++) {
        size_t cut = *at ? separator(at) : 0;
        if (*at && !cut) continue;
        const char *item = trimmed(a, begin, at);
        if (!item) return NULL;
        if (*item) items[made++] = item;
        if (!*at) break;
        begin = at + cut;
        at += cut - 1;
    }
    *n = made;
    return items;
}

typedef struct loading {
    cli *c;
    arena *a;
    const ledger *l;
    const sheet *table;
    offices_table *out;
    size_t bad;
} loading;

static void bad(loading *in, const sheet_row *row, int column, duban_status status,
                const char *found, const char *expected) {
    cli_refuse(in->c, status, row->line, in->table->titles[column], found, expected);
    in->bad++;
}

/* The number behind a code: of this table, else of what is enrolled. */
static uint32_t number_of(const loading *in, const char *code) {
    for (size_t i = 0; i < in->out->n; i++)
        if (strcmp(in->out->offices[i].code, code) == 0)
            return in->out->offices[i].number;
    office_words office;
    return in->l && find_office(in->l, code, &office) ? office.number : 0;
}

static uint32_t enrolled_number(const ledger *l, const char *code) {
    ledger_status st;
    office_words office;
    if (!l) return 0;
    ledger_get_status(l, &st);
    for (uint32_t number = 1; number <= st.offices; number++)
        if (ledger_get_office(l, number, &office) && strcmp(office.code, code) == 0)
            return number;
    return 0;
}

static bool code_allowed(const char *code) {
    size_t size = strlen(code);
    return size > 0 && size <= CODE_SIZE_MAX &&
           strspn(code, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "._-") == size;
}

/* The number of an office: what it has, else the next. A number in the file must agree;
 * the rows behind a wrong one are counted on from it. */
static uint32_t take_number(loading *in, const sheet_row *row, uint32_t *next) {
    char expected[16];
    char text[TYPED_SIZE];
    if (!typed_fold(row->cells[NUMBER], text, sizeof text))
        snprintf(text, sizeof text, "%.60s", row->cells[NUMBER]);
    uint32_t known = enrolled_number(in->l, row->cells[CODE]);
    uint32_t number = known ? known : *next;
    uint32_t given = (uint32_t)strtoul(text, NULL, 10);
    const char *holder = in->l ? find_office_code(in->l, given) : "";
    snprintf(expected, sizeof expected, "%u", (unsigned)number);
    bool agrees = !*text || strcmp(text, expected) == 0;
    if (!agrees && *holder) {
        bad(in, row, CODE, DUBAN_E_EXISTS, row->cells[CODE], holder);
        return given;
    }
    if (!agrees) bad(in, row, NUMBER, DUBAN_E_SEQUENCE, text, expected);
    if (!known) *next = (agrees || !given ? number : given) + 1;
    return number;
}

static void take_words(loading *in, const sheet_row *row, office_words *office,
                       uint32_t *next) {
    office->code = row->cells[CODE];
    office->name = row->cells[NAME];
    office->kind = text_read_office_kind(row->cells[KIND]);
    office->outside = text_read_yes(row->cells[OUTSIDE]);
    if (!code_allowed(office->code))
        bad(in, row, CODE, DUBAN_E_CODE, office->code, "[0-9A-Za-z._-]{1,32}");
    if (!*office->name || strlen(office->name) > NAME_SIZE_MAX)
        bad(in, row, NAME, *office->name ? DUBAN_E_TOO_LARGE : DUBAN_E_EMPTY,
            office->name, NULL);
    if (!office->kind)
        bad(in, row, KIND, DUBAN_E_WORD, row->cells[KIND],
            cli_say(in->c,
                    "市、县区、开发区、部门、事业单位、党群、司法、驻聊、高校、企业、群团"
                    "、名单组",
                    "city county zone department institution party judicial central "
                    "college company mass group"));
    if (row->beyond) bad(in, row, NOTE, DUBAN_E_SHEET, row->beyond, "");
    office->number = take_number(in, row, next);
    for (size_t i = 0; i < in->out->n; i++)
        if (strcmp(in->out->offices[i].code, office->code) == 0)
            bad(in, row, CODE, DUBAN_E_DUPLICATE, office->code, NULL);
}

static duban_status take_links(loading *in, const sheet_row *row, office_words *office) {
    const char *parent = row->cells[PARENT];
    office->parent = *parent ? number_of(in, parent) : 0;
    if (*parent && !office->parent)
        bad(in, row, PARENT, DUBAN_E_UNKNOWN_OFFICE, parent, NULL);
    office->aliases = offices_list(in->a, row->cells[ALIASES], &office->aliases_n);
    const char *const *codes =
        offices_list(in->a, row->cells[MEMBERS], &office->members_n);
    uint32_t *members = arena_alloc(in->a, (office->members_n + 1) * sizeof *members);
    if (!office->aliases || !codes || !members) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i < office->members_n; i++) {
        members[i] = number_of(in, codes[i]);
        if (!members[i]) bad(in, row, MEMBERS, DUBAN_E_UNKNOWN_OFFICE, codes[i], NULL);
    }
    office->members = members;
    return DUBAN_OK;
}

static duban_status take_rows(loading *in) {
    const sheet *t = in->table;
    offices_table *out = in->out;
    ledger_status st = {0};
    if (in->l) ledger_get_status(in->l, &st);
    uint32_t next = st.offices + 1;
    out->offices = arena_alloc(in->a, (t->rows_n + 1) * sizeof *out->offices);
    out->lines = arena_alloc(in->a, (t->rows_n + 1) * sizeof *out->lines);
    if (!out->offices || !out->lines) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < t->rows_n; i++) {
        office_words office = {0};
        take_words(in, &t->rows[i], &office, &next);
        out->lines[out->n] = t->rows[i].line;
        out->offices[out->n++] = office;
    }
    for (size_t i = 0; i < t->rows_n; i++) {
        duban_status s = take_links(in, &t->rows[i], &out->offices[i]);
        if (s < 0) return s;
    }
    return DUBAN_OK;
}

duban_status offices_read(cli *c, arena *a, const char *path, const ledger *l,
                          offices_table *out) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    sheet table;
    duban_refusal refusal = {0};
    s = sheet_read(a, data, size, columns, &table, &refusal);
    free(data);
    if (s < 0) return cli_refused(c, &refusal);
    offices_table made = {0};
    loading in = {c, a, l, &table, &made, 0};
    s = take_rows(&in);
    if (s < 0) return cli_refuse(c, s, 0, path, NULL, NULL);
    if (in.bad) return cli_refuse(c, DUBAN_E_ROWS, 0, path, NULL, NULL);
    *out = made;
    return DUBAN_OK;
}

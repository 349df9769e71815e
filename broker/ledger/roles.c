#include "broker/ledger/roles.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/trace.h"

struct role_table {
    uint32_t version; /* 0: the defaults hold, room was made for the first table */
    uint64_t index;
    role_row *rows;
    uint32_t rows_n;
    uint32_t rows_room;
};

/* What an event of a kind speaks of. */
typedef enum role_scope {
    SCOPE_FIXED, /* not in the table */
    SCOPE_CITY,  /* nothing that is anybody's */
    SCOPE_SOURCE,
    SCOPE_OFFICE,
    SCOPE_TASK,
    SCOPE_ITEM
} role_scope;

static const role_scope scopes[KIND_COUNT] = {
    [KIND_OFFICES] = SCOPE_CITY,      [KIND_KEYS] = SCOPE_CITY,
    [KIND_CALENDAR] = SCOPE_CITY,     [KIND_PLAN_CHUNK] = SCOPE_CITY,
    [KIND_PLAN_PUBLISH] = SCOPE_CITY, [KIND_LIGHTS] = SCOPE_CITY,
    [KIND_TIMETABLE] = SCOPE_TASK,    [KIND_TIMETABLE_REVIEW] = SCOPE_TASK,
    [KIND_SUBMISSION] = SCOPE_ITEM,   [KIND_REVIEW] = SCOPE_ITEM,
    [KIND_TIME] = SCOPE_CITY,         [KIND_AMENDMENT] = SCOPE_TASK,
    [KIND_SPLITTING] = SCOPE_TASK,    [KIND_CALL_IN] = SCOPE_TASK,
    [KIND_FILLER] = SCOPE_ITEM,       [KIND_CONFIRMATION] = SCOPE_ITEM,
    [KIND_ASSIGNMENT] = SCOPE_ITEM,   [KIND_OFFICE_CHANGE] = SCOPE_OFFICE,
    [KIND_POSTS] = SCOPE_CITY,        [KIND_RELEASE] = SCOPE_SOURCE,
    [KIND_UNLOCK] = SCOPE_ITEM,       [KIND_OVERRIDE] = SCOPE_ITEM,
    [KIND_FORMS] = SCOPE_CITY,        [KIND_PAPER] = SCOPE_CITY,
    [KIND_ROLES] = SCOPE_CITY,        [KIND_CHECKS] = SCOPE_CITY,
    [KIND_WEIGHTS] = SCOPE_CITY,      [KIND_PROJECT] = SCOPE_ITEM,
    [KIND_VERIFICATION] = SCOPE_ITEM, [KIND_REDACTION] = SCOPE_CITY,
    [KIND_ACCESS] = SCOPE_CITY,
};

/* docs/roles.md prints these, row by row. */
static const role_row defaults[] = {
    {KIND_OFFICES, BY_CITY, false},
    {KIND_KEYS, BY_CITY, false},
    {KIND_CALENDAR, BY_CITY, false},
    {KIND_PLAN_CHUNK, BY_CITY, false},
    {KIND_PLAN_PUBLISH, BY_CITY, false},
    {KIND_LIGHTS, BY_CITY, false},
    {KIND_TIMETABLE, BY_LEAD, false},
    {KIND_TIMETABLE, BY_FURTHER_LEAD, false},
    {KIND_TIMETABLE, BY_CITY, false},
    {KIND_TIMETABLE_REVIEW, BY_CITY, false},
    {KIND_SUBMISSION, BY_OWNER, false},
    {KIND_SUBMISSION, BY_LEAD, false},
    {KIND_SUBMISSION, BY_FURTHER_LEAD, false},
    {KIND_SUBMISSION, BY_FILLER, false},
    {KIND_SUBMISSION, BY_CITY, false},
    {KIND_REVIEW, BY_LEAD, true},
    {KIND_REVIEW, BY_CITY, false},
    {KIND_TIME, BY_CITY, false},
    {KIND_AMENDMENT, BY_CITY, false},
    {KIND_SPLITTING, BY_LEAD, false},
    {KIND_SPLITTING, BY_CITY, false},
    {KIND_CALL_IN, BY_LEAD, false},
    {KIND_CALL_IN, BY_CITY, false},
    {KIND_FILLER, BY_LEAD, false},
    {KIND_FILLER, BY_CITY, false},
    {KIND_CONFIRMATION, BY_OWNER, false},
    {KIND_ASSIGNMENT, BY_OWNER, false},
    {KIND_OFFICE_CHANGE, BY_CITY, false},
    {KIND_POSTS, BY_CITY, false},
    {KIND_RELEASE, BY_FILLER, false},
    {KIND_RELEASE, BY_CITY, false},
    {KIND_UNLOCK, BY_CITY, false},
    {KIND_OVERRIDE, BY_CITY, false},
    {KIND_FORMS, BY_CITY, false},
    {KIND_PAPER, BY_ANYONE, false},
    {KIND_ROLES, BY_CITY, false},
    {KIND_CHECKS, BY_CITY, false},
    {KIND_WEIGHTS, BY_CITY, false},
    {KIND_PROJECT, BY_LEAD, false},
    {KIND_PROJECT, BY_OWNER, false},
    {KIND_PROJECT, BY_CITY, false},
    {KIND_VERIFICATION, BY_CITY, false},
    {KIND_REDACTION, BY_CITY, false},
    {KIND_ACCESS, BY_CITY, false},
};

const role_row *roles_default(uint32_t *rows_n) {
    *rows_n = sizeof defaults / sizeof defaults[0];
    return defaults;
}

const role_row *roles_in_force(const ledger *l, uint32_t *rows_n) {
    if (l->roles == NULL || l->roles->version == 0) return roles_default(rows_n);
    *rows_n = l->roles->rows_n;
    return l->roles->rows;
}

bool roles_can_hold(event_kind kind, relation_kind by) {
    role_scope scope = scopes[kind];
    if (scope == SCOPE_FIXED) return false;
    switch (by) {
    case BY_CITY:
    case BY_ANYONE: return true;
    case BY_LEAD:
    case BY_FURTHER_LEAD:
    case BY_RESPONSIBLE: return scope == SCOPE_TASK || scope == SCOPE_ITEM;
    case BY_OWNER:
    case BY_PARENT: return scope == SCOPE_OFFICE || scope == SCOPE_ITEM;
    case BY_FILLER: return scope == SCOPE_SOURCE || scope == SCOPE_ITEM;
    default: return false; /* of a paper: its form says who */
    }
}

static duban_status check_row(const roles_words *words, uint32_t i, const verdict *v) {
    const role_row *row = &words->rows[i];
    if (row->kind <= KIND_NONE || row->kind >= KIND_COUNT ||
        scopes[row->kind] == SCOPE_FIXED)
        return refuse_found(v, DUBAN_E_RULES, "kind", row->kind);
    if (!roles_can_hold(row->kind, row->by))
        return refuse_found(v, DUBAN_E_RULES, "by", row->by);
    if (row->not_own && scopes[row->kind] != SCOPE_ITEM)
        return refuse(v, DUBAN_E_RULES, "not_own");
    for (uint32_t j = 0; j < i; j++)
        if (words->rows[j].kind == row->kind && words->rows[j].by == row->by)
            return refuse_found(v, DUBAN_E_RULES, "rows", j + 1);
    return DUBAN_OK;
}

static bool city_keeps(const roles_words *words, event_kind kind) {
    for (uint32_t i = 0; i < words->rows_n; i++)
        if (words->rows[i].kind == kind &&
            (words->rows[i].by == BY_CITY || words->rows[i].by == BY_ANYONE))
            return true;
    return false;
}

static cell_name name_of_cell(void) {
    return (cell_name){.kind = CELL_TABLE, .node = TABLE_ROLES};
}

/* Room for the table and for the cell that shows it on every board. */
static bool reserve(ledger *l, uint32_t rows_n) {
    cell_name name = name_of_cell();
    if (l->roles == NULL) {
        l->roles = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *l->roles);
        if (l->roles == NULL) return false;
        memset(l->roles, 0, sizeof *l->roles);
    }
    role_row *rows = memory_room(&l->memory, l->roles->rows, &l->roles->rows_room, rows_n,
                                 sizeof *rows);
    if (rows == NULL) return false;
    l->roles->rows = rows;
    for (uint32_t i = 0; i < l->plans_n; i++) {
        board *b = &l->plans[i]->board;
        if (!l->plans[i]->published || cells_find(&b->cells, &name) != NONE) continue;
        if (!cells_reserve(&b->cells, &l->memory, 1) ||
            !board_reserve_page(b, &l->memory, 0, 1))
            return false;
    }
    return true;
}

duban_status roles_check(ledger *l, const roles_words *words, uint32_t signer,
                         const verdict *v) {
    (void)signer;
    uint32_t version = l->roles == NULL ? 0 : l->roles->version;
    if (words->version != version + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "version", words->version,
                             (uint64_t)version + 1);
    if (words->rows_n > ROLE_ROWS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "rows", words->rows_n, ROLE_ROWS_MAX);
    for (uint32_t i = 0; i < words->rows_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_row(words, i, &at);
        if (status != DUBAN_OK) return status;
    }
    if (!city_keeps(words, KIND_ROLES))
        return refuse_text(v, DUBAN_E_RULES, "rows", "", "roles");
    if (!city_keeps(words, KIND_KEYS))
        return refuse_text(v, DUBAN_E_RULES, "rows", "", "keys");
    return reserve(l, words->rows_n) ? DUBAN_OK : refuse_memory(v);
}

void roles_show(const ledger *l, plan *p, uint64_t index) {
    if (l->roles == NULL || l->roles->version == 0) return;
    cell_name name = name_of_cell();
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) at = board_add(&p->board, &name, 0, index);
    board_put(&p->board, at, &(cell){.table = {l->roles->version, l->roles->index}},
              index);
}

void roles_apply(ledger *l, uint64_t index, const roles_words *words, uint32_t signer) {
    (void)signer;
    l->roles->version = words->version;
    l->roles->index = index;
    l->roles->rows_n = words->rows_n;
    memcpy(l->roles->rows, words->rows, words->rows_n * sizeof *words->rows);
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published) roles_show(l, l->plans[i], index);
    trace_say(l, "%" PRIu64 " roles version %" PRIu32 " -> %" PRIu32 " rows", index,
              words->version, words->rows_n);
}

void roles_free(ledger *l) {
    if (l->roles == NULL) return;
    memory_free(&l->memory, l->roles->rows, l->roles->rows_room, sizeof(role_row));
    l->memory.resize(l->memory.ctx, l->roles, sizeof *l->roles, 0);
    l->roles = NULL;
}

void roles_page(const ledger *l, page_writer *w) {
    if (l->roles == NULL || l->roles->version == 0) return;
    page_put_text(w, "roles");
    page_put_u32(w, l->roles->version);
    page_put_u64(w, l->roles->index);
    page_put_u32(w, l->roles->rows_n);
    for (uint32_t i = 0; i < l->roles->rows_n; i++) {
        page_put_u32(w, (uint32_t)l->roles->rows[i].kind);
        page_put_u32(w, (uint32_t)l->roles->rows[i].by);
        page_put_u32(w, l->roles->rows[i].not_own);
    }
}

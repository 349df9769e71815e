#include "broker/ledger/weights.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/rank.h"
#include "broker/ledger/trace.h"
#include "proto/codec.h"

struct weight_table {
    weights_words words; /* in texts; version 0: none yet */
    pool texts;
    weights_words next; /* what a check has prepared, in the ledger's pending texts */
};

static bool in_range(decimal value) {
    return value.micro >= 0 && value.micro <= WEIGHT_MAX * DECIMAL_MICRO;
}

/* --- check -------------------------------------------------------------------------- */

static duban_status check_row(const plan *p, const weights_words *words, uint32_t at,
                              const verdict *v) {
    const weight_row *row = &words->rows[at];
    if (row->task == 0 && row->metric != 0)
        return refuse_found(v, DUBAN_E_RULES, "metric", row->metric);
    if (row->task != 0) {
        uint32_t task = plan_find_task(p, row->task);
        if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", row->task);
        if (row->metric != 0 && plan_find_metric(p, task, row->metric) == NONE)
            return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "metric", row->metric);
    }
    if (!in_range(row->weight))
        return refuse_decimal(v, DUBAN_E_RULES, "weight", row->weight,
                              decimal_of_int(WEIGHT_MAX));
    for (uint32_t i = 0; i < at; i++)
        if (words->rows[i].task == row->task && words->rows[i].metric == row->metric)
            return refuse_number(v, DUBAN_E_DUPLICATE, "rows", at + 1, i + 1);
    return DUBAN_OK;
}

static duban_status check_rows(const plan *p, const weights_words *words,
                               const verdict *v) {
    bool weighs = false;
    if (words->rows_n > WEIGHT_ROWS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "rows", words->rows_n, WEIGHT_ROWS_MAX);
    for (uint32_t i = 0; i < words->rows_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_row(p, words, i, &at);
        if (status != DUBAN_OK) return status;
        weighs = weighs || words->rows[i].weight.micro > 0;
    }
    return weighs ? DUBAN_OK : refuse(v, DUBAN_E_RULES, "rows");
}

/* A kind of office is ranked in one group at most; GROUP is a name, not an office. */
static duban_status check_group(const rank_group *group, bool taken[OFFICE_KIND_COUNT],
                                const verdict *v) {
    if (*group->zh == '\0' || *group->en == '\0')
        return refuse(v, DUBAN_E_RULES, *group->zh == '\0' ? "zh" : "en");
    if (group->kinds_n == 0) return refuse(v, DUBAN_E_RULES, "kinds");
    for (uint32_t i = 0; i < group->kinds_n; i++) {
        office_kind kind = group->kinds[i];
        if (kind <= OFFICE_NONE || kind >= OFFICE_GROUP)
            return refuse_found(v, DUBAN_E_RULES, "kinds", kind);
        if (taken[kind]) return refuse_found(v, DUBAN_E_DUPLICATE, "kinds", kind);
        taken[kind] = true;
    }
    return DUBAN_OK;
}

static duban_status check_groups(const weights_words *words, const verdict *v) {
    bool taken[OFFICE_KIND_COUNT] = {false};
    if (words->groups_n == 0) return refuse(v, DUBAN_E_RULES, "groups");
    if (words->groups_n > RANK_GROUPS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "groups", words->groups_n,
                             RANK_GROUPS_MAX);
    for (uint32_t i = 0; i < words->groups_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_group(&words->groups[i], taken, &at);
        if (status != DUBAN_OK) return status;
    }
    return DUBAN_OK;
}

static duban_status check_bounds(const weights_words *words, const verdict *v) {
    if (!words->has_least || !in_range(words->least))
        return refuse(v, DUBAN_E_RULES, "least");
    if (!words->has_most || !in_range(words->most) ||
        decimal_compare(words->most, words->least) <= 0)
        return refuse_decimal(v, DUBAN_E_RULES, "most", words->most, words->least);
    return DUBAN_OK;
}

/* A copy in the check's pool, which the apply takes over. */
static bool prepare(ledger *l, plan *p, const weights_words *words) {
    event copy = {.kind = KIND_WEIGHTS, .weights = *words};
    pool_taker taker = {&l->pending.texts, &l->memory};
    struct weight_table *table = p->weights;
    if (table == NULL) {
        table = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *table);
        if (table == NULL) return false;
        memset(table, 0, sizeof *table);
        p->weights = table;
    }
    if (!codec_event_copy(&copy, pool_taking, &taker)) return false;
    table->next = copy.weights;
    return true;
}

static uint32_t version_of(const plan *p) {
    return p->weights == NULL ? 0 : p->weights->words.version;
}

duban_status weights_check(ledger *l, const weights_words *words, uint32_t signer,
                           const verdict *v) {
    plan *p = NULL;
    (void)signer; /* the table of roles says who may */
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    if (words->version != version_of(p) + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "version", words->version,
                             (uint64_t)version_of(p) + 1);
    status = check_rows(p, words, v);
    if (status == DUBAN_OK) status = check_groups(words, v);
    if (status == DUBAN_OK) status = check_bounds(words, v);
    if (status != DUBAN_OK) return status;
    if (!prepare(l, p, words) || !cells_reserve(&p->board.cells, &l->memory, 1) ||
        !board_reserve_page(&p->board, &l->memory, 0, 1))
        return refuse_memory(v);
    return DUBAN_OK;
}

/* --- apply -------------------------------------------------------------------------- */

void weights_apply(ledger *l, uint64_t index, const weights_words *words,
                   uint32_t signer) {
    plan *p = ledger_plan(l, words->plan);
    struct weight_table *table = p->weights;
    (void)signer;
    pool_free(&table->texts, &l->memory);
    table->texts = l->pending.texts;
    l->pending.texts = (pool){0};
    table->words = table->next;
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_WEIGHTS};
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) at = board_add(&p->board, &name, 0, index);
    board_put(&p->board, at, &(cell){.table = {words->version, index}}, index);
    trace_say(l,
              "%" PRIu64 " weights %s version %" PRIu32 ", %" PRIu32 " rows, %" PRIu32
              " groups",
              index, p->code, words->version, words->rows_n, words->groups_n);
}

const weights_words *rank_table(const ledger *l, uint32_t number) {
    const plan *p = ledger_plan(l, number);
    return p == NULL || version_of(p) == 0 ? NULL : &p->weights->words;
}

/* --- memory and page ---------------------------------------------------------------- */

void weights_free(plan *p, const ledger_allocator *m) {
    if (p->weights == NULL) return;
    pool_free(&p->weights->texts, m);
    m->resize(m->ctx, p->weights, sizeof *p->weights, 0);
    p->weights = NULL;
}

/* The table's cell names its entry; the table itself is what later ranks stand on. */
void weights_page(const plan *p, page_writer *w) {
    if (version_of(p) == 0) return;
    const weights_words *words = &p->weights->words;
    page_put_u32(w, TABLE_WEIGHTS);
    page_put_u32(w, words->version);
    page_put_u32(w, words->rows_n);
    for (uint32_t i = 0; i < words->rows_n; i++) {
        page_put_u32(w, words->rows[i].task);
        page_put_u32(w, words->rows[i].metric);
        page_put_u64(w, (uint64_t)words->rows[i].weight.micro);
    }
    page_put_u32(w, words->groups_n);
    for (uint32_t i = 0; i < words->groups_n; i++) {
        const rank_group *group = &words->groups[i];
        page_put_text(w, group->zh);
        page_put_text(w, group->en);
        page_put_u32(w, group->kinds_n);
        for (uint32_t k = 0; k < group->kinds_n; k++)
            page_put_u32(w, (uint32_t)group->kinds[k]);
    }
    page_put_u64(w, (uint64_t)words->least.micro);
    page_put_u64(w, (uint64_t)words->most.micro);
}

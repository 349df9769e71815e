#include "broker/ledger/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/ledger/trace.h"
#include "broker/ledger/value.h"

struct check_table {
    uint32_t version; /* 0: none yet, room was made for the first */
    uint64_t index;
    const check_row_words *rows; /* in texts */
    uint32_t rows_n;
    pool texts;
    const check_row_words *next_rows; /* made by the last check, in next_texts */
    pool next_texts;
};

static const char *const test_names[TEST_COUNT] = {
    [TEST_NONE] = "",
    [TEST_RANGE] = "range",
    [TEST_NOT_FALLING] = "not_falling",
    [TEST_NOT_NEGATIVE] = "not_negative",
    [TEST_CHANGE] = "change",
    [TEST_BOTH_OR_NEITHER] = "both_or_neither",
    [TEST_EXCLUSIVE] = "exclusive",
    [TEST_NOT_ABOVE] = "not_above",
    [TEST_WITH_EVIDENCE] = "with_evidence"};

const char *check_test_name(check_test test) {
    return test > TEST_NONE && test < TEST_COUNT ? test_names[test] : "";
}

/* --- the table ---------------------------------------------------------------------- */

static bool is_pair(check_test test) {
    return test == TEST_BOTH_OR_NEITHER || test == TEST_EXCLUSIVE ||
           test == TEST_NOT_ABOVE;
}

static duban_status check_metric(const plan *p, const check_row_words *row, uint32_t id,
                                 const char *field, const verdict *v) {
    uint32_t task = plan_find_task(p, row->task);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", row->task);
    if (plan_find_metric(p, task, id) == NONE)
        return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, field, id);
    return DUBAN_OK;
}

/* What the row is about. */
static duban_status check_place(const plan *p, const check_row_words *row,
                                const verdict *v) {
    bool pair = is_pair(row->test);
    if (row->task == 0 && row->metric != 0)
        return refuse_found(v, DUBAN_E_RULES, "metric", row->metric);
    if (row->task != 0 && plan_find_task(p, row->task) == NONE)
        return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", row->task);
    if (pair && row->metric == 0) return refuse(v, DUBAN_E_RULES, "metric");
    if (pair != (row->other != 0) || (pair && row->other == row->metric))
        return refuse_found(v, DUBAN_E_RULES, "other", row->other);
    duban_status status = DUBAN_OK;
    if (row->metric != 0) status = check_metric(p, row, row->metric, "metric", v);
    if (status == DUBAN_OK && pair) status = check_metric(p, row, row->other, "other", v);
    return status;
}

static duban_status check_row(const plan *p, const check_row_words *row,
                              const verdict *v) {
    if (row->severity <= SEVERITY_NONE || row->severity >= SEVERITY_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "severity", row->severity);
    if (row->test <= TEST_NONE || row->test >= TEST_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "test", row->test);
    bool range = row->test == TEST_RANGE;
    bool change = row->test == TEST_CHANGE;
    if (row->has_low && !range) return refuse(v, DUBAN_E_RULES, "low");
    if ((row->has_high && !range && !change) || (change && !row->has_high) ||
        (range && !row->has_low && !row->has_high))
        return refuse(v, DUBAN_E_RULES, "high");
    if (row->has_low && row->has_high && decimal_compare(row->low, row->high) > 0)
        return refuse_decimal(v, DUBAN_E_RULES, "high", row->high, row->low);
    if (change && row->high.micro < 0)
        return refuse_decimal(v, DUBAN_E_RULES, "high", row->high, (decimal){0});
    if (row->history_min > (change ? ROUNDS_MAX : 0))
        return refuse_number(v, DUBAN_E_RULES, "history_min", row->history_min,
                             change ? ROUNDS_MAX : 0);
    return check_place(p, row, v);
}

static cell_name name_of_cell(void) {
    return (cell_name){.kind = CELL_TABLE, .node = TABLE_CHECKS};
}

/* Copies the rows beside the table that stands. */
static bool prepare(ledger *l, plan *p, const checks_words *words) {
    const ledger_allocator *m = &l->memory;
    if (p->checks == NULL) {
        p->checks = m->resize(m->ctx, NULL, 0, sizeof *p->checks);
        if (p->checks == NULL) return false;
        memset(p->checks, 0, sizeof *p->checks);
    }
    struct check_table *table = p->checks;
    pool_free(&table->next_texts, m);
    check_row_words *rows =
        pool_take(&table->next_texts, m, words->rows_n * sizeof *rows);
    if (rows == NULL) return false;
    for (uint32_t i = 0; i < words->rows_n; i++) {
        rows[i] = words->rows[i];
        rows[i].zh = pool_text(&table->next_texts, m, words->rows[i].zh);
        rows[i].en = pool_text(&table->next_texts, m, words->rows[i].en);
        if (rows[i].zh == NULL || rows[i].en == NULL) return false;
    }
    table->next_rows = rows;
    cell_name name = name_of_cell();
    return cells_find(&p->board.cells, &name) != NONE ||
           (cells_reserve(&p->board.cells, m, 1) &&
            board_reserve_page(&p->board, m, 0, 1));
}

duban_status checks_check(ledger *l, const checks_words *words, uint32_t signer,
                          const verdict *v) {
    (void)signer;
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t version = p->checks == NULL ? 0 : p->checks->version;
    if (words->version != version + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "version", words->version,
                             (uint64_t)version + 1);
    if (words->rows_n > CHECK_ROWS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "rows", words->rows_n, CHECK_ROWS_MAX);
    for (uint32_t i = 0; i < words->rows_n; i++) {
        verdict at = {v->refusal, i + 1};
        status = check_row(p, &words->rows[i], &at);
        if (status != DUBAN_OK) return status;
    }
    return prepare(l, p, words) ? DUBAN_OK : refuse_memory(v);
}

void checks_apply(ledger *l, uint64_t index, const checks_words *words, uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    struct check_table *table = p->checks;
    pool_free(&table->texts, &l->memory);
    table->texts = table->next_texts;
    table->next_texts = (pool){0};
    table->rows = table->next_rows;
    table->next_rows = NULL;
    table->rows_n = words->rows_n;
    table->version = words->version;
    table->index = index;
    cell_name name = name_of_cell();
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) at = board_add(&p->board, &name, 0, index);
    board_put(&p->board, at, &(cell){.table = {table->version, index}}, index);
    trace_say(l, "%" PRIu64 " checks %s version %" PRIu32 " -> %" PRIu32 " rows", index,
              p->code, table->version, table->rows_n);
}

void checks_free(plan *p, const ledger_allocator *m) {
    if (p->checks == NULL) return;
    pool_free(&p->checks->texts, m);
    pool_free(&p->checks->next_texts, m);
    m->resize(m->ctx, p->checks, sizeof *p->checks, 0);
    p->checks = NULL;
}

void checks_page(const plan *p, page_writer *w) {
    if (p->checks == NULL || p->checks->version == 0) return;
    page_put_text(w, "checks");
    page_put_u32(w, p->checks->version);
    page_put_u32(w, p->checks->rows_n);
    for (uint32_t i = 0; i < p->checks->rows_n; i++) {
        const check_row_words *row = &p->checks->rows[i];
        page_put_u32(w, (uint32_t)row->severity);
        page_put_u32(w, (uint32_t)row->test);
        page_put_u32(w, row->task);
        page_put_u32(w, row->metric);
        page_put_u32(w, row->other);
        page_put_u32(w, row->has_low);
        page_put_u64(w, row->has_low ? (uint64_t)row->low.micro : 0);
        page_put_u32(w, row->has_high);
        page_put_u64(w, row->has_high ? (uint64_t)row->high.micro : 0);
        page_put_u32(w, row->history_min);
        page_put_text(w, row->zh);
        page_put_text(w, row->en);
    }
}

/* --- a submission under the table --------------------------------------------------- */

typedef struct looking {
    const ledger *l;
    const plan *p;
    const submission_words *words;
    uint32_t signer;
} looking;

/* A value of the submission, and where it goes. */
typedef struct stated {
    const statement_words *s;
    uint32_t office;
    uint32_t task;
    uint32_t duty;
    uint32_t round;
    bool known; /* what stands there is known to this ledger */
} stated;

static uint32_t office_of(const looking *in, const statement_words *s) {
    return s->office == 0 ? in->signer : s->office;
}

/* The series of that metric of the item; NONE when it is not asked of it. */
static uint32_t series_of(const looking *in, const stated *at, uint32_t metric_id) {
    uint32_t metric = plan_find_metric(in->p, at->task, metric_id);
    if (metric == NONE || in->p->metrics[metric].first_round > at->round) return NONE;
    return plan_find_series(in->p, at->duty, metric);
}

/* False for what is no value, or one that names nothing of the plan. */
static bool place(const looking *in, const statement_words *s, stated *out) {
    if (s->kind != STATEMENT_VALUE) return false;
    *out = (stated){.s = s, .office = office_of(in, s)};
    out->task = plan_find_task(in->p, s->task);
    out->round = plan_find_round(in->p, s->period);
    if (out->task == NONE || out->round == NONE || out->round >= in->p->rounds_begun)
        return false;
    out->duty = plan_find_duty(in->p, out->task, out->office);
    out->known = ledger_knows(in->l, out->office, in->signer);
    return out->duty != NONE && series_of(in, out, s->value.metric) != NONE;
}

/* What the submission says of a series, in any round. */
static uint32_t gather(const looking *in, const stated *at, uint32_t metric_id,
                       value_said out[STATEMENTS_MAX]) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < in->words->statements_n; i++) {
        const statement_words *s = &in->words->statements[i];
        if (s->kind != STATEMENT_VALUE || s->task != at->s->task ||
            s->value.metric != metric_id || office_of(in, s) != at->office)
            continue;
        uint32_t round = plan_find_round(in->p, s->period);
        if (round == NONE || round >= in->p->rounds_begun) continue;
        out[n++] = (value_said){round, s->value.mode, s->value.amount};
    }
    return n;
}

/* Whether the submission states that metric of the same item. */
static bool states(const looking *in, const stated *at, uint32_t metric_id) {
    for (uint32_t i = 0; i < in->words->statements_n; i++) {
        const statement_words *s = &in->words->statements[i];
        if (s->kind == STATEMENT_VALUE && s->task == at->s->task &&
            s->value.metric == metric_id && office_of(in, s) == at->office &&
            period_equal(s->period, at->s->period))
            return true;
    }
    return false;
}

/* What would count of a metric of the item. */
static bool would_be(const looking *in, const stated *at, uint32_t metric_id,
                     decimal *out) {
    value_said said[STATEMENTS_MAX];
    uint32_t series = series_of(in, at, metric_id);
    if (series == NONE) return false;
    uint32_t said_n = gather(in, at, metric_id, said);
    return value_would_be(in->p, series, at->round, said, said_n, out);
}

/* --- the tests: each says whether the row is gone against, and how ------------------ */

#define HUNDRED ((__int128)100 * DECIMAL_MICRO)

static void write_span(decimal low, decimal high, char *out, size_t size) {
    char a[DECIMAL_TEXT_SIZE];
    char b[DECIMAL_TEXT_SIZE];
    decimal_write(low, a);
    decimal_write(high, b);
    snprintf(out, size, "%s..%s", a, b);
}

static bool range(const check_row_words *row, const stated *at, check_note *out) {
    decimal amount = at->s->value.amount;
    bool low = row->has_low && decimal_compare(amount, row->low) < 0;
    bool high = row->has_high && decimal_compare(amount, row->high) > 0;
    if (!low && !high) return false;
    char a[DECIMAL_TEXT_SIZE] = "";
    char b[DECIMAL_TEXT_SIZE] = "";
    if (row->has_low) decimal_write(row->low, a);
    if (row->has_high) decimal_write(row->high, b);
    decimal_write(amount, out->found);
    snprintf(out->expected, sizeof out->expected, "%s..%s", a, b);
    return true;
}

static bool negative(const stated *at, check_note *out) {
    if (at->s->value.amount.micro >= 0) return false;
    decimal_write(at->s->value.amount, out->found);
    snprintf(out->expected, sizeof out->expected, "0..");
    return true;
}

static bool falling(const looking *in, const stated *at, check_note *out) {
    value_said said[STATEMENTS_MAX];
    uint32_t series = series_of(in, at, at->s->value.metric);
    uint32_t said_n = gather(in, at, at->s->value.metric, said);
    decimal now;
    decimal before;
    if (!value_would_be(in->p, series, at->round, said, said_n, &now)) return false;
    for (uint32_t r = at->round; r > 0; r--) {
        if (!value_would_be(in->p, series, r - 1, said, said_n, &before)) continue;
        if (decimal_compare(now, before) >= 0) return false;
        decimal_write(now, out->found);
        decimal_write(before, out->expected);
        return true;
    }
    return false;
}

/* Further than so many percent from what it was; nothing is a percent of 0. */
static bool far_off(decimal now, decimal before, decimal percent, check_note *out) {
    __int128 distance = (__int128)now.micro - before.micro;
    __int128 size = before.micro;
    if (distance < 0) distance = -distance;
    if (size < 0) size = -size;
    if (size == 0 || distance * HUNDRED <= size * percent.micro) return false;
    decimal room = {0};
    decimal_write(now, out->found);
    if (decimal_scale(size, percent.micro, HUNDRED, &room) && decimal_in_range(room))
        write_span((decimal){before.micro - room.micro},
                   (decimal){before.micro + room.micro}, out->expected,
                   sizeof out->expected);
    else
        decimal_write(before, out->expected);
    return true;
}

static bool changes(const looking *in, const check_row_words *row, const stated *at,
                    check_note *out) {
    value_said said[STATEMENTS_MAX];
    uint32_t series = series_of(in, at, at->s->value.metric);
    uint32_t said_n = gather(in, at, at->s->value.metric, said);
    uint32_t history = 0;
    decimal now;
    decimal before = {0};
    decimal any;
    if (!value_would_add(in->p, series, at->round, said, said_n, &now)) return false;
    for (uint32_t r = at->round; r > 0; r--) {
        if (!value_would_add(in->p, series, r - 1, said, said_n, &any)) continue;
        if (history++ == 0) before = any;
    }
    if (history == 0 || history < row->history_min) return false;
    return far_off(now, before, row->high, out);
}

static bool alone(const looking *in, const check_row_words *row, const stated *at,
                  check_note *out) {
    uint32_t mine = at->s->value.metric;
    uint32_t other = mine == row->metric ? row->other : row->metric;
    if (states(in, at, other)) return false;
    snprintf(out->found, sizeof out->found, "M%" PRIu32, mine);
    snprintf(out->expected, sizeof out->expected, "M%" PRIu32 " M%" PRIu32, row->metric,
             row->other);
    return true;
}

/* EXCLUSIVE and NOT_ABOVE are told of once, at the metric when both are stated. */
static bool compared(const looking *in, const check_row_words *row, const stated *at,
                     check_note *out) {
    decimal metric;
    decimal other;
    bool turned = at->s->value.metric == row->other;
    if (turned && states(in, at, row->metric)) return false;
    if (!would_be(in, at, row->metric, &metric) || !would_be(in, at, row->other, &other))
        return false;
    if (row->test == TEST_EXCLUSIVE) {
        if (metric.micro <= 0 || other.micro <= 0) return false;
        decimal_write(turned ? other : metric, out->found);
        snprintf(out->expected, sizeof out->expected, "0");
        return true;
    }
    if (decimal_compare(metric, other) <= 0) return false;
    decimal_write(turned ? other : metric, out->found);
    decimal_write(turned ? metric : other, out->expected);
    return true;
}

static bool without_evidence(const looking *in, check_note *out) {
    if (in->words->evidence_n > 0) return false;
    snprintf(out->found, sizeof out->found, "0");
    snprintf(out->expected, sizeof out->expected, "1");
    return true;
}

static bool goes_against(const looking *in, const check_row_words *row, const stated *at,
                         check_note *out) {
    uint32_t metric = at->s->value.metric;
    bool pair = is_pair(row->test);
    if (row->task != 0 && row->task != at->s->task) return false;
    if (row->metric != 0 && row->metric != metric && !(pair && row->other == metric))
        return false;
    switch (row->test) {
    case TEST_RANGE: return range(row, at, out);
    case TEST_NOT_NEGATIVE: return negative(at, out);
    case TEST_BOTH_OR_NEITHER: return alone(in, row, at, out);
    case TEST_WITH_EVIDENCE: return without_evidence(in, out);
    case TEST_NOT_FALLING: return at->known && falling(in, at, out);
    case TEST_CHANGE: return at->known && changes(in, row, at, out);
    case TEST_EXCLUSIVE:
    case TEST_NOT_ABOVE: return at->known && compared(in, row, at, out);
    default: return false;
    }
}

static void find_all(const looking *in, check_visit visit, void *ctx) {
    const struct check_table *table = in->p->checks;
    if (table == NULL || table->version == 0) return;
    for (uint32_t i = 0; i < in->words->statements_n; i++) {
        stated at;
        if (!place(in, &in->words->statements[i], &at)) continue;
        for (uint32_t r = 0; r < table->rows_n; r++) {
            const check_row_words *row = &table->rows[r];
            check_note note = {.line = i + 1,
                               .row = r + 1,
                               .severity = row->severity,
                               .test = row->test,
                               .commented = at.s->value.comment.present,
                               .zh = row->zh,
                               .en = row->en};
            if (goes_against(in, row, &at, &note) && !visit(ctx, &note)) return;
        }
    }
}

void ledger_notes(ledger *l, const event *ev, check_visit visit, void *ctx) {
    if (ev->kind != KIND_SUBMISSION || ev->submission.statements_n > STATEMENTS_MAX)
        return;
    const plan *p = ledger_plan(l, ev->submission.plan);
    if (p == NULL || !p->published) return;
    looking in = {l, p, &ev->submission, ev->office};
    find_all(&in, visit, ctx);
}

/* The first finding that refuses. */
typedef struct stop {
    const verdict *v;
    duban_status status;
} stop;

static bool stop_at(void *ctx, const check_note *note) {
    stop *s = ctx;
    duban_status status = note->severity == SEVERITY_ERROR ? DUBAN_E_CHECK
                          : note->severity == SEVERITY_WARNING && !note->commented
                              ? DUBAN_E_COMMENT_NEEDED
                              : DUBAN_OK;
    if (status == DUBAN_OK) return true;
    verdict at = {s->v->refusal, note->line};
    s->status = refuse_text(&at, status, check_test_name(note->test), note->found,
                            note->expected);
    return false;
}

duban_status checks_submission(ledger *l, const plan *p, const submission_words *words,
                               uint32_t signer, const verdict *v) {
    if (l->folding) return DUBAN_OK;
    looking in = {l, p, words, signer};
    stop first = {v, DUBAN_OK};
    find_all(&in, stop_at, &first);
    return first.status;
}

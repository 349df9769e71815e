#include "broker/ledger/light.h"

#include <string.h>

#include "broker/ledger/refresh.h"

#define DUE_DAYS_MAX 366

static bool due(workdays *days, int32_t today, const light_inputs *in, uint32_t within) {
    return in->deadline != 0 && !in->met && today <= in->deadline &&
           today >= workdays_due_from(days, in->deadline, within);
}

static bool row_matches(const light_row *row, workdays *days, int32_t today,
                        const light_inputs *in) {
    if (row->has_margin_below &&
        (!in->has_margin || (row->nature != NATURE_NONE && row->nature != in->nature) ||
         decimal_compare(in->margin, row->margin_below) >= 0))
        return false;
    if ((row->overdue && !in->overdue) || (row->met && !in->met) ||
        (row->no_timetable && !in->no_timetable) || (row->no_data && !in->no_data))
        return false;
    if (in->missing < row->missing_min || in->running < row->running_min) return false;
    return row->due_within == 0 || due(days, today, in, row->due_within);
}

light_choice light_pick(const light_table *table, workdays *days, int32_t today,
                        const light_inputs *in) {
    for (uint32_t i = 0; i < table->rows_n; i++) {
        const light_row *row = &table->rows[i];
        if (row_matches(row, days, today, in))
            return (light_choice){row->grade, row->cause, i + 1};
    }
    return (light_choice){GRADE_NONE, CAUSE_NONE, 0};
}

int32_t light_next_day(const light_table *table, workdays *days, int32_t today,
                       int32_t deadline) {
    int32_t next = deadline >= today ? deadline + 1 : INT32_MAX;
    for (uint32_t i = 0; i < table->rows_n; i++) {
        if (table->rows[i].due_within == 0) continue;
        int32_t from = workdays_due_from(days, deadline, table->rows[i].due_within);
        if (from > today && from < next) next = from;
    }
    return next;
}

uint32_t light_rank(const light_table *table, grade value) {
    if (table->order_n == 0) return value;
    for (uint32_t i = 0; i < table->order_n; i++)
        if (table->order[i] == value) return i + 1;
    return 0;
}

bool light_runs(const light_table *table, grade value) {
    grade from = table->running_from == GRADE_NONE ? GRADE_YELLOW : table->running_from;
    uint32_t rank = light_rank(table, value);
    return rank > 0 && rank >= light_rank(table, from);
}

static bool unconditional(const light_row *row) {
    return !row->has_margin_below && row->due_within == 0 && row->missing_min == 0 &&
           row->running_min == 0 && !row->overdue && !row->met && !row->no_timetable &&
           !row->no_data;
}

/* What a metric or node says and what reporting says are looked at apart, so a row that
 * asks both never matches. */
static bool asks_both(const light_row *row) {
    bool reporting = row->missing_min > 0 || row->running_min > 0;
    return reporting && (row->has_margin_below || row->due_within > 0 || row->overdue ||
                         row->met || row->no_data);
}

static duban_status check_row(const light_row *row, const verdict *v) {
    if (row->grade <= GRADE_NONE || row->grade >= GRADE_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "grade", row->grade);
    if (row->cause <= CAUSE_NONE || row->cause >= CAUSE_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "cause", row->cause);
    if (row->nature < NATURE_NONE || row->nature >= NATURE_COUNT ||
        (row->nature != NATURE_NONE && !row->has_margin_below))
        return refuse_found(v, DUBAN_E_RULES, "nature", row->nature);
    if (asks_both(row))
        return refuse(v, DUBAN_E_RULES,
                      row->missing_min > 0 ? "missing_min" : "running_min");
    if (row->due_within > DUE_DAYS_MAX)
        return refuse_number(v, DUBAN_E_RULES, "due_within", row->due_within,
                             DUE_DAYS_MAX);
    return DUBAN_OK;
}

duban_status light_check(const ledger *l, const lights_words *words, const verdict *v) {
    const plan *p = ledger_plan(l, words->plan);
    if (p == NULL) return refuse_found(v, DUBAN_E_UNKNOWN_PLAN, "plan", words->plan);
    if (words->version != p->lights.version + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "version", words->version,
                             (uint64_t)p->lights.version + 1);
    if (words->rows_n == 0 || words->rows_n > LIGHT_ROWS_MAX)
        return refuse_number(v, DUBAN_E_RULES, "rows", words->rows_n, LIGHT_ROWS_MAX);
    for (uint32_t i = 0; i < words->rows_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_row(&words->rows[i], &at);
        if (status != DUBAN_OK) return status;
    }
    if (!unconditional(&words->rows[words->rows_n - 1]))
        return refuse(&(verdict){v->refusal, words->rows_n}, DUBAN_E_RULES, "rows");
    return DUBAN_OK;
}

void light_apply(ledger *l, uint64_t index, const lights_words *words) {
    plan *p = ledger_plan(l, words->plan);
    p->lights.version = words->version;
    p->lights.rows_n = words->rows_n;
    memcpy(p->lights.rows, words->rows, words->rows_n * sizeof *words->rows);
    if (!p->published) {
        p->draft_page.dirty = true;
        return;
    }
    p->board.pages[0].dirty = true;
    refresh_plan_cell(l, p, index);
    refresh_all(l, p, index);
}

static bool says_more(const light_row *row) {
    return row->has_margin_from || row->finding || row->closed || row->exempt ||
           row->tolerated;
}

void light_page(const light_table *table, page_writer *w) {
    bool more = table->order_n > 0 || table->running_from != GRADE_NONE;
    for (uint32_t i = 0; i < table->rows_n; i++)
        more = more || says_more(&table->rows[i]);
    if (!more) return;
    page_put_text(w, "lights");
    page_put_u32(w, (uint32_t)table->running_from);
    page_put_u32(w, table->order_n);
    for (uint32_t i = 0; i < table->order_n; i++)
        page_put_u32(w, (uint32_t)table->order[i]);
    for (uint32_t i = 0; i < table->rows_n; i++) {
        const light_row *row = &table->rows[i];
        page_put_u32(w, row->has_margin_from);
        page_put_u64(w, row->has_margin_from ? (uint64_t)row->margin_from.micro : 0);
        page_put_u32(w, row->finding);
        page_put_u32(w, row->closed);
        page_put_u32(w, row->exempt);
        page_put_u32(w, row->tolerated);
    }
}

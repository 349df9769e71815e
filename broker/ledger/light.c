#include "broker/ledger/light.h"

#include <string.h>

#include "broker/ledger/refresh.h"

#define DUE_DAYS_MAX 366

static bool due(workdays *days, int32_t today, const light_inputs *in, uint32_t within) {
    return in->deadline != 0 && !in->met && today <= in->deadline &&
           today >= workdays_due_from(days, in->deadline, within);
}

static bool asks_margin(const light_row *row) {
    return row->has_margin_below || row->has_margin_from;
}

static bool margin_matches(const light_row *row, const light_inputs *in) {
    if (!asks_margin(row)) return true;
    if (!in->has_margin || (row->nature != NATURE_NONE && row->nature != in->nature))
        return false;
    if (row->has_margin_below && decimal_compare(in->margin, row->margin_below) >= 0)
        return false;
    return !row->has_margin_from || decimal_compare(in->margin, row->margin_from) >= 0;
}

static bool row_matches(const light_row *row, workdays *days, int32_t today,
                        const light_inputs *in) {
    if (!margin_matches(row, in)) return false;
    if ((row->overdue && !in->overdue) || (row->met && !in->met) ||
        (row->no_timetable && !in->no_timetable) || (row->no_data && !in->no_data))
        return false;
    if ((row->finding && !in->finding) || (row->closed && !in->closed) ||
        (row->exempt && !in->exempt) || (row->tolerated && !in->tolerated))
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

grade_order light_order(const light_table *table) {
    return (grade_order){table->order, table->order_n, table->running_from};
}

static bool asks_part(const light_row *row) {
    return asks_margin(row) || row->due_within > 0 || row->overdue || row->no_data;
}

static bool asks_reporting(const light_row *row) {
    return row->missing_min > 0 || row->running_min > 0;
}

/* The mark that the row asks for, as its field is called; NULL: none. */
static const char *mark_asked(const light_row *row) {
    return row->finding     ? "finding"
           : row->closed    ? "closed"
           : row->exempt    ? "exempt"
           : row->tolerated ? "tolerated"
                            : NULL;
}

bool light_asks_mark(const light_table *table, uint32_t row) {
    return row > 0 && row <= table->rows_n && mark_asked(&table->rows[row - 1]) != NULL;
}

static bool unconditional(const light_row *row) {
    return !asks_part(row) && !asks_reporting(row) && !row->met && !row->no_timetable &&
           mark_asked(row) == NULL;
}

/* What a metric or node says, what reporting says and what papers have decided of the
 * whole are looked at apart, so a row that asks for two of them never matches. What is
 * met is asked of parts and of the whole, a timetable of parts and of reporting. */
static duban_status check_apart(const light_row *row, const verdict *v) {
    const char *mark = mark_asked(row);
    if (asks_reporting(row) && (asks_part(row) || row->met))
        return refuse(v, DUBAN_E_RULES,
                      row->missing_min > 0 ? "missing_min" : "running_min");
    if (mark != NULL && (asks_part(row) || asks_reporting(row) || row->no_timetable))
        return refuse(v, DUBAN_E_RULES, mark);
    return DUBAN_OK;
}

static duban_status check_row(const light_row *row, const verdict *v) {
    if (row->grade <= GRADE_NONE || row->grade >= GRADE_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "grade", row->grade);
    if (row->cause <= CAUSE_NONE || row->cause >= CAUSE_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "cause", row->cause);
    if (row->nature < NATURE_NONE || row->nature >= NATURE_COUNT ||
        (row->nature != NATURE_NONE && !asks_margin(row)))
        return refuse_found(v, DUBAN_E_RULES, "nature", row->nature);
    if (row->has_margin_below && row->has_margin_from &&
        decimal_compare(row->margin_from, row->margin_below) >= 0)
        return refuse_decimal(v, DUBAN_E_RULES, "margin_from", row->margin_from,
                              row->margin_below);
    duban_status status = check_apart(row, v);
    if (status != DUBAN_OK) return status;
    if (row->due_within > DUE_DAYS_MAX)
        return refuse_number(v, DUBAN_E_RULES, "due_within", row->due_within,
                             DUE_DAYS_MAX);
    return DUBAN_OK;
}

/* An order names each grade once, all that rows give among them. */
static duban_status check_order(const lights_words *words, const verdict *v) {
    grade_order order = {words->order, words->order_n, words->running_from};
    for (uint32_t i = 0; i < words->order_n; i++) {
        grade value = words->order[i];
        if (value <= GRADE_NONE || value >= GRADE_COUNT)
            return refuse_found(v, DUBAN_E_RULES, "order", value);
        for (uint32_t j = 0; j < i; j++)
            if (words->order[j] == value)
                return refuse_found(v, DUBAN_E_RULES, "order", value);
    }
    for (uint32_t i = 0; i < words->rows_n; i++)
        if (grade_rank(&order, words->rows[i].grade) == 0)
            return refuse_found(&(verdict){v->refusal, i + 1}, DUBAN_E_RULES, "grade",
                                words->rows[i].grade);
    if (words->running_from < GRADE_NONE || words->running_from >= GRADE_COUNT ||
        grade_rank(&order, grade_running_from(&order)) == 0)
        return refuse_found(v, DUBAN_E_RULES, "running_from", words->running_from);
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
    return check_order(words, v);
}

void light_apply(ledger *l, uint64_t index, const lights_words *words) {
    plan *p = ledger_plan(l, words->plan);
    p->lights.version = words->version;
    p->lights.rows_n = words->rows_n;
    memcpy(p->lights.rows, words->rows, words->rows_n * sizeof *words->rows);
    p->lights.order_n = words->order_n;
    for (uint32_t i = 0; i < words->order_n; i++)
        p->lights.order[i] = words->order[i];
    p->lights.running_from = words->running_from;
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

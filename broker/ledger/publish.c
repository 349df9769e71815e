#include "broker/ledger/publish.h"

#include <string.h>

#include "broker/ledger/clockwork.h"
#include "broker/ledger/draft.h"
#include "broker/ledger/layout.h"
#include "broker/ledger/posts.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/roles.h"
#include "broker/ledger/task_rules.h"

static duban_status check_window(const plan_publish_words *words, const verdict *v) {
    if (words->window_first > words->window_last ||
        words->window_first < -WINDOW_DAYS_MAX || words->window_last > WINDOW_DAYS_MAX)
        return refuse(v, DUBAN_E_DATE, "window_first");
    if (words->review_days > REVIEW_DAYS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "review_days", words->review_days,
                             REVIEW_DAYS_MAX);
    return DUBAN_OK;
}

/* Rounds one after another from the first day to the last; of the first three quarters
 * there is one. */
static duban_status check_rounds(const plan_publish_words *words, period first,
                                 const verdict *v) {
    uint32_t rounds = 0;
    for (period at = first; at.first_day <= words->last_day;
         at = period_next_of_cycle(words->cycle, at)) {
        int32_t end = period_last_day(at);
        bool gap = words->cycle == PERIOD_THREE_QUARTERS && end != words->last_day;
        if (end > words->last_day || gap)
            return refuse_day(v, DUBAN_E_DATE, "last_day", words->last_day, end, end);
        if (++rounds > ROUNDS_MAX)
            return refuse_number(v, DUBAN_E_LIMIT, "last_day", rounds, ROUNDS_MAX);
        if (words->cutoff_days > (uint32_t)(end - at.first_day))
            return refuse_number(v, DUBAN_E_LIMIT, "cutoff_days", words->cutoff_days,
                                 (uint64_t)(end - at.first_day));
    }
    return DUBAN_OK;
}

static duban_status check_span(const plan_publish_words *words, const verdict *v) {
    if (words->cycle <= PERIOD_NONE || words->cycle >= PERIOD_KIND_COUNT)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "cycle", words->cycle);
    if (words->first_day < DAY_MIN || words->first_day > DAY_MAX ||
        words->last_day > DAY_MAX || words->last_day < words->first_day)
        return refuse_day(v, DUBAN_E_DATE, "last_day", words->last_day, words->first_day,
                          DAY_MAX);
    period first = period_of_cycle(words->cycle, words->first_day);
    if (first.kind ==
        PERIOD_NONE) /* such as a fourth quarter where three are asked for */
        first = period_of_day(PERIOD_YEAR, words->first_day);
    if (first.first_day != words->first_day)
        return refuse_day(v, DUBAN_E_DATE, "first_day", words->first_day, first.first_day,
                          first.first_day);
    duban_status status = check_rounds(words, first, v);
    return status != DUBAN_OK ? status : check_window(words, v);
}

/* No two tasks with one printed number; `before` counts the tasks of earlier chunks. */
static duban_status check_printed(const plan *p, uint32_t chunk_at, uint32_t task_at,
                                  const verdict *v) {
    const char *number = p->chunks[chunk_at].tasks[task_at].number;
    if (*number == '\0') return refuse(v, DUBAN_E_EMPTY, "number");
    for (uint32_t c = 0; c <= chunk_at; c++) {
        uint32_t end = c == chunk_at ? task_at : p->chunks[c].tasks_n;
        for (uint32_t t = 0; t < end; t++)
            if (strcmp(p->chunks[c].tasks[t].number, number) == 0)
                return refuse_text(v, DUBAN_E_DUPLICATE, "number", number, NULL);
    }
    return DUBAN_OK;
}

static duban_status check_tasks(const ledger *l, const plan *p,
                                const plan_publish_words *words, const verdict *v) {
    const task_place place = {l, p, words, l->day};
    uint32_t id = 0;
    for (uint32_t c = 0; c < p->chunks_n; c++)
        for (uint32_t t = 0; t < p->chunks[c].tasks_n; t++) {
            verdict at = {v->refusal, ++id};
            duban_status status = check_printed(p, c, t, &at);
            if (status == DUBAN_OK)
                status = task_rules_check(&place, &p->chunks[c].tasks[t], id, &at);
            if (status != DUBAN_OK) return status;
        }
    return DUBAN_OK;
}

static bool prepare(ledger *l, plan *p, const plan_publish_words *words) {
    const char *title = pool_text(&p->texts, &l->memory, words->title);
    if (title == NULL) return false;
    p->words = *words;
    p->words.code = p->code;
    p->words.title = title;
    if (words->window_first == 0 && words->window_last == 0) {
        p->words.window_first = 1;
        p->words.window_last = 10;
    }
    return layout_make(l, p);
}

duban_status publish_check(ledger *l, const plan_publish_words *words, const verdict *v) {
    plan *p = ledger_plan(l, words->plan);
    if (p == NULL) return refuse_found(v, DUBAN_E_UNKNOWN_PLAN, "plan", words->plan);
    if (strcmp(p->code, words->code) != 0)
        return refuse_text(v, DUBAN_E_UNKNOWN_PLAN, "code", words->code, p->code);
    if (p->published) return refuse_text(v, DUBAN_E_PUBLISHED, "plan", p->code, NULL);
    duban_status status = draft_complete(p, words->chunks, &words->hash, v);
    if (status == DUBAN_OK) status = check_span(words, v);
    if (status == DUBAN_OK) status = check_tasks(l, p, words, v);
    if (status == DUBAN_OK && !prepare(l, p, words)) status = refuse_memory(v);
    if (status == DUBAN_OK && layout_cells(l, p) > BOARD_CELLS_MAX)
        status =
            refuse_number(v, DUBAN_E_LIMIT, "cells", layout_cells(l, p), BOARD_CELLS_MAX);
    if (status == DUBAN_OK && !clockwork_reserve(l, p, l->day)) status = refuse_memory(v);
    return status;
}

void publish_apply(ledger *l, uint64_t index, const plan_publish_words *words) {
    plan *p = ledger_plan(l, words->plan);
    p->published = true;
    draft_forget_bytes(p, &l->memory);
    board *b = &p->board;
    p->cell = board_add(b, &(cell_name){.kind = CELL_PLAN}, 0, index);
    refresh_plan_cell(l, p, index);
    for (uint32_t i = 1; i <= l->book.offices_n; i++)
        refresh_office_cell(l, p, i, index);
    for (uint32_t i = 0; i < p->tasks_n; i++)
        layout_place_task(p, i, index);
    roles_show(l, p, index);
    posts_show(l, p, index);
    clockwork_run(l, p, index);
    refresh_all(l, p, index);
}

#include "broker/ledger/callin.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/amend.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/settle.h"
#include "broker/ledger/trace.h"

cell callin_duty_cell(plan *p, uint32_t duty, uint64_t index) {
    plan_duty *d = &p->duties[duty];
    if (d->cell == NONE) {
        cell_name name = {.kind = CELL_DUTY, .task = d->task + 1, .office = d->office};
        d->cell = board_add(&p->board, &name, d->page, index);
        board_put(&p->board, d->cell, &(cell){.duty = {.assigned = ""}}, index);
    }
    return *board_at(&p->board, d->cell);
}

/* --- called in ---------------------------------------------------------------------- */

static bool called(const plan_duty *d, int32_t day) {
    return d->called_in && (d->until_day == 0 || d->until_day > day);
}

/* Whether the task's words of that day ask something of the office anyway. */
static bool owes_anyway(const task_words *t, uint32_t office) {
    if (t == NULL) return false;
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].office == office) return true;
    return (t->leads_n > 0 ? t->leads[0] : OFFICE_OF_CITY) == office;
}

static duban_status check_called(const ledger *l, const plan *p,
                                 const call_in_words *words, uint32_t i,
                                 const verdict *v) {
    uint32_t office = words->offices[i];
    const plan_task *t = &p->tasks[words->task - 1];
    uint32_t duty = plan_find_duty(p, words->task - 1, office);
    bool stands = duty != NONE && called(&p->duties[duty], words->day);
    const char *code = office_code(&l->book, office);
    if (office_find(&l->book, office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "offices", office);
    for (uint32_t j = 0; j < i; j++)
        if (words->offices[j] == office)
            return refuse_text(v, DUBAN_E_DUPLICATE, "offices", code, NULL);
    if (words->ended) {
        if (stands) return DUBAN_OK;
        return refuse_text(v, DUBAN_E_NO_ITEM, "offices", code, NULL);
    }
    if (office_ended(&l->book, office, words->day))
        return refuse_text(v, DUBAN_E_OFFICE_ENDED, "offices", code,
                           office_code(&l->book, office_heir(&l->book, office)));
    if (stands || owes_anyway(plan_task_on(t, words->day), office))
        return refuse_text(v, DUBAN_E_DUPLICATE, "offices", code, NULL);
    return DUBAN_OK;
}

static duban_status prepare(ledger *l, plan *p, const call_in_words *words,
                            const verdict *v) {
    relayout *r = relayout_begin(l, p);
    if (r == NULL) return refuse_memory(v);
    for (uint32_t i = 0; i < words->offices_n; i++)
        if (!relayout_owe(l, r, words->task - 1, words->offices[i]))
            return refuse_memory(v);
    r->shape.tasks[words->task - 1].touched = true;
    if (!relayout_lay(l, r)) return refuse_memory(v);
    uint64_t cells = layout_cells(l, &r->shape) + p->board.cells.slots_n;
    if (cells > BOARD_CELLS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "cells", cells, BOARD_CELLS_MAX);
    return DUBAN_OK;
}

duban_status call_in_check(ledger *l, const call_in_words *words, uint32_t signer,
                           const verdict *v) {
    (void)signer;
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    if (plan_find_task(p, words->task) == NONE)
        return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    if (words->offices_n == 0) return refuse(v, DUBAN_E_EMPTY, "offices");
    if (words->offices_n > DUTIES_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "offices", words->offices_n, DUTIES_MAX);
    status = amend_check_day(l, p, NONE, words->day, v);
    for (uint32_t i = 0; i < words->offices_n && status == DUBAN_OK; i++) {
        verdict at = {v->refusal, i + 1};
        status = check_called(l, p, words, i, &at);
    }
    return status != DUBAN_OK ? status : prepare(l, p, words, v);
}

static void call(plan *p, uint32_t duty, const call_in_words *words, uint64_t index) {
    plan_duty *d = &p->duties[duty];
    if (words->ended) {
        d->until_day = words->day;
    } else {
        d->called_in = true;
        d->from_day = words->day;
        d->until_day = 0;
    }
    cell next = callin_duty_cell(p, duty, index);
    next.duty.why = DUTY_CALLED_IN;
    next.duty.from_day = d->from_day;
    next.duty.until_day = d->until_day;
    board_put(&p->board, d->cell, &next, index);
}

void call_in_apply(ledger *l, uint64_t index, const call_in_words *words,
                   uint32_t signer) {
    plan *p = ledger_plan(l, words->plan);
    uint32_t task = words->task - 1;
    char day[DAY_TEXT_SIZE];
    relayout_apply(l, relayout_waiting(l, p), index);
    p->tasks[task].touched = false;
    for (uint32_t i = 0; i < words->offices_n; i++)
        call(p, plan_find_duty(p, task, words->offices[i]), words, index);
    settle_task(l, p, task, index);
    refresh_task(l, p, task, index);
    if (l->trace == NULL) return;
    day_write(words->day, day);
    trace_say(l, "%" PRIu64 " call_in %s/%s by %s -> %" PRIu32 " offices %s %s", index,
              p->code, p->tasks[task].words->number, office_code(&l->book, signer),
              words->offices_n, words->ended ? "until" : "from", day);
}

/* --- assigned within an office ------------------------------------------------------ */

duban_status assignment_check(ledger *l, const assignment_words *words, uint32_t signer,
                              const verdict *v) {
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t task = plan_find_task(p, words->task);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    uint32_t duty = plan_find_duty(p, task, signer);
    if (duty == NONE || p->duties[duty].over)
        return refuse_text(v, DUBAN_E_NO_ITEM, "office", office_code(&l->book, signer),
                           office_code(&l->book, p->tasks[task].lead));
    if (strlen(words->code) > CODE_SIZE_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "code", strlen(words->code),
                             CODE_SIZE_MAX);
    if (words->day < 0 || words->day > DAY_MAX)
        return refuse_day(v, DUBAN_E_DATE, "day", words->day, DAY_MIN, DAY_MAX);
    if (text_set_add(&l->media, &l->memory, words->code) == NULL ||
        !cells_reserve(&p->board.cells, &l->memory, 1) ||
        !board_reserve_page(&p->board, &l->memory, p->duties[duty].page, 1))
        return refuse_memory(v);
    return DUBAN_OK;
}

void assignment_apply(ledger *l, uint64_t index, const assignment_words *words,
                      uint32_t signer) {
    plan *p = ledger_plan(l, words->plan);
    uint32_t duty = plan_find_duty(p, words->task - 1, signer);
    if (duty == NONE) return; /* a slice may not know why the office owes */
    cell next = callin_duty_cell(p, duty, index);
    next.duty.assigned = text_set_get(&l->media, words->code);
    next.duty.assigned_day = words->day;
    board_put(&p->board, p->duties[duty].cell, &next, index);
    trace_say(l, "%" PRIu64 " assignment %s/%s/%s -> %s", index, p->code,
              p->tasks[words->task - 1].words->number, office_code(&l->book, signer),
              *words->code == '\0' ? "nobody" : words->code);
}

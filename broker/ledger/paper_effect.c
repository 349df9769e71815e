#include "broker/ledger/paper_effect.h"

#include "broker/ledger/callin.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/settle.h"

/* --- whether it may be -------------------------------------------------------------- */

/* The day by which the task has to be done, as it stands today. */
static int32_t deadline_of(const plan *p, uint32_t task) {
    const plan_task *t = &p->tasks[task];
    if (t->mark.extended_day != 0) return t->mark.extended_day;
    if (t->words->deadline != 0) return t->words->deadline;
    int32_t last = t->words->metrics_n == 0 ? p->words.last_day : 0;
    for (uint32_t i = t->metrics_at; i < t->metrics_at + t->words->metrics_n; i++)
        if (p->metrics[i].deadline > last) last = p->metrics[i].deadline;
    return last;
}

/* Nothing is taken back from a round that has ended. */
static int32_t first_exempt_day(const ledger *l, const plan *p) {
    uint32_t round = plan_round_of_day(p, l->day);
    return round == NONE ? l->day : p->rounds[round].period.first_day;
}

static duban_status check_extension(const plan *p, const paper_cell *after, uint32_t task,
                                    const verdict *v) {
    int32_t deadline = deadline_of(p, task);
    if (after->opened_day > deadline)
        return refuse_day(v, DUBAN_E_DATE, "opened_day", after->opened_day, deadline,
                          deadline);
    if (after->day <= deadline)
        return refuse_day(v, DUBAN_E_DATE, "day", after->day, deadline + 1, DAY_MAX);
    return DUBAN_OK;
}

static duban_status check_task(const plan *p, const paper_cell *after, effect_kind effect,
                               uint32_t task, const verdict *v) {
    const plan_mark *mark = &p->tasks[task].mark;
    switch (effect) {
    case EFFECT_EXTEND: return check_extension(p, after, task, v);
    case EFFECT_CLOSE:
    case EFFECT_REOPEN:
        if ((mark->closed_day != 0) == (effect == EFFECT_REOPEN)) return DUBAN_OK;
        return refuse_text(v, DUBAN_E_STATE, "tasks", p->tasks[task].words->number, NULL);
    default: return DUBAN_OK;
    }
}

/* Each office has a duty in one of the tasks that it can be let off. */
static duban_status check_exempted(const ledger *l, const plan *p,
                                   const paper_cell *after, const verdict *v) {
    if (after->day < first_exempt_day(l, p))
        return refuse_day(v, DUBAN_E_DATE, "day", after->day, first_exempt_day(l, p),
                          DAY_MAX);
    for (uint32_t i = 0; i < after->offices_n; i++) {
        bool owes = false;
        for (uint32_t t = 0; t < after->tasks_n; t++) {
            uint32_t task = plan_find_task(p, after->tasks[t]);
            owes = owes || plan_find_duty(p, task, after->offices[i]) != NONE;
        }
        if (!owes)
            return refuse_text(v, DUBAN_E_NO_ITEM, "offices",
                               office_code(&l->book, after->offices[i]), NULL);
    }
    return DUBAN_OK;
}

/* The paper whose finding is reversed: the one referred to, else this one itself. */
static paper *finding_of(const plan *p, uint32_t number, uint32_t refers) {
    paper *other = paper_find(p, refers);
    if (other != NULL && other->finding) return other;
    paper *own = paper_find(p, number);
    return own != NULL && own->finding ? own : NULL;
}

duban_status paper_effect_check(const ledger *l, const plan *p, uint32_t number,
                                const paper_cell *after, effect_kind effect,
                                const verdict *v) {
    if (effect == EFFECT_NONE) return DUBAN_OK;
    if (effect == EFFECT_REVERSE) {
        if (finding_of(p, number, after->refers) != NULL) return DUBAN_OK;
        return refuse_found(v, DUBAN_E_STATE, "refers", after->refers);
    }
    if (after->tasks_n == 0) return refuse(v, DUBAN_E_NEEDED, "tasks");
    if ((effect == EFFECT_EXTEND || effect == EFFECT_EXEMPT) && after->day == 0)
        return refuse(v, DUBAN_E_NEEDED, "day");
    for (uint32_t i = 0; i < after->tasks_n; i++) {
        verdict at = {v->refusal, i + 1};
        uint32_t task = plan_find_task(p, after->tasks[i]);
        duban_status status = check_task(p, after, effect, task, &at);
        if (status != DUBAN_OK) return status;
    }
    return effect == EFFECT_EXEMPT ? check_exempted(l, p, after, v) : DUBAN_OK;
}

duban_status paper_effect_check_kept(const plan *p, const paper_words *words,
                                     uint32_t number, const verdict *v) {
    const paper *of = paper_find(p, number);
    if (of == NULL || !of->finding) return DUBAN_OK;
    if (words->tasks_n > 0) return refuse(v, DUBAN_E_STATE, "tasks");
    if (words->offices_n > 0) return refuse(v, DUBAN_E_STATE, "offices");
    return DUBAN_OK;
}

/* Whether it changes who owes an item. */
static bool settles(effect_kind effect) {
    return effect == EFFECT_CLOSE || effect == EFFECT_REOPEN || effect == EFFECT_EXEMPT;
}

bool paper_effect_reserve(ledger *l, plan *p, effect_kind effect) {
    board *b = &p->board;
    if (!settles(effect)) return true;
    uint32_t rounds = 0;
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        rounds += p->rounds[r].last_day >= l->day;
    for (uint32_t i = 0; i < b->pages_n; i++)
        if (!board_reserve_page_beside(b, &l->memory, i,
                                       (rounds + 1) * b->pages[i].duties_n + 1))
            return false;
    return cells_reserve_beside(&b->cells, &l->memory, (rounds + 1) * p->duties_n + 1);
}

/* --- what it does ------------------------------------------------------------------- */

/* How many papers hold a finding that stands against the task, or the office in it. */
static uint32_t count_findings(const plan *p, uint32_t task, uint32_t office,
                               uint32_t *newest) {
    uint32_t found = 0;
    for (uint32_t n = 1; n <= paper_count(p); n++) {
        const paper *one = &p->papers->papers[n - 1];
        if (!one->finding || !paper_names(one->words.tasks, one->words.tasks_n, task + 1))
            continue;
        if (office != 0 && !paper_names(one->words.offices, one->words.offices_n, office))
            continue;
        found++;
        *newest = n;
    }
    return found;
}

static void mark_findings(plan *p, uint32_t task, uint32_t office, plan_mark *mark,
                          uint32_t by) {
    uint32_t before = mark->findings;
    uint32_t newest = by;
    mark->findings = count_findings(p, task, office, &newest);
    if (mark->findings != before) mark->paper = newest;
}

static void find_in(plan *p, uint32_t task, uint32_t by) {
    plan_task *t = &p->tasks[task];
    mark_findings(p, task, 0, &t->mark, by);
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++)
        mark_findings(p, task, p->duties[i].office, &p->duties[i].mark, by);
}

static void mark_one(plan_mark *mark, effect_kind effect, int32_t day, uint32_t number) {
    if (effect == EFFECT_TOLERATE)
        mark->tolerated = true;
    else if (mark->exempt_day == 0 || day < mark->exempt_day)
        mark->exempt_day = day;
    mark->paper = number;
}

/* The board says of the duty from when on it leaves all rates. */
static void show_exempt(plan *p, uint32_t duty, int32_t day, uint64_t index) {
    cell next = callin_duty_cell(p, duty, index);
    if (next.duty.exempt_day == 0 || day < next.duty.exempt_day)
        next.duty.exempt_day = day;
    board_put(&p->board, p->duties[duty].cell, &next, index);
}

/* The duties of its offices in the task, or the whole task when it names none. */
static void mark_all(plan *p, uint32_t task, const paper_cell *w, effect_kind effect,
                     int32_t day, uint32_t number, uint64_t index) {
    const plan_task *t = &p->tasks[task];
    if (w->offices_n == 0) mark_one(&p->tasks[task].mark, effect, day, number);
    for (uint32_t d = t->duties_at; d < t->duties_at + t->duties_n; d++) {
        bool named = paper_names(w->offices, w->offices_n, p->duties[d].office);
        if (named) mark_one(&p->duties[d].mark, effect, day, number);
        if (effect == EFFECT_EXEMPT && (named || w->offices_n == 0))
            show_exempt(p, d, day, index);
    }
}

static void apply_to_task(const ledger *l, plan *p, uint32_t task, const paper_cell *w,
                          effect_kind effect, uint32_t number, uint64_t index) {
    plan_mark *mark = &p->tasks[task].mark;
    int32_t day = w->day > first_exempt_day(l, p) ? w->day : first_exempt_day(l, p);
    switch (effect) {
    case EFFECT_EXTEND:
        if (w->day <= deadline_of(p, task)) return;
        mark->extended_day = w->day;
        break;
    case EFFECT_CLOSE:
        if (mark->closed_day != 0) return;
        mark->closed_day = l->day;
        break;
    case EFFECT_REOPEN:
        if (mark->closed_day == 0) return;
        mark->closed_day = 0;
        break;
    case EFFECT_FULFIL: mark->fulfilled = true; break;
    case EFFECT_FIND:
    case EFFECT_REVERSE: find_in(p, task, number); return;
    default: mark_all(p, task, w, effect, day, number, index); return;
    }
    mark->paper = number;
}

/* Closings of which nothing is closed any more are no longer in force. */
static void lift_closings(plan *p, uint32_t but, uint64_t index) {
    for (uint32_t n = 1; n <= paper_count(p); n++) {
        paper *one = paper_find(p, n);
        if (one == NULL || n == but || one->words.effect != EFFECT_CLOSE) continue;
        bool closed = false;
        for (uint32_t i = 0; i < one->words.tasks_n; i++) {
            uint32_t task = plan_find_task(p, one->words.tasks[i]);
            closed = closed || (task != NONE && p->tasks[task].mark.closed_day != 0);
        }
        if (closed) continue;
        one->words.effect = EFFECT_NONE;
        paper_put(p, n, index);
    }
}

void paper_effect_apply(ledger *l, plan *p, uint32_t number, effect_kind effect,
                        uint64_t index) {
    if (effect == EFFECT_NONE) return;
    paper *of = paper_find(p, number);
    const paper *on = of; /* whose tasks change */
    if (effect == EFFECT_FIND) of->finding = true;
    if (effect == EFFECT_REVERSE) {
        paper *found = finding_of(p, number, of->words.refers);
        if (found == NULL) return;
        found->finding = false;
        if (found->words.effect == EFFECT_FIND) found->words.effect = EFFECT_NONE;
        on = found;
    }
    of->words.effect = effect;
    for (uint32_t i = 0; i < on->words.tasks_n; i++) {
        uint32_t task = plan_find_task(p, on->words.tasks[i]);
        if (task == NONE) continue;
        apply_to_task(l, p, task, &on->words, effect, number, index);
        if (settles(effect)) settle_task(l, p, task, index);
        refresh_task(l, p, task, index);
    }
    if (effect == EFFECT_REOPEN) lift_closings(p, number, index);
    paper_put(p, (uint32_t)(on - p->papers->papers) + 1, index);
    paper_put(p, number, index);
}

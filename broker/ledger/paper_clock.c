#include <assert.h>
#include <inttypes.h>

#include "broker/ledger/paper.h"
#include "broker/ledger/paper_book.h"
#include "broker/ledger/paper_effect.h"
#include "broker/ledger/trace.h"

/* --- room --------------------------------------------------------------------------- */

static bool breaches_on(const paper *of, int32_t day) {
    const paper_cell *w = &of->words;
    return of->cell != NONE && !w->ended && !w->breached && w->limit_day != 0 &&
           w->limit_day < day;
}

/* All that triggers can propose at most: one paper of a form for each task, and one for
 * each duty. */
static uint64_t triggered_at_most(const plan *p) {
    uint64_t most = 0;
    const form_book *forms = p->forms;
    for (uint32_t i = 0; i < forms->words.forms_n; i++) {
        bool of_tasks = false;
        bool of_offices = false;
        for (uint32_t t = 0; t < forms->words.forms[i].triggers_n; t++) {
            of_offices = of_offices || forms->words.forms[i].triggers[t].of_offices;
            of_tasks = of_tasks || !forms->words.forms[i].triggers[t].of_offices;
        }
        most += (of_tasks ? p->tasks_n : 0) + (of_offices ? p->duties_n : 0);
    }
    return most;
}

static uint32_t proposals_at_most(const ledger *l, const plan *p, uint32_t breaches) {
    uint64_t most = l->slice ? 0 : breaches + triggered_at_most(p);
    uint32_t left = PAPERS_MAX - paper_count(p);
    if (most > PAPERS_A_DAY_MAX) most = PAPERS_A_DAY_MAX;
    return most < left ? (uint32_t)most : left;
}

/* How many papers, counted once for each task they name, can hold back one trigger: those
 * of its form, those that breaches bring and those that it brings itself. */
static uint64_t holds_at_most(const plan *p, uint64_t breached_tasks, uint32_t most) {
    uint64_t all = 0;
    for (uint32_t i = 0; i < p->forms->words.forms_n; i++) {
        if (p->forms->words.forms[i].triggers_n == 0) continue;
        const char *code = form_code(p, p->forms->words.forms[i].code);
        uint64_t of_form = 0;
        for (uint32_t n = 1; n <= paper_count(p); n++) {
            const paper_cell *w = &p->papers->papers[n - 1].words;
            if (w->form == code) of_form += w->tasks_n;
        }
        if (of_form > all) all = of_form;
    }
    return all + breached_tasks + most;
}

static bool reserve_holds(const ledger *l, plan *p, uint64_t most) {
    paper_book *book = p->papers;
    const ledger_allocator *m = &l->memory;
    if (most >= NONE) return false;
    paper_hold *holds =
        memory_room(m, book->holds, &book->holds_room, (uint32_t)most, sizeof *holds);
    if (holds == NULL && most > 0) return false;
    book->holds = holds;
    uint32_t *held =
        memory_room(m, book->held, &book->held_room, TASKS_MAX, sizeof *held);
    if (held == NULL) return false;
    book->held = held;
    return true;
}

bool paper_reserve_day(ledger *l, plan *p) {
    if (p->forms == NULL || p->forms->version == 0) return true;
    uint32_t breaches = 0;
    uint64_t tasks = 0;
    for (uint32_t n = 1; n <= paper_count(p); n++) {
        const paper *of = &p->papers->papers[n - 1];
        if (!breaches_on(of, l->day + 1)) continue;
        breaches++;
        tasks += of->words.tasks_n;
    }
    uint32_t most = proposals_at_most(l, p, breaches);
    if (p->papers == NULL && most == 0) return true;
    if (!paper_reserve(l, p, paper_count(p) + most)) return false;
    if (!l->slice && !reserve_holds(l, p, holds_at_most(p, tasks, most))) return false;
    p->papers->proposals = most;
    return true;
}

/* --- proposing ---------------------------------------------------------------------- */

typedef struct proposal {
    const form_words *form;
    const uint32_t *tasks;
    uint32_t tasks_n;
    const uint32_t *offices;
    uint32_t offices_n;
    uint32_t refers;
} proposal;

/* Nobody has opened it: it counts for nothing before a person acts on it. Whether there
 * was room for it. */
static bool propose(const ledger *l, plan *p, const proposal *what, uint64_t index) {
    if (l->slice) return false; /* what others reported is not known here */
    if (p->papers->proposals == 0) {
        trace_say(l, "%" PRIu64 "   paper %s %s full", index, p->code, what->form->code);
        return false;
    }
    p->papers->proposals--;
    uint32_t number = paper_count(p) + 1;
    paper *made = paper_add(l, p, number, what->form, index);
    made->words.tasks = what->tasks;
    made->words.tasks_n = what->tasks_n;
    made->words.offices = what->offices;
    made->words.offices_n = what->offices_n;
    made->words.refers = what->refers;
    paper_enter(l, p, made, form_state_of(what->form, what->form->proposed), 0);
    paper_put(p, number, index);
    paper_trace(l, p, number, " by the clock", index);
    return true;
}

/* --- limits ------------------------------------------------------------------------- */

static void breach(ledger *l, plan *p, uint32_t number, uint64_t index) {
    paper *of = paper_find(p, number);
    const form_words *form = form_find(p, of->words.form);
    const form_state *state = form_state_of(form, of->words.state);
    of->words.breached = true;
    of->words.breaches++;
    of->words.last = index;
    const form_state *to =
        *state->breach_state == '\0' ? NULL : form_state_of(form, state->breach_state);
    if (to != NULL) paper_enter(l, p, of, to, 0);
    paper_put(p, number, index);
    paper_trace(l, p, number, " breached", index);
    if (to != NULL) paper_effect_apply(l, p, number, to->effect, index);
    if (*state->breach_form == '\0') return;
    proposal next = {.form = form_find(p, state->breach_form),
                     .tasks = of->words.tasks,
                     .tasks_n = of->words.tasks_n,
                     .offices = of->words.offices,
                     .offices_n = of->words.offices_n,
                     .refers = number};
    propose(l, p, &next, index);
}

/* --- triggers ----------------------------------------------------------------------- */

static bool matches(const form_trigger *trigger, const light_cell *light) {
    bool graded = trigger->grades_n == 0;
    for (uint32_t i = 0; i < trigger->grades_n; i++)
        graded = graded || trigger->grades[i] == light->grade;
    return graded && (trigger->cause == CAUSE_NONE || trigger->cause == light->cause) &&
           light->missing >= trigger->missing_min &&
           light->running >= trigger->running_min;
}

/* The newest day on which such a paper may have ended to be asked for again today. */
static int32_t ended_by(const ledger *l, uint32_t again_days) {
    if (again_days == 0) return l->day - 1;
    calendar cal = workdays_calendar(&l->workdays);
    int32_t low = DAY_MIN - 1;
    int32_t high = l->day;
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2;
        if (calendar_add(&cal, middle, (int32_t)again_days) <= l->day)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static void hold(plan *p, const paper_cell *words) {
    paper_book *book = p->papers;
    for (uint32_t i = 0; i < words->tasks_n; i++) {
        uint32_t *first = &book->held[words->tasks[i] - 1];
        assert(book->holds_n < book->holds_room);
        book->holds[book->holds_n] = (paper_hold){words, *first};
        *first = book->holds_n++;
    }
}

/* The papers that go on, or have ended too short a while ago. */
static void hold_all(const ledger *l, plan *p, const form_words *form,
                     uint32_t again_days) {
    paper_book *book = p->papers;
    const char *code = form_code(p, form->code);
    int32_t by = ended_by(l, again_days);
    book->holds_n = 0;
    for (uint32_t i = 0; i < p->tasks_n; i++)
        book->held[i] = NONE;
    for (uint32_t n = 0; n < book->papers_n; n++) {
        const paper_cell *w = &book->papers[n].words;
        if (w->form == code && (!w->ended || w->since_day > by)) hold(p, w);
    }
}

static bool is_held(const paper_book *book, uint32_t task, uint32_t office) {
    for (uint32_t at = book->held[task]; at != NONE; at = book->holds[at].next) {
        const paper_cell *w = book->holds[at].words;
        if (paper_names(w->offices, w->offices_n, office)) return true;
    }
    return false;
}

static void pull(const ledger *l, plan *p, const form_words *form,
                 const form_trigger *trigger, const light_cell *light, uint32_t task,
                 uint64_t index) {
    if (!matches(trigger, light)) return;
    const office_words *charged = office_find(&l->book, light->charged);
    if (charged == NULL || charged->outside != trigger->outside) return;
    if (is_held(p->papers, task, charged->number)) return;
    proposal next = {.form = form,
                     .tasks = &p->papers->ones[task],
                     .tasks_n = 1,
                     .offices = &p->papers->ones[charged->number - 1],
                     .offices_n = 1};
    if (propose(l, p, &next, index))
        hold(p, &p->papers->papers[p->papers->papers_n - 1].words);
}

static void pull_all(const ledger *l, plan *p, const form_words *form,
                     const form_trigger *trigger, uint64_t index) {
    const board *b = &p->board;
    hold_all(l, p, form, trigger->again_days);
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        const plan_task *t = &p->tasks[i];
        if (!trigger->of_offices) {
            light_cell light = board_at(b, t->light)->light;
            pull(l, p, form, trigger, &light, i, index);
            continue;
        }
        for (uint32_t d = t->duties_at; d < t->duties_at + t->duties_n; d++) {
            light_cell light = board_at(b, p->duties[d].light)->light;
            light.charged = p->duties[d].office;
            pull(l, p, form, trigger, &light, i, index);
        }
    }
}

void paper_open_day(ledger *l, plan *p, uint64_t index) {
    if (p->papers == NULL) return;
    uint32_t before = p->papers->papers_n;
    for (uint32_t n = 1; n <= before; n++)
        if (breaches_on(&p->papers->papers[n - 1], l->day)) breach(l, p, n, index);
    if (l->slice || p->forms == NULL) return;
    for (uint32_t i = 0; i < p->forms->words.forms_n; i++) {
        const form_words *form = &p->forms->words.forms[i];
        for (uint32_t t = 0; t < form->triggers_n; t++)
            pull_all(l, p, form, &form->triggers[t], index);
    }
}

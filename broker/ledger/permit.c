#include "broker/ledger/permit.h"

#include <string.h>

#include "broker/ledger/filler.h"
#include "broker/ledger/roles.h"

static duban_status denied(const ledger *l, uint32_t signer, uint32_t expected,
                           const verdict *v) {
    return refuse_text(v, DUBAN_E_NOT_ALLOWED, "office", office_code(&l->book, signer),
                       office_code(&l->book, expected));
}

/* --- relations ---------------------------------------------------------------------- */

static bool is_responsible(const permit_place *at, uint32_t office) {
    const task_words *words = at->plan->tasks[at->task].words;
    for (uint32_t i = 0; i < words->responsible_n; i++)
        if (words->responsible[i] == office) return true;
    return false;
}

/* Who fills one metric for that office, or some metric when none is named. */
static bool fills(const permit_place *at, uint32_t signer) {
    uint32_t duty = plan_find_duty(at->plan, at->task, at->office);
    if (duty == NONE) return false;
    if (at->metric != 0) return filler_of(at->plan, duty, at->metric) == signer;
    const plan_duty *d = &at->plan->duties[duty];
    for (uint32_t i = d->series_at; i < d->series_at + d->series_n; i++) {
        const metric_words *words = at->plan->metrics[at->plan->series[i].metric].words;
        if (filler_of(at->plan, duty, words->id) == signer) return true;
    }
    return false;
}

/* Whose figures wait for that release: the metric's source, or who fills it. */
static bool is_source(const permit_place *at, uint32_t signer) {
    const plan *p = at->plan;
    for (uint32_t m = 0; m < p->metrics_n; m++) {
        const metric_words *words = p->metrics[m].words;
        if (words->release == NULL || strcmp(words->release, at->release) != 0) continue;
        if (words->source == signer) return true;
        for (uint32_t s = 0; s < p->metrics[m].series_n; s++) {
            uint32_t duty = p->series[p->metrics[m].series[s]].duty;
            if (filler_of(p, duty, words->id) == signer) return true;
        }
    }
    return false;
}

bool permit_holds(const ledger *l, const permit_place *at, uint32_t signer,
                  relation_kind by) {
    if (signer == OFFICE_BROKER) return false;
    bool on_task = at->plan != NULL && at->task != NONE;
    const office_words *office = office_find(&l->book, at->office);
    switch (by) {
    case BY_ANYONE: return true;
    case BY_CITY: return signer == OFFICE_OF_CITY;
    case BY_LEAD: return on_task && signer == at->plan->tasks[at->task].lead;
    case BY_FURTHER_LEAD:
        return on_task && signer != at->plan->tasks[at->task].lead &&
               plan_is_lead(at->plan, at->task, signer);
    case BY_RESPONSIBLE: return on_task && is_responsible(at, signer);
    case BY_OWNER: return at->office != 0 && signer == at->office;
    case BY_PARENT: return office != NULL && signer == office->parent;
    case BY_FILLER:
        if (at->release != NULL) return at->plan != NULL && is_source(at, signer);
        return on_task && fills(at, signer);
    default: return false;
    }
}

/* The office that stands in that relation, the first of several; 0 for none. */
static uint32_t who(const ledger *l, const permit_place *at, relation_kind by) {
    bool on_task = at->plan != NULL && at->task != NONE;
    const task_words *words = on_task ? at->plan->tasks[at->task].words : NULL;
    const office_words *office = office_find(&l->book, at->office);
    switch (by) {
    case BY_CITY: return OFFICE_OF_CITY;
    case BY_LEAD: return on_task ? at->plan->tasks[at->task].lead : 0;
    case BY_FURTHER_LEAD: return on_task && words->leads_n > 1 ? words->leads[1] : 0;
    case BY_RESPONSIBLE:
        return on_task && words->responsible_n > 0 ? words->responsible[0] : 0;
    case BY_OWNER: return at->office;
    case BY_PARENT: return office != NULL ? office->parent : 0;
    default: return 0;
    }
}

duban_status permit_at(const ledger *l, event_kind kind, const permit_place *at,
                       uint32_t signer, const verdict *v) {
    uint32_t rows_n;
    const role_row *rows = roles_in_force(l, &rows_n);
    uint32_t expected = 0;
    for (uint32_t i = 0; i < rows_n; i++) {
        if (rows[i].kind != kind) continue;
        bool own = rows[i].not_own && at->office != 0 && signer == at->office;
        if (!own && permit_holds(l, at, signer, rows[i].by)) return DUBAN_OK;
        uint32_t would = who(l, at, rows[i].by);
        if (expected == 0 && !(rows[i].not_own && would == at->office)) expected = would;
    }
    if (expected != 0) return denied(l, signer, expected, v);
    return refuse_text(v, DUBAN_E_NOT_ALLOWED, "office", office_code(&l->book, signer),
                       NULL);
}

/* --- what an event speaks of -------------------------------------------------------- */

/* The office that a project stands under; a new one stands under nobody yet. */
static uint32_t project_office(const plan *p, const project_words *words) {
    cell_name name = {.kind = CELL_PROJECT, .task = words->task, .node = words->project};
    uint32_t at = cells_find(&p->board.cells, &name);
    return at == NONE ? 0 : board_at(&p->board, at)->project.office;
}

static permit_place place_in(const ledger *l, uint32_t number, uint32_t task,
                             uint32_t office, uint32_t metric) {
    const plan *p = ledger_plan(l, number);
    if (p != NULL && !p->published) p = NULL;
    uint32_t at = p == NULL ? NONE : plan_find_task(p, task);
    return (permit_place){.plan = p, .task = at, .office = office, .metric = metric};
}

/* The kinds that speak of a task; false for those that speak of none. */
static bool place_on_task(const ledger *l, const event *ev, permit_place *out) {
    switch (ev->kind) {
    case KIND_TIMETABLE_REVIEW:
        *out = place_in(l, ev->timetable_review.plan, ev->timetable_review.task, 0, 0);
        return true;
    case KIND_AMENDMENT:
        *out = place_in(l, ev->amendment.plan, ev->amendment.task.id, 0, 0);
        return true;
    case KIND_SPLITTING:
        *out = place_in(l, ev->splitting.plan, ev->splitting.task, 0, 0);
        return true;
    case KIND_CALL_IN:
        *out = place_in(l, ev->call_in.plan, ev->call_in.task, 0, 0);
        return true;
    case KIND_FILLER:
        *out = place_in(l, ev->filler.plan, ev->filler.task, ev->filler.office,
                        ev->filler.metric);
        return true;
    case KIND_CONFIRMATION: /* whoever confirms speaks of its own item */
        *out = place_in(l, ev->confirmation.plan, ev->confirmation.task, ev->office,
                        ev->confirmation.metric);
        return true;
    case KIND_ASSIGNMENT: /* and whoever assigns does so within */
        *out = place_in(l, ev->assignment.plan, ev->assignment.task, ev->office, 0);
        return true;
    case KIND_UNLOCK:
        *out = place_in(l, ev->unlock.plan, ev->unlock.task, ev->unlock.office, 0);
        return true;
    case KIND_OVERRIDE:
        *out = place_in(l, ev->override.plan, ev->override.task, ev->override.office, 0);
        return true;
    case KIND_PROJECT:
        *out = place_in(l, ev->project.plan, ev->project.task, 0, 0);
        if (out->plan != NULL) out->office = project_office(out->plan, &ev->project);
        return true;
    case KIND_VERIFICATION:
        *out = place_in(l, ev->verification.plan, ev->verification.task,
                        ev->verification.office, ev->verification.metric);
        return true;
    default: return false;
    }
}

/* Whether what the event names is there to be asked about. A new task is nobody's. */
static bool place_of(const ledger *l, const event *ev, permit_place *out) {
    *out = (permit_place){.task = NONE};
    if (place_on_task(l, ev, out)) {
        bool office_known = out->office == 0 || office_find(&l->book, out->office);
        bool task_known = out->task != NONE || ev->kind == KIND_AMENDMENT;
        return out->plan != NULL && task_known && office_known;
    }
    if (ev->kind == KIND_RELEASE) {
        *out = place_in(l, ev->release.plan, 0, 0, 0);
        out->release = ev->release.code;
        return out->plan != NULL;
    }
    if (ev->kind != KIND_OFFICE_CHANGE) return true;
    out->office = ev->office_change.office;
    return office_find(&l->book, out->office) != NULL;
}

/* Whether the table lets anybody but the city office. Else what is named need not exist
 * for a refusal. */
static bool others_may(const ledger *l, event_kind kind) {
    uint32_t rows_n;
    const role_row *rows = roles_in_force(l, &rows_n);
    for (uint32_t i = 0; i < rows_n; i++)
        if (rows[i].kind == kind && rows[i].by != BY_CITY) return true;
    return false;
}

duban_status permit_kind(const ledger *l, const event *ev, const verdict *v) {
    switch (ev->kind) {
    case KIND_CLOCK:
    case KIND_DIGEST:
    case KIND_CONFLICT:
        if (ev->key != KEY_BROKER) return denied(l, ev->office, OFFICE_BROKER, v);
        return DUBAN_OK;
    default: break;
    }
    if (ev->key == KEY_BROKER) return denied(l, ev->office, OFFICE_OF_CITY, v);
    if (ev->kind == KIND_TIMETABLE || ev->kind == KIND_SUBMISSION ||
        ev->kind == KIND_REVIEW || ev->kind == KIND_SESSION)
        return DUBAN_OK;
    permit_place at;
    if (!place_of(l, ev, &at) && others_may(l, ev->kind)) return DUBAN_OK;
    return permit_at(l, ev->kind, &at, ev->office, v);
}

duban_status permit_timetable(const ledger *l, const plan *p, uint32_t task,
                              uint32_t signer, const verdict *v) {
    permit_place at = {.plan = p, .task = task};
    return permit_at(l, KIND_TIMETABLE, &at, signer, v);
}

duban_status permit_statement(const ledger *l, const plan *p, uint32_t task,
                              uint32_t office, uint32_t signer, const verdict *v) {
    permit_place at = {.plan = p, .task = task, .office = office};
    return permit_at(l, KIND_SUBMISSION, &at, signer, v);
}

duban_status permit_value(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                          uint32_t metric, uint32_t signer, const verdict *v) {
    permit_place at = {.plan = p, .task = task, .office = office, .metric = metric};
    return permit_at(l, KIND_SUBMISSION, &at, signer, v);
}

duban_status permit_review(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                           uint32_t signer, const verdict *v) {
    permit_place at = {.plan = p, .task = task, .office = office};
    return permit_at(l, KIND_REVIEW, &at, signer, v);
}

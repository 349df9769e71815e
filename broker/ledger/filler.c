#include "broker/ledger/filler.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/trace.h"
#include "broker/ledger/value.h"

/* What the DUTY cells' lists of fillers stand in. */
typedef struct filler_book {
    pool lists;
} filler_book;

/* --- who fills ---------------------------------------------------------------------- */

static const duty_cell *cell_of(const plan *p, uint32_t duty) {
    uint32_t at = p->duties[duty].cell;
    return at == NONE ? NULL : &board_at(&p->board, at)->duty;
}

static const duty_filler *named(const plan *p, uint32_t duty, uint32_t metric) {
    const duty_cell *said = cell_of(p, duty);
    for (uint32_t i = 0; said != NULL && i < said->fillers_n; i++)
        if (said->fillers[i].metric == metric) return &said->fillers[i];
    return NULL;
}

static uint32_t source_of(const plan *p, uint32_t duty, uint32_t metric) {
    uint32_t at = plan_find_metric(p, p->duties[duty].task, metric);
    return at == NONE ? 0 : p->metrics[at].words->source;
}

uint32_t filler_of(const plan *p, uint32_t duty, uint32_t metric) {
    uint32_t source = source_of(p, duty, metric);
    if (source != 0) return source == p->duties[duty].office ? 0 : source;
    const duty_filler *found = named(p, duty, metric);
    return found == NULL ? 0 : found->filler;
}

bool filler_is_source(const plan *p, uint32_t duty, uint32_t metric, uint32_t office) {
    uint32_t source = source_of(p, duty, metric);
    if (source != 0) return source == office;
    const duty_filler *found = named(p, duty, metric);
    return found != NULL && found->source && found->filler == office;
}

duban_status filler_permits(const ledger *l, const plan *p, uint32_t duty,
                            uint32_t metric, uint32_t signer, const verdict *v) {
    if (l->folding) return DUBAN_OK; /* what stands was judged when it came */
    uint32_t owner = p->duties[duty].office;
    uint32_t filler = filler_of(p, duty, metric);
    bool sourced = filler_is_source(p, duty, metric, filler == 0 ? owner : filler);
    if (filler == 0) filler = owner;
    if (sourced ? signer == filler : signer != owner || filler == owner) return DUBAN_OK;
    return refuse_text(v, DUBAN_E_NOT_ALLOWED, "office", office_code(&l->book, signer),
                       office_code(&l->book, filler));
}

/* --- naming one --------------------------------------------------------------------- */

static duban_status find_series(const plan *p, const cell_name *name, const verdict *v,
                                uint32_t *duty, uint32_t *series) {
    uint32_t task = plan_find_task(p, name->task);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", name->task);
    uint32_t metric = plan_find_metric(p, task, name->metric);
    if (metric == NONE)
        return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "metric", name->metric);
    uint32_t found = plan_find_duty(p, task, name->office);
    uint32_t at = found == NONE ? NONE : plan_find_series(p, found, metric);
    if (at == NONE) return refuse_found(v, DUBAN_E_NO_ITEM, "office", name->office);
    *duty = found;
    *series = at;
    return DUBAN_OK;
}

/* The list of the duty's fillers as it will read. */
static bool prepare(ledger *l, plan *p, uint32_t duty, const filler_words *words) {
    const duty_cell *said = cell_of(p, duty);
    uint32_t before = said == NULL ? 0 : said->fillers_n;
    duty_filler *list =
        pool_take(&l->pending.texts, &l->memory, (before + 1) * sizeof *list);
    if (list == NULL) return false;
    uint32_t n = 0;
    while (n < before && said->fillers[n].metric < words->metric) {
        list[n] = said->fillers[n];
        n++;
    }
    uint32_t rest = n;
    if (rest < before && said->fillers[rest].metric == words->metric) rest++;
    if (words->filler != 0)
        list[n++] = (duty_filler){words->metric, words->filler, words->source};
    while (rest < before)
        list[n++] = said->fillers[rest++];
    l->pending.fillers = list;
    l->pending.fillers_n = n;
    if (p->fillers == NULL) {
        p->fillers = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *p->fillers);
        if (p->fillers == NULL) return false;
        *p->fillers = (filler_book){0};
    }
    return cells_reserve(&p->board.cells, &l->memory, 1) &&
           board_reserve_page(&p->board, &l->memory, p->duties[duty].page, 1);
}

duban_status filler_check(ledger *l, const filler_words *words, uint32_t signer,
                          const verdict *v) {
    (void)signer;
    plan *p = NULL;
    uint32_t duty;
    uint32_t series;
    cell_name name = {
        .task = words->task, .metric = words->metric, .office = words->office};
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status == DUBAN_OK) status = find_series(p, &name, v, &duty, &series);
    if (status != DUBAN_OK) return status;
    if (words->filler != 0 && office_find(&l->book, words->filler) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "filler", words->filler);
    if (words->filler == words->office)
        return refuse_found(v, DUBAN_E_DUPLICATE, "filler", words->filler);
    if (words->filler == 0 && words->source) return refuse(v, DUBAN_E_EMPTY, "filler");
    uint32_t source = source_of(p, duty, words->metric);
    if (source != 0)
        return refuse_text(v, DUBAN_E_STATE, "metric", "", office_code(&l->book, source));
    return prepare(l, p, duty, words) ? DUBAN_OK : refuse_memory(v);
}

void filler_apply(ledger *l, uint64_t index, const filler_words *words, uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    uint32_t at = plan_find_duty(p, words->task - 1, words->office);
    plan_duty *d = &p->duties[at];
    if (d->cell == NONE) {
        cell_name name = {.kind = CELL_DUTY, .task = words->task, .office = d->office};
        d->cell = board_add(&p->board, &name, d->page, index);
    }
    cell next = *board_at(&p->board, d->cell);
    next.duty.fillers = l->pending.fillers;
    next.duty.fillers_n = l->pending.fillers_n;
    board_put(&p->board, d->cell, &next, index);
    pool_join(&p->fillers->lists, &l->pending.texts);
    trace_say(l, "%" PRIu64 " filler %s/%s M%" PRIu32 " of %s -> %s%s", index, p->code,
              p->tasks[words->task - 1].words->number, words->metric,
              office_code(&l->book, words->office),
              words->filler == 0 ? "itself" : office_code(&l->book, words->filler),
              words->source ? ", its source" : "");
}

/* --- answers ------------------------------------------------------------------------ */

duban_status filler_look(const ledger *l, uint32_t plan_number, const cell_name *name,
                         const verdict *v, filler_place *out) {
    plan *p = NULL;
    uint32_t duty;
    uint32_t series;
    duban_status status = ledger_published(l, plan_number, v, &p);
    if (status == DUBAN_OK) status = find_series(p, name, v, &duty, &series);
    if (status != DUBAN_OK) return status;
    char text[PERIOD_TEXT_SIZE] = "";
    if (period_valid(name->period)) period_write(name->period, text);
    uint32_t round = plan_find_round(p, name->period);
    if (round == NONE)
        return refuse_text(v, DUBAN_E_UNKNOWN_PERIOD, "period", text, NULL);
    if (round >= p->rounds_begun)
        return refuse_text(v, DUBAN_E_FUTURE, "period", text, NULL);
    *out = (filler_place){p, series, round};
    return DUBAN_OK;
}

static cell_name name_of(const confirmation_words *words, uint32_t signer) {
    return (cell_name){.task = words->task,
                       .metric = words->metric,
                       .office = signer,
                       .period = words->period};
}

duban_status confirmation_check(ledger *l, const confirmation_words *words,
                                uint32_t signer, const verdict *v) {
    filler_place at;
    cell_name name = name_of(words, signer);
    duban_status status = filler_look(l, words->plan, &name, v, &at);
    if (status != DUBAN_OK) return status;
    const value_cell *value = value_standing(at.plan, at.series, at.round);
    uint64_t stands = value == NULL ? 0 : value->index;
    if (ledger_knows(l, signer, signer)) {
        if (stands == 0 || words->index > stands)
            return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index, stands);
        if (words->index != stands)
            return refuse_number(v, DUBAN_E_SUPERSEDED, "index", words->index, stands);
        if (value->by == signer)
            return refuse_text(v, DUBAN_E_STATE, "office", office_code(&l->book, signer),
                               NULL);
    }
    if (words->objects && !words->reason.present)
        return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    if (words->reason.present &&
        text_set_add(&l->media, &l->memory, words->reason.media) == NULL)
        return refuse_memory(v);
    return DUBAN_OK;
}

void confirmation_apply(ledger *l, uint64_t index, const confirmation_words *words,
                        uint32_t signer) {
    filler_place at;
    cell_name name = name_of(words, signer);
    verdict nobody = {NULL, 0};
    if (filler_look(l, words->plan, &name, &nobody, &at) != DUBAN_OK) return;
    uint32_t where = at.plan->rounds[at.round].values[at.series];
    if (where == NONE) return; /* a slice may not know what is answered */
    cell next = *board_at(&at.plan->board, where);
    next.value.answer = words->objects ? ANSWER_OBJECTED : ANSWER_CONFIRMED;
    next.value.answer_reason = words->reason;
    if (words->reason.present)
        next.value.answer_reason.media = text_set_get(&l->media, words->reason.media);
    board_put(&at.plan->board, where, &next, index);
    trace_say(l, "%" PRIu64 " confirmation %s/%s/%s M%" PRIu32 " -> %s", index,
              at.plan->code, at.plan->tasks[words->task - 1].words->number,
              office_code(&l->book, signer), words->metric,
              words->objects ? "objected" : "confirmed");
}

void filler_free(plan *p, const ledger_allocator *m) {
    if (p->fillers == NULL) return;
    pool_free(&p->fillers->lists, m);
    m->resize(m->ctx, p->fillers, sizeof *p->fillers, 0);
    p->fillers = NULL;
}

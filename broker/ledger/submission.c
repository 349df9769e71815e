#include "broker/ledger/submission.h"

#include <string.h>

#include "broker/ledger/checks.h"
#include "broker/ledger/filler.h"
#include "broker/ledger/item.h"
#include "broker/ledger/permit.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/succession.h"
#include "broker/ledger/timetable.h"
#include "broker/ledger/release.h"
#include "broker/ledger/value.h"

/* The item a statement speaks of. */
typedef struct place {
    uint32_t duty;
    uint32_t round;
    uint32_t task;
    uint32_t signer;
    bool known; /* what stands there is known to this ledger */
} place;

/* What a correction is checked against. */
typedef struct standing {
    uint64_t index; /* 0: nothing stands */
    bool bound;     /* it may only be replaced by naming it */
} standing;

static duban_status check_supersedes(const place *at, const statement_words *s,
                                     standing stands, const submission_words *words,
                                     const verdict *v) {
    if (s->supersedes != 0 && !words->reason.present)
        return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    if (!at->known) return DUBAN_OK;
    if (s->supersedes == 0 && stands.bound)
        return refuse_number(v, DUBAN_E_SUPERSEDES_NEEDED, "supersedes", 0, stands.index);
    if (s->supersedes != 0 && stands.index == 0)
        return refuse_found(v, DUBAN_E_UNKNOWN_INDEX, "supersedes", s->supersedes);
    if (s->supersedes != 0 && s->supersedes != stands.index)
        return refuse_number(v, DUBAN_E_SUPERSEDED, "supersedes", s->supersedes,
                             stands.index);
    return DUBAN_OK;
}

/* The day a statement speaks of when it does not say: the round's cut-off, or today when
 * that has not come. */
static int32_t spoken_day(const ledger *l, const plan *p, uint32_t round) {
    int32_t day = value_cutoff_day(p, round);
    return day < l->day ? day : l->day;
}

static duban_status check_data_date(const ledger *l, const plan_round *round, int32_t day,
                                    const char *field, const verdict *v) {
    if (day == 0) return DUBAN_OK;
    if (day < round->period.first_day || day > round->last_day)
        return refuse_day(v, DUBAN_E_DATA_DATE, field, day, round->period.first_day,
                          round->last_day);
    if (day > l->day)
        return refuse_day(v, DUBAN_E_FUTURE, field, day, round->period.first_day, l->day);
    return DUBAN_OK;
}

static duban_status check_amount(const plan *p, uint32_t series, const place *at,
                                 const value_words *value, const verdict *v) {
    const metric_words *words = p->metrics[p->series[series].metric].words;
    if (strcmp(value->unit, words->unit) != 0)
        return refuse_text(v, DUBAN_E_WRONG_UNIT, "unit", value->unit, words->unit);
    duban_status status =
        value_check_amount(words, value->amount, value->denominator, "amount", v);
    if (status != DUBAN_OK) return status;
    bool mode_known = value->mode >= MODE_NONE && value->mode < MODE_COUNT;
    if (!mode_known || (words->nature != NATURE_CUMULATIVE && value->mode != MODE_NONE))
        return refuse(v, DUBAN_E_MODE, "mode");
    if (words->nature == NATURE_CUMULATIVE && value->mode == MODE_NONE &&
        !value_modes_coincide(p, series, at->round))
        return refuse(v, DUBAN_E_MODE_NEEDED, "mode");
    return DUBAN_OK;
}

/* What the statements before s say of the same series; at most STATEMENTS_MAX. */
static uint32_t said_before(const plan *p, const place *at, const statement_words *s,
                            const submission_words *words, value_said *out) {
    uint32_t n = 0;
    for (const statement_words *t = words->statements; t < s; t++) {
        uint32_t office = t->office == 0 ? at->signer : t->office;
        if (t->kind != STATEMENT_VALUE || t->task != s->task ||
            t->value.metric != s->value.metric || office != p->duties[at->duty].office)
            continue;
        out[n++] =
            (value_said){plan_find_round(p, t->period), t->value.mode, t->value.amount};
    }
    return n;
}

static bool amount_fits(const plan *p, uint32_t series, const place *at,
                        const statement_words *s, const submission_words *words) {
    value_said earlier[STATEMENTS_MAX];
    value_said said = {at->round, s->value.mode, s->value.amount};
    uint32_t earlier_n = said_before(p, at, s, words, earlier);
    return value_fits(p, series, &said, earlier, earlier_n);
}

/* A later vintage from the source itself: nobody's correction. */
static bool is_revision(const plan *p, const place *at, const value_words *value,
                        const value_cell *old) {
    return (value->vintage == VINTAGE_REVISED || value->vintage == VINTAGE_FINAL) &&
           value->vintage > old->vintage &&
           filler_is_source(p, at->duty, value->metric, at->signer);
}

static duban_status check_value(const ledger *l, const plan *p, const place *at,
                                const statement_words *s, const submission_words *words,
                                const verdict *v) {
    const value_words *value = &s->value;
    uint32_t metric = plan_find_metric(p, at->task, value->metric);
    if (metric == NONE)
        return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "metric", value->metric);
    uint32_t series = plan_find_series(p, at->duty, metric);
    if (series == NONE || !plan_asks(p, series, at->round))
        return refuse_found(v, DUBAN_E_NO_ITEM, "metric", value->metric);
    duban_status status = check_amount(p, series, at, value, v);
    if (status == DUBAN_OK)
        status =
            check_data_date(l, &p->rounds[at->round], value->data_date, "data_date", v);
    if (status != DUBAN_OK) return status;
    if (!l->slice)
        status = permit_value(l, p, at->task, p->duties[at->duty].office, value->metric,
                              at->signer, v);
    if (status == DUBAN_OK)
        status = filler_permits(l, p, at->duty, value->metric, at->signer, v);
    if (status != DUBAN_OK) return status;
    const value_cell *old = value_standing(p, series, at->round);
    bool returned = item_find(p, at->duty, at->round)->state == ITEM_RETURNED;
    bool bound = old != NULL && !returned && !is_revision(p, at, value, old);
    standing stands = {old == NULL ? 0 : old->index, bound};
    status = check_supersedes(at, s, stands, words, v);
    if (status != DUBAN_OK) return status;
    if (at->known && !amount_fits(p, series, at, s, words))
        return refuse(v, DUBAN_E_OVERFLOW, "amount");
    return DUBAN_OK;
}

static duban_status check_node(const ledger *l, const plan *p, const place *at,
                               const statement_words *s, const submission_words *words,
                               const verdict *v) {
    const plan_task *t = &p->tasks[at->task];
    const plan_timetable *table = &t->timetable;
    if (at->duty != t->lead_duty)
        return refuse_text(v, DUBAN_E_NO_ITEM, "office",
                           office_code(&l->book, p->duties[at->duty].office),
                           office_code(&l->book, t->lead));
    if (s->node.node == 0 || s->node.node > table->nodes_n)
        return refuse_number(v, DUBAN_E_UNKNOWN_NODE, "node", s->node.node,
                             table->nodes_n);
    if (!s->node.done && s->node.done_day != 0)
        return refuse_day(v, DUBAN_E_DATA_DATE, "done_day", s->node.done_day, 0, 0);
    int32_t first_day = timetable_first_day(p, at->task);
    if (s->node.done_day != 0 && s->node.done_day < first_day)
        return refuse_day(v, DUBAN_E_DATA_DATE, "done_day", s->node.done_day, first_day,
                          l->day);
    if (s->node.done_day > l->day)
        return refuse_day(v, DUBAN_E_FUTURE, "done_day", s->node.done_day, first_day,
                          l->day);
    const plan_node *node = &table->nodes[s->node.node - 1];
    bool undone = node->done && !s->node.done;
    bool returned = item_find(p, at->duty, at->round)->state == ITEM_RETURNED;
    return check_supersedes(at, s, (standing){node->index, undone && !returned}, words,
                            v);
}

static duban_status check_words(const plan *p, const place *at, const statement_words *s,
                                const submission_words *words, const verdict *v) {
    const item_cell *item = item_find(p, at->duty, at->round);
    if (s->kind == STATEMENT_NIL) {
        if (!s->nil_reason.present) return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
        if (item->reported > 0 && at->known)
            return refuse_number(v, DUBAN_E_STATE, "nil", item->reported, 0);
    } else if (!s->text.progress.present && !s->text.problem.present &&
               !s->text.next.present && !s->text.no_change) {
        return refuse(v, DUBAN_E_EMPTY, "text");
    }
    return check_supersedes(at, s, (standing){item->index, false}, words, v);
}

/* Whether two statements of one submission say the same thing, or one of them says nil
 * where the other reports. A node is one thing whatever the period: what the second says
 * of it would be checked against what stood before the first. */
static bool overlaps(const statement_words *a, const statement_words *b,
                     uint32_t signer) {
    if (a->task != b->task) return false;
    if (a->kind == STATEMENT_NODE && b->kind == STATEMENT_NODE &&
        a->node.node == b->node.node)
        return true;
    if (!period_equal(a->period, b->period)) return false;
    uint32_t a_office = a->office == 0 ? signer : a->office;
    uint32_t b_office = b->office == 0 ? signer : b->office;
    if (a_office != b_office) return false;
    if (a->kind == STATEMENT_NIL || b->kind == STATEMENT_NIL) return true;
    if (a->kind != b->kind) return false;
    if (a->kind == STATEMENT_VALUE) return a->value.metric == b->value.metric;
    return a->kind != STATEMENT_NODE || a->node.node == b->node.node;
}

static duban_status look(const ledger *l, const plan *p, const statement_words *s,
                         uint32_t signer, const verdict *v, place *out) {
    uint32_t office = s->office == 0 ? signer : s->office;
    out->task = s->task - 1;
    out->signer = signer;
    out->known = ledger_knows(l, office, signer);
    return item_look(l, p, s->task, office, s->period, signer, permit_statement, v,
                     &out->duty, &out->round);
}

/* Where a plan asks for two persons, whoever signs or reviews is not who filled in. */
static duban_status check_persons(const plan *p, const submission_words *words,
                                  const verdict *v) {
    const char *const codes[] = {words->filler, words->reviewer, words->signer};
    static const char *const fields[] = {"filler", "reviewer", "signer"};
    uint32_t given = 0;
    if (!p->words.two_persons) return DUBAN_OK;
    for (uint32_t i = 0; i < 3; i++) {
        if (codes[i] == NULL || *codes[i] == '\0') continue;
        given++;
        for (uint32_t j = 0; j < i; j++)
            if (codes[j] != NULL && strcmp(codes[i], codes[j]) == 0)
                return refuse_text(v, DUBAN_E_TWO_PERSONS, fields[i], codes[i], NULL);
    }
    bool filled = codes[0] != NULL && *codes[0] != '\0';
    if (!filled) return refuse(v, DUBAN_E_TWO_PERSONS, "filler");
    return given < 2 ? refuse(v, DUBAN_E_TWO_PERSONS, "signer") : DUBAN_OK;
}

static duban_status check_statement(const ledger *l, const plan *p,
                                    const submission_words *words, uint32_t i,
                                    uint32_t signer, const verdict *v) {
    const statement_words *s = &words->statements[i];
    place at;
    duban_status status = look(l, p, s, signer, v, &at);
    if (status != DUBAN_OK) return status;
    if (at.known) status = unlock_admits(l, p, at.duty, at.round, words->filler, v);
    if (status != DUBAN_OK) return status;
    for (uint32_t j = 0; j < i; j++)
        if (overlaps(s, &words->statements[j], signer))
            return refuse_found(v, DUBAN_E_OVERLAP, "statements", j + 1);
    switch (s->kind) {
    case STATEMENT_VALUE: return check_value(l, p, &at, s, words, v);
    case STATEMENT_NODE: return check_node(l, p, &at, s, words, v);
    case STATEMENT_TEXT:
    case STATEMENT_NIL: return check_words(p, &at, s, words, v);
    default: return refuse(v, DUBAN_E_EMPTY, "what");
    }
}

/* Room for a value and a media type of every statement. */
static bool reserve(ledger *l, plan *p, const submission_words *words, uint32_t signer) {
    board *b = &p->board;
    if (!cells_reserve(&b->cells, &l->memory, words->statements_n)) return false;
    for (uint32_t i = 0; i < words->statements_n; i++) {
        const statement_words *s = &words->statements[i];
        uint32_t duty =
            plan_find_duty(p, s->task - 1, s->office == 0 ? signer : s->office);
        if (!board_reserve_page(b, &l->memory, p->duties[duty].page, words->statements_n))
            return false;
        if (s->kind == STATEMENT_TEXT && s->text.progress.present &&
            text_set_add(&l->media, &l->memory, s->text.progress.media) == NULL)
            return false;
        if (s->kind == STATEMENT_VALUE && s->value.comment.present &&
            text_set_add(&l->media, &l->memory, s->value.comment.media) == NULL)
            return false;
    }
    return true;
}

duban_status submission_check(ledger *l, const submission_words *words, uint32_t signer,
                              const verdict *v) {
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    if (words->statements_n == 0) return refuse(v, DUBAN_E_EMPTY, "statements");
    if (words->statements_n > STATEMENTS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "statements", words->statements_n,
                             STATEMENTS_MAX);
    status = check_persons(p, words, v);
    if (status != DUBAN_OK) return status;
    for (uint32_t i = 0; i < words->statements_n; i++) {
        verdict at = {v->refusal, i + 1};
        status = check_statement(l, p, words, i, signer, &at);
        if (status != DUBAN_OK) return status;
    }
    status = checks_submission(l, p, words, signer, v);
    if (status != DUBAN_OK) return status;
    return reserve(l, p, words, signer) ? DUBAN_OK : refuse_memory(v);
}

/* --- folding in --------------------------------------------------------------------- */

static void apply_value(ledger *l, plan *p, const place *at, const statement_words *said,
                        uint64_t index) {
    const value_words *value = &said->value;
    uint32_t metric = plan_find_metric(p, at->task, value->metric);
    uint32_t series = plan_find_series(p, at->duty, metric);
    const value_cell *old = value_standing(p, series, at->round);
    bool corrects =
        old != NULL && (said->supersedes != 0 || !is_revision(p, at, value, old));
    value_cell stated = {.index = index,
                         .amount = value->amount,
                         .mode = value->mode,
                         .data_date = value->data_date,
                         .vintage = value->vintage,
                         .by = at->signer,
                         .corrections = (old == NULL ? 0 : old->corrections) + corrects,
                         .denominator = value->denominator,
                         .comment = value->comment};
    if (value->comment.present)
        stated.comment.media = text_set_get(&l->media, value->comment.media);
    stated.embargo_day = release_embargo(l, p, metric, at->round);
    if (stated.data_date == 0) stated.data_date = spoken_day(l, p, at->round);
    value_put(p, series, at->round, &stated, index);
    p->metrics[metric].touched = true;
    p->duties[p->tasks[at->task].lead_duty].touched = true; /* it collates the whole */
    refresh_series(l, p, series, index);
    for (uint32_t heir = succession_heir(p, series); heir != NONE;
         heir = succession_heir(p, heir)) {
        refresh_series(l, p, heir, index);
        refresh_duty(l, p, p->series[heir].duty, index);
    }
}

static void apply_node(const ledger *l, plan *p, const place *at,
                       const node_state_words *said, uint64_t index) {
    plan_node *node = &p->tasks[at->task].timetable.nodes[said->node - 1];
    node->done = said->done;
    node->done_day = 0;
    if (said->done)
        node->done_day =
            said->done_day != 0 ? said->done_day : spoken_day(l, p, at->round);
    node->index = index;
    p->board.pages[0].dirty = true;
    p->tasks[at->task].whole = true;
}

static void apply_statement(ledger *l, plan *p, const place *at, const statement_words *s,
                            uint64_t index, int64_t received_ms) {
    plan_task *t = &p->tasks[at->task];
    if (s->kind == STATEMENT_VALUE)
        apply_value(l, p, at, s, index);
    else if (s->kind == STATEMENT_NODE)
        apply_node(l, p, at, &s->node, index);
    if (at->duty == t->lead_duty) {
        int32_t day = spoken_day(l, p, at->round);
        if (day > t->stated_day) {
            t->stated_day = day;
            p->board.pages[0].dirty = true;
        }
        t->whole = t->whole || t->words->metrics_n == 0;
    }
    item_take(l, p, at->duty, at->round, s, index, received_ms);
    p->duties[at->duty].touched = true;
    t->touched = true;
}

static place place_of(const plan *p, const statement_words *s, uint32_t signer) {
    place at = {.task = s->task - 1, .signer = signer};
    at.duty = plan_find_duty(p, at.task, s->office == 0 ? signer : s->office);
    at.round = plan_find_round(p, s->period);
    return at;
}

static void refresh_touched_duty(ledger *l, plan *p, uint32_t duty, uint64_t index) {
    if (p->duties[duty].touched) refresh_duty(l, p, duty, index);
    p->duties[duty].touched = false;
}

/* Wholes after all parts, lights after all paces, each once. */
static void refresh_touched(ledger *l, plan *p, const submission_words *words,
                            uint32_t signer, uint64_t index) {
    for (uint32_t i = 0; i < words->statements_n; i++) {
        const statement_words *s = &words->statements[i];
        uint32_t metric = s->kind == STATEMENT_VALUE
                              ? plan_find_metric(p, s->task - 1, s->value.metric)
                              : NONE;
        if (metric != NONE && p->metrics[metric].touched)
            refresh_metric(l, p, metric, index);
        if (metric != NONE) p->metrics[metric].touched = false;
        if (metric != NONE) refresh_referring(l, p, metric, index);
    }
    for (uint32_t i = 0; i < words->statements_n; i++) {
        place at = place_of(p, &words->statements[i], signer);
        refresh_touched_duty(l, p, at.duty, index);
        refresh_touched_duty(l, p, p->tasks[at.task].lead_duty, index);
    }
    for (uint32_t i = 0; i < words->statements_n; i++) {
        uint32_t task = words->statements[i].task - 1;
        plan_task *t = &p->tasks[task];
        if (t->whole)
            refresh_task(l, p, task, index);
        else if (t->touched)
            refresh_task_light(l, p, task, index);
        t->whole = t->touched = false;
    }
    for (uint32_t i = 0; i < p->tasks_n && p->refers; i++) {
        if (p->tasks[i].whole) refresh_task(l, p, i, index);
        p->tasks[i].whole = false;
    }
}

void submission_apply(ledger *l, uint64_t index, const submission_words *words,
                      uint32_t signer, int64_t received_ms) {
    plan *p = ledger_plan(l, words->plan);
    for (uint32_t i = 0; i < words->statements_n; i++) {
        place at = place_of(p, &words->statements[i], signer);
        apply_statement(l, p, &at, &words->statements[i], index, received_ms);
    }
    refresh_touched(l, p, words, signer, index);
}

#include "broker/ledger/succession.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/amend.h"
#include "broker/ledger/callin.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/trace.h"
#include "broker/ledger/value.h"

/* --- who stands where ------------------------------------------------------------- */

/* Who stands for that office on that day; one that is about to end counts as ended. */
static uint32_t standing(const ledger *l, uint32_t office, int32_t day) {
    const office_change_words *now = l->pending.ending;
    for (;;) {
        if (now != NULL && now->office == office)
            office = now->successors[0];
        else if (office_ended(&l->book, office, day))
            office = office_heir(&l->book, office);
        else
            return office;
    }
}

static bool ends(const ledger *l, uint32_t office, int32_t day) {
    return office != 0 && standing(l, office, day) != office;
}

static bool names_ended(const ledger *l, const task_words *t, int32_t day) {
    for (uint32_t i = 0; i < t->leads_n; i++)
        if (ends(l, t->leads[i], day)) return true;
    for (uint32_t i = 0; i < t->responsible_n; i++)
        if (ends(l, t->responsible[i], day)) return true;
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (ends(l, t->splits[i].office, day)) return true;
    for (uint32_t i = 0; i < t->metrics_n; i++)
        if (ends(l, t->metrics[i].source, day)) return true;
    return false;
}

/* The offices with successors in place of those that ended, each once. */
static bool replace_offices(ledger *l, pool *texts, int32_t day, const uint32_t **offices,
                            uint32_t *offices_n) {
    uint32_t *out = pool_take(texts, &l->memory, *offices_n * sizeof *out);
    uint32_t n = 0;
    if (out == NULL) return false;
    for (uint32_t i = 0; i < *offices_n; i++) {
        uint32_t office = standing(l, (*offices)[i], day);
        uint32_t at = 0;
        while (at < n && out[at] != office)
            at++;
        if (at == n) out[n++] = office;
    }
    *offices = out;
    *offices_n = n;
    return true;
}

/* Whether what two offices were to reach, and reached, is one sum: totals, and levels
 * that are summed themselves. */
static bool adds_up(const metric_words *metric) {
    return metric->nature == NATURE_CUMULATIVE ||
           (metric->nature == NATURE_LEVEL && metric->rollup == ROLLUP_SUM);
}

static split_words *find_split(split_words *splits, uint32_t n, uint32_t metric,
                               uint32_t office) {
    for (uint32_t i = 0; i < n; i++)
        if (splits[i].metric == metric && splits[i].office == office) return &splits[i];
    return NULL;
}

static decimal plus(decimal a, decimal b) {
    decimal sum = a;
    decimal_add(a, b, &sum); /* out of range: the successor's alone */
    return sum;
}

/* A split goes to the successor; where it has one of that metric already, what adds up
 * does, and of everything else its own stays. */
static bool replace_splits(ledger *l, pool *texts, int32_t day, const task_words *from,
                           task_words *to) {
    split_words *out = pool_take(texts, &l->memory, from->splits_n * sizeof *out);
    uint32_t n = 0;
    if (out == NULL) return false;
    for (uint32_t i = 0; i < from->splits_n; i++)
        if (!ends(l, from->splits[i].office, day)) out[n++] = from->splits[i];
    for (uint32_t i = 0; i < from->splits_n; i++) {
        split_words one = from->splits[i];
        if (!ends(l, one.office, day)) continue;
        one.office = standing(l, one.office, day);
        split_words *has = find_split(out, n, one.metric, one.office);
        if (has == NULL) {
            out[n++] = one;
        } else if (adds_up(&from->metrics[one.metric - 1])) {
            has->value = plus(has->value, one.value);
            has->opening = plus(has->opening, one.opening);
            has->weight = plus(has->weight, one.weight);
        }
    }
    to->splits = out;
    to->splits_n = n;
    return true;
}

static bool replace_sources(ledger *l, pool *texts, int32_t day, const task_words *from,
                            task_words *to) {
    metric_words *out = pool_take(texts, &l->memory, from->metrics_n * sizeof *out);
    if (out == NULL) return false;
    for (uint32_t i = 0; i < from->metrics_n; i++) {
        out[i] = from->metrics[i];
        if (out[i].source != 0) out[i].source = standing(l, out[i].source, day);
    }
    to->metrics = out;
    return true;
}

const task_words *succession_words(ledger *l, pool *texts, const task_words *words,
                                   int32_t day) {
    if (!names_ended(l, words, day)) return words;
    task_words *out = pool_take(texts, &l->memory, sizeof *out);
    if (out == NULL) return NULL;
    *out = *words;
    if (!replace_offices(l, texts, day, &out->leads, &out->leads_n) ||
        !replace_offices(l, texts, day, &out->responsible, &out->responsible_n) ||
        !replace_splits(l, texts, day, words, out) ||
        !replace_sources(l, texts, day, words, out))
        return NULL;
    return out;
}

/* --- laying plans out anew -------------------------------------------------------- */

static bool called(const plan_duty *d, int32_t day) {
    return d->called_in && (d->until_day == 0 || d->until_day > day);
}

/* The tasks that name an office which ends on that day, and the calls on it. */
static bool prepare_plan(ledger *l, plan *p, const edition_cause *why) {
    int32_t day = why->day;
    relayout *r = relayout_waiting(l, p);
    for (uint32_t i = 0; i < p->tasks_n || (r != NULL && i < r->shape.tasks_n); i++) {
        const plan_task *t = r != NULL ? &r->shape.tasks[i] : &p->tasks[i];
        if (!names_ended(l, t->words, day)) continue;
        if (r == NULL) r = relayout_begin(l, p);
        if (r == NULL) return false;
        const task_words *words =
            succession_words(l, &r->texts, r->shape.tasks[i].words, day);
        if (words == NULL || !amend_replace(l, r, i, words, why)) return false;
    }
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const plan_duty *d = &p->duties[i];
        if (!called(d, day) || !ends(l, d->office, day)) continue;
        if (r == NULL) r = relayout_begin(l, p);
        if (r == NULL || !relayout_owe(l, r, d->task, standing(l, d->office, day)))
            return false;
        r->shape.tasks[d->task].touched = true;
    }
    return true;
}

static bool prepare_plans(ledger *l, const edition_cause *why) {
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published && !prepare_plan(l, l->plans[i], why)) return false;
    return true;
}

static edition_cause cause_of(const office_change_words *words, uint64_t index) {
    return (edition_cause){words->day, index, words->document, "", words->reason};
}

bool succession_reserve_day(ledger *l, int32_t day) {
    for (const office_turn *t = l->book.turns; t != NULL && t->words.day <= day;
         t = t->next) {
        if (t->words.act != OFFICE_ENDED) continue;
        edition_cause why = cause_of(&t->words, t->index);
        if (!prepare_plans(l, &why)) return false;
    }
    return true;
}

/* --- checking --------------------------------------------------------------------- */

/* The days on which something may change: of no ended period of any plan. */
static duban_status check_day(const ledger *l, int32_t day, const verdict *v) {
    int32_t first = l->day;
    int32_t last = DAY_MAX;
    bool any = false;
    for (uint32_t i = 0; i < l->plans_n; i++) {
        const plan *p = l->plans[i];
        uint32_t round = p->published ? plan_round_of_day(p, l->day) : NONE;
        if (round == NONE) continue;
        const plan_round *r = &p->rounds[round];
        if (!any || r->period.first_day > first) first = r->period.first_day;
        if (r->last_day < last) last = r->last_day;
        any = true;
    }
    if (day >= first && day <= last) return DUBAN_OK;
    return refuse_day(v, DUBAN_E_DATE, "day", day, first, last);
}

static duban_status check_stands(const ledger *l, uint32_t office, const char *field,
                                 const verdict *v) {
    if (office_find(&l->book, office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, field, office);
    if (office_ended(&l->book, office, DAY_MAX))
        return refuse_text(v, DUBAN_E_OFFICE_ENDED, field, office_code(&l->book, office),
                           office_code(&l->book, office_heir(&l->book, office)));
    return DUBAN_OK;
}

static duban_status check_name(const ledger *l, const office_change_words *words,
                               const verdict *v) {
    if (*words->name == '\0') return refuse(v, DUBAN_E_EMPTY, "name");
    for (uint32_t n = 1; n <= l->book.offices_n; n++)
        if (strcmp(office_find(&l->book, n)->name, words->name) == 0)
            return refuse_text(v, DUBAN_E_DUPLICATE, "name", words->name, NULL);
    for (const office_turn *t = l->book.turns; t != NULL; t = t->next)
        if (t->words.act == OFFICE_RENAMED && strcmp(t->words.name, words->name) == 0)
            return refuse_text(v, DUBAN_E_DUPLICATE, "name", words->name, NULL);
    return DUBAN_OK;
}

/* A parent that it will have once all that waits is in force. */
static uint32_t parent_ahead(const ledger *l, uint32_t office) {
    uint32_t parent = office_find(&l->book, office)->parent;
    for (const office_turn *t = l->book.turns; t != NULL; t = t->next)
        if (t->words.act == OFFICE_MOVED && t->words.office == office)
            parent = t->words.parent;
    return parent;
}

static duban_status check_parent(const ledger *l, const office_change_words *words,
                                 const verdict *v) {
    if (words->office == OFFICE_OF_CITY)
        return refuse_found(v, DUBAN_E_STATE, "office", words->office);
    if (words->parent == 0) return DUBAN_OK;
    duban_status status = check_stands(l, words->parent, "parent", v);
    if (status != DUBAN_OK) return status;
    uint32_t steps = 0;
    for (uint32_t at = words->parent; at != 0 && steps <= l->book.offices_n; steps++) {
        if (at == words->office)
            return refuse_text(v, DUBAN_E_DUPLICATE, "parent",
                               office_code(&l->book, words->parent), NULL);
        at = parent_ahead(l, at);
    }
    return DUBAN_OK;
}

static duban_status check_successors(const ledger *l, const office_change_words *words,
                                     const verdict *v) {
    if (words->office == OFFICE_OF_CITY)
        return refuse_found(v, DUBAN_E_STATE, "office", words->office);
    if (words->successors_n == 0) return refuse(v, DUBAN_E_EMPTY, "successors");
    if (words->successors_n > SUCCESSORS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "successors", words->successors_n,
                             SUCCESSORS_MAX);
    for (uint32_t i = 0; i < words->successors_n; i++) {
        duban_status status = check_stands(l, words->successors[i], "successors", v);
        if (status != DUBAN_OK) return status;
        if (words->successors[i] == words->office)
            return refuse_found(v, DUBAN_E_DUPLICATE, "successors", words->office);
        for (uint32_t j = 0; j < i; j++)
            if (words->successors[j] == words->successors[i])
                return refuse_found(v, DUBAN_E_DUPLICATE, "successors",
                                    words->successors[i]);
    }
    return DUBAN_OK;
}

static bool stands_in(const task_words *t, uint32_t office) {
    for (uint32_t i = 0; i < t->leads_n; i++)
        if (t->leads[i] == office) return true;
    for (uint32_t i = 0; i < t->responsible_n; i++)
        if (t->responsible[i] == office) return true;
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].office == office) return true;
    return false;
}

/* No task it stands in has an edition of a later day already, nor too many of them. */
static duban_status check_editions(const ledger *l, const office_change_words *words,
                                   const verdict *v) {
    for (uint32_t i = 0; i < l->plans_n; i++)
        for (uint32_t t = 0; l->plans[i]->published && t < l->plans[i]->tasks_n; t++) {
            const plan_task *task = &l->plans[i]->tasks[t];
            verdict at = {v->refusal, t + 1};
            if (!stands_in(task->words, words->office)) continue;
            if (task->from_day > words->day)
                return refuse_day(&at, DUBAN_E_DATE, "day", words->day, task->from_day,
                                  DAY_MAX);
            if (task->editions_n >= EDITIONS_MAX)
                return refuse_number(&at, DUBAN_E_LIMIT, "editions", EDITIONS_MAX + 1,
                                     EDITIONS_MAX);
        }
    return DUBAN_OK;
}

static duban_status check_act(const ledger *l, const office_change_words *words,
                              const verdict *v) {
    duban_status status;
    switch (words->act) {
    case OFFICE_RENAMED: return check_name(l, words, v);
    case OFFICE_MOVED: return check_parent(l, words, v);
    case OFFICE_ENDED:
        status = check_successors(l, words, v);
        return status != DUBAN_OK ? status : check_editions(l, words, v);
    default: return refuse_found(v, DUBAN_E_UNSUPPORTED, "act", words->act);
    }
}

/* What waits or is put into the office's record, in l->pending.texts: a turn with copies,
 * and room for one more former name. */
static bool prepare_turn(ledger *l, const office_change_words *words) {
    pool *texts = &l->pending.texts;
    const ledger_allocator *m = &l->memory;
    uint32_t former = office_find(&l->book, words->office)->formerly_n + 1;
    office_turn *t = pool_take(texts, m, sizeof *t);
    if (t == NULL) return false;
    t->words = *words;
    t->words.name = pool_text(texts, m, words->name);
    t->words.document = pool_text(texts, m, words->document);
    t->words.successors = pool_numbers(texts, m, words->successors, words->successors_n);
    if (words->reason.present)
        t->words.reason.media = pool_text(texts, m, words->reason.media);
    l->pending.turn = t;
    l->pending.formerly = pool_take(texts, m, former * sizeof(const char *));
    return t->words.name != NULL && t->words.document != NULL &&
           t->words.successors != NULL && l->pending.formerly != NULL &&
           (!words->reason.present || t->words.reason.media != NULL);
}

/* Lays out whatever names an office that ends now. */
static duban_status prepare_end(ledger *l, const verdict *v) {
    edition_cause why = cause_of(&l->pending.turn->words, 0);
    l->pending.ending = &l->pending.turn->words;
    bool made = prepare_plans(l, &why);
    for (relayout *r = l->pending.relayouts; r != NULL && made; r = r->next) {
        made = relayout_lay(l, r);
        uint64_t cells = layout_cells(l, &r->shape) + r->of->board.cells.slots_n;
        if (made && cells > BOARD_CELLS_MAX)
            return refuse_number(v, DUBAN_E_LIMIT, "cells", cells, BOARD_CELLS_MAX);
    }
    return made ? DUBAN_OK : refuse_memory(v);
}

duban_status office_change_check(ledger *l, const office_change_words *words,
                                 uint32_t signer, const verdict *v) {
    (void)signer;
    duban_status status = check_stands(l, words->office, "office", v);
    if (status == DUBAN_OK) status = check_act(l, words, v);
    if (status == DUBAN_OK) status = check_day(l, words->day, v);
    if (status == DUBAN_OK && !prepare_turn(l, words)) status = refuse_memory(v);
    if (status == DUBAN_OK && words->act == OFFICE_ENDED && words->day <= l->day)
        status = prepare_end(l, v);
    return status;
}

/* --- folding in ------------------------------------------------------------------- */

static void show_office(ledger *l, uint32_t office, uint64_t index) {
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published) refresh_office_cell(l, l->plans[i], office, index);
}

/* Who stood under an office that ended stands under its successor. */
static void move_children(ledger *l, const office_change_words *words, uint64_t index) {
    for (uint32_t n = 1; n <= l->book.offices_n; n++) {
        office_words *child = &l->book.offices[n - 1].words;
        if (child->parent != words->office) continue;
        child->parent = words->successors[0] == n ? 0 : words->successors[0];
        show_office(l, n, index);
    }
}

static void turn_office(ledger *l, const office_change_words *words, uint64_t index) {
    office_words *office = &l->book.offices[words->office - 1].words;
    if (words->act == OFFICE_RENAMED) office->name = words->name;
    if (words->act == OFFICE_MOVED) office->parent = words->parent;
    if (words->act == OFFICE_ENDED) move_children(l, words, index);
    show_office(l, words->office, index);
}

/* What is known of the office from the moment it was said: its former name when it is to
 * have another, the day it ends and who follows. */
static void note_office(ledger *l, const office_change_words *words, uint64_t index) {
    office_words *office = &l->book.offices[words->office - 1].words;
    if (words->act == OFFICE_RENAMED) {
        const char **formerly = l->pending.formerly;
        for (uint32_t i = 0; i < office->formerly_n; i++)
            formerly[i] = office->formerly[i];
        const char *last = office->name;
        for (const office_turn *t = l->book.turns; t != NULL; t = t->next)
            if (t->words.act == OFFICE_RENAMED && t->words.office == words->office)
                last = t->words.name;
        formerly[office->formerly_n++] = last;
        office->formerly = formerly;
    } else if (words->act == OFFICE_ENDED) {
        office->ended_day = words->day;
        office->successors = words->successors;
        office->successors_n = words->successors_n;
    }
    show_office(l, words->office, index);
}

static void wait(ledger *l, office_turn *turn, uint64_t index) {
    office_turn **at = &l->book.turns;
    while (*at != NULL && (*at)->words.day <= turn->words.day)
        at = &(*at)->next;
    turn->index = index;
    turn->next = *at;
    *at = turn;
}

static void say(const ledger *l, const office_change_words *words, uint64_t index) {
    static const char *const acts[OFFICE_ACT_COUNT] = {
        [OFFICE_RENAMED] = "renamed", [OFFICE_MOVED] = "moved", [OFFICE_ENDED] = "ended"};
    char day[DAY_TEXT_SIZE];
    const char *to = words->act == OFFICE_RENAMED ? words->name : "";
    if (l->trace == NULL) return;
    if (words->act == OFFICE_MOVED) to = office_code(&l->book, words->parent);
    if (words->act == OFFICE_ENDED) to = office_code(&l->book, words->successors[0]);
    day_write(words->day, day);
    trace_say(l, "%" PRIu64 " office_change %s %s from %s -> %s", index,
              office_code(&l->book, words->office), acts[words->act], day, to);
}

void office_change_apply(ledger *l, uint64_t index, const office_change_words *words,
                         uint32_t signer) {
    (void)signer;
    office_turn *turn = l->pending.turn;
    l->pending.ending = NULL;
    note_office(l, &turn->words, index);
    if (words->day > l->day)
        wait(l, turn, index);
    else
        turn_office(l, &turn->words, index);
    pool_join(&l->book.texts, &l->pending.texts);
    for (relayout *r = l->pending.relayouts; r != NULL; r = r->next)
        amend_put(l, r, index);
    say(l, words, index);
}

void succession_open_day(ledger *l, uint64_t index) {
    while (l->book.turns != NULL && l->book.turns->words.day <= l->day) {
        const office_turn *turn = l->book.turns;
        l->book.turns = turn->next;
        turn_office(l, &turn->words, index);
    }
}

/* --- series that go on ------------------------------------------------------------ */

static bool in_force(const plan *p, uint32_t series) {
    const plan_duty *d = &p->duties[p->series[series].duty];
    return series < d->series_at + d->series_n;
}

/* Whether that office's split became the heir's own: the heir had none, and of those who
 * ended it comes first. */
static bool becomes_split(const ledger *l, const task_words *before, uint32_t metric,
                          uint32_t office, int32_t day) {
    uint32_t heir = standing(l, office, day);
    if (plan_words_ask(before, metric, heir)) return false;
    for (uint32_t i = 0; i < before->splits_n; i++)
        if (before->splits[i].metric == metric &&
            standing(l, before->splits[i].office, day) == heir)
            return before->splits[i].office == office;
    return false;
}

/* The series of the heir goes on with that of the ended office, as the words before had
 * it; what does not add up goes on with one alone. */
static void link_series(const ledger *l, plan *p, const task_words *before, uint32_t from,
                        uint32_t to, int32_t day) {
    plan_series *old = &p->series[from];
    const plan_metric *metric = &p->metrics[old->metric];
    uint32_t id = metric->words->id;
    uint32_t heir = p->duties[to].office;
    uint32_t ended = p->duties[old->duty].office;
    uint32_t at = plan_find_series(p, to, old->metric);
    if (!plan_words_ask(before, id, ended)) return;
    if (at == NONE || !in_force(p, at)) return;
    if (metric->split && !adds_up(metric->words) &&
        !becomes_split(l, before, id, ended, day))
        return;
    uint32_t round = plan_round_of_day(p, day);
    old->heir = heir;
    old->heir_round = round == NONE ? 0 : round;
    p->series[at].joined_day = day;
    p->series[at].joined_round = old->heir_round;
    value_count(p, at);
}

static void put_duty(plan *p, uint32_t duty, const duty_cell *words, uint64_t index) {
    cell next = callin_duty_cell(p, duty, index);
    next.duty.why = words->why;
    next.duty.from_day = words->from_day;
    next.duty.until_day = words->until_day;
    next.duty.from_office = words->from_office;
    board_put(&p->board, p->duties[duty].cell, &next, index);
}

static void hand_over(plan *p, uint32_t from, uint32_t to, int32_t day, uint64_t index) {
    plan_duty *old = &p->duties[from];
    plan_duty *heir = &p->duties[to];
    duty_cell ended = {.why = DUTY_ENDED, .from_day = old->from_day, .until_day = day};
    duty_cell taken = {
        .why = DUTY_TAKEN_OVER, .from_day = day, .from_office = old->office};
    if (called(old, day)) {
        heir->from_day = called(heir, day) && heir->from_day < day ? heir->from_day : day;
        heir->until_day = old->until_day;
        heir->called_in = true;
        old->until_day = day;
    }
    put_duty(p, from, &ended, index);
    put_duty(p, to, &taken, index);
}

void succession_link(ledger *l, plan *p, uint32_t task, uint64_t index) {
    plan_task *t = &p->tasks[task];
    const edition *before = t->editions;
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++) {
        const plan_duty *d = &p->duties[i];
        const office_words *office = office_find(&l->book, d->office);
        if (!office_ended(&l->book, d->office, l->day)) continue;
        int32_t day = office->ended_day;
        uint32_t to = plan_find_duty(p, task, standing(l, d->office, day));
        bool worded = before != NULL && before->cause.day == day;
        bool owed = (worded && stands_in(before->words, d->office)) || called(d, day);
        bool linked =
            d->cell != NONE && board_at(&p->board, d->cell)->duty.why == DUTY_ENDED;
        if (to == NONE || linked || !owed) continue;
        hand_over(p, i, to, day, index);
        for (uint32_t s = 0; s < d->series_all && worded; s++)
            link_series(l, p, before->words, d->series_at + s, to, day);
    }
}

uint32_t succession_heir(const plan *p, uint32_t series) {
    const plan_series *s = &p->series[series];
    if (s->heir == 0) return NONE;
    uint32_t duty = plan_find_duty(p, p->duties[s->duty].task, s->heir);
    return duty == NONE ? NONE : plan_find_series(p, duty, s->metric);
}

/* The next series of the same metric that goes on with `series`, after that duty. */
static uint32_t next_before(const plan *p, uint32_t series, uint32_t *duty) {
    const plan_series *s = &p->series[series];
    const plan_duty *d = &p->duties[s->duty];
    const plan_task *t = &p->tasks[d->task];
    while (*duty < t->duties_at + t->duties_n) {
        uint32_t at = plan_find_series(p, (*duty)++, s->metric);
        if (at != NONE && p->series[at].heir == d->office) return at;
    }
    return NONE;
}

static uint32_t first_duty(const plan *p, uint32_t series) {
    return p->tasks[p->duties[p->series[series].duty].task].duties_at;
}

uint32_t succession_joined(const plan *p, uint32_t series, uint32_t round) {
    uint32_t newest = NONE;
    if (p->series[series].joined_day == 0) return NONE;
    uint32_t duty = first_duty(p, series);
    for (uint32_t at; (at = next_before(p, series, &duty)) != NONE;) {
        uint32_t joined = p->series[at].heir_round;
        if (joined <= round && (newest == NONE || joined > newest)) newest = joined;
    }
    return newest;
}

/* To date at the end of that round; a series that joined others and handed over again in
 * the next one stands for what it joined. */
static bool to_date(const plan *p, uint32_t series, uint32_t round, decimal *out) {
    if (succession_joined(p, series, round + 1) == round + 1)
        return succession_before(p, series, round + 1, out);
    const value_cell *value = value_standing(p, series, round);
    if (value == NULL || !value->to_date_known) return false;
    *out = value->to_date;
    return true;
}

bool succession_before(const plan *p, uint32_t series, uint32_t round, decimal *out) {
    uint32_t duty = first_duty(p, series);
    decimal sum = {0};
    decimal part;
    bool any = false;
    if (round == 0) return false;
    if (plan_asks(p, series, round - 1)) {
        const value_cell *own = value_standing(p, series, round - 1);
        if (own == NULL || !own->to_date_known) return false;
        sum = own->to_date;
        any = true;
    }
    for (uint32_t at; (at = next_before(p, series, &duty)) != NONE;) {
        if (p->series[at].heir_round != round) continue;
        if (!to_date(p, at, round - 1, &part) || !decimal_add(sum, part, &sum))
            return false;
        any = true;
    }
    if (any) *out = sum;
    return any;
}

bool succession_latest(const plan *p, uint32_t series, succession_newest *own,
                       succession_newest *out) {
    uint32_t duty = first_duty(p, series);
    bool any = own != NULL;
    succession_newest sum = any ? *own : (succession_newest){0};
    for (uint32_t at; (at = next_before(p, series, &duty)) != NONE;) {
        const plan_series *part = &p->series[at];
        if (part->latest == NONE) continue;
        if (own != NULL && part->heir_round <= own->round) continue;
        if (!any) sum = (succession_newest){part->latest, {0}, part->day};
        if (!decimal_add(sum.value, part->value, &sum.value)) return false;
        if (part->latest > sum.round) sum.round = part->latest;
        if (part->day < sum.day) sum.day = part->day;
        any = true;
    }
    if (any) *out = sum;
    return any;
}

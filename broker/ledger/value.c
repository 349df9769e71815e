#include "broker/ledger/value.h"

#include "broker/ledger/item.h"
#include "broker/ledger/succession.h"

typedef struct sum {
    bool known;
    decimal value;
} sum;

static const plan_metric *metric_of(const plan *p, uint32_t series) {
    return &p->metrics[p->series[series].metric];
}

static bool cumulative(const plan *p, uint32_t series) {
    return metric_of(p, series)->words->nature == NATURE_CUMULATIVE;
}

int32_t value_cutoff_day(const plan *p, uint32_t round) {
    const plan_round *r = &p->rounds[round];
    int32_t days = r->last_day - r->period.first_day;
    uint32_t cutoff = p->words.cutoff_days;
    return cutoff < (uint32_t)days ? r->last_day - (int32_t)cutoff : r->period.first_day;
}

duban_status value_check_amount(const metric_words *words, decimal amount,
                                decimal denominator, const char *field,
                                const verdict *v) {
    bool yes_or_no = amount.micro == 0 || amount.micro == DECIMAL_MICRO;
    if (words->nature == NATURE_BOOLEAN && !yes_or_no)
        return refuse_decimal(v, DUBAN_E_OVERFLOW, field, amount, decimal_of_int(1));
    if (!decimal_in_range(amount)) return refuse(v, DUBAN_E_OVERFLOW, field);
    if (words->rollup != ROLLUP_RATIO)
        return denominator.micro == 0 ? DUBAN_OK
                                      : refuse(v, DUBAN_E_UNKNOWN_FIELD, "denominator");
    if (denominator.micro == 0) return refuse(v, DUBAN_E_EMPTY, "denominator");
    decimal ratio;
    if (denominator.micro < 0 || !decimal_in_range(denominator))
        return refuse(v, DUBAN_E_OVERFLOW, "denominator");
    if (!value_ratio(amount.micro, denominator.micro, words, &ratio))
        return refuse(v, DUBAN_E_OVERFLOW, field);
    return DUBAN_OK;
}

bool value_modes_coincide(const plan *p, uint32_t series, uint32_t round) {
    const plan_metric *metric = metric_of(p, series);
    return round == metric->first_round &&
           metric->first_day >= p->rounds[round].period.first_day &&
           p->series[series].opening.micro == 0;
}

const value_cell *value_standing(const plan *p, uint32_t series, uint32_t round) {
    uint32_t at = p->rounds[round].values[series];
    return at == NONE ? NULL : &board_at(&p->board, at)->value;
}

/* Whether what others stated before is part of it from that round on. */
static bool joins_in(const plan *p, uint32_t series, uint32_t round) {
    return succession_joined(p, series, round) == round;
}

/* To date at the end of the round before. */
static sum before(const plan *p, uint32_t series, uint32_t round) {
    const plan_metric *metric = metric_of(p, series);
    if (round == metric->first_round) {
        bool starts_here = metric->first_day >= p->rounds[round].period.first_day;
        return (sum){starts_here, p->series[series].opening};
    }
    if (joins_in(p, series, round)) {
        sum joined = {0};
        joined.known = succession_before(p, series, round, &joined.value);
        return joined;
    }
    const value_cell *standing = value_standing(p, series, round - 1);
    if (standing == NULL || !standing->to_date_known) return (sum){0};
    return (sum){true, standing->to_date};
}

static sum added(sum a, decimal b) {
    sum result = {0};
    result.known = a.known && decimal_add(a.value, b, &result.value);
    return result;
}

/* A series as it would stand after what was said before. */
typedef struct outlook {
    const plan *p;
    uint32_t series;
    const value_said *said;
    uint32_t said_n;
} outlook;

/* False when nothing would stand for that round. */
static bool would_stand(const outlook *o, uint32_t round, value_said *out) {
    for (uint32_t i = 0; i < o->said_n; i++) {
        if (o->said[i].round != round) continue;
        *out = o->said[i];
        return true;
    }
    const value_cell *standing = value_standing(o->p, o->series, round);
    if (standing == NULL) return false;
    *out = (value_said){round, standing->mode, standing->amount};
    return true;
}

/* As `before`, of the outlook. */
static sum would_be_before(const outlook *o, uint32_t round) {
    uint32_t first = metric_of(o->p, o->series)->first_round;
    uint32_t from = round;
    value_said s = {0};
    if (o->said_n == 0) return before(o->p, o->series, round);
    uint32_t joined = succession_joined(o->p, o->series, round);
    if (joined != NONE && joined > first) first = joined;
    while (from > first && would_stand(o, from - 1, &s) && s.mode == MODE_THIS_PERIOD)
        from--;
    sum at = {0};
    if (from == first)
        at = before(o->p, o->series, first);
    else if (would_stand(o, from - 1, &s))
        at = (sum){true, s.amount};
    for (; from < round && at.known && would_stand(o, from, &s); from++)
        at = added(at, s.amount);
    return at;
}

bool value_fits(const plan *p, uint32_t series, const value_said *said,
                const value_said *earlier, uint32_t earlier_n) {
    outlook o = {p, series, earlier, earlier_n};
    value_said next;
    if (!cumulative(p, series)) return true;
    sum at = {true, said->amount};
    if (said->mode == MODE_THIS_PERIOD) {
        sum start = would_be_before(&o, said->round);
        at = added(start, said->amount);
        if (start.known && !at.known) return false;
    }
    for (uint32_t r = said->round + 1; r < p->rounds_begun && at.known; r++) {
        if (!would_stand(&o, r, &next) || next.mode != MODE_THIS_PERIOD) return true;
        at = added(at, next.amount);
        if (!at.known) return false;
    }
    return true;
}

bool value_would_be(const plan *p, uint32_t series, uint32_t round,
                    const value_said *said, uint32_t said_n, decimal *out) {
    outlook o = {p, series, said, said_n};
    value_said own;
    if (!would_stand(&o, round, &own)) return false;
    sum at = {true, own.amount};
    if (cumulative(p, series) && own.mode == MODE_THIS_PERIOD)
        at = added(would_be_before(&o, round), own.amount);
    if (at.known) *out = at.value;
    return at.known;
}

bool value_would_add(const plan *p, uint32_t series, uint32_t round,
                     const value_said *said, uint32_t said_n, decimal *out) {
    outlook o = {p, series, said, said_n};
    value_said own;
    if (!would_stand(&o, round, &own)) return false;
    sum at = {true, own.amount};
    if (cumulative(p, series) && own.mode != MODE_THIS_PERIOD) {
        sum start = would_be_before(&o, round);
        at.known = start.known && decimal_sub(own.amount, start.value, &at.value);
    }
    if (at.known) *out = at.value;
    return at.known;
}

/* Fills in what follows from the amount, its mode and the round before. */
static void derive(const plan *p, uint32_t series, uint32_t round, value_cell *value) {
    sum start = before(p, series, round);
    sum to_date = {true, value->amount};
    sum of_period = {true, value->amount};
    if (value->mode == MODE_THIS_PERIOD) {
        to_date = added(start, value->amount);
    } else if (value->mode == MODE_TO_DATE) {
        of_period = (sum){0};
        of_period.known =
            start.known && decimal_sub(value->amount, start.value, &of_period.value);
    }
    value->to_date_known = to_date.known;
    value->to_date = to_date.known ? to_date.value : (decimal){0};
    value->this_period_known = of_period.known;
    value->this_period = of_period.known ? of_period.value : (decimal){0};
}

/* What was accepted before its total was known is accepted with it. */
static void settle(value_cell *value, bool was_known) {
    if (!was_known && value->to_date_known && value->accepted_index == value->index)
        value->accepted = value->to_date;
}

static void derive_later(plan *p, uint32_t series, uint32_t round, uint64_t index) {
    for (uint32_t r = round + 1; r < p->rounds_begun; r++) {
        uint32_t at = p->rounds[r].values[series];
        if (at == NONE) return;
        cell next = *board_at(&p->board, at);
        value_cell old = next.value;
        derive(p, series, r, &next.value);
        settle(&next.value, old.to_date_known);
        board_put(&p->board, at, &next, index);
        if (old.to_date_known == next.value.to_date_known &&
            old.to_date.micro == next.value.to_date.micro)
            return;
    }
}

/* --- what counts -------------------------------------------------------------------- */

bool value_ratio(__int128 numerator, __int128 denominator, const metric_words *words,
                 decimal *out) {
    const int64_t most = VALUE_ABS_MAX * DECIMAL_MICRO;
    int64_t scale =
        words->ratio_scale.micro == 0 ? DECIMAL_MICRO : words->ratio_scale.micro;
    decimal result;
    /* 2^32 numerators of 10^18 and a scale of RATIO_SCALE_MAX: below 2^124 */
    if (denominator <= 0 || !decimal_scale(numerator, scale, denominator, &result) ||
        result.micro > most || result.micro < -most)
        return false;
    *out = result;
    return true;
}

static bool reported_terms(const plan *p, uint32_t series, const value_cell *value,
                           value_terms *out) {
    bool sums = cumulative(p, series);
    if (sums && !value->to_date_known) return false;
    *out = (value_terms){sums ? value->to_date : value->amount, value->denominator};
    return true;
}

/* Plans that keep no mark of what was accepted know it of what still stands accepted. */
static bool accepted_terms(const plan *p, uint32_t series, uint32_t round,
                           const value_cell *value, value_terms *out) {
    if (!plan_marks(p)) {
        const item_cell *item = item_find(p, p->series[series].duty, round);
        return item != NULL && item->state == ITEM_ACCEPTED &&
               reported_terms(p, series, value, out);
    }
    if (value->accepted_index == 0) return false;
    if (cumulative(p, series) && !value->to_date_known &&
        value->accepted_index == value->index)
        return false;
    *out = (value_terms){value->accepted, value->accepted_denominator};
    return true;
}

/* The value of that round on the plan's basis; false where it does not count. */
static bool terms_of(const plan *p, uint32_t series, uint32_t round, value_terms *out) {
    const value_cell *value = value_standing(p, series, round);
    if (value == NULL) return false;
    if (p->basis == BASIS_REPORTED) return reported_terms(p, series, value, out);
    if (p->basis == BASIS_VERIFIED && value->verified_index != 0) {
        *out = (value_terms){value->verified, value->verified_denominator};
        return true;
    }
    return accepted_terms(p, series, round, value, out);
}

/* What the series that this one goes on with state together. */
static bool inherited_terms(const plan *p, uint32_t series, value_terms *out) {
    const plan_series *s = &p->series[series];
    const plan_task *t = &p->tasks[p->duties[s->duty].task];
    value_terms whole = {0};
    value_terms part;
    for (uint32_t d = t->duties_at; d < t->duties_at + t->duties_n; d++) {
        uint32_t at = plan_find_series(p, d, s->metric);
        if (at == NONE || succession_heir(p, at) != series ||
            !value_counted(p, at, &part))
            continue;
        if (!decimal_add(whole.numerator, part.numerator, &whole.numerator) ||
            !decimal_add(whole.denominator, part.denominator, &whole.denominator))
            return false;
    }
    *out = whole;
    return true;
}

bool value_counted(const plan *p, uint32_t series, value_terms *out) {
    const plan_series *s = &p->series[series];
    if (s->latest == NONE) return false;
    if (terms_of(p, series, s->latest, out)) return true;
    return s->joined_day != 0 && inherited_terms(p, series, out);
}

/* The newest that the series itself states in the rounds from .. to - 1. */
static bool newest(const plan *p, uint32_t series, uint32_t from, uint32_t to,
                   succession_newest *out) {
    const metric_words *words = metric_of(p, series)->words;
    value_terms terms;
    for (uint32_t r = to; r > from; r--) {
        if (!terms_of(p, series, r - 1, &terms)) continue;
        decimal value = terms.numerator;
        if (words->rollup == ROLLUP_RATIO &&
            !value_ratio(value.micro, terms.denominator.micro, words, &value))
            continue;
        *out = (succession_newest){r - 1, value,
                                   value_standing(p, series, r - 1)->data_date};
        return true;
    }
    return false;
}

void value_count(plan *p, uint32_t series) {
    plan_series *s = &p->series[series];
    uint32_t joined = s->joined_day == 0 ? 0 : s->joined_round;
    succession_newest own;
    succession_newest found;
    bool any = newest(p, series, joined, p->rounds_begun, &found);
    if (!any && s->joined_day != 0) {
        bool before_joining = newest(p, series, 0, joined, &own);
        any = succession_latest(p, series, before_joining ? &own : NULL, &found);
    }
    s->latest = any ? found.round : NONE;
    if (!any) return;
    s->value = found.value;
    s->day = found.day;
    value_terms terms;
    const metric_words *words = metric_of(p, series)->words;
    if (words->rollup == ROLLUP_RATIO && value_counted(p, series, &terms))
        value_ratio(terms.numerator.micro, terms.denominator.micro, words, &s->value);
}

/* Who goes on with the series states what it stated and more. */
static void go_on(plan *p, uint32_t series, uint64_t index) {
    uint32_t heir = succession_heir(p, series);
    if (heir == NONE) return;
    uint32_t first = p->series[series].heir_round;
    if (cumulative(p, heir) && first > 0) derive_later(p, heir, first - 1, index);
    value_count(p, heir);
    go_on(p, heir, index);
}

/* --- putting ------------------------------------------------------------------------ */

/* What was accepted and what was found outlives what was reported. */
static void keep_beside(const plan *p, uint32_t series, const value_cell *old,
                        value_cell *value) {
    value->accepted_index = old->accepted_index;
    value->accepted = old->accepted;
    value->accepted_denominator = old->accepted_denominator;
    value->verified_index = old->verified_index;
    value->verified = old->verified;
    value->verified_denominator = old->verified_denominator;
    bool never_known =
        cumulative(p, series) && !old->to_date_known && old->accepted_index == old->index;
    if (never_known) value->accepted_index = 0;
}

void value_put(plan *p, uint32_t series, uint32_t round, const value_cell *stated,
               uint64_t index) {
    const plan_duty *d = &p->duties[p->series[series].duty];
    uint32_t *at = &p->rounds[round].values[series];
    cell next = {.value = *stated};
    if (*at == NONE) {
        cell_name name = {.kind = CELL_VALUE,
                          .task = d->task + 1,
                          .metric = metric_of(p, series)->words->id,
                          .office = d->office,
                          .period = p->rounds[round].period};
        *at = board_add(&p->board, &name, d->page, index);
    } else {
        keep_beside(p, series, &board_at(&p->board, *at)->value, &next.value);
    }
    if (cumulative(p, series)) {
        derive(p, series, round, &next.value);
        board_put(&p->board, *at, &next, index);
        derive_later(p, series, round, index);
    } else {
        board_put(&p->board, *at, &next, index);
    }
    value_count(p, series);
    go_on(p, series, index);
}

void value_accept(plan *p, uint32_t duty, uint32_t round, uint64_t index) {
    const plan_duty *d = &p->duties[duty];
    if (!plan_marks(p)) return;
    for (uint32_t s = d->series_at; s < d->series_at + d->series_all; s++) {
        uint32_t at = p->rounds[round].values[s];
        if (at == NONE) continue;
        cell next = *board_at(&p->board, at);
        value_terms terms = {0};
        reported_terms(p, s, &next.value, &terms);
        next.value.accepted_index = next.value.index;
        next.value.accepted = terms.numerator;
        next.value.accepted_denominator = terms.denominator;
        board_put(&p->board, at, &next, index);
    }
}

void value_verify(plan *p, uint32_t series, uint32_t round,
                  const verification_words *found, uint64_t index) {
    uint32_t at = p->rounds[round].values[series];
    cell next = *board_at(&p->board, at);
    next.value.verified_index = found->index;
    next.value.verified = found->value;
    next.value.verified_denominator = found->denominator;
    board_put(&p->board, at, &next, index);
}

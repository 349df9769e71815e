#include "broker/ledger/value.h"

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

bool value_modes_coincide(const plan *p, uint32_t series, uint32_t round) {
    const plan_metric *metric = metric_of(p, series);
    return round == metric->first_round &&
           metric->first_day >= p->rounds[round].period.first_day &&
           metric->words->opening.micro == 0;
}

const value_cell *value_standing(const plan *p, uint32_t series, uint32_t round) {
    uint32_t at = p->rounds[round].values[series];
    return at == NONE ? NULL : &board_at(&p->board, at)->value;
}

/* To date at the end of the round before. */
static sum before(const plan *p, uint32_t series, uint32_t round) {
    const plan_metric *metric = metric_of(p, series);
    if (round == metric->first_round) {
        bool starts_here = metric->first_day >= p->rounds[round].period.first_day;
        return (sum){starts_here, metric->words->opening};
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

static void derive_later(plan *p, uint32_t series, uint32_t round, uint64_t index) {
    for (uint32_t r = round + 1; r < p->rounds_begun; r++) {
        uint32_t at = p->rounds[r].values[series];
        if (at == NONE) return;
        cell next = *board_at(&p->board, at);
        value_cell old = next.value;
        derive(p, series, r, &next.value);
        board_put(&p->board, at, &next, index);
        if (old.to_date_known == next.value.to_date_known &&
            old.to_date.micro == next.value.to_date.micro)
            return;
    }
}

/* The newest value that counts: to date must be known where the metric is cumulative. */
static void find_latest(plan *p, uint32_t series) {
    plan_series *s = &p->series[series];
    bool sums = cumulative(p, series);
    s->latest = NONE;
    for (uint32_t r = p->rounds_begun; r > 0; r--) {
        const value_cell *value = value_standing(p, series, r - 1);
        if (value == NULL || (sums && !value->to_date_known)) continue;
        s->latest = r - 1;
        s->value = sums ? value->to_date : value->amount;
        s->day = value->data_date;
        return;
    }
}

void value_put(plan *p, uint32_t series, uint32_t round, const value_cell *stated,
               uint64_t index) {
    const plan_duty *d = &p->duties[p->series[series].duty];
    uint32_t *at = &p->rounds[round].values[series];
    if (*at == NONE) {
        cell_name name = {.kind = CELL_VALUE,
                          .task = d->task + 1,
                          .metric = metric_of(p, series)->words->id,
                          .office = d->office,
                          .period = p->rounds[round].period};
        *at = board_add(&p->board, &name, d->page, index);
    }
    cell next = {.value = *stated};
    if (cumulative(p, series)) {
        derive(p, series, round, &next.value);
        board_put(&p->board, *at, &next, index);
        derive_later(p, series, round, index);
    } else {
        board_put(&p->board, *at, &next, index);
    }
    find_latest(p, series);
}

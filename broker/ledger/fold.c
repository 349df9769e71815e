#include "broker/ledger/fold.h"

#include "broker/ledger/value.h"

#define MOST ((__int128)VALUE_ABS_MAX * DECIMAL_MICRO)

/* --- days and words ----------------------------------------------------------------- */

static int32_t extended(const plan_task *t, int32_t deadline) {
    return t->mark.extended_day > deadline ? t->mark.extended_day : deadline;
}

int32_t fold_deadline(const plan *p, const plan_metric *metric) {
    return extended(&p->tasks[metric->task], metric->deadline);
}

int32_t fold_final_day(const plan *p, int32_t deadline) {
    uint32_t round = p->words.cutoff_days == 0 ? NONE : plan_round_of_day(p, deadline);
    if (round == NONE) return deadline;
    int32_t cut_off = value_cutoff_day(p, round);
    return cut_off < deadline ? cut_off : deadline;
}

const metric_words *fold_words(const plan *p, uint32_t at, int32_t day) {
    const plan_metric *metric = &p->metrics[at];
    return day < metric->first_day ? metric->words : plan_metric_on(p, at, day);
}

rollup fold_rollup(const plan *p, uint32_t at, const metric_words *words) {
    return p->metrics[at].split ? words->rollup : ROLLUP_LEAD_ONLY;
}

/* From when to when that edition of a metric runs. */
typedef struct run {
    int32_t first_day;
    int32_t deadline;
} run;

static run run_of(const plan *p, const plan_metric *metric, const metric_words *words,
                  int32_t day) {
    const plan_task *t = &p->tasks[metric->task];
    run out = {metric->first_day, metric->deadline};
    if (words != metric->words) {
        const task_words *task = plan_task_on(t, day);
        int32_t of_task = task == NULL ? 0 : task->deadline;
        out.first_day = words->first_day != 0 ? words->first_day : p->words.first_day;
        out.deadline = words->deadline != 0 ? words->deadline
                       : of_task != 0       ? of_task
                                            : p->words.last_day;
    }
    out.deadline = extended(t, out.deadline);
    return out;
}

/* --- comparisons -------------------------------------------------------------------- */

/* Turns a REFERENCE into a plain bound: the newest value of what it is compared with and
 * the lead asked over it. Stays as it is while that value is not known. */
static void resolve(const plan *p, const metric_words *words, pace_input *in) {
    if (in->comparator != COMPARATOR_REFERENCE) return;
    uint32_t task = plan_find_task(p, words->reference_task);
    uint32_t at =
        task == NONE ? NONE : plan_find_metric(p, task, words->reference_metric);
    if (at == NONE) return;
    rollup kind = fold_rollup(p, at, p->metrics[at].words);
    if (kind == ROLLUP_COUNT_MET || kind == ROLLUP_ALL_OF) return;
    fold_total other = fold_metric(p, at);
    if (!other.complete) return;
    __int128 bound = (__int128)in->target.micro + other.value.micro;
    if (bound > MOST) bound = MOST;
    if (bound < -MOST) bound = -MOST;
    in->target = (decimal){(int64_t)bound};
    in->comparator = words->reference_below ? COMPARATOR_AT_MOST : COMPARATOR_AT_LEAST;
    if (in->has_value && other.day < in->day) in->day = other.day;
}

static pace_input input_of(const plan *p, uint32_t at, int32_t day,
                           const metric_words *words) {
    const plan_metric *metric = &p->metrics[at];
    run r = run_of(p, metric, words, day);
    pace_input in = {.nature = words->nature,
                     .comparator = words->comparator,
                     .strict = words->strict,
                     .target_max = words->target_max,
                     .tolerance = words->tolerance,
                     .stretch = words->stretch,
                     .day = day,
                     .deadline = fold_final_day(p, r.deadline)};
    in.expected =
        pace_expected(&p->tasks[metric->task].timetable, r.first_day, r.deadline, day);
    return in;
}

pace_input fold_series_input(const plan *p, uint32_t series) {
    const plan_series *s = &p->series[series];
    const plan_metric *metric = &p->metrics[s->metric];
    bool has_value = s->latest != NONE;
    int32_t day = has_value ? s->day : metric->first_day - 1;
    const metric_words *words = fold_words(p, s->metric, day);
    pace_input in = input_of(p, s->metric, day, words);
    in.has_value = has_value;
    in.target = has_value ? plan_target_on(p, series, day) : s->target;
    in.opening = metric->split ? s->opening : words->opening;
    in.value = has_value ? s->value : in.opening;
    /* a split is a single number: a range asks of it its lower bound, a floor itself */
    if (metric->split && (in.comparator == COMPARATOR_BETWEEN ||
                          in.comparator == COMPARATOR_FLOOR_STRETCH))
        in.comparator = COMPARATOR_AT_LEAST;
    resolve(p, words, &in);
    return in;
}

pace_input fold_total_input(const plan *p, uint32_t at, const fold_total *total) {
    const metric_words *words = fold_words(p, at, total->day);
    pace_input in = input_of(p, at, total->day, words);
    in.has_value = total->has_value;
    in.target = words->target;
    in.opening = words->opening;
    in.value = total->value;
    resolve(p, words, &in);
    return in;
}

/* --- totals ------------------------------------------------------------------------- */

static bool part_met(const plan *p, uint32_t series) {
    pace_input in = fold_series_input(p, series);
    return in.has_value && pace_satisfied(&in, in.value);
}

/* What was gathered of the parts, in millionths. */
typedef struct tally {
    __int128 sum;
    __int128 whole; /* of weights or denominators */
    bool any;       /* of MIN and MAX: some part counts */
    bool too_large;
} tally;

static void add(tally *t, __int128 a, __int128 b) {
    t->too_large = t->too_large || __builtin_add_overflow(t->sum, a, &t->sum) ||
                   __builtin_add_overflow(t->whole, b, &t->whole);
}

static void gather(const plan *p, rollup kind, uint32_t series, tally *t) {
    const plan_series *s = &p->series[series];
    bool reported = s->latest != NONE;
    bool totals = p->metrics[s->metric].words->nature == NATURE_CUMULATIVE;
    __int128 value = reported ? s->value.micro : s->opening.micro;
    value_terms terms = {0};
    if (kind == ROLLUP_RATIO && value_counted(p, series, &terms))
        add(t, terms.numerator.micro, terms.denominator.micro);
    if (kind == ROLLUP_WEIGHTED_MEAN && reported)
        add(t, value * s->weight.micro, s->weight.micro);
    if (kind == ROLLUP_SUM && (reported || totals)) add(t, value, 0);
    if (kind != ROLLUP_MIN && kind != ROLLUP_MAX) return;
    if (!reported && !totals) return;
    if (!t->any || (kind == ROLLUP_MIN ? value < t->sum : value > t->sum)) t->sum = value;
    t->any = true;
}

/* The total's value; false when it leaves the range of values or divides by nothing. */
static bool valued(rollup kind, const tally *t, const metric_words *words, decimal *out) {
    if (t->too_large) return false;
    if (kind == ROLLUP_RATIO) return value_ratio(t->sum, t->whole, words, out);
    if (kind == ROLLUP_WEIGHTED_MEAN)
        return t->whole > 0 && decimal_scale(t->sum, 1, t->whole, out);
    if (t->sum > MOST || t->sum < -MOST) return false;
    *out = (decimal){(int64_t)t->sum};
    return true;
}

fold_total fold_metric(const plan *p, uint32_t at) {
    const plan_metric *metric = &p->metrics[at];
    fold_total out = {.parts = metric->series_n, .day = metric->first_day - 1};
    for (uint32_t i = 0; i < metric->series_n; i++) {
        const plan_series *s = &p->series[metric->series[i]];
        int32_t day = s->latest == NONE ? metric->first_day - 1 : s->day;
        if (i == 0 || day < out.day) out.day = day;
        out.parts_reported += s->latest != NONE;
    }
    const metric_words *words = fold_words(p, at, out.day);
    rollup kind = fold_rollup(p, at, words);
    bool counts = kind == ROLLUP_COUNT_MET || kind == ROLLUP_ALL_OF;
    tally t = {.sum = metric->split ? 0 : words->opening.micro};
    for (uint32_t i = 0; i < metric->series_n; i++) {
        const plan_series *s = &p->series[metric->series[i]];
        if (kind == ROLLUP_LEAD_ONLY && s->latest != NONE) t.sum = s->value.micro;
        if (counts) out.parts_met += part_met(p, metric->series[i]);
        gather(p, kind, metric->series[i], &t);
    }
    if (counts) t.sum = (__int128)out.parts_met * DECIMAL_MICRO;
    bool in_range = valued(kind, &t, words, &out.value);
    out.has_value = out.parts_reported > 0 && in_range;
    out.complete = out.has_value && out.parts_reported == out.parts;
    return out;
}

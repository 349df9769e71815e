#include "broker/ledger/fold.h"
#include "broker/ledger/light.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/release.h"

/* Past the deadline by what was said, or by the round that should have said it. */
static bool overdue(const ledger *l, const plan *p, const plan_metric *metric,
                    const pace_cell *pace) {
    if (pace->met || metric->words->comparator == COMPARATOR_PENDING) return false;
    if (p->tasks[metric->task].mark.fulfilled || plan_endless(p, metric)) return false;
    int32_t deadline = fold_deadline(p, metric);
    if (pace->has_value && pace->day >= fold_final_day(p, deadline)) return true;
    uint32_t round = deadline == metric->deadline ? metric->deadline_round
                                                  : plan_round_of_day(p, deadline);
    return round != NONE && release_over(l, p, (uint32_t)(metric - p->metrics), round);
}

static void grade_pace(ledger *l, const plan *p, const plan_metric *metric, nature kind,
                       pace_cell *pace) {
    const plan_task *t = &p->tasks[metric->task];
    bool said = kind == NATURE_BOOLEAN && pace->has_value;
    bool open =
        metric->words->comparator == COMPARATOR_PENDING || plan_endless(p, metric);
    light_inputs in = {.has_margin = pace->has_margin,
                       .margin = pace->margin,
                       .nature = kind,
                       .deadline = open ? 0 : fold_deadline(p, metric),
                       .overdue = overdue(l, p, metric, pace),
                       .met = pace->met || t->mark.fulfilled,
                       .no_timetable = plan_no_timetable(t),
                       .no_data = !pace->has_margin && !pace->met && !said};
    light_choice choice = light_pick(&p->lights, &l->workdays, l->day, &in);
    pace->grade = choice.grade;
    pace->cause = choice.cause;
    pace->lights_row = choice.row;
}

static pace_cell compare(const pace_input *in) {
    pace_result result = pace_of(in);
    return (pace_cell){.target = in->target,
                       .has_value = in->has_value,
                       .value = in->value,
                       .day = in->day,
                       .has_margin = result.has_margin,
                       .margin = result.margin,
                       .has_share = result.has_share,
                       .actual = result.actual,
                       .expected = result.expected,
                       .met = result.met,
                       .stretch_met = result.stretch_met};
}

void refresh_series(ledger *l, plan *p, uint32_t series, uint64_t index) {
    const plan_series *s = &p->series[series];
    if (s->pace == NONE) return;
    const plan_metric *metric = &p->metrics[s->metric];
    pace_input in = fold_series_input(p, series);
    cell next = {.pace = compare(&in)};
    next.pace.parts = 1;
    next.pace.parts_reported = in.has_value;
    grade_pace(l, p, metric, in.nature, &next.pace);
    board_put(&p->board, s->pace, &next, index);
}

/* How many of the splits are met, against all of them. */
static pace_cell compare_counts(const fold_total *total, const pace_input *in) {
    bool paced = in->nature == NATURE_CUMULATIVE;
    bool at_once =
        (paced && in->comparator != COMPARATOR_AT_MOST) || in->nature == NATURE_BOOLEAN;
    fraction e = paced ? in->expected : (fraction){1, 1};
    pace_cell out = {.target = decimal_of_int(total->parts),
                     .has_value = total->has_value,
                     .value = total->value,
                     .day = total->day};
    out.met = total->parts > 0 && total->parts_met == total->parts &&
              (at_once || total->day >= in->deadline);
    if (total->parts > 0 && (paced || total->complete)) {
        out.has_margin = out.has_share = true;
        out.margin = pace_points(total->parts_met, total->parts, e);
        out.actual = pace_points(total->parts_met, total->parts, (fraction){0, 1});
        out.expected = pace_points(e.p, e.q, (fraction){0, 1});
    }
    return out;
}

/* Every split has to be met; the margin is that of the part that is furthest behind. */
static pace_cell compare_all(const plan *p, const plan_metric *metric,
                             const fold_total *total) {
    pace_cell out = {.target = decimal_of_int(total->parts),
                     .has_value = total->has_value,
                     .value = total->value,
                     .day = total->day,
                     .met = total->parts > 0,
                     .has_margin = total->parts > 0};
    for (uint32_t i = 0; i < metric->series_n; i++) {
        pace_input in = fold_series_input(p, metric->series[i]);
        pace_result part = pace_of(&in);
        out.met = out.met && part.met;
        out.has_margin = out.has_margin && part.has_margin;
        if (i == 0 || decimal_compare(part.margin, out.margin) < 0)
            out.margin = part.margin;
    }
    if (!out.has_margin) out.margin = (decimal){0};
    return out;
}

static pace_cell compare_total(const fold_total *total, const pace_input *in) {
    pace_cell out = compare(in);
    /* part of a level says nothing about the whole */
    if (in->nature != NATURE_CUMULATIVE && !total->complete) {
        out.has_margin = false;
        out.margin = (decimal){0};
        out.met = out.stretch_met = false;
    }
    return out;
}

void refresh_metric(ledger *l, plan *p, uint32_t at, uint64_t index) {
    const plan_metric *metric = &p->metrics[at];
    fold_total total = fold_metric(p, at);
    pace_input in = fold_total_input(p, at, &total);
    rollup kind = fold_rollup(p, at, fold_words(p, at, total.day));
    cell next = {0};
    if (kind == ROLLUP_COUNT_MET)
        next.pace = compare_counts(&total, &in);
    else if (kind == ROLLUP_ALL_OF)
        next.pace = compare_all(p, metric, &total);
    else
        next.pace = compare_total(&total, &in);
    next.pace.parts = total.parts;
    next.pace.parts_reported = total.parts_reported;
    grade_pace(l, p, metric, kind == ROLLUP_COUNT_MET ? NATURE_CUMULATIVE : in.nature,
               &next.pace);
    board_put(&p->board, metric->pace, &next, index);
    if (metric->words->comparator == COMPARATOR_REFERENCE) p->refers = true;
}

/* Whether a metric is compared with that one, by its words of the day it speaks of. */
static bool refers_to(const plan *p, uint32_t at, uint32_t other) {
    int32_t day = board_at(&p->board, p->metrics[at].pace)->pace.day;
    const metric_words *now = p->metrics[at].words;
    const metric_words *then = fold_words(p, at, day);
    uint32_t task = p->metrics[other].task + 1;
    uint32_t id = p->metrics[other].words->id;
    return (now->comparator == COMPARATOR_REFERENCE && now->reference_task == task &&
            now->reference_metric == id) ||
           (then->comparator == COMPARATOR_REFERENCE && then->reference_task == task &&
            then->reference_metric == id);
}

void refresh_referring(ledger *l, plan *p, uint32_t metric, uint64_t index) {
    for (uint32_t i = 0; i < p->metrics_n && p->refers; i++) {
        if (!refers_to(p, i, metric)) continue;
        for (uint32_t s = 0; s < p->metrics[i].series_n; s++)
            refresh_series(l, p, p->metrics[i].series[s], index);
        refresh_metric(l, p, i, index);
        p->tasks[p->metrics[i].task].whole = true;
    }
}

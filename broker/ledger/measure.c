#include "broker/ledger/fold.h"
#include "broker/ledger/light.h"
#include "broker/ledger/refresh.h"

/* Past the deadline by what was said, or by the round that should have said it. */
static bool overdue(const ledger *l, const plan *p, const plan_metric *metric,
                    const pace_cell *pace) {
    if (pace->met || metric->words->comparator == COMPARATOR_PENDING) return false;
    if (pace->has_value && pace->day >= metric->deadline) return true;
    return metric->deadline_round != NONE &&
           l->day > p->rounds[metric->deadline_round].close_day;
}

static void grade_pace(ledger *l, const plan *p, const plan_metric *metric, nature kind,
                       pace_cell *pace) {
    bool said = kind == NATURE_BOOLEAN && pace->has_value;
    light_inputs in = {.has_margin = pace->has_margin,
                       .margin = pace->margin,
                       .nature = kind,
                       .deadline = metric->words->comparator == COMPARATOR_PENDING
                                       ? 0
                                       : metric->deadline,
                       .overdue = overdue(l, p, metric, pace),
                       .met = pace->met,
                       .no_timetable = plan_no_timetable(&p->tasks[metric->task]),
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
                       .met = result.met};
}

void refresh_series(ledger *l, plan *p, uint32_t series, uint64_t index) {
    const plan_series *s = &p->series[series];
    if (s->pace == NONE) return;
    const plan_metric *metric = &p->metrics[s->metric];
    pace_input in = fold_series_input(p, series);
    cell next = {.pace = compare(&in)};
    next.pace.parts = 1;
    next.pace.parts_reported = in.has_value;
    grade_pace(l, p, metric, metric->words->nature, &next.pace);
    board_put(&p->board, s->pace, &next, index);
}

/* How many of the splits are met, against all of them. */
static pace_cell compare_counts(const plan *p, const plan_metric *metric,
                                const fold_total *total) {
    bool paced = metric->words->nature == NATURE_CUMULATIVE;
    fraction e = {1, 1};
    if (paced)
        e = pace_expected(&p->tasks[metric->task].timetable, metric->first_day,
                          metric->deadline, total->day);
    bool at_once = (paced && metric->words->comparator != COMPARATOR_AT_MOST) ||
                   metric->words->nature == NATURE_BOOLEAN;
    pace_cell out = {.target = decimal_of_int(total->parts),
                     .has_value = total->has_value,
                     .value = total->value,
                     .day = total->day};
    out.met =
        total->parts_met == total->parts && (at_once || total->day >= metric->deadline);
    if (paced || total->complete) {
        out.has_margin = out.has_share = true;
        out.margin = pace_points(total->parts_met, total->parts, e);
        out.actual = pace_points(total->parts_met, total->parts, (fraction){0, 1});
        out.expected = pace_points(e.p, e.q, (fraction){0, 1});
    }
    return out;
}

static pace_cell compare_total(const plan *p, const plan_metric *metric,
                               const fold_total *total) {
    const metric_words *words = metric->words;
    pace_input in = {.nature = words->nature,
                     .comparator = words->comparator,
                     .strict = words->strict,
                     .target = words->target,
                     .target_max = words->target_max,
                     .tolerance = words->tolerance,
                     .opening = words->opening,
                     .has_value = total->has_value,
                     .value = total->value,
                     .day = total->day,
                     .deadline = metric->deadline};
    in.expected = pace_expected(&p->tasks[metric->task].timetable, metric->first_day,
                                metric->deadline, total->day);
    pace_cell out = compare(&in);
    /* part of a level says nothing about the whole */
    if (words->nature != NATURE_CUMULATIVE && !total->complete) {
        out.has_margin = false;
        out.margin = (decimal){0};
        out.met = false;
    }
    return out;
}

void refresh_metric(ledger *l, plan *p, uint32_t at, uint64_t index) {
    const plan_metric *metric = &p->metrics[at];
    fold_total total = fold_metric(p, at);
    bool counts = metric->split && metric->words->rollup == ROLLUP_COUNT_MET;
    cell next = {.pace = counts ? compare_counts(p, metric, &total)
                                : compare_total(p, metric, &total)};
    next.pace.parts = total.parts;
    next.pace.parts_reported = total.parts_reported;
    grade_pace(l, p, metric, counts ? NATURE_CUMULATIVE : metric->words->nature,
               &next.pace);
    board_put(&p->board, metric->pace, &next, index);
}

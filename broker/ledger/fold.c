#include "broker/ledger/fold.h"

pace_input fold_series_input(const plan *p, uint32_t series) {
    const plan_series *s = &p->series[series];
    const plan_metric *metric = &p->metrics[s->metric];
    const metric_words *words = metric->words;
    pace_input in = {.nature = words->nature,
                     .comparator = words->comparator,
                     .strict = words->strict,
                     .target = s->target,
                     .target_max = words->target_max,
                     .tolerance = words->tolerance,
                     .opening = words->opening,
                     .deadline = metric->deadline,
                     .has_value = s->latest != NONE};
    /* a split is a single number, so a range asks of it only its lower bound */
    if (metric->split && in.comparator == COMPARATOR_BETWEEN)
        in.comparator = COMPARATOR_AT_LEAST;
    in.value = in.has_value ? s->value : words->opening;
    in.day = in.has_value ? s->day : metric->first_day - 1;
    in.expected = pace_expected(&p->tasks[metric->task].timetable, metric->first_day,
                                metric->deadline, in.day);
    return in;
}

static bool part_met(const plan *p, uint32_t series) {
    pace_input in = fold_series_input(p, series);
    return in.has_value && pace_satisfied(&in, in.value);
}

fold_total fold_metric(const plan *p, uint32_t at) {
    const plan_metric *metric = &p->metrics[at];
    bool counts = metric->split && metric->words->rollup == ROLLUP_COUNT_MET;
    fold_total out = {.parts = metric->series_n};
    __int128 sum = metric->split ? 0 : metric->words->opening.micro;
    out.day = metric->first_day - 1;
    for (uint32_t i = 0; i < metric->series_n; i++) {
        const plan_series *s = &p->series[metric->series[i]];
        int32_t day = s->latest == NONE ? metric->first_day - 1 : s->day;
        if (i == 0 || day < out.day) out.day = day;
        if (s->latest == NONE) continue;
        out.parts_reported++;
        sum = metric->split ? sum + s->value.micro : s->value.micro;
        if (counts) out.parts_met += part_met(p, metric->series[i]);
    }
    if (counts) sum = (__int128)out.parts_met * DECIMAL_MICRO;
    const __int128 most = (__int128)VALUE_ABS_MAX * DECIMAL_MICRO;
    bool in_range = sum <= most && sum >= -most;
    out.has_value = out.parts_reported > 0 && in_range;
    out.complete = out.has_value && out.parts_reported == out.parts;
    out.value = (decimal){in_range ? (int64_t)sum : 0};
    return out;
}

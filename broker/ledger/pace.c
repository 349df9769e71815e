#include "broker/ledger/pace.h"

#include <assert.h>

#define PERCENT_MICRO     (100 * (__int128)DECIMAL_MICRO)
#define SHARE_PARTS       10000 /* shares have at most two decimals of a percent */
#define SHARE_PARTS_MICRO (DECIMAL_MICRO / 100)
#define DERIVED_MAX       (VALUE_ABS_MAX * DECIMAL_MICRO)
#define MONTH_PARTS       377580 /* 28, 29, 30 and 31 days divide it */

static fraction expected_of_nodes(const plan_timetable *t, int32_t first_day,
                                  int32_t day) {
    int32_t from_day = first_day - 1;
    int64_t from = 0;
    for (uint32_t i = 0; i < t->nodes_n; i++) {
        const plan_node *node = &t->nodes[i];
        if (node->day <= from_day) continue;
        int64_t to = node->share.micro / SHARE_PARTS_MICRO;
        if (day < node->day) {
            int64_t days = node->day - from_day;
            int64_t p = from * days + (to - from) * (day - from_day);
            return (fraction){p, days * SHARE_PARTS};
        }
        from_day = node->day;
        from = to;
    }
    return (fraction){1, 1};
}

static fraction expected_evenly(int32_t first_day, int32_t deadline, int32_t day) {
    return (fraction){day - first_day + 1, deadline - first_day + 1};
}

/* Of the whole year by the end of that day, in parts of 10000 * MONTH_PARTS. */
static int64_t season_by(const plan_timetable *t, int32_t day) {
    date at = date_of_day(day);
    period month = period_of_day(PERIOD_MONTH, day);
    int32_t days = period_last_day(month) - month.first_day + 1;
    int64_t by = t->season[at.month - 1] * (int64_t)at.day * (MONTH_PARTS / days);
    for (int32_t m = 1; m < at.month; m++)
        by += t->season[m - 1] * (int64_t)MONTH_PARTS;
    return by;
}

fraction pace_season(const plan_timetable *t, int32_t first_day, int32_t deadline,
                     int32_t day) {
    if (date_of_day(first_day).year != date_of_day(deadline).year)
        return (fraction){0, 0};
    date first = date_of_day(first_day);
    bool from_january = first.month == 1 && first.day == 1;
    int64_t from = from_january ? 0 : season_by(t, first_day - 1);
    return (fraction){season_by(t, day) - from, season_by(t, deadline) - from};
}

fraction pace_expected(const plan_timetable *t, int32_t first_day, int32_t deadline,
                       int32_t day) {
    if (day < first_day) return (fraction){0, 1};
    if (day >= deadline) return (fraction){1, 1};
    bool accepted = t->state == TIMETABLE_ACCEPTED;
    if (accepted && t->profile == PROFILE_NODES)
        return expected_of_nodes(t, first_day, day);
    if (accepted && t->profile == PROFILE_YEAR_END) return (fraction){0, 1};
    if (accepted && t->profile == PROFILE_SEASON) {
        fraction by_season = pace_season(t, first_day, deadline, day);
        if (by_season.q > 0) return by_season;
    }
    return expected_evenly(first_day, deadline, day);
}

/* round(a * n / d), kept within the range of values. d != 0. */
static decimal scaled(__int128 a, __int128 n, __int128 d) {
    decimal result;
    if (d < 0) {
        a = -a;
        d = -d;
    }
    if (decimal_scale(a, n, d, &result) && result.micro <= DERIVED_MAX &&
        result.micro >= -DERIVED_MAX)
        return result;
    return (decimal){a < 0 ? -DERIVED_MAX : DERIVED_MAX};
}

decimal pace_points(int64_t n, int64_t d, fraction share) {
    __int128 ahead = (__int128)n * share.q - (__int128)share.p * d;
    return scaled(ahead, PERCENT_MICRO, (__int128)d * share.q);
}

static int64_t distance(decimal a, decimal b) {
    return a.micro < b.micro ? b.micro - a.micro : a.micro - b.micro;
}

/* ABOUT: how far off it may be at most, in millionths. */
static int64_t allowance(const pace_input *in) {
    return scaled(distance(in->target, (decimal){0}), in->tolerance.micro, PERCENT_MICRO)
        .micro;
}

bool pace_satisfied(const pace_input *in, decimal value) {
    int order = decimal_compare(value, in->target);
    switch (in->comparator) {
    case COMPARATOR_COUNT:
    case COMPARATOR_FLOOR_STRETCH:
    case COMPARATOR_AT_LEAST: return in->strict ? order > 0 : order >= 0;
    case COMPARATOR_AT_MOST: return in->strict ? order < 0 : order <= 0;
    case COMPARATOR_BETWEEN:
        return order >= 0 && decimal_compare(value, in->target_max) <= 0;
    case COMPARATOR_ABOUT: return distance(value, in->target) <= allowance(in);
    case COMPARATOR_EXACTLY: return order == 0;
    case COMPARATOR_YES_NO: return value.micro >= DECIMAL_MICRO;
    default: return false;
    }
}

static bool met(const pace_input *in) {
    if (!in->has_value || !pace_satisfied(in, in->value)) return false;
    bool at_once = in->nature == NATURE_BOOLEAN || (in->nature == NATURE_CUMULATIVE &&
                                                    in->comparator != COMPARATOR_AT_MOST);
    return at_once || in->day >= in->deadline;
}

/* How much too much a total that may be too large is, in millionths; 0 when it is not. */
static int64_t excess(const pace_input *in) {
    int64_t most = in->target.micro;
    if (in->comparator == COMPARATOR_BETWEEN)
        most = in->target_max.micro;
    else if (in->comparator == COMPARATOR_ABOUT)
        most += allowance(in);
    else if (in->comparator != COMPARATOR_EXACTLY)
        return 0;
    return in->value.micro > most ? in->value.micro - most : 0;
}

static pace_result cumulative(const pace_input *in) {
    pace_result out = {.has_margin = true, .has_share = true, .met = met(in)};
    __int128 whole = (__int128)in->target.micro - in->opening.micro;
    if (whole == 0) return (pace_result){.met = out.met}; /* of two editions */
    __int128 done = (__int128)in->value.micro - in->opening.micro;
    fraction e = in->expected;
    out.actual = scaled(done, PERCENT_MICRO, whole);
    out.expected = scaled(e.p, PERCENT_MICRO, e.q);
    __int128 ahead = done * e.q - whole * e.p;
    bool ceiling = in->comparator == COMPARATOR_AT_MOST && whole > 0;
    out.margin = scaled(ceiling ? -ahead : ahead, PERCENT_MICRO, whole * e.q);
    int64_t over = excess(in);
    if (over > 0) out.margin = scaled(-(__int128)over, PERCENT_MICRO, whole);
    return out;
}

/* Value against bound in the unit of the nature: points and places as they are, a level
 * in percent of the bound. */
static decimal against(nature kind, __int128 ahead, decimal bound) {
    if (kind != NATURE_LEVEL) return scaled(ahead, 1, 1);
    if (bound.micro == 0) return (decimal){ahead < 0 ? -DERIVED_MAX : 0};
    return scaled(ahead, PERCENT_MICRO, distance(bound, (decimal){0}));
}

/* Rates, levels and ranks are not scaled by time. */
static decimal level_margin(const pace_input *in) {
    __int128 v = in->value.micro;
    __int128 t = in->target.micro;
    switch (in->comparator) {
    case COMPARATOR_AT_MOST: return against(in->nature, t - v, in->target);
    case COMPARATOR_BETWEEN:
        if (v > in->target_max.micro)
            return against(in->nature, in->target_max.micro - v, in->target_max);
        return against(in->nature, v < t ? v - t : 0, in->target);
    case COMPARATOR_ABOUT:
        return against(in->nature,
                       (__int128)allowance(in) - distance(in->value, in->target),
                       in->target);
    case COMPARATOR_EXACTLY:
        return against(in->nature, -(__int128)distance(in->value, in->target),
                       in->target);
    default: return against(in->nature, v - t, in->target);
    }
}

pace_result pace_of(const pace_input *in) {
    pace_result out = {.met = met(in)};
    out.stretch_met = out.met && in->comparator == COMPARATOR_FLOOR_STRETCH &&
                      decimal_compare(in->value, in->stretch) >= 0;
    if (in->comparator == COMPARATOR_PENDING || in->comparator == COMPARATOR_REFERENCE)
        return out;
    if (in->nature == NATURE_CUMULATIVE) {
        bool stretch_met = out.stretch_met;
        out = cumulative(in);
        out.stretch_met = stretch_met;
        return out;
    }
    if (!in->has_value || in->nature == NATURE_BOOLEAN) return out;
    out.has_margin = true;
    out.margin = level_margin(in);
    return out;
}

#include "broker/ledger/pace.h"

#include <assert.h>

#define PERCENT_MICRO     (100 * (__int128)DECIMAL_MICRO)
#define SHARE_PARTS       10000 /* shares have at most two decimals of a percent */
#define SHARE_PARTS_MICRO (DECIMAL_MICRO / 100)
#define DERIVED_MAX       (VALUE_ABS_MAX * DECIMAL_MICRO)

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

fraction pace_expected(const plan_timetable *t, int32_t first_day, int32_t deadline,
                       int32_t day) {
    if (day < first_day) return (fraction){0, 1};
    if (day >= deadline) return (fraction){1, 1};
    bool accepted = t->state == TIMETABLE_ACCEPTED;
    if (accepted && t->profile == PROFILE_NODES)
        return expected_of_nodes(t, first_day, day);
    if (accepted && t->profile == PROFILE_YEAR_END) return (fraction){0, 1};
    return (fraction){day - first_day + 1, deadline - first_day + 1};
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
    if (in->comparator == COMPARATOR_PENDING) return out;
    if (in->nature == NATURE_CUMULATIVE) return cumulative(in);
    if (!in->has_value || in->nature == NATURE_BOOLEAN) return out;
    out.has_margin = true;
    out.margin = level_margin(in);
    return out;
}

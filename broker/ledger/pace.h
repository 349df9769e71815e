/* Pace: where a metric stands against where it should be on its data date (product.md
 * "Pace").
 *
 * Exact in integers; one rounding at the end, half away from zero at a millionth. What
 * would leave VALUE_ABS_MAX stops there.
 *
 * Knows: profiles, comparators, natures. Must not know: cells, lights, items. */
#ifndef DUBAN_BROKER_LEDGER_PACE_H
#define DUBAN_BROKER_LEDGER_PACE_H

#include "broker/ledger/plan.h"

/* A share of the whole, 0 <= p / q <= 1. */
typedef struct fraction {
    int64_t p;
    int64_t q;
} fraction;

/* How much of the whole is expected by the end of `day`. Even counts days inclusively:
 * the first day is day 1. Nodes are joined by straight lines that begin with nothing at
 * the end of the day before first_day. A season holds within one calendar year; beyond
 * it, and where a timetable is not accepted, evenly is expected. */
fraction pace_expected(const plan_timetable *timetable, int32_t first_day,
                       int32_t deadline, int32_t day);
/* The same by the shares of the calendar months, linear inside a month; q is 0 where the
 * span leaves one calendar year or has no share. first_day <= day <= deadline. */
fraction pace_season(const plan_timetable *timetable, int32_t first_day, int32_t deadline,
                     int32_t day);

/* One comparison. A REFERENCE that could be resolved comes as AT_LEAST or AT_MOST against
 * what it is compared with; one that could not says nothing, as PENDING does. */
typedef struct pace_input {
    nature nature;
    comparator comparator;
    bool strict;
    decimal target;
    decimal target_max; /* BETWEEN */
    decimal stretch;    /* FLOOR_STRETCH */
    decimal tolerance;  /* ABOUT, percent of target */
    decimal opening;    /* CUMULATIVE; no margin where it equals the target */
    bool has_value;     /* else nothing is reported: value is the opening one */
    decimal value;
    int32_t day;       /* d, the data date; before any report the day before the start */
    int32_t deadline;  /* from that data date on a value speaks of the deadline */
    fraction expected; /* CUMULATIVE */
} pace_input;

typedef struct pace_result {
    bool has_margin;
    decimal margin;
    bool has_share;
    decimal actual; /* percent of the whole */
    decimal expected;
    bool met;
    bool stretch_met;
} pace_result;

/* Whether the value fulfils the target, be it early or late. */
bool pace_satisfied(const pace_input *in, decimal value);
/* met: a promised total or a yes that has been reached; of other natures and of a ceiling
 * only what is said on the deadline or later counts. */
pace_result pace_of(const pace_input *in);

/* 100 * (n / d - share) in points, as pace_of rounds it. d > 0. */
decimal pace_points(int64_t n, int64_t d, fraction share);

#endif

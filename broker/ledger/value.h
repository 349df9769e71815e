/* The series of values of one metric from one office: to date and of the period.
 *
 * A cumulative value is stated to date (累计) or for the period (当期). To date is the
 * sum of the periods; it is unknown while the round before is missing, unless it is
 * stated. Other natures have an amount only.
 *
 * Knows: these sums. Must not know: items, targets. */
#ifndef DUBAN_BROKER_LEDGER_VALUE_H
#define DUBAN_BROKER_LEDGER_VALUE_H

#include "broker/ledger/state.h"

/* Whether what is stated for the round is to date and of the period in one: the metric
 * begins with that round, from nothing. Then no mode need be said. */
bool value_modes_coincide(const plan *p, uint32_t series, uint32_t round);
/* What a statement says of one round of a series. */
typedef struct value_said {
    uint32_t round;
    value_mode mode;
    decimal amount;
} value_said;
/* Whether every sum that would follow from that statement stays in range, after those of
 * the series that the same submission said before. */
bool value_fits(const plan *p, uint32_t series, const value_said *said,
                const value_said *earlier, uint32_t earlier_n);
/* What would count at the end of that round once all that is in place: to date of a
 * cumulative metric, else the amount. False when it would be unknown. */
bool value_would_be(const plan *p, uint32_t series, uint32_t round,
                    const value_said *said, uint32_t said_n, decimal *out);
/* The same of what the period alone adds to a cumulative metric. */
bool value_would_add(const plan *p, uint32_t series, uint32_t round,
                     const value_said *said, uint32_t said_n, decimal *out);
/* What stands for that round, NULL when nothing does. Borrowed until the next change. */
const value_cell *value_standing(const plan *p, uint32_t series, uint32_t round);
/* Puts the statement in place of what stands; the sums of this round and of later ones
 * are derived anew. Needs room for one cell when nothing stood. */
void value_put(plan *p, uint32_t series, uint32_t round, const value_cell *stated,
               uint64_t index);

#endif

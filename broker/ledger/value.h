/* The series of values of one metric from one office: to date and of the period.
 *
 * A cumulative value is stated to date (累计) or for the period (当期). To date is the
 * sum of the periods; it is unknown while the round before is missing, unless it is
 * stated. Other natures have an amount only; a RATIO has a numerator and a denominator.
 *
 * Beside what is reported a value keeps what was accepted and what was found on the spot
 * (verified). On which of the three a board is measured is the plan's basis: reported but
 * in a view. Accepted is what stood when the item was accepted; verified falls back to
 * it.
 *
 * Knows: these sums and bases. Must not know: targets. */
#ifndef DUBAN_BROKER_LEDGER_VALUE_H
#define DUBAN_BROKER_LEDGER_VALUE_H

#include "broker/ledger/state.h"

/* The day on which figures of that round are cut off: so many days before its end as the
 * plan says, but within the round. */
int32_t value_cutoff_day(const plan *p, uint32_t round);

/* Whether such an amount can be said of the metric at all. DUBAN_E_OVERFLOW, also where a
 * ratio leaves the range; of a RATIO DUBAN_E_EMPTY without a denominator, of the others
 * DUBAN_E_UNKNOWN_FIELD with one. `field` is the amount's. */
duban_status value_check_amount(const metric_words *words, decimal amount,
                                decimal denominator, const char *field, const verdict *v);
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

/* What stands for that duty and round is accepted as it stands; where to date is not
 * known yet, it is accepted as soon as it is. */
void value_accept(plan *p, uint32_t duty, uint32_t round, uint64_t index);
/* Puts what was found beside what stands for that round; something does. */
void value_verify(plan *p, uint32_t series, uint32_t round,
                  const verification_words *found, uint64_t index);

/* --- what counts -------------------------------------------------------------------- */

/* A value as it counts: to date when cumulative. */
typedef struct value_terms {
    decimal numerator;
    decimal denominator; /* RATIO, else 0 */
} value_terms;

/* numerator / denominator times the metric's ratio_scale. False unless the denominator is
 * above 0 and the result in range; out untouched then. */
bool value_ratio(__int128 numerator, __int128 denominator, const metric_words *words,
                 decimal *out);
/* The terms of the newest value that counts; false while there is none. */
bool value_counted(const plan *p, uint32_t series, value_terms *out);
/* Finds the newest value that counts anew, after the plan's basis changed. */
void value_count(plan *p, uint32_t series);

#endif

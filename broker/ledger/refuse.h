/* Refusals that carry numbers, days and decimals as what was found and expected.
 * Knows: how these are written. Must not know: why something is refused. */
#ifndef DUBAN_BROKER_LEDGER_REFUSE_H
#define DUBAN_BROKER_LEDGER_REFUSE_H

#include "broker/ledger/ledger.h"

/* Where a refusal goes: the caller's place (may be NULL) and the line it speaks of. */
typedef struct verdict {
    duban_refusal *refusal;
    uint32_t line; /* statement or element, from 1; 0: the whole */
} verdict;

/* Each fills the refusal and returns the status. */
duban_status refuse(const verdict *v, duban_status status, const char *field);
duban_status refuse_text(const verdict *v, duban_status status, const char *field,
                         const char *found, const char *expected);
duban_status refuse_number(const verdict *v, duban_status status, const char *field,
                           uint64_t found, uint64_t expected);
duban_status refuse_found(const verdict *v, duban_status status, const char *field,
                          uint64_t found);
duban_status refuse_day(const verdict *v, duban_status status, const char *field,
                        int32_t found, int32_t first, int32_t last);
duban_status refuse_decimal(const verdict *v, duban_status status, const char *field,
                            decimal found, decimal expected);

#endif

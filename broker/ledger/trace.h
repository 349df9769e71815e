/* Readable lines of what an apply did: debug log and golden files at once.
 * Knows: how to write state down. Must not know: who reads it. Without a reader every
 * function here does nothing. */
#ifndef DUBAN_BROKER_LEDGER_TRACE_H
#define DUBAN_BROKER_LEDGER_TRACE_H

#include "broker/ledger/state.h"

/* One line of the kinds that speak for themselves; "index what …" as the others do. */
void trace_say(const ledger *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One line for the event as a whole, written after it was folded in. */
void trace_event(const ledger *l, uint64_t index, const event *ev);
void trace_light(const ledger *l, const plan *p, const cell *old, const light_cell *now,
                 uint64_t index);
/* A round that began (items are owed) or was closed (some are missing). */
void trace_round(const ledger *l, const plan *p, uint32_t round, const char *what,
                 uint32_t items, uint64_t index);
/* What became of one item: "index what place period -> result"; what the clock does begins
 * with two spaces. */
void trace_item(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                const char *what, const char *result, uint64_t index);
void trace_missing(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                   uint64_t index);

#endif

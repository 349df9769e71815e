/* Which numbers have a conflict entry already, so that each gets one at most.
 * Knows: pairs of key and number. Must not know: the journal; start fills it from there.
 */
#ifndef DUBAN_BROKER_CONFLICTS_H
#define DUBAN_BROKER_CONFLICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

typedef struct conflicts {
    struct conflict_row {
        uint32_t key; /* 0: the slot is free */
        uint64_t number;
    } * rows; /* open addressing, a power of two of slots */
    uint32_t slots;
    uint32_t count;
} conflicts;

void conflicts_init(conflicts *c);
void conflicts_close(conflicts *c);

bool conflicts_has(const conflicts *c, uint32_t key, uint64_t number);
/* Makes room for one more. DUBAN_E_LIMIT at CONFLICTS_MAX, DUBAN_E_NO_MEMORY. */
duban_status conflicts_reserve(conflicts *c);
/* key is not 0. As conflicts_reserve, after which it is always done. */
duban_status conflicts_add(conflicts *c, uint32_t key, uint64_t number);

#endif

/* Quotas of keys: how much one key may send, however rightly it signs.
 * Knows: counts by key number. Must not know: offices, calls, what is sent.
 *
 * A key has KEY_PENDING_MAX submissions on their way at once, two windows of numbers, so
 * that one key never fills the inbox; and KEY_RATE a second after a burst of KEY_BURST,
 * so that it does not fill the disk. All rows are made at start. Any thread. */
#ifndef DUBAN_BROKER_DOOR_QUOTA_H
#define DUBAN_BROKER_DOOR_QUOTA_H

#include <stdint.h>

#include "proto/limits.h"
#include "proto/status.h"

typedef struct quota quota;

/* DUBAN_E_NO_MEMORY. */
duban_status quota_new(quota **out);
/* NULL is fine. */
void quota_free(quota *q);

/* A submission by that key sets out: DUBAN_OK, and quota_give is due when it is answered;
 * DUBAN_E_QUOTA otherwise. Keys above KEYS_MAX are nobody's: DUBAN_E_QUOTA. now_ms is
 * monotonic. */
duban_status quota_take(quota *q, uint32_t key, int64_t now_ms);
void quota_give(quota *q, uint32_t key);

#endif

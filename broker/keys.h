/* The key table that admission reads while the loop adds to it.
 * Knows: which key number belongs to which public key. Must not know: revocation, rights
 * and numbers, which are decided in the turn, in order.
 *
 * A key never changes once it is enrolled and never goes away, so the table only grows,
 * and nothing in it is ever swapped or freed while it is read: the loop writes a row and
 * then releases the new count; a reader acquires the count and sees whole rows below it.
 * One writer, any number of readers, no locks, nothing to reclaim. */
#ifndef DUBAN_BROKER_KEYS_H
#define DUBAN_BROKER_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/ledger/ledger.h"
#include "proto/sign.h"

typedef struct keys keys;

duban_status keys_new(keys **out);
void keys_free(keys *table);

/* Adds what the ledger knows and the table does not. Loop only. DUBAN_E_NO_MEMORY: the
 * keys that were added stay. */
duban_status keys_follow(keys *table, const ledger *l);

/* Copies the public key of a number; key 0 is never found. Any thread. */
bool keys_find(const keys *table, uint32_t number, sign_public *public_key);
/* The number of a public key by its bytes, 0 when it is not enrolled. Any thread. */
uint32_t keys_number(const keys *table, span public_key);

#endif

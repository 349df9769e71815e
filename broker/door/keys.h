/* The key table that admission reads while the loop adds to it: public keys, and what
 * their offices may read today.
 * Knows: which key number belongs to which public key and office, which are revoked, the
 * rights of offices. Must not know: numbers, and what a submission is allowed to say,
 * which is decided in the turn, in order.
 *
 * A key never changes once it is enrolled and never goes away, so the table only grows,
 * and nothing in it is ever swapped or freed while it is read: the loop writes a row and
 * then releases the new count; a reader acquires the count and sees whole rows below it.
 * What does change, revoked and right, is one atomic byte each. One writer, any number of
 * readers, no locks, nothing to reclaim. */
#ifndef DUBAN_BROKER_DOOR_KEYS_H
#define DUBAN_BROKER_DOOR_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "broker/ledger/ledger.h"
#include "proto/sign.h"

typedef struct keys keys;

duban_status keys_new(keys **out);
void keys_free(keys *table);

/* Takes over what the ledger knows: after keys, offices, rights and days have changed.
 * Loop only. DUBAN_E_NO_MEMORY: the keys that were added stay. */
duban_status keys_follow(keys *table, const ledger *l);
/* How often a key was revoked or a right was lost since the start. Loop only. */
uint64_t keys_losses(const keys *table);

/* Copies the public key of a number; key 0 is never found. Any thread. */
bool keys_find(const keys *table, uint32_t number, sign_public *public_key);
/* The number of a public key by its bytes, 0 when it is not enrolled. Any thread. */
uint32_t keys_number(const keys *table, span public_key);
/* The office of a key, 0 when there is no such key. Any thread. */
uint32_t keys_office(const keys *table, uint32_t number);
/* What may be read with that key today: its office's right; NONE when it is revoked or
 * not enrolled. Any thread. */
right_kind keys_right(const keys *table, uint32_t number);

#endif

/* The broker's own entries: clock, digest and conflict, signed with its key as key 0 of
 * office 0.
 * Knows: how an event becomes signed bytes. Must not know: when one is due, the ledger.
 */
#ifndef DUBAN_BROKER_SCRIBE_H
#define DUBAN_BROKER_SCRIBE_H

#include "broker/door/call.h"
#include "proto/sign.h"

/* Both are borrowed until the end. */
typedef struct scribe {
    const char *origin;
    const sign_key *key;
    arena space;
    buffer payload;
    buffer signed_bytes;
    sign_signature signature;
} scribe;

void scribe_init(scribe *s, const char *origin, const sign_key *key);
void scribe_close(scribe *s);

/* Signs ev, of which only kind and content count, under that number. *out borrows from
 * the scribe until its next call. Whatever codec.h says. */
duban_status scribe_write(scribe *s, const event *ev, uint64_t number, admitted *out);

#endif

/* The keys a journal enrolled, as they stood at each index, and what each has signed.
 * Knows: the genesis and KEYS entries. Must not know: whether these were allowed (the
 * rule book says that), where entries come from.
 *
 * One thread learns, in order of indexes, and hands pieces of the journal to others after
 * it has learned from them; these may ask about entries of such a piece at any time,
 * while more is learned. */
#ifndef DUBAN_CLIENT_AUDIT_KEYS_H
#define DUBAN_CLIENT_AUDIT_KEYS_H

#include <stdatomic.h>

#include "proto/arena.h"
#include "proto/entry.h"
#include "proto/limits.h"
#include "proto/sign.h"

typedef struct audit_key {
    sign_public public_key;
    uint32_t office;
    _Atomic bool known;     /* set last */
    uint64_t since;         /* index of the entry that enrolled it */
    _Atomic uint64_t until; /* of the one that revoked it; UINT64_MAX: none */
    uint64_t signed_n;      /* entries with its number, as learned */
} audit_key;

typedef struct audit_keys {
    audit_key *keys; /* KEYS_MAX + 1, by number; 0 is the broker's */
    uint32_t n;      /* one above the highest number known */
    arena space;
} audit_keys;

/* NO_MEMORY. */
duban_status audit_keys_init(audit_keys *keys);
void audit_keys_close(audit_keys *keys);

/* Takes note of who signed, and of keys when the entry enrols or revokes some. What
 * cannot be read is passed over: whoever folds it finds that. NO_MEMORY. */
duban_status audit_keys_learn(audit_keys *keys, span entry);

/* Whether the entry is signed for the journal of that origin by the key it names, which
 * was enrolled for its office before that index and not revoked. The arena is reset
 * first. MALFORMED and what codec_signed_read says, ORIGIN, UNKNOWN_KEY, REVOKED,
 * KEY_OFFICE, ALGORITHM, SIGNATURE, NO_MEMORY. */
duban_status audit_keys_verify(const audit_keys *keys, const char *origin, span entry,
                               arena *a);

#endif

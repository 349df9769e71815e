/* The fold of the whole journal at start and for --check.
 * Knows: replay.h and what the loop must remember besides the ledger. Must not know:
 * sockets, what happens afterwards.
 *
 * Every entry is hashed into the frontier while it is folded, and the root that results
 * is compared with the signed head: what was folded is what was signed. With
 * `signatures` every signature is verified too, by the key as it stood at that index. */
#ifndef DUBAN_BROKER_REFOLD_H
#define DUBAN_BROKER_REFOLD_H

#include "broker/conflicts.h"
#include "broker/ledger/ledger.h"
#include "broker/log.h"
#include "broker/roots.h"

typedef struct refold {
    ledger *ledger;       /* borrowed, empty */
    roots *roots;         /* borrowed, empty */
    conflicts *conflicts; /* borrowed; NULL: not wanted */
    const logger *log;    /* borrowed */
    bool signatures;
    uint64_t signatures_from; /* of entries from this index on; 0: of all */
    bool progress; /* lines on standard error when it takes more than a second */

    event_kind last_kind; /* out: of the last entry */
    uint64_t digests;     /* out: digest entries that agreed */
    uint64_t digest_at;   /* out: index of the last of them, 0: none */
    uint64_t next;        /* out: where it stopped */

    /* private */
    arena space;
    arena other;
    uint64_t size;
    int64_t said_ms;
} refold;

/* Folds entries 0..head-1 of the journal's durable head. DUBAN_E_CORRUPT,
 * DUBAN_E_DIGEST, DUBAN_E_SIGNATURE, DUBAN_E_ROOT with the index in refusal->found;
 * DUBAN_E_NO_MEMORY, DUBAN_E_IO. */
duban_status refold_run(refold *r, const journal *j, duban_refusal *refusal);

/* Whether entries signed_size.. of the reader's may be signed for: each follows by the
 * rules from those before it and is signed by its key. Whoever can write the files could
 * have added them. Folds everything before them too; likewise. */
duban_status refold_tail(journal_reader *reader, uint64_t signed_size, const logger *log,
                         duban_refusal *refusal);

#endif

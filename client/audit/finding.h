/* What a verification finds wrong, and which of two findings comes first.
 * Knows: kinds of faults and where they stand. Must not know: how they are looked for. */
#ifndef DUBAN_CLIENT_AUDIT_FINDING_H
#define DUBAN_CLIENT_AUDIT_FINDING_H

#include "proto/status.h"
#include "storage/tlog/tile.h"

/* In the order in which they are told when they concern the same index. */
typedef enum audit_fault {
    AUDIT_NO_FAULT,
    AUDIT_CHECKPOINT, /* the note: its form, its signature, its log */
    AUDIT_EXTRA,      /* a file that this tree does not have */
    AUDIT_MISSING,    /* a file that this tree must have */
    AUDIT_SHAPE,      /* a file that is no tile or bundle of its width */
    AUDIT_TILE,       /* a hash tile is not the one under the checkpoint's root */
    AUDIT_LEAF,       /* an entry is not the one whose hash stands in its tile */
    AUDIT_ROOT,       /* tiles and entries agree, and the checkpoint has another root */
    AUDIT_KEY,        /* the key given is not the one that entry 0 names */
    AUDIT_SIGNATURE,  /* an entry's signature, or its key at that index */
    AUDIT_RULES,   /* the rule book refuses an entry: number, order, time, permission */
    AUDIT_DIGEST,  /* a digest differs from the state that the entries fold into */
    AUDIT_RECEIPT, /* a receipt does not stand in this tree */
    AUDIT_WITNESS  /* too few witnesses, or a cosignature that does not hold */
} audit_fault;

#define AUDIT_NAME_MAX 256

typedef struct audit_finding {
    audit_fault fault; /* AUDIT_NO_FAULT: everything held */
    /* CORRUPT, ROOT, DIGEST, NOTE, PROOF, WITNESS; AHEAD of a receipt */
    duban_status status;
    duban_status why; /* what exactly, such as SIGNATURE or NUMBER_USED */
    bool has_index;
    uint64_t index;            /* the first that cannot be believed */
    char file[AUDIT_NAME_MAX]; /* relative to the folder; a receipt's own name */
} audit_finding;

/* Whether a is told rather than b: the lower index, then the earlier kind of fault; what
 * has no index comes before all. */
bool audit_finding_before(const audit_finding *a, const audit_finding *b);
/* A finding about a tile or bundle of the folder. */
audit_finding audit_finding_of(audit_fault fault, duban_status why, uint64_t index,
                               const tile_name *name);

#endif

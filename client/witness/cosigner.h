/* A witness: for each log that it knows it remembers the largest tree that it has signed,
 * and signs another one only when that is the beginning of it (C2SP tlog-witness).
 * Knows: keys, the logs, what stands on its disk. Must not know: HTTP.
 *
 * Its folder:
 *
 *     key         the witness's key and name (proto/keyfile.h), 0600
 *     logs        one verifier key of a log a line; '#' begins a comment
 *     signed/X    the newest checkpoint it has signed of the log whose origin's SHA-256
 *                 begins with X (32 digits): a note with the log's line and its own
 *     forks/X     a checkpoint of that size and another root, signed by the log: with
 *                 signed/X of then the proof that the log tells two stories
 *     lock        held while it serves
 *
 * A checkpoint is in signed/X, synced, before its cosignature leaves. So no crash makes
 * it sign two roots of one size; an older copy of the folder put back would. One thread
 * uses a cosigner. */
#ifndef DUBAN_CLIENT_WITNESS_COSIGNER_H
#define DUBAN_CLIENT_WITNESS_COSIGNER_H

#include "storage/tlog/add_checkpoint.h"
#include "storage/tlog/cosign.h"

typedef struct cosigner cosigner;

typedef struct cosigner_log {
    note_key key;   /* the log's; its name is the log's origin */
    uint64_t size;  /* of the largest tree signed; 0: none yet */
    hash256 root;   /* of it; of the empty tree */
    int64_t time_s; /* when it was signed first, seconds since 1970 */
    bool forked;    /* forks/X stands there */
} cosigner_log;

/* --- set-up ------------------------------------------------------------------------- */

/* Makes the folder and a key of that name. EXISTS: there is one. KEY_FORMAT: the name
 * cannot be a key's. Statuses of files. */
duban_status cosigner_make(const char *folder, const char *name);
/* Adds a log's verifier key to `logs`; one that is there already is fine. Statuses of
 * note_key_parse; DUPLICATE: another key of that origin is there. */
duban_status cosigner_learn(const char *folder, const char *vkey);

/* Opens the folder and verifies what it signed. To serve it takes the lock.
 * NOT_READY: no key. LOCKED. KEY_FORMAT, ALGORITHM, DUPLICATE, LIMIT: `logs`, by line.
 * CORRUPT: a file of signed/ is not what this key signed. Statuses of keyfile_read. */
duban_status cosigner_open(const char *folder, bool serve, cosigner **out,
                           duban_refusal *refusal);
/* One log more, in `logs` and in what is open. As cosigner_learn and cosigner_open. */
duban_status cosigner_know(cosigner *c, const char *vkey, duban_refusal *refusal);
/* Wipes the key. NULL is fine. */
void cosigner_close(cosigner *c);

const cosign_key *cosigner_key(const cosigner *c);
uint32_t cosigner_logs(const cosigner *c);
/* Borrowed until the next change. */
const cosigner_log *cosigner_log_at(const cosigner *c, uint32_t place);

/* --- answering ---------------------------------------------------------------------- */

typedef struct cosigner_reply {
    unsigned code;       /* 200, 400, 403, 404, 409, 422; 500: the disk */
    duban_status status; /* why it is not 200 */
    const char *type;    /* static; the content type */
    char text[COSIGN_LINE_MAX];
    size_t size;
    const cosigner_log *log; /* NULL: none of that origin is known */
    bool alarm; /* signed by the log, and against what it signed before, or so it seems */
} cosigner_reply;

/* Answers the body of one add-checkpoint. now_s is the time of day. */
void cosigner_answer(cosigner *c, const char *body, size_t body_size, int64_t now_s,
                     cosigner_reply *out);

#endif

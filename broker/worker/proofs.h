/* Proofs about the tree over the durable entries: that an entry stands in it, and that an
 * earlier tree is its beginning.
 * Knows: journal readers, the words of requests and replies. Must not know: the loop,
 * ledgers, how witnesses are asked. For the worker, but for proofs_spans. */
#ifndef DUBAN_BROKER_WORKER_PROOFS_H
#define DUBAN_BROKER_WORKER_PROOFS_H

#include "broker/door/call.h"
#include "storage/tlog/tree.h"

/* Where the newest checkpoint comes from that enough witnesses have signed. read appends
 * the note, without a NUL, and is called on the worker's thread; DUBAN_E_UNWITNESSED when
 * there is none. A NULL read: nobody is asked to witness. */
typedef struct proofs_witnessed {
    duban_status (*read)(void *ctx, buffer *note);
    void *ctx;
} proofs_witnessed;

/* A checkpoint to prove to; the text lives in the arena. */
typedef struct proofs_head {
    uint64_t size;
    const char *checkpoint;
} proofs_head;

/* The newest witnessed one; DUBAN_E_UNWITNESSED. */
duban_status proofs_head_witnessed(const proofs_witnessed *witnessed, arena *space,
                                   proofs_head *out);
/* The newest durable one. DUBAN_E_NO_MEMORY. */
duban_status proofs_head_newest(const journal *j, arena *space, proofs_head *out);

/* A path's hashes as the wire carries them; they borrow from it. */
void proofs_spans(const tlog_path *path, span out[TLOG_PATH_MAX]);

/* The proof that the entry at index is in the tree of that size, from the journal alone.
 * DUBAN_E_AHEAD, DUBAN_E_CORRUPT, DUBAN_E_IO, DUBAN_E_NO_MEMORY. */
duban_status proofs_inclusion(const journal *j, uint64_t index, uint64_t size,
                              tlog_path *out);

/* Answers ask.proof, or returns the refusal's status with *refusal filled, in which case
 * the call stays with the caller. DUBAN_E_AHEAD: index, old_size or size lie beyond the
 * tree; DUBAN_E_UNWITNESSED: no witnessed checkpoint, or it does not hold them yet. */
duban_status proofs_answer(const journal *j, const proofs_witnessed *witnessed, call *c,
                           duban_refusal *refusal);

#endif

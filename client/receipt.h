/* A receipt as one text: everything a stranger needs, beside the log's key, to see that
 * an entry stands in the journal, who signed it and when it was received.
 *
 *     duban-receipt/1
 *     entry BASE64               the entry, whole
 *                                (blank line)
 *     c2sp.org/tlog-proof@v1     a C2SP tlog-proof, verbatim: index, path, checkpoint
 *     …
 *
 * Knows: this text, entries, proofs. Must not know: files, the network, offices' names.
 */
#ifndef DUBAN_CLIENT_RECEIPT_H
#define DUBAN_CLIENT_RECEIPT_H

#include "proto/arena.h"
#include "proto/entry.h"
#include "storage/tlog/proof.h"

typedef struct receipt {
    span entry;
    tlog_proof proof; /* its note borrows from the text or from the reply */
} receipt;

/* A path as the wire carries it. DUBAN_E_PROOF: it is too long, or not of hashes; then
 * *out is of no use. */
duban_status receipt_path(const span *hashes, uint32_t count, tlog_path *out);

/* From the broker's words about a message that was signed here. The entry is put together
 * from the sender's own bytes and lives in the arena. DUBAN_E_PROOF: the leaf is not the
 * hash of that entry, or index, moment or path cannot be; DUBAN_E_NO_MEMORY. Nothing is
 * verified yet. */
duban_status receipt_of_reply(const receipt_words *words, span signed_bytes,
                              span signature, arena *a, receipt *out);

/* Appends the text. DUBAN_E_TOO_LARGE, DUBAN_E_NO_MEMORY. */
duban_status receipt_write(const receipt *r, buffer *out);
/* Reads such a text; what it points into are text and the arena. *refusal says which part
 * is not of this form: DUBAN_E_MALFORMED, DUBAN_E_TOO_LARGE, DUBAN_E_NO_MEMORY. */
duban_status receipt_parse(span text, arena *a, receipt *out, duban_refusal *refusal);

/* What a receipt says, once it has been verified. Borrows from the receipt and the arena.
 */
typedef struct receipt_facts {
    entry_words entry;
    signed_words head;
    event ev;
    hash256 leaf;
    checkpoint point;
} receipt_facts;

/* Verifies it with the log's key alone: the checkpoint is signed by the log, the entry
 * stands at that index of its tree, and what its prefix repeats is what was signed, for
 * this very journal. Whether the office's signature holds is another question, which
 * needs the office's key: receipt_signed. *refusal names what does not hold: "entry",
 * "index", "origin", "checkpoint", "path"; DUBAN_E_PROOF, DUBAN_E_NOTE. */
duban_status receipt_verify(const receipt *r, const note_key *log, arena *a,
                            receipt_facts *out, duban_refusal *refusal);
/* DUBAN_E_SIGNATURE, DUBAN_E_ALGORITHM. */
duban_status receipt_signed(const receipt_facts *facts, const sign_public *by);

#endif

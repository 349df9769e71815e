/* What a home believes of its journal's log, and what it has caught it at.
 *
 *     checkpoint              the largest checkpoint that was proved to continue the one
 *                             kept before it
 *     unproved                a line for each command in a row that was given no proof
 *     evidence/E508-1234.txt  what was found wrong: its code and the size kept then, with
 *                             both checkpoints verbatim; never overwritten
 *
 * A checkpoint is believed only when the pinned log key has signed it. One that is seen
 * in passing waits until the command is done; then one question proves the largest of
 * them to be a continuation of the one kept, and only then it takes its place. One that
 * is smaller than the one kept has to be its beginning. Whatever fails is remembered as
 * broken: nothing more is believed in that run, and nothing kept is overwritten.
 *
 * Knows: notes, proofs, these files. Must not know: the network (it asks through a
 * function), what the entries say. */
#ifndef DUBAN_CLIENT_TRUST_H
#define DUBAN_CLIENT_TRUST_H

#include "client/file.h"
#include "storage/tlog/note.h"
#include "storage/tlog/tree.h"

/* A checkpoint as it was signed and as it reads. */
typedef struct trust_point {
    bool there;
    checkpoint point;
    buffer note;
} trust_point;

typedef struct trust {
    path folder;
    bool has_key;
    note_key key;
    trust_point kept;     /* as in the file */
    trust_point more;     /* the largest one seen that is larger; not proved yet */
    trust_point less;     /* the smallest one seen that is smaller; likewise */
    duban_refusal broken; /* the first thing found wrong; status DUBAN_OK: nothing */
    path evidence;        /* where it is kept; "" when it could not be written */
} trust;

/* Reads the checkpoint kept in that folder, which is copied; nothing is verified before
 * a key is pinned. A file that is no checkpoint breaks the trust. DUBAN_E_IO. */
duban_status trust_open(const char *folder, trust *out);
void trust_close(trust *t);

/* The log's key, from wherever it is first known. Another one than was pinned before, or
 * a kept checkpoint that is not signed by it, breaks the trust: DUBAN_E_DIVERGED,
 * DUBAN_E_NOTE. field says what named the key. */
duban_status trust_pin(trust *t, const note_key *key, const char *field,
                       duban_refusal *refusal);

/* A checkpoint that the broker has shown; a key must be pinned. DUBAN_E_NOTE: not signed
 * by the log. DUBAN_E_DIVERGED: another root than one of the same size. Once broken, that
 * again. DUBAN_E_NO_MEMORY. */
duban_status trust_see(trust *t, const char *shown, size_t size, duban_refusal *refusal);

/* Asks the broker for the proof that the tree of old_size is the beginning of that of
 * size. DUBAN_E_AHEAD when it has no such tree. */
typedef duban_status (*trust_ask)(void *ctx, uint64_t old_size, uint64_t size,
                                  tlog_path *out, duban_refusal *refusal);

/* Proves what was seen, keeps the largest and writes it. At most one question, two when
 * smaller ones were seen as well; none when nothing new was. DUBAN_E_DIVERGED: the proof
 * does not hold, or was refused; DUBAN_E_SHORTER: the broker no longer has the tree that
 * it signed. What says nothing about the log (it cannot be reached, it is busy) is
 * DUBAN_OK: the next command asks again, and a broker that had an answer for each of
 * TRUST_UNPROVED_MAX commands in a row but never that one has refused it. Writing fails
 * as file_write does. */
duban_status trust_settle(trust *t, trust_ask ask, void *ctx, duban_refusal *refusal);

/* Something else that only a lying log can have done, such as a receipt that does not
 * prove itself: keeps the evidence. shown may be empty. Returns status. */
duban_status trust_break(trust *t, duban_status status, const char *field,
                         const char *shown, size_t size, duban_refusal *refusal);

#endif

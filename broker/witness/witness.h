/* The broker's conversation with its witnesses, on a thread of its own.
 * Knows: HTTP (libcurl), when to ask, where the newest witnessed checkpoint is kept. Must
 * not know: what answers mean (gather.h does), receipts.
 *
 * At most once in WITNESS_ROUND_MS it takes the newest durable checkpoint and asks every
 * witness, all at once; whoever is slow or dead is waited for alone (WITNESS_ANSWER_MS)
 * and never by the loop. The witnessed note is kept in memory and in the data folder's
 * file `witnessed`, which may be lost: it is derived. */
#ifndef DUBAN_BROKER_WITNESS_WITNESS_H
#define DUBAN_BROKER_WITNESS_WITNESS_H

#include "broker/witness/gather.h"
#include "broker/log.h"
#include "broker/metrics.h"

typedef struct witness witness;

/* Everything is borrowed until witness_free. */
typedef struct witness_options {
    const witness_policy *policy;
    const journal *journal;
    const note_key *log_key; /* verifies the journal's checkpoints */
    const char *folder;      /* the data folder */
    metrics *metrics;
    const logger *log;
    /* The witnessed note has changed. On the thread of witnesses. */
    void (*on_witnessed)(void *ctx);
    void *ctx;
} witness_options;

/* Prepares libcurl: once, before any other thread begins. INTERNAL. */
duban_status witness_begin_process(void);

/* NO_MEMORY, INTERNAL. */
duban_status witness_new(const witness_options *options, witness **out);
/* There is a newer durable head. Any thread. NULL is fine. */
void witness_head(witness *w);
/* Ends and joins the thread, which waits for nobody. NULL is fine. */
void witness_stop(witness *w);
/* After witness_stop; libcurl may wait for a name being looked up. NULL is fine. */
void witness_free(witness *w);

/* Appends the newest witnessed checkpoint's note, without a NUL; *size is that of its
 * tree. UNWITNESSED: there is none; NO_MEMORY. Any thread. */
duban_status witness_newest(const witness *w, buffer *out, uint64_t *size);
/* The same as proofs.h asks for it; ctx is the witness. */
duban_status witness_read(void *ctx, buffer *out);
/* Fills in the witnesses' part; what it points to lies in space. NULL is fine. NO_MEMORY.
 * Any thread. */
duban_status witness_info_fill(const witness *w, arena *space, info_words *info);

#endif

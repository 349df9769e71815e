/* Replies that wait until what they speak of is durable.
 * Knows: the durable head. Must not know: what the replies say.
 *
 * The ledger is ahead of the disk by the turns in flight. So whatever was answered from
 * it, be it a receipt, a board or a refusal, carries the index of the ledger's head at
 * that moment and waits here until the disk has it. Those indexes never fall, so it is a
 * queue. Only the loop touches it.
 *
 * A receipt gets its proof here, against the head that makes it durable: out of memory
 * for what is new, with the journal's help for what stood there before. Where receipts
 * wait for witnesses (unwitnessed.h) that comes next, and the proof is against the
 * checkpoint that they have signed. */
#ifndef DUBAN_BROKER_HELD_H
#define DUBAN_BROKER_HELD_H

#include "broker/door/call.h"
#include "broker/log.h"
#include "broker/roots.h"
#include "broker/witness/unwitnessed.h"

typedef struct held {
    journal *journal;
    const roots *roots;
    const logger *log;
    uint64_t durable_size; /* entries that are durable */
    char checkpoint[JOURNAL_CHECKPOINT_MAX];
    call *first;
    call *last;
    uint32_t count;
    size_t bytes; /* of messages that are ready */
    unwitnessed waiting;
} held;

/* All are borrowed until the end. */
void held_init(held *h, journal *j, const roots *r, const logger *log);
/* Receipts wait for witnesses from now on, as unwitnessed_init says. */
void held_wait_for(held *h, witness *w, metrics *m);
void held_close(held *h);

/* Holds a call whose answer is set (call.h) until the entry at index is durable; sends
 * it at once when it is. index is at least that of the call held before. */
void held_add(held *h, call *c, uint64_t index);
/* Likewise for a refusal and for words that need no checkpoint. */
void held_add_words(held *h, call *c, const reply_words *words, uint64_t index);
void held_refuse(held *h, call *c, const duban_refusal *refusal, uint64_t index);

/* Sends what the head makes durable. */
void held_release(held *h, const journal_head *head);
/* Sends what the newest witnessed checkpoint holds. */
void held_witnessed(held *h);
/* The time of the loop's clock. */
void held_tick(held *h, int64_t now_ms);
/* Waits for witnesses no more: the broker stops. */
void held_end(held *h);
/* Answers everything with that refusal: the journal has failed. */
void held_fail(held *h, const duban_refusal *refusal);
/* Whether so many bytes wait that nothing large should be added (HELD_BYTES_MAX). */
bool held_full(const held *h);

#endif

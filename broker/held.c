#include "broker/held.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "broker/worker/proofs.h"
#include "proto/codec.h"
#include "proto/entry.h"

void held_init(held *h, journal *j, const roots *r, const logger *log) {
    journal_head head;
    memset(h, 0, sizeof *h);
    h->journal = j;
    h->roots = r;
    h->log = log;
    journal_get_head(j, &head);
    h->durable_size = head.size;
    memcpy(h->checkpoint, head.checkpoint, sizeof h->checkpoint);
}

/* The path that a receipt's words borrow. */
typedef struct receipt_path {
    tlog_path path;
    span spans[TLOG_PATH_MAX];
} receipt_path;

static void send_receipt(const held *h, call *c, reply_words *words) {
    receipt_path room;
    receipt_words *receipt = &words->receipt;
    bool witnessed = h->waiting.witness != NULL;
    uint64_t size = witnessed ? h->waiting.size : h->durable_size;
    duban_status status =
        roots_prove(h->roots, h->journal, receipt->index, size, &room.path);
    if (status) {
        log_warn(h->log, "held", "entry %" PRIu64 " cannot be proved: %s", receipt->index,
                 duban_status_name(status));
        call_refuse_status(c, status, "index"); /* it stands; a resend says so */
        return;
    }
    proofs_spans(&room.path, room.spans);
    receipt->path = room.spans;
    receipt->path_n = room.path.count;
    receipt->checkpoint = witnessed ? (const char *)h->waiting.note.data : h->checkpoint;
    call_answer(c, words);
}

static duban_status again_words(journal_reader *reader, const call *c, reply_words *out) {
    entry_words entry;
    span bytes;
    duban_status status = journal_read(reader, c->index, &bytes);
    if (!status) status = entry_read(bytes, &entry);
    if (status) return status;
    memset(out, 0, sizeof *out);
    out->kind = REPLY_RECEIPT;
    out->receipt = (receipt_words){.index = c->index,
                                   .leaf = tlog_leaf_hash(bytes.data, bytes.size),
                                   .received_ms = entry.received_ms,
                                   .again = true,
                                   .entry_head = {bytes.data, ENTRY_HEAD_SIZE}};
    return DUBAN_OK;
}

static void send_again(const held *h, call *c) {
    journal_reader *reader = NULL;
    reply_words words;
    duban_status status = journal_reader_open(h->journal, &reader);
    if (!status) status = again_words(reader, c, &words);
    if (!status)
        send_receipt(h, c, &words);
    else {
        log_warn(h->log, "held", "entry %" PRIu64 " cannot be read: %s", c->index,
                 duban_status_name(status));
        call_refuse_status(c, status, "index");
    }
    journal_reader_close(reader);
}

static void send_words(const held *h, call *c) {
    if (c->words->kind == REPLY_RECEIPT) {
        send_receipt(h, c, c->words);
        return;
    }
    if (c->words->kind == REPLY_INFO) c->words->info.checkpoint = h->checkpoint;
    call_answer(c, c->words);
}

/* Takes the call when it is a receipt that has to wait for witnesses. */
static bool waits(held *h, call *c) {
    if (c->answer == ANSWER_AGAIN) return unwitnessed_takes(&h->waiting, c, c->index);
    return c->answer == ANSWER_RECEIPT && c->words->kind == REPLY_RECEIPT &&
           unwitnessed_takes(&h->waiting, c, c->words->receipt.index);
}

static void send_now(held *h, call *c) {
    if (waits(h, c)) return;
    nng_msg *message = c->message;
    c->message = NULL;
    switch (c->answer) {
    case ANSWER_MESSAGE: call_send(c, message); break;
    case ANSWER_RECEIPT: send_words(h, c); break;
    case ANSWER_AGAIN: send_again(h, c); break;
    }
}

void held_add(held *h, call *c, uint64_t index) {
    c->until = index;
    c->next = NULL;
    if (!h->first && index < h->durable_size) {
        send_now(h, c);
        return;
    }
    assert(!h->last || h->last->until <= index);
    if (h->first)
        h->last->next = c;
    else
        h->first = c;
    h->last = c;
    h->count++;
    if (c->answer == ANSWER_MESSAGE) h->bytes += nng_msg_len(c->message);
}

void held_add_words(held *h, call *c, const reply_words *words, uint64_t index) {
    duban_status status = call_message(words, &c->message);
    if (status) {
        call_refuse_status(c, status, "reply");
        return;
    }
    c->answer = ANSWER_MESSAGE;
    held_add(h, c, index);
}

void held_refuse(held *h, call *c, const duban_refusal *refusal, uint64_t index) {
    reply_words words = {.refusal = *refusal};
    if (refusal->status == DUBAN_E_BUSY || refusal->status == DUBAN_E_STOPPING)
        words.retry_ms = RETRY_MS;
    held_add_words(h, c, &words, index);
}

static call *take_first(held *h) {
    call *c = h->first;
    h->first = c->next;
    if (!h->first) h->last = NULL;
    h->count--;
    if (c->answer == ANSWER_MESSAGE) h->bytes -= nng_msg_len(c->message);
    return c;
}

void held_release(held *h, const journal_head *head) {
    assert(head->size >= h->durable_size);
    h->durable_size = head->size;
    memcpy(h->checkpoint, head->checkpoint, sizeof h->checkpoint);
    while (h->first && h->first->until < h->durable_size)
        send_now(h, take_first(h));
}

void held_wait_for(held *h, witness *w, metrics *m) {
    unwitnessed_init(&h->waiting, w, m);
}

void held_close(held *h) {
    unwitnessed_close(&h->waiting);
}

void held_witnessed(held *h) {
    call *c = NULL;
    if (!h->waiting.witness) return;
    unwitnessed_news(&h->waiting);
    while ((c = unwitnessed_next(&h->waiting)))
        send_now(h, c);
}

void held_tick(held *h, int64_t now_ms) {
    unwitnessed_tick(&h->waiting, now_ms);
}

void held_end(held *h) {
    unwitnessed_end(&h->waiting);
}

void held_fail(held *h, const duban_refusal *refusal) {
    while (h->first) {
        call *c = take_first(h);
        nng_msg_free(c->message);
        c->message = NULL;
        call_refuse(c, refusal);
    }
    held_end(h);
}

bool held_full(const held *h) {
    return h->bytes > HELD_BYTES_MAX;
}

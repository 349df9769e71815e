#include "client/deliver.h"

#include <string.h>

#include "client/receipt.h"
#include "proto/codec.h"

typedef enum outcome { RECEIPTED, REFUSED, WAITS, GONE, DAMAGED } outcome;

/* Answers that say nothing about the message: the broker is not able to take it now, or
 * it is another journal's broker. All others are final. */
static bool may_come_later(duban_status status) {
    switch (status) {
    case DUBAN_E_BUSY:
    case DUBAN_E_QUOTA:
    case DUBAN_E_UNWITNESSED: /* it stands, and a resend gets the receipt */
    case DUBAN_E_STOPPING:
    case DUBAN_E_NOT_READY:
    case DUBAN_E_NO_MEMORY:
    case DUBAN_E_IO:
    case DUBAN_E_DISK_FULL:
    case DUBAN_E_COMMIT:
    case DUBAN_E_CLOCK_AHEAD:
    case DUBAN_E_ORIGIN:
    case DUBAN_E_WRONG_SOCKET: return true;
    default: return false;
    }
}

/* A home that knows its key's number but not its journal's log asks once. */
static duban_status know_log(duban *d, duban_refusal *why) {
    info_words info;
    duban_status status = handle_know_log(d, NULL, why);
    if (!status && !d->trust.has_key) status = duban_info(d, &info, why);
    if (status || d->trust.has_key) return status;
    return duban_refuse(why, DUBAN_E_NOTE, 0, "log", NULL, NULL);
}

/* Whether the receipt proves that this very message stands in the journal; its text. A
 * receipt that does not is the log's lie and stays as evidence. */
static duban_status prove(duban *d, const outbox_message *m, const receipt_words *words,
                          arena *a, buffer *text, duban_refusal *why) {
    receipt r;
    receipt_facts facts;
    const char *shown = words->checkpoint;
    duban_status status = know_log(d, why);
    if (status) return status;
    status = receipt_of_reply(words, m->signed_bytes, m->signature, a, &r);
    if (status) duban_refuse(why, status, 0, "leaf", NULL, NULL);
    if (!status) status = receipt_verify(&r, &d->trust.key, a, &facts, why);
    if (status == DUBAN_E_NO_MEMORY) return status;
    if (status)
        return trust_break(&d->trust, status, why->field, shown, strlen(shown), why);
    status = trust_see(&d->trust, shown, strlen(shown), why);
    if (!status) status = receipt_write(&r, text);
    return status;
}

/* Sends until there is an answer other than BUSY. The status is DUBAN_OK when *reply is
 * an answer, of whatever kind. */
static duban_status ask(duban *d, const outbox_message *m, patience how, arena *a,
                        span *bytes, reply_words *reply, duban_refusal *why) {
    int64_t end_ms = file_now_ms() + d->timeout_ms;
    for (;;) {
        buffer answer;
        int64_t left_ms = end_ms - file_now_ms();
        buffer_init(&answer);
        duban_status status = connection_exchange(
            d->command, m->bytes, left_ms > 0 ? (uint32_t)left_ms : 0, how, &answer);
        char *copy = status ? NULL : arena_copy(a, answer.data, answer.size);
        if (!status && !copy) status = DUBAN_E_NO_MEMORY;
        *bytes = (span){(const uint8_t *)copy, answer.size};
        buffer_close(&answer);
        if (status) return connection_refuse(d->command, status, why);
        status = codec_reply_read(*bytes, a, reply, why);
        if (status) return status;
        left_ms = end_ms - file_now_ms();
        if (!handle_is_later(reply->refusal.status) || reply->retry_ms >= left_ms)
            return DUBAN_OK;
        handle_pause(reply->retry_ms);
    }
}

static outcome waits(duban_refusal *why, duban_status status, const char *field) {
    duban_refuse(why, status, 0, field, NULL, NULL);
    return WAITS;
}

static outcome receipted(duban *d, uint64_t number, const outbox_message *m, arena *a,
                         span bytes, const reply_words *reply, duban_refusal *why) {
    buffer text;
    buffer_init(&text);
    duban_status status = prove(d, m, &reply->receipt, a, &text, why);
    if (!status) {
        status = outbox_answer(&d->outbox, PLACE_RECEIPTS, number, bytes);
        if (status) duban_refuse(why, status, 0, "outbox", NULL, NULL);
        /* Should this fail, it is made again from the two files beside it. */
        span kept = {text.data, text.size};
        if (!status) (void)outbox_keep_receipt(&d->outbox, number, kept);
    }
    buffer_close(&text);
    return status ? WAITS : RECEIPTED;
}

/* What the answer means for the message; what is final is put on disk. */
static outcome settle(duban *d, uint64_t number, const outbox_message *m, arena *a,
                      span bytes, const reply_words *reply, duban_refusal *why) {
    duban_status refused = reply->refusal.status;
    if (!refused && reply->kind != REPLY_RECEIPT)
        return waits(why, DUBAN_E_MALFORMED, "reply");
    if (!refused) return receipted(d, number, m, a, bytes, reply, why);
    *why = reply->refusal;
    if (may_come_later(refused)) return WAITS;
    duban_status status = outbox_answer(&d->outbox, PLACE_REFUSED, number, bytes);
    return status ? waits(why, status, "outbox") : REFUSED;
}

static outcome deliver_one(duban *d, uint64_t number, patience how, arena *a,
                           duban_refusal *why) {
    outbox_message m;
    reply_words reply;
    span bytes;
    arena_reset(a);
    duban_status status = outbox_load(&d->outbox, PLACE_QUEUED, number, a, &m);
    if (status == DUBAN_E_NOT_FOUND) return GONE;
    if (status == DUBAN_E_CORRUPT) {
        path where;
        status = outbox_set_aside(&d->outbox, PLACE_QUEUED, number, &where);
        if (status) return waits(why, status, "outbox");
        duban_refuse(why, DUBAN_E_CORRUPT, 0, "outbox", where.text, NULL);
        return DAMAGED;
    }
    if (status) return waits(why, status, "outbox");
    status = ask(d, &m, how, a, &bytes, &reply, why);
    if (status) return WAITS;
    return settle(d, number, &m, a, bytes, &reply, why);
}

static void pass(duban *d, const uint64_t *numbers, size_t n, patience how,
                 delivery *out) {
    arena a;
    duban_refusal why = {0};
    uint64_t first_left = 0;
    arena_init(&a, 0);
    for (size_t i = 0; i < n; i++) {
        if (first_left && numbers[i] - first_left >= NUMBER_WINDOW) {
            out->left += n - i;
            break;
        }
        outcome what = deliver_one(d, numbers[i], how, &a, &why);
        if (what == REFUSED) out->refused++;
        if (what == REFUSED || what == DAMAGED) out->last = why;
        if (what != WAITS) continue;
        out->left++;
        out->stuck = why;
        if (!first_left) first_left = numbers[i];
        if (why.status == DUBAN_E_CLOCK_AHEAD) continue;
        out->left += n - i - 1;
        break;
    }
    arena_close(&a);
}

duban_status deliver(duban *d, uint64_t to, patience how, delivery *out) {
    arena a;
    uint64_t *numbers;
    size_t n = 0;
    int lock;
    arena_init(&a, 0);
    duban_status status = outbox_list(&d->outbox, PLACE_QUEUED, &a, &numbers, &n);
    while (!status && n && numbers[n - 1] > to)
        n--;
    if (!status && n) {
        status = outbox_send_begin(&d->outbox, d->timeout_ms, &lock);
        if (!status) {
            pass(d, numbers, n, how, out);
            outbox_send_end(lock);
        } else if (status == DUBAN_E_LOCKED) {
            /* Another process of this home is sending the very same messages. */
            out->left += n;
            duban_refuse(&out->stuck, status, 0, "outbox", NULL, NULL);
            status = DUBAN_OK;
        }
    }
    arena_close(&a);
    return status;
}

duban_status deliver_answer(duban *d, uint64_t number, duban_ticket *ticket,
                            duban_refusal *refusal) {
    arena a;
    outbox_message m;
    reply_words reply;
    arena_init(&a, 0);
    duban_status status = DUBAN_OK;
    bool refused = outbox_holds(&d->outbox, PLACE_REFUSED, number);
    outbox_place place = refused ? PLACE_REFUSED : PLACE_RECEIPTS;
    bool answered = outbox_holds(&d->outbox, place, number) &&
                    outbox_load(&d->outbox, place, number, &a, &m) == DUBAN_OK &&
                    m.answered && codec_reply_read(m.reply, &a, &reply, NULL) == DUBAN_OK;
    if (answered && refused) {
        status = reply.refusal.status;
        if (refusal) *refusal = reply.refusal;
    } else if (answered) {
        ticket->sent = DUBAN_RECEIPTED;
        ticket->index = reply.receipt.index;
        ticket->received_ms = reply.receipt.received_ms;
    }
    arena_close(&a);
    return status;
}

duban_status duban_flush(duban *d, uint32_t wait_ms, size_t *left, size_t *refused,
                         duban_refusal *refusal) {
    delivery all = {0};
    int64_t end_ms = file_now_ms() + wait_ms;
    duban_status status;
    for (;;) {
        all.left = 0;
        status = deliver(d, UINT64_MAX, wait_ms ? PATIENT : IMPATIENT, &all);
        if (status || !all.left || file_now_ms() >= end_ms) break;
        if (d->trust.broken.status) break;
        /* The connection paces itself when nobody is there; a broker that is there but
         * cannot take more just now is left alone for a moment. */
        if (all.stuck.status != DUBAN_E_UNREACHABLE) handle_pause(RETRY_MS);
    }
    if (status) return duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    *left = all.left;
    *refused = all.refused;
    if (refusal) *refusal = all.left ? all.stuck : all.last;
    return DUBAN_OK;
}

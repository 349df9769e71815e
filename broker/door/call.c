#include "broker/door/call.h"

#include "broker/monotonic.h"
#include "broker/door/net.h"
#include "proto/codec.h"

duban_status call_message(const reply_words *words, nng_msg **out) {
    buffer bytes;
    nng_msg *message = NULL;
    buffer_init(&bytes);
    duban_status status = codec_reply_write(words, &bytes);
    if (!status && nng_msg_alloc(&message, 0) != 0) status = DUBAN_E_NO_MEMORY;
    if (!status && nng_msg_append(message, bytes.data, bytes.size) != 0) {
        nng_msg_free(message);
        status = DUBAN_E_NO_MEMORY;
    }
    buffer_close(&bytes);
    if (!status) *out = message;
    return status;
}

void call_send(call *c, nng_msg *message) {
    net_send(c, message);
}

void call_drop(call *c) {
    net_drop(c);
}

bool call_is_deaf(const call *c) {
    uint32_t unsent = net_lane(c).unsent;
    return unsent > (c->submission ? PIPE_UNSENT_MAX : PIPE_QUERIES_MAX);
}

bool call_is_crowded(const call *c) {
    return net_lane(c).calls > PIPE_QUERIES_MAX;
}

bool call_is_full(const call *c) {
    return net_lane(c).bytes > PIPE_BYTES_MAX || net_full(c->owner);
}

bool call_is_blocked(const call *c) {
    pipes *p = net_pipes(c);
    return p && pipes_is_blocked(p, c->pipe, monotonic_ms());
}

void call_blame(const call *c) {
    pipes *p = net_pipes(c);
    if (p) pipes_blame(p, c->pipe, monotonic_ms());
}

duban_status call_charge(call *c, uint32_t key) {
    quota *q = net_quota(c);
    duban_status status = q ? quota_take(q, key, monotonic_ms()) : DUBAN_OK;
    if (!status && q) c->charged = key;
    return status;
}

void call_answer(call *c, const reply_words *words) {
    nng_msg *message = NULL;
    duban_status status = call_message(words, &message);
    if (!status)
        net_send(c, message);
    else if (words->refusal.status != DUBAN_OK)
        net_send(c, NULL); /* not even the refusal fits into memory */
    else
        call_refuse_status(c, status, "reply");
}

void call_refuse(call *c, const duban_refusal *refusal) {
    reply_words words = {.refusal = *refusal};
    if (refusal->status == DUBAN_E_BUSY || refusal->status == DUBAN_E_STOPPING)
        words.retry_ms = RETRY_MS;
    if (refusal->status == DUBAN_E_QUOTA) words.retry_ms = QUOTA_RETRY_MS;
    if (refusal->status == DUBAN_E_UNWITNESSED) words.retry_ms = UNWITNESSED_RETRY_MS;
    call_answer(c, &words);
}

void call_refuse_status(call *c, duban_status status, const char *field) {
    duban_refusal refusal;
    duban_refuse(&refusal, status, 0, field, NULL, NULL);
    call_refuse(c, &refusal);
}

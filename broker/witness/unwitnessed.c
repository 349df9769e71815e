#include "broker/witness/unwitnessed.h"

#include <string.h>

void unwitnessed_init(unwitnessed *u, witness *w, metrics *m) {
    memset(u, 0, sizeof *u);
    u->witness = w;
    u->metrics = m;
    buffer_init(&u->note);
    if (w) unwitnessed_news(u);
}

void unwitnessed_close(unwitnessed *u) {
    buffer_close(&u->note);
}

static void give_up(unwitnessed *u, call *c) {
    reply_words words = {.retry_ms = UNWITNESSED_RETRY_MS};
    duban_refuse(&words.refusal, DUBAN_E_UNWITNESSED, 0, "receipt", NULL, NULL);
    METRICS_COUNT(u->metrics, unwitnessed);
    call_answer(c, &words);
}

bool unwitnessed_takes(unwitnessed *u, call *c, uint64_t index) {
    if (!u->witness || index < u->size) return false;
    if (u->ended || u->count == WITNESS_WAITING_MAX) {
        give_up(u, c);
        return true;
    }
    c->index = index;
    c->deadline_ms = u->now_ms + WITNESS_PATIENCE_MS;
    c->next = NULL;
    if (u->first)
        u->last->next = c;
    else
        u->first = c;
    u->last = c;
    u->count++;
    return true;
}

void unwitnessed_news(unwitnessed *u) {
    buffer bytes;
    uint64_t size = 0;
    buffer_init(&bytes);
    bool read = witness_newest(u->witness, &bytes, &size) == DUBAN_OK &&
                buffer_reserve(&bytes, 1);
    if (!read) {
        buffer_close(&bytes);
        return;
    }
    bytes.data[bytes.size++] = '\0';
    buffer_close(&u->note);
    u->note = bytes;
    u->size = size;
}

/* Takes the call behind `before` (NULL: the first) out. */
static call *take_out(unwitnessed *u, call *before) {
    call *c = before ? before->next : u->first;
    if (before)
        before->next = c->next;
    else
        u->first = c->next;
    if (u->last == c) u->last = before;
    u->count--;
    return c;
}

call *unwitnessed_next(unwitnessed *u) {
    call *before = NULL;
    for (call *c = u->first; c; before = c, c = c->next)
        if (c->index < u->size) return take_out(u, before);
    return NULL;
}

void unwitnessed_tick(unwitnessed *u, int64_t now_ms) {
    u->now_ms = now_ms;
    while (u->first && u->first->deadline_ms <= now_ms)
        give_up(u, take_out(u, NULL));
}

void unwitnessed_end(unwitnessed *u) {
    u->ended = true;
    while (u->first)
        give_up(u, take_out(u, NULL));
}

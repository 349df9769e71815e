#include "broker/door/session.h"

#include <string.h>

#include "broker/monotonic.h"
#include "proto/sign.h"

#define MINUTE_MS 60000
#define SAID_SIZE (SESSION_TOKEN_SIZE - HASH_SIZE) /* of a token before its HMAC */

/* What a HMAC is over: one of the words, so that none of the two is ever the other, at
 * most the said part of a token, and the place. */
typedef struct text {
    uint8_t bytes[sizeof "challenge" + SAID_SIZE + 5];
    size_t size;
} text;

static text begin(const char *word) {
    text t = {.size = strlen(word)};
    memcpy(t.bytes, word, t.size);
    return t;
}

static void put(text *t, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--)
        t->bytes[t->size++] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static void put_place(text *t, session_place at) {
    put(t, at.door, 1);
    put(t, at.pipe, 4);
}

static int64_t never_set(void *ctx) {
    (void)ctx;
    return monotonic_ms();
}

void sessions_init(sessions *s, int64_t (*now_ms)(void *ctx), void *ctx) {
    sign_random(s->secret, sizeof s->secret);
    s->now_ms = now_ms ? now_ms : never_set;
    s->ctx = ctx;
}

void sessions_close(sessions *s) {
    sign_wipe(s->secret, sizeof s->secret);
}

/* --- challenges --------------------------------------------------------------------- */

static text challenge_text(session_place at, uint64_t minute) {
    text t = begin("challenge");
    put_place(&t, at);
    put(&t, minute, 8);
    return t;
}

hash256 sessions_challenge(const sessions *s, session_place at) {
    text t = challenge_text(at, (uint64_t)(s->now_ms(s->ctx) / MINUTE_MS));
    return hash_keyed(s->secret, t.bytes, t.size);
}

bool sessions_challenged(const sessions *s, session_place at, span challenge) {
    uint64_t minute = (uint64_t)(s->now_ms(s->ctx) / MINUTE_MS);
    if (challenge.size != HASH_SIZE) return false;
    for (uint64_t back = 0; back <= 1 && back <= minute; back++) {
        text t = challenge_text(at, minute - back);
        if (hash_keyed_is(s->secret, t.bytes, t.size, challenge.data)) return true;
    }
    return false;
}

/* --- tokens ------------------------------------------------------------------------- */

void sessions_token(const sessions *s, session_place at, const call_reader *who,
                    uint8_t out[SESSION_TOKEN_SIZE]) {
    text t = begin("token");
    const uint8_t *said = t.bytes + t.size;
    put(&t, who->key, 4);
    put(&t, who->office, 4);
    put(&t, who->right, 1);
    put(&t, (uint64_t)(s->now_ms(s->ctx) + SESSION_MS), 8);
    memcpy(out, said, SAID_SIZE);
    put_place(&t, at);
    hash256 mac = hash_keyed(s->secret, t.bytes, t.size);
    memcpy(out + SAID_SIZE, mac.bytes, HASH_SIZE);
}

bool sessions_reader(const sessions *s, session_place at, span token, call_reader *out) {
    text t = begin("token");
    if (token.size != SESSION_TOKEN_SIZE) return false;
    memcpy(t.bytes + t.size, token.data, SAID_SIZE);
    t.size += SAID_SIZE;
    put_place(&t, at);
    if (!hash_keyed_is(s->secret, t.bytes, t.size, token.data + SAID_SIZE)) return false;
    if (s->now_ms(s->ctx) >= (int64_t)get(token.data + 9, 8)) return false;
    *out = (call_reader){.key = (uint32_t)get(token.data, 4),
                         .office = (uint32_t)get(token.data + 4, 4),
                         .right = (right_kind)token.data[8]};
    return true;
}

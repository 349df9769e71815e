#include "broker/door/admission.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/ledger/office.h"
#include "proto/codec.h"
#include "proto/entry.h"

/* Words decoded from one request: a payload of an entry's size grows by the width of its
 * structs, never by more than this. */
#define ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)

static bool only_the_broker_signs(event_kind kind) {
    return kind == KIND_CLOCK || kind == KIND_DIGEST || kind == KIND_CONFLICT;
}

/* Which of the payload's references a sent body answers; count when none. */
static uint32_t reference_of(const body_ref *refs, uint32_t count, const hash256 *hash,
                             size_t size) {
    for (uint32_t i = 0; i < count; i++)
        if (hash_equal(&refs[i].hash, hash) && refs[i].size == size) return i;
    return count;
}

static duban_status match_sent(const submit_words *submit, const body_ref *refs,
                               uint32_t count, bool *sent, journal_body *out,
                               duban_refusal *refusal) {
    for (uint32_t i = 0; i < submit->bodies_n; i++) {
        const body_words *body = &submit->bodies[i];
        char text[HASH_TEXT_SIZE];
        out[i].hash =
            hash_of_two(body->salt, BODY_SALT_SIZE, body->bytes.data, body->bytes.size);
        memcpy(out[i].salt, body->salt, BODY_SALT_SIZE);
        out[i].bytes = body->bytes;
        uint32_t at = reference_of(refs, count, &out[i].hash, body->bytes.size);
        if (at == count) {
            hash_print(&out[i].hash, text);
            return duban_refuse(refusal, DUBAN_E_BODY_HASH, i + 1, "bodies", text, NULL);
        }
        for (uint32_t k = at; k < count; k++)
            if (hash_equal(&refs[k].hash, &out[i].hash)) sent[k] = true;
    }
    return DUBAN_OK;
}

/* Every sent body must be named by the payload; what it names besides is looked up in
 * the turn. */
static duban_status match_bodies(const submit_words *submit, arena *space, admitted *a,
                                 duban_refusal *refusal) {
    uint32_t count = codec_event_bodies(&a->ev, NULL, 0);
    body_ref *refs = arena_alloc(space, (count + 1) * sizeof *refs);
    bool *sent = arena_alloc(space, (count + 1) * sizeof *sent);
    journal_body *bodies = arena_alloc(space, (submit->bodies_n + 1) * sizeof *bodies);
    hash256 *elsewhere = arena_alloc(space, (count + 1) * sizeof *elsewhere);
    if (!refs || !sent || !bodies || !elsewhere) return DUBAN_E_NO_MEMORY;

    codec_event_bodies(&a->ev, refs, count);
    duban_status status = match_sent(submit, refs, count, sent, bodies, refusal);
    if (status) return status;
    for (uint32_t i = 0; i < count; i++)
        if (!sent[i]) elsewhere[a->elsewhere_n++] = refs[i].hash;
    a->bodies = bodies;
    a->bodies_n = submit->bodies_n;
    a->elsewhere = elsewhere;
    return DUBAN_OK;
}

/* A key whose signatures could never be accepted is not enrolled. */
static duban_status keys_usable(const event *ev, duban_refusal *refusal) {
    if (ev->kind != KIND_KEYS) return DUBAN_OK;
    for (uint32_t i = 0; i < ev->keys.keys_n; i++) {
        const key_words *key = &ev->keys.keys[i];
        sign_public public_key = sign_public_of(key->algorithm, key->public_key);
        if (key->revoked) continue;
        if (key->algorithm == ALGORITHM_SM2 && !sign_supports(ALGORITHM_SM2))
            return duban_refuse(refusal, DUBAN_E_ALGORITHM, i + 1, "algorithm", "SM2",
                                "ED25519");
        if (sign_supports(key->algorithm) && !sign_public_usable(&public_key))
            return duban_refuse(refusal, DUBAN_E_KEY_FORMAT, i + 1, "public_key", NULL,
                                NULL);
    }
    return DUBAN_OK;
}

duban_status admission_submission(const submit_words *submit, const signed_words *head,
                                  const sign_public *public_key, arena *space,
                                  admitted **out, duban_refusal *refusal) {
    sign_signature signature;
    if (submit->signature.size == 0)
        return duban_refuse(refusal, DUBAN_E_UNSIGNED, 0, "signature", NULL, NULL);
    if (submit->signature.size != sizeof signature.bytes)
        return duban_refuse(refusal, DUBAN_E_SIGNATURE, 0, "signature", NULL, "64");
    memcpy(signature.bytes, submit->signature.data, sizeof signature.bytes);
    duban_status status = sign_verify(public_key, submit->signed_bytes.data,
                                      submit->signed_bytes.size, &signature);
    if (status) return duban_refuse(refusal, status, 0, "signature", NULL, NULL);

    admitted *a = arena_alloc(space, sizeof *a);
    if (!a) return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    a->signed_bytes = submit->signed_bytes;
    a->signature = submit->signature;
    status = codec_event_read(head, submit->signature, space, &a->ev, refusal);
    if (!status) status = keys_usable(&a->ev, refusal);
    if (!status) status = match_bodies(submit, space, a, refusal);
    if (!status) *out = a;
    return status;
}

/* The head of what a key of this journal says it signs, and that key. */
static duban_status read_head(const admission *a, call *c, const submit_words *submit,
                              signed_words *head, sign_public *public_key,
                              duban_refusal *refusal) {
    char number[16];
    if (submit->signature.size == 0)
        return duban_refuse(refusal, DUBAN_E_UNSIGNED, 0, "signature", NULL, NULL);
    duban_status status =
        codec_signed_read(submit->signed_bytes, &c->arena, head, refusal);
    if (status) return status;
    if (strcmp(head->origin, a->origin) != 0)
        return duban_refuse(refusal, DUBAN_E_ORIGIN, 0, "origin", head->origin,
                            a->origin);
    bool session = c->ask.kind == REQUEST_SESSION;
    if (head->key == 0 || only_the_broker_signs(head->kind) ||
        (head->kind == KIND_SESSION) != session)
        return duban_refuse(refusal, DUBAN_E_NOT_ALLOWED, 0, "kind", NULL, NULL);
    if (!keys_find(a->keys, head->key, public_key)) {
        snprintf(number, sizeof number, "%" PRIu32, head->key);
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_KEY, 0, "key", number, NULL);
    }
    if (head->algorithm != public_key->algorithm)
        return duban_refuse(refusal, DUBAN_E_ALGORITHM, 0, "algorithm",
                            sign_algorithm_name(head->algorithm),
                            sign_algorithm_name(public_key->algorithm));
    return DUBAN_OK;
}

static duban_status read_submission(const admission *a, call *c,
                                    const submit_words *submit, duban_refusal *refusal) {
    signed_words head;
    sign_public public_key;
    duban_status status = read_head(a, c, submit, &head, &public_key, refusal);
    if (status) return status;
    return admission_submission(submit, &head, &public_key, &c->arena, &c->submission,
                                refusal);
}

/* --- sessions ----------------------------------------------------------------------- */

static session_place place_of(const admission *a, const call *c) {
    return (session_place){(uint8_t)a->door, c->pipe};
}

/* What is given of what was asked for. The feed has nothing for JOURNAL that BOARD does
 * not see, so a session there is never an entry. */
static duban_status give_right(const admission *a, const event *ev, right_kind *out,
                               duban_refusal *refusal) {
    char number[16];
    right_kind most = keys_right(a->keys, ev->key);
    right_kind asked = ev->session.right;
    snprintf(number, sizeof number, "%" PRIu32, ev->key);
    if (most == RIGHT_NONE)
        return duban_refuse(refusal, DUBAN_E_REVOKED, 0, "key", number, NULL);
    if (keys_office(a->keys, ev->key) != ev->office)
        return duban_refuse(refusal, DUBAN_E_KEY_OFFICE, 0, "office", NULL, NULL);
    if (asked == RIGHT_NONE || (asked == RIGHT_JOURNAL && most != RIGHT_JOURNAL))
        return duban_refuse(refusal, DUBAN_E_NOT_ALLOWED, 0, "right", NULL, NULL);
    if (a->door == DOOR_FEED && asked == RIGHT_JOURNAL) asked = RIGHT_BOARD;
    *out = asked < most ? asked : most;
    return DUBAN_OK;
}

/* The answer, ready but for the index when the session becomes an entry. */
static duban_status write_session(const admission *a, call *c, duban_refusal *refusal) {
    uint8_t *token = arena_alloc(&c->arena, SESSION_TOKEN_SIZE);
    reply_words *words = arena_alloc(&c->arena, sizeof *words);
    if (!token || !words)
        return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    sessions_token(a->sessions, place_of(a, c), &c->reader, token);
    words->kind = REPLY_SESSION;
    words->session = (session_info){.token = {token, SESSION_TOKEN_SIZE},
                                    .lasts_ms = SESSION_MS,
                                    .office = c->reader.office,
                                    .right = c->reader.right};
    c->words = words;
    return DUBAN_OK;
}

/* c->submission stays only when the session becomes an entry. */
static duban_status read_session(const admission *a, call *c, duban_refusal *refusal) {
    const submit_words submit = {.signed_bytes = c->ask.session.signed_bytes,
                                 .signature = c->ask.session.signature};
    right_kind right = RIGHT_NONE;
    duban_status status = read_submission(a, c, &submit, refusal);
    if (status) return status;
    const event *ev = &c->submission->ev;
    if (!sessions_challenged(a->sessions, place_of(a, c), ev->session.challenge))
        return duban_refuse(refusal, DUBAN_E_SESSION_ENDED, 0, "challenge", NULL, NULL);
    status = give_right(a, ev, &right, refusal);
    if (status) return status;
    bool entry = right == RIGHT_JOURNAL && ev->office != OFFICE_OF_CITY;
    if ((ev->number != 0) != entry)
        return duban_refuse(refusal, DUBAN_E_SEQUENCE, 0, "number", NULL, NULL);
    c->reader = (call_reader){.office = ev->office, .key = ev->key, .right = right};
    if (!entry) c->submission = NULL;
    return write_session(a, c, refusal);
}

static duban_status read_token(const admission *a, call *c, duban_refusal *refusal) {
    if (c->ask.token.size == 0) return DUBAN_OK;
    if (sessions_reader(a->sessions, place_of(a, c), c->ask.token, &c->reader) &&
        rights_hold(a->keys, &c->reader))
        return DUBAN_OK;
    c->reader = (call_reader){0};
    return duban_refuse(refusal, DUBAN_E_SESSION_ENDED, 0, "token", NULL, NULL);
}

/* --- requests ----------------------------------------------------------------------- */

static bool is_open_to(admission_door door, request_kind kind) {
    if (kind == REQUEST_CHALLENGE || kind == REQUEST_SESSION) return true;
    return (kind == REQUEST_FEED) == (door == DOOR_FEED);
}

duban_status admission_read(const admission *a, call *c, duban_refusal *refusal) {
    span bytes = {nng_msg_body(c->request), nng_msg_len(c->request)};
    c->reader = (call_reader){0};
    duban_status status = codec_request_read(bytes, &c->arena, &c->ask, refusal);
    if (status) {
        METRICS_COUNT(a->metrics, unreadable);
        return status;
    }
    if (!is_open_to(a->door, c->ask.kind))
        return duban_refuse(refusal, DUBAN_E_WRONG_SOCKET, 0, "what", NULL, NULL);
    switch (c->ask.kind) {
    case REQUEST_CHALLENGE: return DUBAN_OK;
    case REQUEST_SUBMIT:
        status = read_submission(a, c, &c->ask.submit, refusal);
        if (status) METRICS_COUNT(a->metrics, unverified);
        return status;
    case REQUEST_SESSION:
        status = read_session(a, c, refusal);
        if (status) METRICS_COUNT(a->metrics, unverified);
        return status;
    default:
        status = read_token(a, c, refusal);
        return status ? status : rights_check(a->keys, &c->reader, &c->ask, refusal);
    }
}

/* What needs nothing but the secret is answered here and kept nowhere. */
static bool answer_here(const admission *a, call *c) {
    if (c->ask.kind == REQUEST_CHALLENGE) {
        hash256 challenge = sessions_challenge(a->sessions, place_of(a, c));
        reply_words words = {.kind = REPLY_CHALLENGE,
                             .challenge = {challenge.bytes, CHALLENGE_SIZE}};
        call_answer(c, &words);
        return true;
    }
    if (c->ask.kind != REQUEST_SESSION || c->submission) return false;
    METRICS_COUNT(a->metrics, sessions);
    call_answer(c, c->words);
    return true;
}

/* One connection may not take what others need; what is rightly signed is let on. A
 * board, entries or a body is not even queued when much waits to be taken. */
static duban_status standing(const admission *a, const call *c) {
    if (c->submission || a->door == DOOR_FEED) return DUBAN_OK;
    if (call_is_crowded(c)) return DUBAN_E_BUSY;
    bool small = c->ask.kind == REQUEST_INFO || c->ask.kind == REQUEST_RECEIPT ||
                 c->ask.kind == REQUEST_PROOF;
    return !small && call_is_full(c) ? DUBAN_E_BUSY : DUBAN_OK;
}

static duban_status hand_on(const admission *a, call *c) {
    follower_job job = FOLLOWER_BOARD;
    if (follower_takes(&c->ask, &job)) return follower_ask(a->follower, c, job);
    return inbox_push(a->inbox, c);
}

/* Unread: its address has sent too much that cannot be verified, over this connection
 * too. */
static duban_status turn_away(const admission *a, duban_refusal *refusal) {
    METRICS_COUNT(a->metrics, strangers);
    return duban_refuse(refusal, DUBAN_E_QUOTA, 0, NULL, NULL, NULL);
}

/* What no honest client sends often: all but what a stranger is told to do next. */
static bool is_blamed(duban_status status) {
    switch (status) {
    case DUBAN_OK:
    case DUBAN_E_QUOTA:
    case DUBAN_E_NO_MEMORY:
    case DUBAN_E_WRONG_SOCKET:
    case DUBAN_E_SESSION_NEEDED:
    case DUBAN_E_SESSION_ENDED:
    case DUBAN_E_NOT_ALLOWED: return false;
    default: return true;
    }
}

static duban_status charge(const admission *a, call *c) {
    duban_status status = c->submission ? call_charge(c, c->submission->ev.key) : 0;
    if (status) METRICS_COUNT(a->metrics, over_quota);
    return status;
}

void admission_handle(void *ctx, call *c) {
    const admission *a = ctx;
    duban_refusal refusal;
    memset(&refusal, 0, sizeof refusal);
    arena_init(&c->arena, ARENA_BYTES_MAX);
    duban_status status =
        call_is_blocked(c) ? turn_away(a, &refusal) : admission_read(a, c, &refusal);
    if (call_is_deaf(c)) {
        call_drop(c);
        return;
    }
    if (is_blamed(status)) call_blame(c);
    if (!status && answer_here(a, c)) return;
    if (!status) {
        status = charge(a, c);
        if (!status) status = standing(a, c);
        if (!status) status = hand_on(a, c);
        if (!status) return;
        if (status == DUBAN_E_BUSY) METRICS_COUNT(a->metrics, busy);
        duban_refuse(&refusal, status, 0, NULL, NULL, NULL);
    }
    refusal.status = status;
    call_refuse(c, &refusal);
}

#include "client/session.h"

#include <stdio.h>
#include <string.h>

#include "broker/ledger/office.h"
#include "client/handle.h"
#include "proto/codec.h"

bool session_needed(const request_words *ask) {
    switch (ask->kind) {
    case REQUEST_FEED:
    case REQUEST_BOARD:
    case REQUEST_ENTRIES:
    case REQUEST_BODY:
    case REQUEST_RECEIPT:
    case REQUEST_PAGE: return true;
    case REQUEST_TILE: return ask->tile.entries;
    default: return false;
    }
}

desk_session *session_of(duban *d, const connection *c) {
    return c == d->feed ? &d->feed_session : &d->command_session;
}

void session_drop(desk_session *s) {
    s->asked = false;
    s->token_size = 0;
    s->right = RIGHT_NONE;
    s->index = 0;
}

right_kind session_sees(const desk_session *s) {
    return s->right == RIGHT_JOURNAL ? RIGHT_BOARD : s->right;
}

/* --- who asks ----------------------------------------------------------------------- */

static bool identity_kept(const duban *d, identity *out) {
    const home *h = &d->home;
    out->office = (uint32_t)home_get_number(h, "office");
    out->key = (uint32_t)home_get_number(h, "key");
    return home_get(h, "origin", out->origin, sizeof out->origin) && out->office &&
           out->key;
}

/* What the home has kept, else what the broker says of its key. */
static bool know_identity(duban *d, identity *out) {
    arena a;
    reply_words reply;
    span key = {d->home.key.public_key.bytes,
                sign_public_size(d->home.key.public_key.algorithm)};
    request_words ask = {.kind = REQUEST_INFO, .info_public_key = key};
    if (identity_kept(d, out)) return true;
    arena_init(&a, 0);
    duban_status status = handle_ask_for(d, d->command, &ask, REPLY_INFO, d->timeout_ms,
                                         PATIENT, &a, &reply, NULL);
    bool known = !status && reply.info.key && !reply.info.revoked;
    if (known) {
        snprintf(out->origin, sizeof out->origin, "%s", reply.info.origin);
        out->office = reply.info.office;
        out->key = reply.info.key;
    }
    arena_close(&a);
    return known;
}

/* --- the exchange ------------------------------------------------------------------- */

typedef struct opening {
    duban *d;
    connection *c;
    desk_session *session;
    identity id;
    uint64_t number; /* 0: it becomes no entry */
    uint32_t timeout_ms;
    patience how;
    arena a;
} opening;

/* The most that may be had: the broker gives less where the office may have less. The
 * journal is opened by the city office at any time, by others when they say what for. */
static right_kind right_to_ask(const opening *o) {
    bool journal = o->id.office == OFFICE_OF_CITY || o->session->purpose[0];
    return journal ? RIGHT_JOURNAL : RIGHT_BOARD;
}

static duban_status write_signed(const opening *o, span challenge, buffer *out) {
    buffer payload;
    buffer_init(&payload);
    event ev = {.kind = KIND_SESSION,
                .session = {challenge, right_to_ask(o), o->session->purpose}};
    duban_status status = codec_event_write(&ev, &payload);
    signed_words words = {.context = SIGN_CONTEXT,
                          .origin = o->id.origin,
                          .kind = KIND_SESSION,
                          .algorithm = o->d->home.key.public_key.algorithm,
                          .office = o->id.office,
                          .key = o->id.key,
                          .number = o->number,
                          .payload = {payload.data, payload.size}};
    if (!status) status = codec_signed_write(&words, out);
    buffer_close(&payload);
    return status;
}

static duban_status ask_session(opening *o, span challenge, reply_words *reply,
                                duban_refusal *refusal) {
    buffer bytes;
    sign_signature signature;
    buffer_init(&bytes);
    duban_status status = write_signed(o, challenge, &bytes);
    if (!status) status = home_sign(&o->d->home, bytes.data, bytes.size, &signature);
    if (status) duban_refuse(refusal, status, 0, "session", NULL, NULL);
    request_words ask = {
        .kind = REQUEST_SESSION,
        .session = {.signed_bytes = {bytes.data, bytes.size},
                    .signature = {signature.bytes, sizeof signature.bytes}}};
    if (!status)
        status = handle_ask_for(o->d, o->c, &ask, REPLY_SESSION, o->timeout_ms, o->how,
                                &o->a, reply, refusal);
    buffer_close(&bytes);
    return status;
}

static duban_status exchange(opening *o, duban_refusal *refusal) {
    reply_words reply;
    request_words ask = {.kind = REQUEST_CHALLENGE};
    duban_status status = handle_ask_for(o->d, o->c, &ask, REPLY_CHALLENGE, o->timeout_ms,
                                         o->how, &o->a, &reply, refusal);
    if (!status) status = ask_session(o, reply.challenge, &reply, refusal);
    if (status) return status;
    const session_info *info = &reply.session;
    desk_session *s = o->session;
    memcpy(s->token, info->token.data, info->token.size);
    s->token_size = info->token.size;
    s->right = info->right;
    s->index = info->index;
    return DUBAN_OK;
}

/* A session that becomes an entry takes a number, which is used up whatever comes. */
static duban_status exchange_numbered(opening *o, duban_refusal *refusal) {
    duban *d = o->d;
    uint64_t told = home_get_number(&d->home, "last_number");
    duban_status status = outbox_begin(&d->outbox, told, &o->number);
    if (status) return duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    status = home_set_number(&d->home, "last_number", o->number);
    if (!status) status = home_save(&d->home);
    if (status)
        duban_refuse(refusal, status, 0, "home", NULL, NULL);
    else
        status = exchange(o, refusal);
    outbox_abandon(&d->outbox);
    return status;
}

duban_status session_open(duban *d, connection *c, uint32_t timeout_ms, patience how,
                          duban_refusal *refusal) {
    desk_session *s = session_of(d, c);
    opening o = {.d = d, .c = c, .session = s, .timeout_ms = timeout_ms, .how = how};
    duban_status status = DUBAN_OK;
    duban_refusal why = {0};
    if (s->asked) return DUBAN_OK;
    s->asked = true; /* as a stranger, unless what follows succeeds */
    if (!know_identity(d, &o.id)) return DUBAN_OK;
    arena_init(&o.a, 0);
    bool entry = s->purpose[0] && o.id.office != OFFICE_OF_CITY && c == d->command;
    status = entry ? exchange_numbered(&o, &why) : exchange(&o, &why);
    arena_close(&o.a);
    /* Another journal's broker, or one that has forgotten us: what it says to strangers
     * tells more than this. */
    if (status == DUBAN_E_UNKNOWN_KEY || status == DUBAN_E_ORIGIN) return DUBAN_OK;
    if (status) session_drop(s);
    if (status && refusal) *refusal = why;
    return status;
}

/* --- the public door ---------------------------------------------------------------- */

duban_status duban_session_ask(duban *d, right_kind right, const char *purpose,
                               uint64_t *index, duban_refusal *refusal) {
    desk_session *s = &d->command_session;
    if (strlen(purpose) > NAME_SIZE_MAX)
        return duban_refuse(refusal, DUBAN_E_TOO_LARGE, 0, "purpose", NULL, NULL);
    session_drop(s);
    snprintf(s->purpose, sizeof s->purpose, "%s", purpose);
    duban_status status = session_open(d, d->command, d->timeout_ms, PATIENT, refusal);
    if (status) return status;
    if (!s->token_size)
        return duban_refuse(refusal, DUBAN_E_SESSION_NEEDED, 0, "key", NULL, NULL);
    if (s->right < right)
        return duban_refuse(refusal, DUBAN_E_NOT_ALLOWED, 0, "right", NULL, NULL);
    if (index) *index = s->index;
    return DUBAN_OK;
}

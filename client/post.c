/* The one door in: check, sign, queue, send. client/deliver.c carries what is queued. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/deliver.h"
#include "proto/codec.h"

duban_status duban_body_make(const void *bytes, size_t size, const char *media,
                             duban_body_made *out) {
    if (size == 0) return DUBAN_E_EMPTY;
    if (size > BODY_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    duban_status status = sign_init();
    if (status) return status;
    sign_random(out->body.salt, sizeof out->body.salt);
    out->body.bytes = (span){bytes, size};
    out->ref = (body_ref){
        .present = true,
        .hash = hash_of_two(out->body.salt, sizeof out->body.salt, bytes, size),
        .size = (uint32_t)size,
        .media = media ? media : "",
    };
    return DUBAN_OK;
}

/* --- the check before anything is signed
 * ------------------------------------------------- */

/* Kinds of which the slice knows enough to say no. */
static bool slice_knows(event_kind kind) {
    return kind == KIND_SUBMISSION || kind == KIND_TIMETABLE || kind == KIND_REVIEW;
}

/* Whether ev speaks of an index that the slice has not seen. */
static bool speaks_beyond(const event *ev, uint64_t head) {
    if (ev->kind == KIND_REVIEW) return ev->review.index > head;
    if (ev->kind != KIND_SUBMISSION) return false;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        if (ev->submission.statements[i].supersedes > head) return true;
    return false;
}

/* Whether a refusal may only mean that the slice is old: what it does not know yet may
 * have come since. What it knows to be wrong stays refused. */
static bool may_be_lifted(duban_status refused, const event *ev,
                          const ledger_status *known) {
    switch (refused) {
    case DUBAN_E_CLOCK:
    case DUBAN_E_CLOCK_AHEAD:
    case DUBAN_E_UNKNOWN_PLAN:
    case DUBAN_E_UNKNOWN_OFFICE:
    case DUBAN_E_UNKNOWN_NODE: return true;
    case DUBAN_E_FUTURE:
        /* A drill's day comes when its operator says so, another's by the calendar. */
        return known->drill ||
               day_of_moment(file_wall_ms(), known->utc_offset_minutes) > known->day;
    case DUBAN_E_UNKNOWN_INDEX:
    case DUBAN_E_STATE:
    case DUBAN_E_SUPERSEDED: return speaks_beyond(ev, known->head);
    default: return false;
    }
}

/* DUBAN_OK also when there is no slice. The moment is the slice's own last one: its open
 * day is the only day it can speak of. */
static duban_status ask_slice(duban *d, const event *ev, ledger_status *about,
                              duban_refusal *refusal) {
    ledger *l = slice_ledger(d->slice);
    if (!l) return DUBAN_OK;
    ledger_get_status(l, about);
    return ledger_check(l, ev, about->received_ms, refusal);
}

static duban_status ask_queue(duban *d, const event *ev, duban_refusal *refusal) {
    uint64_t number;
    char text[64];
    duban_status status = claims_load(&d->claims, &d->outbox);
    if (status) return duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    uint32_t line = claims_find(&d->claims, &d->outbox, ev, &number);
    if (!line) return DUBAN_OK;
    snprintf(text, sizeof text, "outbox %" PRIu64, number);
    return duban_refuse(refusal, DUBAN_E_SUPERSEDES_NEEDED, line, "supersedes", text,
                        NULL);
}

static duban_status check(duban *d, const event *ev, bool online,
                          duban_refusal *refusal) {
    duban_refusal why = {0};
    ledger_status about = {0};
    if (!slice_knows(ev->kind)) return DUBAN_OK;
    duban_status status = ask_slice(d, ev, &about, &why);
    if (status && online && duban_sync(d, NULL) == DUBAN_OK)
        status = ask_slice(d, ev, &about, &why);
    else if (status && may_be_lifted(status, ev, &about))
        status = DUBAN_OK;
    if (!status) status = ask_queue(d, ev, &why);
    if (status && refusal) *refusal = why;
    return status;
}

/* --- signing and queueing
 * ---------------------------------------------------------------- */

/* A message on its way: ours are copies, since a sync may end what ev borrows. */
typedef struct draft {
    identity id;
    event_kind kind;
    arena a;
    event copy;
} draft;

static signed_words head_of(const duban *d, const draft *m, uint64_t number) {
    return (signed_words){
        .context = SIGN_CONTEXT,
        .origin = m->id.origin,
        .kind = m->kind,
        .algorithm = duban_public_key(d)->algorithm,
        .office = m->id.office,
        .key = m->id.key,
        .number = number,
        .payload = {d->payload.data, d->payload.size},
    };
}

/* Encodes the payload and reads it back: whatever the codec would refuse at the broker is
 * refused here. */
static duban_status draft_payload(duban *d, const event *ev, draft *m,
                                  duban_refusal *refusal) {
    duban_refusal why = {0};
    d->payload.size = 0;
    m->kind = ev->kind;
    duban_status status = codec_event_write(ev, &d->payload);
    if (status) return duban_refuse(refusal, status, 0, "payload", NULL, NULL);
    signed_words head = head_of(d, m, 0);
    status = codec_event_read(&head, (span){0}, &m->a, &m->copy, &why);
    if (status && refusal) *refusal = why;
    return status;
}

/* The Request as it will be sent, and the signature. */
static duban_status compose(const duban *d, const draft *m, uint64_t number,
                            const duban_body_made *bodies, size_t bodies_n,
                            sign_signature *signature, buffer *out) {
    buffer bytes;
    buffer_init(&bytes);
    signed_words head = head_of(d, m, number);
    body_words *flat = calloc(bodies_n + 1, sizeof *flat);
    duban_status status = flat ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status) status = codec_signed_write(&head, &bytes);
    if (!status) {
        for (size_t i = 0; i < bodies_n; i++)
            flat[i] = bodies[i].body;
        status = home_sign(&d->home, bytes.data, bytes.size, signature);
        request_words request = {
            .kind = REQUEST_SUBMIT,
            .submit = {.signed_bytes = {bytes.data, bytes.size},
                       .signature = {signature->bytes, sizeof signature->bytes},
                       .bodies = flat,
                       .bodies_n = (uint32_t)bodies_n}};
        if (!status) status = codec_request_write(&request, out);
    }
    if (!status && out->size > REQUEST_SIZE_MAX) status = DUBAN_E_TOO_LARGE;
    free(flat);
    buffer_close(&bytes);
    return status;
}

static duban_status put_in_outbox(duban *d, const draft *m, const duban_body_made *bodies,
                                  size_t bodies_n, uint64_t *number,
                                  sign_signature *signature) {
    buffer request;
    buffer_init(&request);
    uint64_t told = home_get_number(&d->home, "last_number");
    duban_status status = outbox_begin(&d->outbox, told, number);
    if (!status) {
        status = compose(d, m, *number, bodies, bodies_n, signature, &request);
        span bytes = {request.data, request.size};
        if (status)
            outbox_abandon(&d->outbox);
        else
            status = outbox_put(&d->outbox, *number, bytes);
    }
    buffer_close(&request);
    return status;
}

/* Who signs. A home that has never heard of its journal, or has lost its outbox and with
 * it the numbers it used, asks first. */
static duban_status know_identity(duban *d, bool online, identity *out,
                                  duban_refusal *refusal) {
    info_words info;
    if (online && (!home_get_number(&d->home, "key") || !d->outbox.highest))
        (void)duban_info(d, &info, NULL);
    return handle_identity(d, out, refusal);
}

static duban_status queue(duban *d, event *ev, const duban_body_made *bodies,
                          size_t bodies_n, bool online, uint64_t *number,
                          duban_refusal *refusal) {
    draft m = {0};
    sign_signature signature;
    if (bodies_n > BODIES_MAX)
        return duban_refuse(refusal, DUBAN_E_LIMIT, 0, "bodies", NULL, NULL);
    arena_init(&m.a, 0);
    duban_status status = know_identity(d, online, &m.id, refusal);
    if (!status) status = draft_payload(d, ev, &m, refusal);
    if (!status) status = check(d, &m.copy, online, refusal);
    if (!status) {
        status = put_in_outbox(d, &m, bodies, bodies_n, number, &signature);
        if (status) duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    }
    if (!status) {
        /* Lack of memory here loses a hint for the next check, not the message. */
        (void)claims_add(&d->claims, *number, &m.copy);
        ev->office = m.id.office;
        ev->key = m.id.key;
        ev->number = *number;
        ev->payload = (span){d->payload.data, d->payload.size};
        memcpy(ev->mark.bytes, signature.bytes + sizeof signature.bytes - HASH_SIZE,
               HASH_SIZE);
    }
    arena_close(&m.a);
    return status;
}

duban_status duban_queue(duban *d, event *ev, const duban_body_made *bodies,
                         size_t bodies_n, duban_ticket *out, duban_refusal *refusal) {
    uint64_t number;
    duban_status status = queue(d, ev, bodies, bodies_n, false, &number, refusal);
    if (!status) *out = (duban_ticket){.number = number, .sent = DUBAN_QUEUED};
    return status;
}

duban_status duban_send(duban *d, event *ev, const duban_body_made *bodies,
                        size_t bodies_n, duban_ticket *out, duban_refusal *refusal) {
    uint64_t number;
    delivery before = {0}, now = {0};
    duban_status status = deliver(d, UINT64_MAX, IMPATIENT, &before);
    if (status) return duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    bool online = before.stuck.status != DUBAN_E_UNREACHABLE &&
                  before.stuck.status != DUBAN_E_CERTIFICATE;
    status = queue(d, ev, bodies, bodies_n, online, &number, refusal);
    if (status) return status;
    /* It is queued: from here nothing but a refusal by the broker is a failure. */
    (void)deliver(d, number, IMPATIENT, &now);
    *out = (duban_ticket){.number = number, .sent = DUBAN_QUEUED};
    status = deliver_answer(d, number, out, refusal);
    if (!status && out->sent == DUBAN_QUEUED && refusal) *refusal = now.stuck;
    return status;
}

duban_status duban_notes(duban *d, const event *ev, check_visit visit, void *ctx) {
    draft m = {0};
    ledger *l = slice_ledger(d->slice);
    arena_init(&m.a, 0);
    duban_status status = know_identity(d, false, &m.id, NULL);
    if (!status) status = draft_payload(d, ev, &m, NULL);
    if (!status && l) ledger_notes(l, &m.copy, visit, ctx);
    arena_close(&m.a);
    return status;
}

duban_status duban_check(duban *d, const event *ev, bool current,
                         duban_refusal *refusal) {
    draft m = {0};
    ledger_status about = {0};
    arena_init(&m.a, 0);
    duban_status status = know_identity(d, false, &m.id, refusal);
    if (!status) status = draft_payload(d, ev, &m, refusal);
    if (!status && current) status = ask_slice(d, &m.copy, &about, refusal);
    if (!status) status = check(d, &m.copy, false, refusal);
    arena_close(&m.a);
    return status;
}

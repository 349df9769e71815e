#include "broker/scribe.h"

#include <string.h>

#include "proto/codec.h"

void scribe_init(scribe *s, const char *origin, const sign_key *key) {
    memset(s, 0, sizeof *s);
    s->origin = origin;
    s->key = key;
    arena_init(&s->space, 0);
    buffer_init(&s->payload);
    buffer_init(&s->signed_bytes);
}

void scribe_close(scribe *s) {
    arena_close(&s->space);
    buffer_close(&s->payload);
    buffer_close(&s->signed_bytes);
}

duban_status scribe_write(scribe *s, const event *ev, uint64_t number, admitted *out) {
    arena_reset(&s->space);
    s->payload.size = 0;
    s->signed_bytes.size = 0;
    duban_status status = codec_event_write(ev, &s->payload);
    if (status) return status;
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = s->origin,
                         .kind = ev->kind,
                         .algorithm = ALGORITHM_ED25519,
                         .number = number,
                         .payload = {s->payload.data, s->payload.size}};
    status = codec_signed_write(&head, &s->signed_bytes);
    if (status) return status;
    status =
        sign_bytes(s->key, s->signed_bytes.data, s->signed_bytes.size, &s->signature);
    if (status) return status;

    admitted made = {.signed_bytes = {s->signed_bytes.data, s->signed_bytes.size},
                     .signature = {s->signature.bytes, sizeof s->signature.bytes}};
    status = codec_event_read(&head, made.signature, &s->space, &made.ev, NULL);
    if (!status) *out = made;
    return status;
}

#include "broker/genesis.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "broker/door/admission.h"
#include "broker/ledger/heap.h"
#include "broker/ledger/ledger.h"
#include "proto/codec.h"
#include "proto/entry.h"
#include "proto/keyfile.h"
#include "proto/passphrase.h"

/* A Submit without bodies around the largest signed bytes. */
#define FILE_SIZE_MAX (ENTRY_SIZE_MAX + 1024)
/* What makes a Request { version = 1, submit = ... } of a Submit: two tags, the version
 * and a length of three bytes at most. */
#define WRAP_SIZE_MAX 6

static duban_status read_file(const char *path, buffer *out) {
    duban_status status = DUBAN_OK;
    FILE *file = fopen(path, "re");
    if (!file) return errno == ENOENT ? DUBAN_E_NO_GENESIS : DUBAN_E_IO;
    unsigned char *to = buffer_reserve(out, WRAP_SIZE_MAX + FILE_SIZE_MAX + 1);
    if (to) {
        out->size = WRAP_SIZE_MAX;
        out->size += fread(to + WRAP_SIZE_MAX, 1, FILE_SIZE_MAX + 1, file);
        if (ferror(file))
            status = DUBAN_E_IO;
        else if (out->size > WRAP_SIZE_MAX + FILE_SIZE_MAX)
            status = DUBAN_E_TOO_LARGE;
    } else
        status = DUBAN_E_NO_MEMORY;
    fclose(file);
    return status;
}

/* The codec reads whole requests: puts that around the file's bytes, in the room left
 * before them. */
static span wrap(buffer *bytes) {
    size_t size = bytes->size - WRAP_SIZE_MAX;
    unsigned char head[WRAP_SIZE_MAX] = {0x08, 1, 0x12};
    size_t used = 3;
    for (size_t left = size;; left >>= 7) {
        head[used++] = (unsigned char)((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
        if (left <= 0x7F) break;
    }
    unsigned char *from = bytes->data + WRAP_SIZE_MAX - used;
    memcpy(from, head, used);
    return (span){from, used + size};
}

static duban_status decode(genesis *g, duban_refusal *refusal) {
    request_words request;
    signed_words head;
    event ev;
    span bytes = wrap(&g->bytes);
    duban_status status = codec_request_read(bytes, &g->space, &request, refusal);
    if (status) return status;
    const submit_words *submit = &request.submit;
    status = codec_signed_read(submit->signed_bytes, &g->space, &head, refusal);
    if (status) return status;
    if (head.kind != KIND_GENESIS) return DUBAN_E_UNKNOWN_KIND;
    status = codec_event_read(&head, submit->signature, &g->space, &ev, refusal);
    if (status) return status;
    if (strcmp(head.origin, ev.genesis.origin) != 0) return DUBAN_E_ORIGIN;
    if (head.algorithm != ev.genesis.algorithm) return DUBAN_E_ALGORITHM;
    sign_public root = sign_public_of(ev.genesis.algorithm, ev.genesis.root_key);
    return admission_submission(submit, &head, &root, &g->space, &g->submission, refusal);
}

/* A passphrase is asked for only where the file is sealed. */
static duban_status read_key(const char *path, const char *passphrase_file, genesis *g) {
    char name[KEYFILE_NAME_SIZE], passphrase[PASSPHRASE_SIZE];
    duban_status status = keyfile_read(path, &g->key, name);
    if (status == DUBAN_E_PASSPHRASE) {
        status = passphrase_find(passphrase_file, passphrase);
        if (!status) status = keyfile_unseal(path, passphrase, &g->key, name);
        sign_wipe(passphrase, sizeof passphrase);
    }
    if (status) return status;
    const genesis_words *words = &g->submission->ev.genesis;
    bool same = memcmp(words->broker_key, g->key.public_key.bytes, SIGN_PUBLIC_SIZE) == 0;
    return same ? DUBAN_OK : DUBAN_E_KEY_FORMAT;
}

duban_status genesis_read(const char *data, const char *passphrase_file, genesis *out,
                          duban_refusal *refusal) {
    char path[PATH_MAX + 16];
    genesis g;
    duban_refusal inner;
    memset(&g, 0, sizeof g);
    memset(&inner, 0, sizeof inner);
    buffer_init(&g.bytes);
    arena_init(&g.space, 0);

    snprintf(path, sizeof path, "%s/genesis", data);
    duban_status status = read_file(path, &g.bytes);
    if (!status) status = decode(&g, &inner);
    if (!status) {
        snprintf(path, sizeof path, "%s/broker.key", data);
        status = read_key(path, passphrase_file, &g);
    }
    if (status) {
        genesis_close(&g);
        return duban_refuse(refusal, status, 0, "data", path, inner.field);
    }
    *out = g;
    return DUBAN_OK;
}

static bool equal(span a, span b) {
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

duban_status genesis_matches(const genesis *g, const journal *j, duban_refusal *refusal) {
    journal_reader *reader = NULL;
    span bytes;
    entry_words entry;
    duban_status status = journal_reader_open(j, &reader);
    if (!status && journal_reader_size(reader) > 0) {
        status = journal_read(reader, 0, &bytes);
        if (!status) status = entry_read(bytes, &entry);
        if (!status && !equal(entry.signed_bytes, g->submission->signed_bytes))
            status = DUBAN_E_ORIGIN;
    }
    journal_reader_close(reader);
    return status ? duban_refuse(refusal, status, 0, "genesis", "0", NULL) : DUBAN_OK;
}

static duban_status stage(const genesis *g, journal *j) {
    const admitted *a = g->submission;
    buffer bytes;
    entry_words words = {.kind = KIND_GENESIS,
                         .office = a->ev.office,
                         .key = a->ev.key,
                         .index = 0,
                         .received_ms = a->ev.genesis.created_ms,
                         .number = a->ev.number,
                         .signed_bytes = a->signed_bytes,
                         .signature = a->signature};
    buffer_init(&bytes);
    duban_status status = entry_write(&words, &bytes);
    if (!status)
        status = journal_stage(j, (span){bytes.data, bytes.size}, a->bodies, a->bodies_n);
    buffer_close(&bytes);
    return status;
}

duban_status genesis_begin(const genesis *g, journal *j, duban_refusal *refusal) {
    ledger *empty = NULL;
    const event *ev = &g->submission->ev;
    duban_status status = ledger_new(heap_allocator(), &empty);
    if (status) return duban_refuse(refusal, status, 0, "genesis", NULL, NULL);
    status = ledger_check(empty, ev, ev->genesis.created_ms, refusal);
    ledger_free(empty);
    if (status) return status;
    status = stage(g, j);
    return status ? duban_refuse(refusal, status, 0, "genesis", NULL, NULL) : DUBAN_OK;
}

void genesis_close(genesis *g) {
    sign_wipe(&g->key, sizeof g->key);
    arena_close(&g->space);
    buffer_close(&g->bytes);
}

/* The public door: homes, asking, the slice. Sending is in post.c, boards in follow.c. */
#include "client/duban.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/handle.h"
#include "client/rekey.h"
#include "proto/codec.h"

/* --- homes -------------------------------------------------------------------------- */

static duban_status set_urls(home *h, const duban_options *options) {
    duban_status status = DUBAN_OK;
    if (options->command) status = home_set(h, "command", options->command);
    if (!status && options->feed) status = home_set(h, "feed", options->feed);
    return status ? status : home_save(h);
}

duban_status duban_home_init(const duban_options *options, const uint8_t *seed,
                             sign_public *public_key, duban_refusal *refusal) {
    sign_key key;
    home h;
    algorithm a = options->algorithm ? options->algorithm : ALGORITHM_ED25519;
    duban_status status = sign_init();
    if (!status) status = seed ? sign_key_derive(a, seed, &key) : sign_key_make(a, &key);
    if (!status) status = home_make(options->home, &key, options->passphrase);
    if (status) return duban_refuse(refusal, status, 0, "home", options->home, NULL);
    *public_key = key.public_key;
    sign_wipe(&key, sizeof key);
    status = home_open(options->home, &h);
    if (!status) {
        status = set_urls(&h, options);
        home_close(&h);
    }
    if (status) return duban_refuse(refusal, status, 0, "config", options->home, NULL);
    return DUBAN_OK;
}

static duban_status connect_to(const home *h, const char *given, const char *key,
                               const char *otherwise, connection **out) {
    char url[CONFIG_SIZE_MAX / 64];
    tls_desk desk;
    if (!given) given = home_get(h, key, url, sizeof url) ? url : otherwise;
    tls_desk_of_home(h, &desk);
    return connection_new(given, tls_desk_needed(given) ? &desk : NULL, out);
}

/* Everything of an open home but the home itself. */
static duban_status open_parts(duban *d, const duban_options *options) {
    const char *folder = d->home.folder.text;
    path outbox_folder, slice_folder;
    duban_status status = file_path(&outbox_folder, folder, "outbox");
    if (!status) status = file_path(&slice_folder, folder, "slice");
    if (!status) status = file_path(&d->boards, folder, "boards");
    if (!status) status = trust_open(folder, &d->trust);
    if (!status)
        status = outbox_open(outbox_folder.text, &d->home.key.public_key, &d->outbox);
    if (!status) status = rekey_former(folder, d->outbox.former, &d->outbox.former_n);
    if (!status) status = slice_new(slice_folder.text, &d->slice);
    if (!status)
        status = connect_to(&d->home, options->command, "command", DUBAN_COMMAND_URL,
                            &d->command);
    if (!status)
        status = connect_to(&d->home, options->feed, "feed", DUBAN_FEED_URL, &d->feed);
    return status;
}

duban_status duban_open(const duban_options *options, duban **out,
                        duban_refusal *refusal) {
    duban *d = calloc(1, sizeof *d);
    duban_status status = d ? sign_init() : DUBAN_E_NO_MEMORY;
    if (!status) status = home_open(options->home, &d->home);
    if (status) {
        free(d);
        return duban_refuse(refusal, status, 0, "home", options->home, NULL);
    }
    d->timeout_ms = options->timeout_ms ? options->timeout_ms : TIMEOUT_DEFAULT_MS;
    arena_init(&d->answers, 0);
    buffer_init(&d->payload);
    claims_init(&d->claims);
    status = open_parts(d, options);
    if (status) {
        duban_close(d);
        return duban_refuse(refusal, status, 0, "home", options->home, NULL);
    }
    *out = d;
    return DUBAN_OK;
}

void duban_close(duban *d) {
    if (!d) return;
    connection_free(d->command);
    connection_free(d->feed);
    slice_free(d->slice);
    claims_close(&d->claims);
    arena_close(&d->answers);
    buffer_close(&d->payload);
    (void)home_save(&d->home);
    trust_close(&d->trust);
    home_close(&d->home);
    free(d);
}

bool duban_config(const duban *d, const char *key, char *out, size_t out_size) {
    char text[CONFIG_SIZE_MAX / 64];
    if (!home_get(&d->home, key, text, sizeof text)) return false;
    snprintf(out, out_size, "%s", text);
    return true;
}

const sign_public *duban_public_key(const duban *d) {
    return &d->home.key.public_key;
}

bool duban_sealed(const duban *d) {
    return d->home.sealed;
}

duban_status duban_unseal(duban *d, const char *passphrase, duban_refusal *refusal) {
    duban_status status = home_unseal(&d->home, passphrase);
    return status ? duban_refuse(refusal, status, 0, "key", d->home.folder.text, NULL)
                  : DUBAN_OK;
}

/* --- asking ------------------------------------------------------------------------- */

void handle_pause(uint32_t ms) {
    uint32_t chance;
    sign_random(&chance, sizeof chance);
    file_sleep_ms(ms / 2 + chance % (ms / 2 + 1));
}

/* One exchange, decoded. The status is that of the exchange, not of the answer. */
static duban_status exchange(connection *c, const buffer *bytes, uint32_t timeout_ms,
                             patience how, arena *a, reply_words *out,
                             duban_refusal *refusal) {
    buffer answer;
    buffer_init(&answer);
    span ask = {bytes->data, bytes->size};
    duban_status status = connection_exchange(c, ask, timeout_ms, how, &answer);
    if (status) connection_refuse(c, status, refusal);
    char *copy = status ? NULL : arena_copy(a, answer.data, answer.size);
    if (!status && !copy)
        status = duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, "", NULL, NULL);
    span kept = {(const uint8_t *)copy, answer.size};
    if (!status) status = codec_reply_read(kept, a, out, refusal);
    buffer_close(&answer);
    return status;
}

/* The question as it stands, again while the broker only says "later". */
static duban_status ask_until(connection *c, const request_words *ask, int64_t end_ms,
                              patience how, arena *a, reply_words *out,
                              duban_refusal *refusal) {
    buffer bytes;
    reply_words reply;
    buffer_init(&bytes);
    duban_status status = codec_request_write(ask, &bytes);
    if (status) duban_refuse(refusal, status, 0, "request", NULL, NULL);
    while (!status) {
        int64_t left_ms = end_ms - file_now_ms();
        uint32_t bound_ms = left_ms > 0 ? (uint32_t)left_ms : 0;
        status = exchange(c, &bytes, bound_ms, how, a, &reply, refusal);
        if (status) break;
        status = reply.refusal.status;
        if (status && refusal) *refusal = reply.refusal;
        left_ms = end_ms - file_now_ms();
        if (!handle_is_later(status) || reply.retry_ms >= left_ms) break;
        handle_pause(reply.retry_ms);
        status = DUBAN_OK;
    }
    buffer_close(&bytes);
    if (!status) *out = reply;
    return status;
}

static duban_status ask_in_session(duban *d, connection *c, const request_words *ask,
                                   uint32_t timeout_ms, int64_t end_ms, patience how,
                                   arena *a, reply_words *out, duban_refusal *refusal) {
    request_words question = *ask;
    desk_session *session = session_of(d, c);
    if (session_needed(ask)) {
        duban_status status = session_open(d, c, timeout_ms, how, refusal);
        if (status) return status;
        question.token = (span){session->token, session->token_size};
    }
    return ask_until(c, &question, end_ms, how, a, out, refusal);
}

duban_status handle_ask(duban *d, connection *c, const request_words *ask,
                        uint32_t timeout_ms, patience how, arena *a, reply_words *out,
                        duban_refusal *refusal) {
    int64_t end_ms = file_now_ms() + timeout_ms;
    duban_status status =
        ask_in_session(d, c, ask, timeout_ms, end_ms, how, a, out, refusal);
    bool renew = status == DUBAN_E_SESSION_ENDED || status == DUBAN_E_SESSION_NEEDED;
    if (!renew || !session_needed(ask)) return status;
    session_drop(session_of(d, c));
    return ask_in_session(d, c, ask, timeout_ms, end_ms, how, a, out, refusal);
}

duban_status handle_ask_for(duban *d, connection *c, const request_words *ask,
                            reply_kind kind, uint32_t timeout_ms, patience how, arena *a,
                            reply_words *out, duban_refusal *refusal) {
    reply_words reply;
    duban_status status = handle_ask(d, c, ask, timeout_ms, how, a, &reply, refusal);
    if (status) return status;
    if (reply.kind != kind)
        return duban_refuse(refusal, DUBAN_E_MALFORMED, 0, "reply", "another answer",
                            NULL);
    *out = reply;
    return DUBAN_OK;
}

bool duban_is_away(duban_status status) {
    switch (status) {
    case DUBAN_E_UNREACHABLE:
    case DUBAN_E_TIMEOUT:
    case DUBAN_E_BUSY:
    case DUBAN_E_QUOTA:
    case DUBAN_E_STOPPING:
    case DUBAN_E_CERTIFICATE: return true;
    default: return false;
    }
}

/* Keeps what an Info says of this home's key, when it speaks of this home's journal. */
static duban_status take_identity(duban *d, const info_words *info) {
    home *h = &d->home;
    duban_status status = DUBAN_OK;
    if (info->key) {
        status = home_set(h, "origin", info->origin);
        if (!status) status = home_set_number(h, "office", info->office);
        if (!status) status = home_set_number(h, "key", info->key);
        if (!status && info->last_number <= NUMBER_TOLD_MAX &&
            info->last_number > home_get_number(h, "last_number"))
            status = home_set_number(h, "last_number", info->last_number);
    }
    return status ? status : home_save(h);
}

static duban_status take_info(duban *d, const info_words *info, duban_refusal *refusal) {
    char origin[ORIGIN_SIZE_MAX + 1];
    bool known = home_get(&d->home, "origin", origin, sizeof origin);
    if (known && strcmp(origin, info->origin) != 0) return DUBAN_OK;
    /* A home that is enrolled nowhere yet may be asking anybody: nothing is pinned. */
    const char *vkey = known || info->key ? info->log_vkey : NULL;
    duban_status status = handle_know_log(d, vkey, refusal);
    if (!status && d->trust.has_key)
        status =
            trust_see(&d->trust, info->checkpoint, strlen(info->checkpoint), refusal);
    if (status) return status;
    status = take_identity(d, info);
    return status ? duban_refuse(refusal, status, 0, "home", NULL, NULL) : DUBAN_OK;
}

duban_status duban_info(duban *d, info_words *out, duban_refusal *refusal) {
    reply_words reply;
    const sign_public *mine = duban_public_key(d);
    request_words ask = {
        .kind = REQUEST_INFO,
        .info_public_key = {mine->bytes, sign_public_size(mine->algorithm)}};
    arena_reset(&d->answers);
    duban_status status = handle_ask_for(d, d->command, &ask, REPLY_INFO, d->timeout_ms,
                                         PATIENT, &d->answers, &reply, refusal);
    if (status) return status;
    status = take_info(d, &reply.info, refusal);
    if (status) return status;
    *out = reply.info;
    return DUBAN_OK;
}

duban_status duban_body(duban *d, const hash256 *hash, arena *a, body_words *out,
                        duban_refusal *refusal) {
    reply_words reply;
    request_words ask = {.kind = REQUEST_BODY, .body_hash = *hash};
    duban_status status = handle_ask_for(d, d->command, &ask, REPLY_BODY, d->timeout_ms,
                                         PATIENT, a, &reply, refusal);
    if (status) return status;
    hash256 found = hash_of_two(reply.body.salt, BODY_SALT_SIZE, reply.body.bytes.data,
                                reply.body.bytes.size);
    if (!hash_equal(&found, hash))
        return duban_refuse(refusal, DUBAN_E_BODY_HASH, 0, "body", NULL, NULL);
    *out = reply.body;
    return DUBAN_OK;
}

duban_status duban_entries(duban *d, const entries_request *ask, arena *a,
                           entries_words *out, duban_refusal *refusal) {
    reply_words reply;
    request_words request = {.kind = REQUEST_ENTRIES, .entries = *ask};
    duban_status status = handle_ask_for(d, d->command, &request, REPLY_ENTRIES,
                                         d->timeout_ms, PATIENT, a, &reply, refusal);
    if (!status) *out = reply.entries;
    return status;
}

duban_status duban_tile(duban *d, const tile_request *ask, arena *a, span *out,
                        duban_refusal *refusal) {
    reply_words reply;
    request_words request = {.kind = REQUEST_TILE, .tile = *ask};
    duban_status status = handle_ask_for(d, d->command, &request, REPLY_TILE,
                                         d->timeout_ms, PATIENT, a, &reply, refusal);
    if (!status) *out = reply.tile;
    return status;
}

duban_status duban_witnessed(duban *d, arena *a, const char **out,
                             duban_refusal *refusal) {
    reply_words reply = {0};
    request_words request = {.kind = REQUEST_PROOF, .proof = {.witnessed = true}};
    duban_status status = handle_ask_for(d, d->command, &request, REPLY_PROOF,
                                         d->timeout_ms, PATIENT, a, &reply, refusal);
    if (!status) *out = reply.proof.checkpoint;
    return status;
}

duban_status duban_page(duban *d, const page_request *ask, arena *a, page_words *out,
                        duban_refusal *refusal) {
    reply_words reply;
    request_words request = {.kind = REQUEST_PAGE, .page = *ask};
    duban_status status = handle_ask_for(d, d->command, &request, REPLY_PAGE,
                                         d->timeout_ms, PATIENT, a, &reply, refusal);
    if (!status) *out = reply.page;
    return status;
}

/* --- the slice ---------------------------------------------------------------------- */

const ledger *duban_slice(const duban *d) {
    return slice_ledger(d->slice);
}

/* This home's key in the slice; one that is revoked only when there is no other. */
static bool find_key(const duban *d, ledger_key *out) {
    ledger_status about;
    ledger_key row;
    bool found = false;
    const ledger *l = duban_slice(d);
    if (!l) return false;
    ledger_get_status(l, &about);
    for (uint32_t number = 1; number <= about.keys; number++) {
        bool ours = ledger_get_key(l, number, &row) &&
                    sign_public_equal(&row.public_key, duban_public_key(d));
        if (!ours || (found && row.revoked)) continue;
        *out = row;
        found = true;
    }
    return found;
}

uint32_t duban_office(const duban *d) {
    ledger_key key;
    if (find_key(d, &key)) return key.office;
    return (uint32_t)home_get_number(&d->home, "office");
}

uint32_t duban_key(const duban *d) {
    ledger_key key;
    if (find_key(d, &key)) return key.number;
    return (uint32_t)home_get_number(&d->home, "key");
}

duban_status handle_identity(const duban *d, identity *out, duban_refusal *refusal) {
    identity id = {0};
    ledger_status about = {0};
    const ledger *l = duban_slice(d);
    if (l) ledger_get_status(l, &about);
    if (about.has_genesis)
        snprintf(id.origin, sizeof id.origin, "%s", about.origin);
    else if (!home_get(&d->home, "origin", id.origin, sizeof id.origin))
        return duban_refuse(refusal, DUBAN_E_NOT_READY, 0, "origin", NULL, NULL);
    id.office = duban_office(d);
    id.key = duban_key(d);
    if (!id.key || !id.office) {
        char fingerprint[SIGN_FINGERPRINT_SIZE];
        sign_fingerprint(&d->home.key.public_key, fingerprint);
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_KEY, 0, "key", fingerprint, NULL);
    }
    *out = id;
    return DUBAN_OK;
}

/* One page of the slice from *next on; *head as the broker says. */
static duban_status fetch_page(duban *d, uint32_t office, uint64_t *next, uint64_t *head,
                               arena *a, duban_refusal *why) {
    entries_words page;
    entries_request ask = {
        .from = *next, .max = SLICE_BATCH_MAX, .slice = true, .office = office};
    arena_reset(a);
    duban_status status = duban_entries(d, &ask, a, &page, why);
    if (status) return status;
    if (page.next <= *next && page.head >= *next)
        return duban_refuse(why, DUBAN_E_MALFORMED, 0, "next", NULL, NULL);
    status = slice_append(d->slice, page.entries, page.entries_n, page.next, why);
    if (status && !why->status) duban_refuse(why, status, 0, "slice", NULL, NULL);
    if (status) return status;
    *next = page.next;
    *head = page.head;
    return DUBAN_OK;
}

static duban_status fetch_slice(duban *d, uint32_t office, uint64_t next,
                                duban_refusal *refusal) {
    arena a;
    duban_refusal why = {0};
    uint64_t head = next;
    duban_status status = DUBAN_OK;
    arena_init(&a, 0);
    while (!status && next <= head)
        status = fetch_page(d, office, &next, &head, &a, &why);
    arena_close(&a);
    if (status && refusal) *refusal = why;
    return status;
}

/* Another journal under this home's name: never folded into what is here. */
static duban_status same_journal(const duban *d, const info_words *info, uint64_t next,
                                 duban_refusal *refusal) {
    char origin[ORIGIN_SIZE_MAX + 1];
    ledger_status about = {0};
    const ledger *l = duban_slice(d);
    if (l) ledger_get_status(l, &about);
    if (home_get(&d->home, "origin", origin, sizeof origin) &&
        strcmp(origin, info->origin) != 0)
        return duban_refuse(refusal, DUBAN_E_DIVERGED, 0, "origin", info->origin, origin);
    if (about.has_genesis && strcmp(about.origin, info->origin) != 0)
        return duban_refuse(refusal, DUBAN_E_DIVERGED, 0, "origin", info->origin,
                            about.origin);
    if (next > info->head + 1)
        return duban_refuse(refusal, DUBAN_E_DIVERGED, 0, "head", NULL, NULL);
    return DUBAN_OK;
}

duban_status duban_sync(duban *d, duban_refusal *refusal) {
    info_words info;
    uint64_t next = 0;
    duban_status status = duban_info(d, &info, refusal);
    if (status) return status;
    status = slice_begin(d->slice, info.office, &next);
    if (status) return duban_refuse(refusal, status, 0, "slice", NULL, NULL);
    status = same_journal(d, &info, next, refusal);
    if (!status) status = fetch_slice(d, info.office, next, refusal);
    duban_status ended = slice_end(d->slice);
    if (!status && ended) status = duban_refuse(refusal, ended, 0, "slice", NULL, NULL);
    return status ? status : handle_agree_on_log(d, refusal);
}

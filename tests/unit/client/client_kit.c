#include "client_kit.h"

#include <dirent.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/home.h"
#include "proto/codec.h"
#include "proto/entry.h"
#include "storage/tlog/tree.h"

#define SEEN_MAX 512

static char folder[64];

int kit_begin(void **state) {
    (void)state;
    strcpy(folder, "/tmp/duban-client-XXXXXX");
    if (sign_init() || !mkdtemp(folder)) return -1;
    return 0;
}

static int remove_tree(const char *name) {
    char inner[4096];
    struct stat about;
    if (lstat(name, &about) != 0) return -1;
    if (!S_ISDIR(about.st_mode)) return unlink(name);
    chmod(name, 0700);
    DIR *rows = opendir(name);
    if (!rows) return -1;
    const struct dirent *row;
    int bad = 0;
    while ((row = readdir(rows))) {
        if (!strcmp(row->d_name, ".") || !strcmp(row->d_name, "..")) continue;
        snprintf(inner, sizeof inner, "%s/%s", name, row->d_name);
        bad |= remove_tree(inner);
    }
    closedir(rows);
    return bad | rmdir(name);
}

int kit_end(void **state) {
    (void)state;
    return remove_tree(folder);
}

const char *kit_path(const char *name) {
    static char texts[8][512];
    static size_t next;
    char *text = texts[next++ % 8];
    snprintf(text, sizeof texts[0], "%s/%s", folder, name);
    return text;
}

/* --- a log -------------------------------------------------------------------------- */

void kit_log_begin(kit_log *l, uint8_t seed) {
    uint8_t bytes[SIGN_SEED_SIZE] = {seed};
    sign_key_of_seed(bytes, &l->key);
    assert_int_equal(note_key_make(KIT_ORIGIN, &l->key.public_key, &l->verifier),
                     DUBAN_OK);
    tlog_writer_init(&l->tree);
}

static duban_status pass_over(void *ctx, uint32_t level, uint64_t number,
                              const hash256 hashes[TILE_WIDTH]) {
    (void)ctx, (void)level, (void)number, (void)hashes;
    return DUBAN_OK;
}

void kit_log_add(kit_log *l, span entry) {
    tile_sink nowhere = {pass_over, NULL};
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    assert_int_equal(tlog_writer_append(&l->tree, &leaf, &nowhere), DUBAN_OK);
}

void kit_log_fill(kit_log *l, uint64_t size, uint8_t what) {
    while (tlog_writer_size(&l->tree) < size)
        kit_log_add(l, (span){&what, 1});
}

static duban_status read_edge(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    return tlog_writer_hash(ctx, level, index, out);
}

static tlog_hash_reader hashes_of(const kit_log *l) {
    return (tlog_hash_reader){read_edge, (void *)(uintptr_t)&l->tree};
}

hash256 kit_log_root(const kit_log *l, uint64_t size) {
    tlog_hash_reader hashes = hashes_of(l);
    hash256 root;
    assert_int_equal(tlog_root_at(&hashes, size, &root), DUBAN_OK);
    return root;
}

const char *kit_log_note(const kit_log *l, uint64_t size) {
    static char texts[8][CHECKPOINT_NOTE_MAX + 1];
    static size_t next;
    char *text = texts[next++ % 8];
    size_t length = 0;
    checkpoint point = {
        .origin = KIT_ORIGIN, .size = size, .root = kit_log_root(l, size)};
    assert_int_equal(checkpoint_sign(&point, &l->key, text, &length), DUBAN_OK);
    text[length] = '\0';
    return text;
}

void kit_log_inclusion(const kit_log *l, uint64_t index, uint64_t size, tlog_path *out) {
    tlog_hash_reader hashes = hashes_of(l);
    assert_int_equal(tlog_prove_inclusion(&hashes, index, size, out), DUBAN_OK);
}

void kit_log_consistency(const kit_log *l, uint64_t old_size, uint64_t size,
                         tlog_path *out) {
    tlog_hash_reader hashes = hashes_of(l);
    assert_int_equal(tlog_prove_consistency(&hashes, old_size, size, out), DUBAN_OK);
}

/* --- homes and events --------------------------------------------------------------- */

#define BROKER_LOG_SEED 1

static const char *broker_vkey(void) {
    static char text[NOTE_KEY_TEXT_SIZE];
    static kit_log l;
    kit_log_begin(&l, BROKER_LOG_SEED);
    note_key_print(&l.verifier, text);
    return text;
}

void kit_home(const char *name) {
    sign_public key;
    home h;
    duban_options options = {.home = kit_path(name)};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    assert_int_equal(home_open(options.home, &h), DUBAN_OK);
    assert_int_equal(home_set(&h, "origin", KIT_ORIGIN), DUBAN_OK);
    assert_int_equal(home_set_number(&h, "office", KIT_OFFICE), DUBAN_OK);
    assert_int_equal(home_set_number(&h, "key", KIT_KEY), DUBAN_OK);
    assert_int_equal(home_set(&h, "log", broker_vkey()), DUBAN_OK);
    assert_int_equal(home_save(&h), DUBAN_OK);
    home_close(&h);
}

duban *kit_open(const char *name, const char *url, uint32_t timeout_ms) {
    duban *d = NULL;
    duban_options options = {
        .home = kit_path(name), .command = url, .feed = url, .timeout_ms = timeout_ms};
    assert_int_equal(duban_open(&options, &d, NULL), DUBAN_OK);
    return d;
}

void kit_value(kit_event *out, uint32_t task, int64_t whole) {
    period quarter;
    assert_int_equal(period_read("2023Q2", &quarter), DUBAN_OK);
    out->statement = (statement_words){.task = task,
                                       .period = quarter,
                                       .kind = STATEMENT_VALUE,
                                       .value = {.metric = 1,
                                                 .amount = decimal_of_int(whole),
                                                 .mode = MODE_TO_DATE,
                                                 .unit = "亿元"}};
    out->ev = (event){
        .kind = KIND_SUBMISSION,
        .submission = {
            .plan = 1, .statements = &out->statement, .statements_n = 1, .filler = ""}};
}

/* --- a broker of a REP socket
 * ------------------------------------------------------------ */

struct kit_broker {
    kit_script script;
    nng_socket socket;
    pthread_t thread;
    char url[64];
    size_t acted;
    kit_seen seen[SEEN_MAX];
    uint64_t index[SEEN_MAX]; /* of each, 0 when it has none yet */
    size_t seen_n;
    kit_log log; /* all that has an index stands in it */
};

static bool seen_before(const kit_broker *b, const hash256 *request) {
    for (size_t i = 0; i + 1 < b->seen_n; i++)
        if (hash_equal(&b->seen[i].request, request)) return true;
    return false;
}

/* Where the message seen last stands, now or since an earlier time. */
static uint64_t index_of(kit_broker *b) {
    size_t last = b->seen_n - 1;
    for (size_t i = 0; i < last; i++)
        if (b->index[i] && hash_equal(&b->seen[i].request, &b->seen[last].request))
            return b->index[i];
    kit_log_fill(&b->log, 101, 0);
    b->index[last] = tlog_writer_size(&b->log.tree);
    return b->index[last];
}

static void receipt_for(kit_broker *b, const submit_words *submit,
                        const signed_words *head, bool forged, buffer *out) {
    const hash256 *request = &b->seen[b->seen_n - 1].request;
    tlog_path way;
    span spans[TLOG_PATH_MAX];
    entry_words words = {.kind = head->kind,
                         .office = head->office,
                         .key = head->key,
                         .index = index_of(b),
                         .received_ms = 1700000000000 + (int64_t)head->number,
                         .number = head->number,
                         .signed_bytes = submit->signed_bytes,
                         .signature = submit->signature};
    buffer entry;
    buffer_init(&entry);
    assert_int_equal(entry_write(&words, &entry), DUBAN_OK);
    if (words.index == tlog_writer_size(&b->log.tree))
        kit_log_add(&b->log, (span){entry.data, entry.size});
    uint64_t size = tlog_writer_size(&b->log.tree);
    kit_log_inclusion(&b->log, words.index, size, &way);
    for (uint32_t i = 0; i < way.count; i++)
        spans[i] = (span){way.hashes[i].bytes, HASH_SIZE};
    reply_words reply = {
        .kind = REPLY_RECEIPT,
        .receipt = {.index = words.index,
                    .leaf = tlog_leaf_hash(entry.data, entry.size - (forged ? 1 : 0)),
                    .received_ms = words.received_ms,
                    .checkpoint = kit_log_note(&b->log, size),
                    .again = seen_before(b, request),
                    .entry_head = {entry.data, ENTRY_HEAD_SIZE},
                    .path = spans,
                    .path_n = way.count}};
    assert_int_equal(codec_reply_write(&reply, out), DUBAN_OK);
    buffer_close(&entry);
}

static void proof_for(const kit_broker *b, const proof_request *ask, buffer *out) {
    tlog_path way;
    span spans[TLOG_PATH_MAX];
    uint64_t size = tlog_writer_size(&b->log.tree);
    kit_log_consistency(&b->log, ask->old_size, ask->size, &way);
    for (uint32_t i = 0; i < way.count; i++)
        spans[i] = (span){way.hashes[i].bytes, HASH_SIZE};
    reply_words reply = {.kind = REPLY_PROOF,
                         .proof = {.checkpoint = kit_log_note(&b->log, size),
                                   .consistency = spans,
                                   .consistency_n = way.count}};
    assert_int_equal(codec_reply_write(&reply, out), DUBAN_OK);
}

static void refusal_for(duban_status status, uint32_t retry_ms, buffer *out) {
    reply_words reply = {.retry_ms = retry_ms};
    duban_refuse(&reply.refusal, status, 3, "field", "found", "expected");
    assert_int_equal(codec_reply_write(&reply, out), DUBAN_OK);
}

static void info_for(const kit_broker *b, buffer *out) {
    static const hash256 no_digest;
    reply_words reply = {
        .kind = REPLY_INFO,
        .info = {.origin = b->script.origin ? b->script.origin : KIT_ORIGIN,
                 .head = tlog_writer_size(&b->log.tree) - 1,
                 .checkpoint = kit_log_note(&b->log, tlog_writer_size(&b->log.tree)),
                 .day = 19450,
                 .rules_version = 1,
                 .broker_version = "test",
                 .office = KIT_OFFICE,
                 .key = KIT_KEY,
                 .last_number = b->script.last_number,
                 .digest = no_digest,
                 .log_vkey = broker_vkey()}};
    assert_int_equal(codec_reply_write(&reply, out), DUBAN_OK);
}

static void submit_for(kit_broker *b, span message, const submit_words *submit, arena *a,
                       buffer *out) {
    signed_words head;
    size_t at = b->acted++;
    kit_act act = at < b->script.acts_n ? b->script.acts[at] : ACT_RECEIPT;
    assert_int_equal(codec_signed_read(submit->signed_bytes, a, &head, NULL), DUBAN_OK);
    assert_true(b->seen_n < SEEN_MAX);
    b->seen[b->seen_n++] = (kit_seen){head.number, hash_of(message.data, message.size)};
    switch (act) {
    case ACT_SILENT: break;
    case ACT_RECEIPT: receipt_for(b, submit, &head, false, out); break;
    case ACT_FORGED: receipt_for(b, submit, &head, true, out); break;
    case ACT_BUSY: refusal_for(DUBAN_E_BUSY, 1, out); break;
    case ACT_QUOTA: refusal_for(DUBAN_E_QUOTA, 1, out); break;
    case ACT_REFUSE: refusal_for(b->script.refuse_with, 0, out); break;
    case ACT_GARBAGE:
        memcpy(buffer_reserve(out, 4), "\xff\xff\xff\xff", 4);
        out->size = 4;
        break;
    }
}

static void *serve(void *ctx) {
    kit_broker *b = ctx;
    nng_msg *message;
    /* A second receive gives up the first request: that is how it stays unanswered. */
    while (nng_recvmsg(b->socket, &message, 0) == 0) {
        arena a;
        buffer out;
        request_words request;
        arena_init(&a, 0);
        buffer_init(&out);
        span bytes = {nng_msg_body(message), nng_msg_len(message)};
        assert_int_equal(codec_request_read(bytes, &a, &request, NULL), DUBAN_OK);
        if (request.kind == REQUEST_INFO) info_for(b, &out);
        if (request.kind == REQUEST_PROOF) proof_for(b, &request.proof, &out);
        if (request.kind == REQUEST_SUBMIT)
            submit_for(b, bytes, &request.submit, &a, &out);
        nng_msg_free(message);
        if (out.size) nng_send(b->socket, out.data, out.size, 0);
        buffer_close(&out);
        arena_close(&a);
    }
    return NULL;
}

kit_broker *kit_broker_new(const kit_script *script) {
    kit_broker *b = calloc(1, sizeof *b);
    nng_listener listener;
    nng_sockaddr address;
    assert_non_null(b);
    b->script = *script;
    kit_log_begin(&b->log, BROKER_LOG_SEED);
    kit_log_fill(&b->log, 5, 0);
    assert_int_equal(nng_rep0_open(&b->socket), 0);
    assert_int_equal(nng_listen(b->socket, "tcp://127.0.0.1:0", &listener, 0), 0);
    assert_int_equal(nng_listener_get_addr(listener, NNG_OPT_LOCADDR, &address), 0);
    const uint8_t *port = (const uint8_t *)&address.s_in.sa_port;
    snprintf(b->url, sizeof b->url, "tcp://127.0.0.1:%d", port[0] << 8 | port[1]);
    assert_int_equal(pthread_create(&b->thread, NULL, serve, b), 0);
    return b;
}

void kit_broker_free(kit_broker *b) {
    nng_close(b->socket);
    pthread_join(b->thread, NULL);
    free(b);
}

const char *kit_broker_url(const kit_broker *b) {
    return b->url;
}

size_t kit_broker_seen(const kit_broker *b, const kit_seen **seen) {
    *seen = b->seen;
    return b->seen_n;
}

#include "broker/broker.h"

#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "broker/door/admission.h"
#include "broker/bounded.h"
#include "broker/door/descriptors.h"
#include "broker/genesis.h"
#include "broker/ledger/heap.h"
#include "broker/loop.h"
#include "broker/door/net.h"
#include "broker/refold.h"
#include "broker/watchdog.h"
#include "broker/witness/witness.h"
#include "storage/lmdb/lmdb.h"

/* Closing the sockets takes milliseconds unless they are stuck. */
#define CLOSE_MS 3000

/* Parts in the order in which they are opened. */
typedef struct broker {
    const config *config;
    const logger *log;
    metrics metrics;
    tls *tls;
    loop loop;
    genesis genesis;
    const char *origin;
    char log_vkey[NOTE_KEY_TEXT_SIZE];
    note_key log_key;
    journal *journal;
    ledger *ledger;
    roots roots;
    conflicts conflicts;
    keys *keys;
    sessions sessions;
    held held;
    witness *witness;
    scribe scribe;
    follower *follower;
    turn turn;
    inbox *commands;
    inbox *polls;
    feed *feed;
    publish *publish;
    queries queries;
    admission command_door;
    admission feed_door;
    net *command_net;
    net *feed_net;
    watchdog *watchdog;
    pipes *pipes;
    quota *quota;
} broker;

/* --- what other threads tell -------------------------------------------------------- */

static void on_durable(void *ctx, const journal_head *head) {
    broker *b = ctx;
    mailbox_head(&b->loop.mailbox, head);
    witness_head(b->witness);
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    broker *b = ctx;
    char text[MAILBOX_DETAIL_MAX];
    snprintf(text, sizeof text, "%s %s", duban_status_name(status), detail ? detail : "");
    mailbox_failed(&b->loop.mailbox, DUBAN_E_COMMIT, status, text);
}

static void on_damage(void *ctx, uint64_t index, duban_status status) {
    broker *b = ctx;
    char text[48];
    snprintf(text, sizeof text, "at index %" PRIu64, index);
    mailbox_failed(&b->loop.mailbox, status, status, text);
}

static void on_witnessed(void *ctx) {
    broker *b = ctx;
    mailbox_witnessed(&b->loop.mailbox);
}

static void on_gone(void *ctx, uint32_t pipe) {
    broker *b = ctx;
    mailbox_gone(&b->loop.mailbox, pipe);
}

/* --- opening ------------------------------------------------------------------------ */

static duban_status trust_tail(void *ctx, journal_reader *r, uint64_t signed_size,
                               duban_refusal *refusal) {
    broker *b = ctx;
    log_info(b->log, "start", "%" PRIu64 " entries behind the last signed head",
             journal_reader_size(r) - signed_size);
    return refold_tail(r, signed_size, b->log, refusal);
}

/* Closing commits the genesis; whatever opens the journal next finds it verified. */
static duban_status begin_journal(broker *b, const journal_options *options,
                                  duban_refusal *refusal) {
    log_info(b->log, "start", "a new journal: %s", b->origin);
    duban_status status = genesis_begin(&b->genesis, b->journal, refusal);
    if (status) return status;
    journal_close(b->journal);
    b->journal = NULL;
    status = journal_open_lmdb(options, &b->journal, refusal);
    if (!status && journal_next(b->journal) == 0) {
        mailbox_take(&b->loop.mailbox, &b->loop.mail);
        b->loop.why = b->loop.mail.why;
        status = duban_refuse(refusal, DUBAN_E_COMMIT, 0, "genesis", b->loop.mail.detail,
                              NULL);
    }
    return status;
}

static duban_status open_journal(broker *b, duban_refusal *refusal) {
    char path[PATH_MAX + 16];
    duban_status status =
        genesis_read(b->config->data, b->config->passphrase_file, &b->genesis, refusal);
    if (status) return status;
    b->origin = b->genesis.submission->ev.genesis.origin;
    status = note_key_make(b->origin, &b->genesis.key.public_key, &b->log_key);
    if (status) return duban_refuse(refusal, status, 0, "origin", b->origin, NULL);
    note_key_print(&b->log_key, b->log_vkey);
    snprintf(path, sizeof path, "%s/journal", b->config->data);
    journal_options options = {.path = path,
                               .origin = b->origin,
                               .signer = &b->genesis.key,
                               .trust_tail = trust_tail,
                               .on_durable = on_durable,
                               .on_failed = on_failed,
                               .ctx = b};
    status = journal_open_lmdb(&options, &b->journal, refusal);
    if (!status && journal_next(b->journal) == 0)
        status = begin_journal(b, &options, refusal);
    if (!status) status = genesis_matches(&b->genesis, b->journal, refusal);
    return status;
}

static duban_status fold_journal(broker *b, duban_refusal *refusal) {
    refold r = {
        .roots = &b->roots, .conflicts = &b->conflicts, .log = b->log, .progress = true};
    roots_init(&b->roots);
    conflicts_init(&b->conflicts);
    duban_status status = ledger_new(heap_allocator(), &b->ledger);
    if (status) return duban_refuse(refusal, status, 0, "ledger", NULL, NULL);
    r.ledger = b->ledger;
    status = refold_run(&r, b->journal, refusal);
    b->turn.last_kind = r.last_kind;
    b->turn.digest_at = r.digest_at;
    if (!status) status = keys_new(&b->keys);
    if (!status) status = keys_follow(b->keys, b->ledger);
    return status;
}

static duban_status open_witnesses(broker *b, duban_refusal *refusal) {
    const witness_policy *policy = &b->config->witnesses;
    witness_options options = {.policy = policy,
                               .journal = b->journal,
                               .log_key = &b->log_key,
                               .folder = b->config->data,
                               .metrics = &b->metrics,
                               .log = b->log,
                               .on_witnessed = on_witnessed,
                               .ctx = b};
    if (policy->n == 0) return DUBAN_OK;
    duban_status status = witness_new(&options, &b->witness);
    if (status) return duban_refuse(refusal, status, 0, "witness", NULL, NULL);
    held_wait_for(&b->held, policy->block ? b->witness : NULL, &b->metrics);
    return DUBAN_OK;
}

static duban_status open_turn(broker *b, duban_refusal *refusal) {
    held_init(&b->held, b->journal, &b->roots, b->log);
    duban_status status = open_witnesses(b, refusal);
    if (status) return status;
    follower_options options = {.journal = b->journal,
                                .keys = b->keys,
                                .origin = b->origin,
                                .metrics = &b->metrics,
                                .log = b->log,
                                .on_damage = on_damage,
                                .ctx = b};
    if (b->witness) options.witnessed = (proofs_witnessed){witness_read, b->witness};
    options.receipts_wait = b->config->witnesses.block;
    scribe_init(&b->scribe, b->origin, &b->genesis.key);
    status = follower_new(&options, &b->follower);
    if (status) return duban_refuse(refusal, status, 0, "worker", NULL, NULL);
    turn *t = &b->turn;
    t->ledger = b->ledger;
    t->journal = b->journal;
    t->roots = &b->roots;
    t->keys = b->keys;
    t->held = &b->held;
    t->follower = b->follower;
    t->conflicts = &b->conflicts;
    t->scribe = &b->scribe;
    t->metrics = &b->metrics;
    t->log = b->log;
    turn_begin(t);
    return DUBAN_OK;
}

static duban_status open_limits(broker *b) {
    uint32_t max = descriptors_pipes(descriptors_raise());
    pipes_options options = {
        .silent_ms = PIPE_SILENT_MS, .idle_ms = PIPE_IDLE_MS, .metrics = &b->metrics};
    pipes_share(max, &options);
    log_info(b->log, "start", "places for %" PRIu32 " connections", max);
    duban_status status = pipes_new(&options, &b->pipes);
    return status ? status : quota_new(&b->quota);
}

static duban_status open_readers(broker *b) {
    feed_options feed_with = {.ledger = b->ledger,
                              .journal = b->journal,
                              .roots = &b->roots,
                              .keys = b->keys,
                              .held = &b->held,
                              .metrics = &b->metrics,
                              .origin = b->origin,
                              .polls_max = FEED_CONTEXTS - FEED_SPARE};
    publish_options publish_with = {.url = b->config->publish,
                                    .ledger = b->ledger,
                                    .roots = &b->roots,
                                    .metrics = &b->metrics,
                                    .log = b->log,
                                    .origin = b->origin,
                                    .durable_size = roots_size(&b->roots),
                                    .tls = b->tls,
                                    .pipes = b->pipes};
    duban_status status =
        inbox_new(INBOX_MAX, INBOX_BYTES_MAX, loop_wake, &b->loop, &b->commands);
    if (!status)
        status =
            inbox_new(FEED_CONTEXTS, INBOX_BYTES_MAX, loop_wake, &b->loop, &b->polls);
    if (!status) status = feed_new(&feed_with, &b->feed);
    if (!status) status = publish_new(&publish_with, &b->publish);
    frames_init(&b->queries.batch);
    b->queries = (queries){.ledger = b->ledger,
                           .roots = &b->roots,
                           .held = &b->held,
                           .keys = b->keys,
                           .follower = b->follower,
                           .turn = &b->turn,
                           .inbox = b->commands,
                           .feed = b->feed,
                           .metrics = &b->metrics,
                           .pipes = b->pipes,
                           .origin = b->origin,
                           .log_vkey = b->log_vkey,
                           .witness = b->witness};
    return status;
}

static duban_status open_doors(broker *b) {
    sessions_init(&b->sessions, NULL, NULL);
    b->command_door = (admission){.door = DOOR_COMMAND,
                                  .origin = b->origin,
                                  .keys = b->keys,
                                  .sessions = &b->sessions,
                                  .inbox = b->commands,
                                  .follower = b->follower,
                                  .metrics = &b->metrics};
    b->feed_door = b->command_door;
    b->feed_door.door = DOOR_FEED;
    b->feed_door.inbox = b->polls;
    net_options options = {.url = b->config->listen,
                           .contexts = COMMAND_CONTEXTS,
                           .request_max = REQUEST_SIZE_MAX,
                           .spare = COMMAND_SPARE,
                           .handle = admission_handle,
                           .ctx = &b->command_door,
                           .pipes = b->pipes,
                           .door = PIPE_COMMAND,
                           .quota = b->quota,
                           .metrics = &b->metrics,
                           .tls = b->tls};
    duban_status status = net_new(&options, &b->command_net);
    if (status) return status;
    options.url = b->config->feed;
    options.contexts = FEED_CONTEXTS;
    options.request_max = FEED_REQUEST_MAX;
    options.door = PIPE_FEED;
    options.spare = 0; /* feed.h frees its own */
    options.ctx = &b->feed_door;
    options.gone = on_gone;
    options.gone_ctx = b;
    return net_new(&options, &b->feed_net);
}

static duban_status listen_all(broker *b, duban_refusal *refusal) {
    if (net_listen(b->command_net))
        return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "listen", b->config->listen,
                            NULL);
    if (net_listen(b->feed_net))
        return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "feed", b->config->feed, NULL);
    if (publish_listen(b->publish))
        return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "publish", b->config->publish,
                            NULL);
    watchdog_options options = {.command = b->command_net,
                                .feed = b->feed_net,
                                .publish = b->publish,
                                .metrics = &b->metrics,
                                .log = b->log,
                                .every_ms = WATCHDOG_MS,
                                .tls = b->tls,
                                .pipes = b->pipes};
    duban_status status = watchdog_new(&options, &b->watchdog);
    return status ? duban_refuse(refusal, status, 0, "watchdog", NULL, NULL) : DUBAN_OK;
}

static duban_status open_all(broker *b, duban_refusal *refusal) {
    duban_status status = tls_new(b->config, &b->tls, refusal);
    if (!status) status = open_journal(b, refusal);
    if (!status) status = fold_journal(b, refusal);
    if (!status) status = open_turn(b, refusal);
    if (!status) {
        status = open_limits(b);
        if (!status) status = open_readers(b);
        if (!status) status = open_doors(b);
        if (status) duban_refuse(refusal, status, 0, "sockets", NULL, NULL);
    }
    if (!status) status = listen_all(b, refusal);
    return status;
}

/* --- closing ------------------------------------------------------------------------ */

/* Everything that waits for NNG's threads. */
static void close_sockets(void *ctx) {
    broker *b = ctx;
    watchdog_free(b->watchdog);
    if (b->command_net) net_close(b->command_net);
    if (b->feed_net) net_close(b->feed_net);
    publish_free(b->publish);
    witness_free(b->witness);
}

static void free_parts(broker *b) {
    follower_free(b->follower);
    feed_free(b->feed);
    frames_close(&b->queries.batch);
    net_free(b->command_net);
    net_free(b->feed_net);
    pipes_free(b->pipes);
    quota_free(b->quota);
    tls_free(b->tls);
    inbox_free(b->commands);
    inbox_free(b->polls);
    held_close(&b->held);
    turn_end(&b->turn);
    scribe_close(&b->scribe);
    keys_free(b->keys);
    sessions_close(&b->sessions);
    conflicts_close(&b->conflicts);
    if (b->ledger) ledger_free(b->ledger);
    genesis_close(&b->genesis);
    loop_close(&b->loop);
    free(b);
}

/* The journal first: whatever becomes of the sockets, it is whole. When they get stuck
 * (watchdog.h) their threads still look at the parts, which are left to them. */
static void close_all(broker *b, broker_end *end) {
    if (b->follower) follower_stop(b->follower);
    witness_stop(b->witness);
    journal_close(b->journal);
    b->journal = NULL;
    sign_wipe(&b->genesis.key, sizeof b->genesis.key);
    end->stuck = b->loop.again || !bounded_run(close_sockets, b, CLOSE_MS);
    if (end->stuck && !b->loop.again)
        log_warn(b->log, "stop", "the sockets do not close and are left to the system");
    if (!end->stuck) free_parts(b);
}

static void fill_end(const broker *b, broker_end *end) {
    end->again = b->loop.again;
    snprintf(end->listen, sizeof end->listen, "%s", net_url(b->command_net));
    snprintf(end->feed, sizeof end->feed, "%s", net_url(b->feed_net));
    snprintf(end->publish, sizeof end->publish, "%s", publish_url(b->publish));
}

static duban_status serve(broker *b, FILE *ready) {
    loop *l = &b->loop;
    l->turn = &b->turn;
    l->queries = &b->queries;
    l->held = &b->held;
    l->feed = b->feed;
    l->publish = b->publish;
    l->follower = b->follower;
    l->watchdog = b->watchdog;
    l->command_net = b->command_net;
    l->feed_net = b->feed_net;
    l->commands = b->commands;
    l->polls = b->polls;
    l->roots = &b->roots;
    l->metrics = &b->metrics;
    l->log = b->log;
    malloc_trim(0); /* what opening and folding left */
    duban_status status = loop_heed_signals(l);
    if (status) return status;
    fprintf(ready,
            "duband ready command=%s feed=%s publish=%s origin=%s head=%" PRIu64 "\n",
            net_url(b->command_net), net_url(b->feed_net), publish_url(b->publish),
            b->origin, roots_size(&b->roots) - 1);
    fflush(ready);
    return loop_run(l);
}

duban_status broker_run(const config *c, const logger *log, FILE *ready, broker_end *end,
                        duban_refusal *refusal) {
    broker *b = calloc(1, sizeof *b);
    memset(end, 0, sizeof *end);
    if (!b) return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    b->config = c;
    b->log = log;
    metrics_init(&b->metrics);
    duban_status status = loop_init(&b->loop);
    if (!status && c->witnesses.n) status = witness_begin_process();
    if (!status) status = open_all(b, refusal);
    if (!status) {
        status = serve(b, ready);
        if (status) duban_refuse(refusal, status, 0, "broker", b->loop.detail, NULL);
        metrics_log(&b->metrics, log);
        fill_end(b, end);
    }
    end->why = b->loop.why;
    close_all(b, end);
    return status;
}

#include "broker/worker/follower.h"

#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/worker/lookup.h"
#include "broker/monotonic.h"
#include "broker/worker/page_proof.h"
#include "broker/worker/past.h"
#include "broker/door/rights.h"
#include "broker/board/sight.h"
#include "broker/worker/tiles.h"
#include "proto/entry.h"

/* Between two pieces of the verification, so that it costs a few percent of one core. */
#define VERIFY_PAUSE_MS 20

typedef struct queue {
    call *first;
    call *last;
    uint32_t count;
} queue;

struct follower {
    follower_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    queue quick; /* under the lock, as the next two */
    queue folds; /* about the past */
    queue late;  /* what is answered when nothing else waits */
    bool folded; /* the last answer was of folds */
    atomic_bool stop;
    bool joined;

    /* the thread's own */
    past past;
    frame_batch batch;
    uint64_t verify_from;
    uint64_t verify_to;
    bool verifying;
};

/* --- boards ------------------------------------------------------------------------- */

static duban_status index_of(follower *f, const call *c, uint64_t *index,
                             duban_refusal *refusal) {
    const board_request *ask = &c->ask.board;
    char text[24];
    duban_status status = DUBAN_OK;
    switch (ask->as_of) {
    case AS_OF_HEAD: *index = c->head; return DUBAN_OK;
    case AS_OF_INDEX:
        *index = ask->index;
        if (ask->index <= c->head) return DUBAN_OK;
        snprintf(text, sizeof text, "%" PRIu64, c->head);
        return duban_refuse(refusal, DUBAN_E_AHEAD, 0, "index", NULL, text);
    case AS_OF_MOMENT:
        status = past_index_of_moment(f->options.journal, c->head, ask->moment_ms, index);
        if (status) return duban_refuse(refusal, status, 0, "moment_ms", NULL, NULL);
        return DUBAN_OK;
    }
    return duban_refuse(refusal, DUBAN_E_MALFORMED, 0, "as_of", NULL, NULL);
}

static duban_status root_and_moment(const follower *f, uint64_t index,
                                    frame_words *frame) {
    journal_reader *reader = NULL;
    span bytes;
    entry_words entry;
    duban_status status = journal_reader_open(f->options.journal, &reader);
    if (!status) status = journal_root_at(reader, index + 1, &frame->root);
    if (!status) status = journal_read(reader, index, &bytes);
    if (!status) status = entry_read(bytes, &entry);
    if (!status) {
        frame->has_root = true;
        frame->moment_ms = entry.received_ms;
    }
    journal_reader_close(reader);
    return status;
}

/* 0: no digest stands that early. */
static duban_status digest_index(follower *f, uint64_t index, uint64_t *out) {
    duban_status status = past_digest_before(&f->past, index, out);
    return status == DUBAN_E_NOT_FOUND ? DUBAN_OK : status;
}

static duban_status answer_board(follower *f, call *c, uint64_t index,
                                 duban_refusal *refusal) {
    const board_request *ask = &c->ask.board;
    plan_info info;
    uint32_t pages = 0;
    uint32_t plan = ledger_find_plan(f->past.ledger, ask->plan);
    if (!plan || !ledger_get_plan(f->past.ledger, plan, &info) || !info.published)
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_PLAN, 0, "plan", ask->plan, NULL);

    reply_words words = {.kind = REPLY_FRAME};
    frame_words *frame = &words.frame;
    duban_status status = root_and_moment(f, index, frame);
    if (!status && ask->day == 0 && ask->basis == BASIS_REPORTED) {
        status = ledger_digest(f->past.ledger, &frame->digest, &pages);
        frame->has_digest = status == DUBAN_OK;
        if (!status) status = digest_index(f, index, &frame->digest_index);
    }
    viewing view = {0};
    if (!status)
        status = viewing_begin(&view, f->past.ledger, plan, f->past.open_day,
                               viewer_of(c->reader.right, c->reader.office));
    if (!status)
        status = frames_board(f->past.ledger, plan, ask->after, ask->skip,
                              FEED_BATCH_BYTES, view.eyes, &f->batch);
    if (status) {
        viewing_end(&view);
        return duban_refuse(refusal, status, 0, "plan", NULL, NULL);
    }
    frame->origin = f->options.origin;
    frame->plan = info.code;
    frame->prev = ask->after;
    frame->to = index;
    frame->head = c->head;
    frame->cells = f->batch.cells;
    frame->cells_n = f->batch.n;
    frame->left = f->batch.left;
    call_answer(c, &words);
    viewing_end(&view);
    return DUBAN_OK;
}

static duban_status do_board(follower *f, call *c, duban_refusal *refusal) {
    uint64_t index = 0;
    uint64_t refolds = f->past.refolds;
    duban_status status = index_of(f, c, &index, refusal);
    if (status) return status;
    status = past_stand(&f->past, index, c->ask.board.day, c->ask.board.basis, refusal);
    METRICS_ADD(f->options.metrics, refolds, f->past.refolds - refolds);
    if (status && !refusal->status) duban_refuse(refusal, status, 0, "index", NULL, NULL);
    return status ? status : answer_board(f, c, index, refusal);
}

static duban_status do_page(follower *f, const journal_head *head, call *c,
                            duban_refusal *refusal) {
    uint64_t refolds = f->past.refolds;
    duban_status status = page_proof_answer(&f->past, head, c, refusal);
    METRICS_ADD(f->options.metrics, refolds, f->past.refolds - refolds);
    return status;
}

/* --- questions ---------------------------------------------------------------------- */

/* Whether the answer may be so large that a reader must have taken those before. */
static bool is_large(follower_job job) {
    return job == FOLLOWER_BOARD || job == FOLLOWER_ENTRIES || job == FOLLOWER_BODY ||
           job == FOLLOWER_PAGE || job == FOLLOWER_TILE;
}

static void answer(follower *f, call *c) {
    static const proofs_witnessed nobody = {NULL, NULL};
    const follower_options *o = &f->options;
    const journal *j = o->journal;
    const proofs_witnessed *witnesses = o->receipts_wait ? &o->witnessed : &nobody;
    journal_head head;
    duban_refusal refusal;
    duban_status status = DUBAN_E_STOPPING;
    memset(&refusal, 0, sizeof refusal);
    METRICS_COUNT(f->options.metrics, worker_jobs);
    journal_get_head(j, &head);
    c->head = head.size - 1;
    if (!rights_hold(f->options.keys, &c->reader)) { /* lost while it waited */
        METRICS_COUNT(f->options.metrics, sessions_ended);
        call_refuse_status(c, DUBAN_E_SESSION_ENDED, "token");
        return;
    }
    if (is_large((follower_job)c->job) && call_is_full(c)) {
        METRICS_COUNT(f->options.metrics, busy);
        call_refuse_status(c, DUBAN_E_BUSY, NULL);
        return;
    }
    switch ((follower_job)c->job) {
    case FOLLOWER_BOARD: status = do_board(f, c, &refusal); break;
    case FOLLOWER_ENTRIES: status = lookup_entries(j, &f->stop, c, &refusal); break;
    case FOLLOWER_BODY: status = lookup_body(j, c, &refusal); break;
    case FOLLOWER_RECEIPT:
        status = lookup_receipt(j, witnesses, &f->stop, c, &refusal);
        break;
    case FOLLOWER_PAGE: status = do_page(f, &head, c, &refusal); break;
    case FOLLOWER_OLD: status = lookup_old(j, witnesses, &f->stop, c, &refusal); break;
    case FOLLOWER_PROOF:
        status = proofs_answer(j, &f->options.witnessed, c, &refusal);
        break;
    case FOLLOWER_TILE: status = tiles_answer(j, c, &refusal); break;
    }
    if (!status) return;
    refusal.status = status;
    if (status == DUBAN_E_CORRUPT || status == DUBAN_E_DIGEST)
        f->options.on_damage(f->options.ctx, f->past.next, status);
    call_refuse(c, &refusal);
}

/* --- queues ------------------------------------------------------------------------- */

/* NULL when it is empty. */
static call *take_first(queue *q) {
    call *c = q->first;
    if (!c) return NULL;
    q->first = c->next;
    if (!q->first) q->last = NULL;
    q->count--;
    return c;
}

static void put_last(queue *q, call *c) {
    c->next = NULL;
    if (q->first)
        q->last->next = c;
    else
        q->first = c;
    q->last = c;
    q->count++;
}

/* A board of the past folds the journal from its beginning: whoever asks for one without
 * a session takes no place and no turn from others. */
static bool is_late(const call *c, follower_job job) {
    return job == FOLLOWER_BOARD && c->reader.right == RIGHT_NONE;
}

static queue *queue_of(follower *f, const call *c, follower_job job) {
    if (is_late(c, job)) return &f->late;
    return job == FOLLOWER_BOARD || job == FOLLOWER_PAGE ? &f->folds : &f->quick;
}

static bool has_room(const follower *f, const queue *q, const call *c) {
    uint32_t same = 0;
    if (q == &f->late) return q->count < WORKER_LATE_MAX;
    if (q == &f->quick) return q->count < WORKER_QUEUE_MAX;
    for (const call *other = q->first; other; other = other->next)
        same += other->reader.office == c->reader.office;
    return q->count < WORKER_FOLDS_MAX && same < WORKER_FOLDS_EACH;
}

static bool is_empty(const follower *f) {
    return !f->quick.first && !f->folds.first && !f->late.first;
}

/* Turn and turn about, so that neither quick ones nor folds keep the others waiting. */
static call *take_next(follower *f) {
    f->folded = f->folds.first && !(f->folded && f->quick.first);
    if (f->folded) return take_first(&f->folds);
    return take_first(f->quick.first ? &f->quick : &f->late);
}

/* Between two pieces of a fold: what waits now, and no more, so that the fold ends. */
static void answer_quick(void *ctx) {
    follower *f = ctx;
    pthread_mutex_lock(&f->lock);
    queue waiting = f->quick;
    f->quick = (queue){NULL, NULL, 0};
    pthread_mutex_unlock(&f->lock);
    for (call *c; (c = take_first(&waiting));) {
        if (atomic_load(&f->stop))
            call_refuse_status(c, DUBAN_E_STOPPING, NULL);
        else
            answer(f, c);
    }
}

/* --- verification behind the service ------------------------------------------------ */

static bool go_on(void *ctx, uint64_t done) {
    follower *f = ctx;
    (void)done;
    return !atomic_load(&f->stop);
}

static void verify_piece(follower *f) {
    journal_reader *reader = NULL;
    uint64_t bad = 0;
    uint64_t to = f->verify_from + VERIFY_STEP;
    if (to > f->verify_to) to = f->verify_to;
    duban_status status = journal_reader_open(f->options.journal, &reader);
    if (!status) status = journal_verify(reader, f->verify_from, to, go_on, f, &bad);
    journal_reader_close(reader);
    if (status == DUBAN_E_CORRUPT) {
        f->verifying = false;
        f->options.on_damage(f->options.ctx, bad, status);
        return;
    }
    if (status) return; /* no reader free: at the next pause */
    METRICS_ADD(f->options.metrics, verified, to - f->verify_from);
    f->verify_from = to;
    if (to < f->verify_to) return;
    f->verifying = false;
    log_info(f->options.log, "follower", "%" PRIu64 " entries verified again", to);
}

/* --- the thread --------------------------------------------------------------------- */

/* The next call; NULL when the wait is over without one, or at the end. */
static call *next_call(follower *f) {
    struct timespec until =
        monotonic_in(f->verifying ? VERIFY_PAUSE_MS : FOLLOWER_IDLE_MS);
    bool endless = !f->verifying && !f->past.ledger;
    int waited = 0;
    pthread_mutex_lock(&f->lock);
    while (is_empty(f) && !atomic_load(&f->stop) && waited == 0) {
        if (endless)
            pthread_cond_wait(&f->news, &f->lock);
        else
            waited = pthread_cond_timedwait(&f->news, &f->lock, &until);
    }
    call *c = take_next(f);
    pthread_mutex_unlock(&f->lock);
    return c;
}

static void rest(follower *f) {
    if (f->verifying) {
        verify_piece(f);
        return;
    }
    past_close(&f->past);
    past_init(&f->past, f->options.journal, &f->stop, answer_quick, f);
    frames_close(&f->batch);
    malloc_trim(0);
}

static void *run(void *ctx) {
    follower *f = ctx;
    while (!atomic_load(&f->stop)) {
        call *c = next_call(f);
        if (atomic_load(&f->stop)) {
            if (c) call_refuse_status(c, DUBAN_E_STOPPING, NULL);
        } else if (c)
            answer(f, c);
        else
            rest(f);
    }
    return NULL;
}

duban_status follower_new(const follower_options *options, follower **out) {
    pthread_condattr_t attributes;
    journal_head head;
    follower *f = calloc(1, sizeof *f);
    if (!f) return DUBAN_E_NO_MEMORY;
    f->options = *options;
    atomic_init(&f->stop, false);
    journal_get_head(options->journal, &head);
    f->verify_to = head.size;
    f->verifying = head.size > 0;
    past_init(&f->past, options->journal, &f->stop, answer_quick, f);
    frames_init(&f->batch);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&f->news, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&f->lock, NULL);
    if (pthread_create(&f->thread, NULL, run, f) != 0) {
        free(f);
        return DUBAN_E_NO_MEMORY;
    }
    *out = f;
    return DUBAN_OK;
}

bool follower_takes(const request_words *ask, follower_job *job) {
    switch (ask->kind) {
    case REQUEST_ENTRIES: *job = FOLLOWER_ENTRIES; return true;
    case REQUEST_BODY: *job = FOLLOWER_BODY; return true;
    case REQUEST_PROOF: *job = FOLLOWER_PROOF; return true;
    case REQUEST_TILE: *job = FOLLOWER_TILE; return true;
    case REQUEST_PAGE: *job = FOLLOWER_PAGE; return true;
    case REQUEST_BOARD:
        *job = FOLLOWER_BOARD;
        return ask->board.as_of != AS_OF_HEAD || ask->board.day != 0 ||
               ask->board.basis != BASIS_REPORTED;
    default: return false;
    }
}

duban_status follower_ask(follower *f, call *c, follower_job job) {
    duban_status status = DUBAN_OK;
    queue *q = queue_of(f, c, job);
    c->job = (int)job;
    pthread_mutex_lock(&f->lock);
    if (atomic_load(&f->stop))
        status = DUBAN_E_STOPPING;
    else if (!has_room(f, q, c))
        status = DUBAN_E_BUSY;
    else {
        put_last(q, c);
        pthread_cond_signal(&f->news);
    }
    pthread_mutex_unlock(&f->lock);
    return status;
}

void follower_stop(follower *f) {
    if (f->joined) return;
    f->joined = true;
    pthread_mutex_lock(&f->lock);
    atomic_store(&f->stop, true);
    pthread_cond_signal(&f->news);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    for (call *c; (c = take_next(f));)
        call_refuse_status(c, DUBAN_E_STOPPING, NULL);
}

void follower_free(follower *f) {
    if (!f) return;
    past_close(&f->past);
    frames_close(&f->batch);
    pthread_cond_destroy(&f->news);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

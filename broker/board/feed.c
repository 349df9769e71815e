#include "broker/board/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/entry.h"

/* The reply around its cells: origin, code, root and numbers. */
#define REPLY_FRAME_BYTES 1024

/* Offices whose last frame is kept, by a hash; beside it that of whoever sees everything
 * and that of the public. */
#define OFFICE_SLOTS 62
#define SLOT_WHOLE   0
#define SLOT_PUBLIC  1
#define SLOTS        (2 + OFFICE_SLOTS)

/* The answer most readers want: they all stand at the frame before. */
typedef struct shared {
    nng_msg *message;
    uint32_t plan;
    uint64_t after;
    bool all;
    uint64_t head;
    viewer who;
    bool open; /* nothing in it is kept from any office */
} shared;

struct feed {
    feed_options options;
    call *first; /* oldest */
    call *last;
    uint32_t count;
    int64_t deadline_ms; /* at or before that of every poll */
    uint64_t woken_head; /* ledger head that feed_wake has seen */
    bool waits_for_disk; /* a batch could not be cut at a durable index */
    frame_batch batch;
    shared slots[SLOTS];
    sight sights[PLANS_MAX + 1]; /* by plan number */
    arena space;                 /* of cells that were shortened */
    uint64_t losses;             /* keys_losses that feed_wake has seen */
};

duban_status feed_new(const feed_options *options, feed **out) {
    feed *f = calloc(1, sizeof *f);
    if (!f) return DUBAN_E_NO_MEMORY;
    f->options = *options;
    f->deadline_ms = INT64_MAX;
    f->losses = keys_losses(options->keys);
    frames_init(&f->batch);
    arena_init(&f->space, 0);
    *out = f;
    return DUBAN_OK;
}

void feed_free(feed *f) {
    if (!f) return;
    for (uint32_t i = 0; i < SLOTS; i++)
        nng_msg_free(f->slots[i].message);
    for (uint32_t i = 0; i <= PLANS_MAX; i++)
        sight_close(&f->sights[i]);
    frames_close(&f->batch);
    arena_close(&f->space);
    free(f);
}

uint32_t feed_count(const feed *f) {
    return f->count;
}

int64_t feed_deadline(const feed *f) {
    return f->deadline_ms;
}

static uint64_t head_of(const feed *f) {
    return roots_size(f->options.roots) - 1;
}

/* --- the list of polls -------------------------------------------------------------- */

static void keep(feed *f, call *c) {
    c->next = NULL;
    c->previous = f->last;
    if (f->last)
        f->last->next = c;
    else
        f->first = c;
    f->last = c;
    f->count++;
    if (c->deadline_ms < f->deadline_ms) f->deadline_ms = c->deadline_ms;
}

static void take(feed *f, call *c) {
    if (c->previous)
        c->previous->next = c->next;
    else
        f->first = c->next;
    if (c->next)
        c->next->previous = c->previous;
    else
        f->last = c->previous;
    f->count--;
}

/* --- answers ------------------------------------------------------------------------ */

static bool from_the_start(const call *c) {
    return c->ask.feed.cursor.index == 0 && !c->ask.feed.cursor.has_root;
}

static bool has_news(const feed *f, const call *c) {
    uint64_t changed = ledger_plan_changed(f->options.ledger, c->plan);
    return from_the_start(c) || changed > c->ask.feed.cursor.index;
}

static void hold(feed *f, call *c, nng_msg *message, uint64_t until) {
    c->answer = ANSWER_MESSAGE;
    c->message = message;
    METRICS_COUNT(f->options.metrics, polls);
    held_add(f->options.held, c, until);
}

static duban_status received_at(const feed *f, uint64_t index, int64_t *out_ms) {
    journal_reader *reader = NULL;
    span bytes;
    entry_words entry;
    duban_status status = journal_reader_open(f->options.journal, &reader);
    if (!status) status = journal_read(reader, index, &bytes);
    if (!status) status = entry_read(bytes, &entry);
    if (!status) *out_ms = entry.received_ms;
    journal_reader_close(reader);
    return status;
}

/* Root and moment of index `to`; DUBAN_E_AHEAD when the disk must have it first. */
static duban_status speak_of(feed *f, uint64_t to, frame_words *frame) {
    ledger_status state;
    duban_status status = DUBAN_OK;
    frame->to = to;
    frame->has_root = true;
    if (to == head_of(f)) {
        ledger_get_status(f->options.ledger, &state);
        frame->moment_ms = state.received_ms;
        frame->root = roots_last(f->options.roots);
        return DUBAN_OK;
    }
    if (to >= f->options.held->durable_size) return DUBAN_E_AHEAD;
    status = received_at(f, to, &frame->moment_ms);
    if (!status)
        status = roots_at(f->options.roots, f->options.journal, to, &frame->root);
    return status;
}

static void begin_frame(const feed *f, const call *c, reply_words *words) {
    memset(words, 0, sizeof *words);
    words->kind = REPLY_FRAME;
    words->frame.origin = f->options.origin;
    words->frame.plan = c->ask.feed.plan;
    words->frame.prev = c->ask.feed.cursor.index;
    words->frame.head = head_of(f);
}

static void answer_empty(feed *f, call *c) {
    reply_words words;
    nng_msg *message = NULL;
    begin_frame(f, c, &words);
    duban_status status = speak_of(f, head_of(f), &words.frame);
    if (!status) status = call_message(&words, &message);
    if (status)
        call_refuse_status(c, status, "cursor");
    else
        hold(f, c, message, head_of(f));
}

/* --- news, as somebody sees it ------------------------------------------------------ */

static duban_status make_news(feed *f, call *c, viewer who, bool *open,
                              nng_msg **message) {
    reply_words words;
    duban_status status =
        sight_changes(&f->sights[c->plan], f->options.ledger, c->plan,
                      c->ask.feed.cursor.index, from_the_start(c), who, FEED_BATCH_BYTES,
                      REPLY_SIZE_MAX - REPLY_FRAME_BYTES, &f->space, &f->batch, open);
    if (status) return status;
    begin_frame(f, c, &words);
    words.frame.cells = f->batch.cells;
    words.frame.cells_n = f->batch.n;
    words.frame.fetch = f->batch.too_large;
    status = speak_of(f, f->batch.cut ? f->batch.to : head_of(f), &words.frame);
    return status ? status : call_message(&words, message);
}

static uint32_t slot_of(viewer who, bool open) {
    if (open || who.right >= RIGHT_BOARD) return SLOT_WHOLE;
    return who.right == RIGHT_NONE ? SLOT_PUBLIC : 2 + who.office % OFFICE_SLOTS;
}

/* Whether that answer is one for who, standing where the call does. */
static bool serves(const feed *f, const call *c, const shared *s, viewer who) {
    if (!s->message || s->plan != c->plan || s->head != head_of(f) ||
        s->after != c->ask.feed.cursor.index || s->all != from_the_start(c))
        return false;
    if (s->open && who.right != RIGHT_NONE) return true;
    return s->who.right == who.right && s->who.office == who.office;
}

/* The message for this poll, made once for all who see the same from the same place. */
static duban_status news_for(feed *f, call *c, nng_msg **out) {
    viewer who = viewer_of(c->reader.right, c->reader.office);
    shared *s = &f->slots[SLOT_WHOLE];
    if (!serves(f, c, s, who)) s = &f->slots[slot_of(who, false)];
    if (!serves(f, c, s, who)) {
        nng_msg *made = NULL;
        bool open = false;
        duban_status status = make_news(f, c, who, &open, &made);
        if (status) return status;
        s = &f->slots[slot_of(who, open)];
        nng_msg_free(s->message);
        *s = (shared){.message = made,
                      .plan = c->plan,
                      .after = c->ask.feed.cursor.index,
                      .all = from_the_start(c),
                      .head = head_of(f),
                      .who = who,
                      .open = open};
    }
    return nng_msg_dup(out, s->message) == 0 ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

/* False when the poll has to wait for the disk or for room; otherwise it is answered, and
 * was taken out of the list before if it was kept. */
static bool answer_news(feed *f, call *c, bool kept) {
    nng_msg *message = NULL;
    duban_status status = held_full(f->options.held) || call_is_full(c)
                              ? DUBAN_E_AHEAD
                              : news_for(f, c, &message);
    if (status == DUBAN_E_AHEAD) {
        f->waits_for_disk = true;
        return false;
    }
    if (kept) take(f, c);
    if (status)
        call_refuse_status(c, status, "cursor");
    else
        hold(f, c, message, head_of(f));
    return true;
}

static void end_session(feed *f, call *c) {
    duban_refusal refusal;
    duban_refuse(&refusal, DUBAN_E_SESSION_ENDED, 0, "token", NULL, NULL);
    METRICS_COUNT(f->options.metrics, sessions_ended);
    held_refuse(f->options.held, c, &refusal, head_of(f));
}

/* --- arrival ------------------------------------------------------------------------ */

static duban_status check_cursor(feed *f, const cursor *at, duban_refusal *refusal) {
    char text[24];
    hash256 root;
    bool nothing = at->index == 0 && !at->has_root;
    if (at->origin[0] || !nothing)
        if (strcmp(at->origin, f->options.origin) != 0)
            return duban_refuse(refusal, DUBAN_E_DIVERGED, 0, "cursor.origin", at->origin,
                                f->options.origin);
    if (nothing) return DUBAN_OK;
    if (at->index >= f->options.held->durable_size) {
        snprintf(text, sizeof text, "%" PRIu64, f->options.held->durable_size - 1);
        return duban_refuse(refusal, DUBAN_E_AHEAD, 0, "cursor.index", NULL, text);
    }
    if (!at->has_root) return DUBAN_OK;
    duban_status status =
        roots_at(f->options.roots, f->options.journal, at->index, &root);
    if (status) return duban_refuse(refusal, status, 0, "cursor", NULL, NULL);
    if (!hash_equal(&root, &at->root))
        return duban_refuse(refusal, DUBAN_E_DIVERGED, 0, "cursor.root", NULL, NULL);
    return DUBAN_OK;
}

static duban_status check(feed *f, call *c, duban_refusal *refusal) {
    plan_info info;
    const char *code = c->ask.feed.plan;
    c->plan = ledger_find_plan(f->options.ledger, code);
    if (!c->plan || !ledger_get_plan(f->options.ledger, c->plan, &info) ||
        !info.published)
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_PLAN, 0, "plan", code, NULL);
    return check_cursor(f, &c->ask.feed.cursor, refusal);
}

/* The oldest poll ends early. The ledger may be ahead of the last feed_wake: what has
 * news gets its news or, while that waits for the disk, is told to come back. */
static void make_room(feed *f) {
    if (f->count < f->options.polls_max) return;
    call *oldest = f->first;
    METRICS_COUNT(f->options.metrics, polls_early);
    if (has_news(f, oldest)) {
        if (answer_news(f, oldest, true)) return;
        take(f, oldest);
        call_refuse_status(oldest, DUBAN_E_BUSY, "feed");
        return;
    }
    take(f, oldest);
    answer_empty(f, oldest);
}

void feed_add(feed *f, call *c, int64_t now_ms) {
    duban_refusal refusal;
    memset(&refusal, 0, sizeof refusal);
    if (!rights_hold(f->options.keys, &c->reader)) {
        end_session(f, c);
        return;
    }
    if (check(f, c, &refusal)) {
        held_refuse(f->options.held, c, &refusal, head_of(f));
        return;
    }
    uint32_t wait_ms = c->ask.feed.wait_ms;
    if (wait_ms > FEED_HOLD_MS) wait_ms = FEED_HOLD_MS;
    c->deadline_ms = now_ms + wait_ms;
    if (has_news(f, c) && answer_news(f, c, false)) return;
    if (wait_ms == 0 && !has_news(f, c)) {
        answer_empty(f, c);
        return;
    }
    make_room(f);
    keep(f, c);
}

/* --- while they are held ------------------------------------------------------------ */

/* Polls of keys that were revoked and of offices that lost their right. */
static void end_sessions(feed *f) {
    uint64_t losses = keys_losses(f->options.keys);
    call *next = NULL;
    if (losses == f->losses) return;
    f->losses = losses;
    for (call *c = f->first; c; c = next) {
        next = c->next;
        if (rights_hold(f->options.keys, &c->reader)) continue;
        take(f, c);
        end_session(f, c);
    }
}

void feed_wake(feed *f) {
    end_sessions(f);
    uint64_t head = head_of(f);
    if (head == f->woken_head && !f->waits_for_disk) return;
    f->woken_head = head;
    f->waits_for_disk = false;
    call *next = NULL;
    for (call *c = f->first; c; c = next) {
        next = c->next;
        if (has_news(f, c)) answer_news(f, c, true);
    }
}

void feed_tick(feed *f, int64_t now_ms) {
    if (now_ms < f->deadline_ms) return;
    call *next = NULL;
    f->deadline_ms = INT64_MAX;
    for (call *c = f->first; c; c = next) {
        next = c->next;
        if (c->deadline_ms > now_ms || has_news(f, c)) {
            if (c->deadline_ms > now_ms && c->deadline_ms < f->deadline_ms)
                f->deadline_ms = c->deadline_ms;
            continue; /* one with news waits for the disk alone */
        }
        take(f, c);
        answer_empty(f, c);
    }
}

void feed_beat(feed *f) {
    call *next = NULL;
    for (call *c = f->first; c; c = next) {
        next = c->next;
        if (c->ask.feed.cursor.index >= head_of(f) || has_news(f, c)) continue;
        take(f, c);
        answer_empty(f, c);
    }
}

void feed_gone(feed *f, uint32_t pipe) {
    call *next = NULL;
    for (call *c = f->first; c; c = next) {
        next = c->next;
        if (c->pipe != pipe) continue;
        take(f, c);
        METRICS_COUNT(f->options.metrics, polls_gone);
        call_send(c, NULL);
    }
}

void feed_stop(feed *f, duban_status status) {
    while (f->first) {
        call *c = f->first;
        take(f, c);
        call_refuse_status(c, status, NULL);
    }
}

#include "broker/turn.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/removal.h"
#include "proto/codec.h"
#include "proto/entry.h"

#define DAY_MS ((int64_t)86400000)
/* A clock is stepped back by less than this in ordinary keeping of time. */
#define BEHIND_MS 60000

void turn_begin(turn *t) {
    buffer_init(&t->entry);
    fresh_init(&t->fresh);
    t->ahead = false;
    t->behind = false;
    t->unflushed = 0;
}

void turn_end(turn *t) {
    buffer_close(&t->entry);
}

static uint64_t head_of(const turn *t) {
    uint64_t size = roots_size(t->roots);
    return size ? size - 1 : 0;
}

/* What the table of keys and rights speaks of. */
static bool changes_keys(event_kind kind) {
    return kind == KIND_KEYS || kind == KIND_OFFICES || kind == KIND_ACCESS ||
           kind == KIND_CLOCK;
}

/* Without memory for the table a new key stays unknown until the next one is enrolled. */
static void learn_keys(turn *t) {
    duban_status status = keys_follow(t->keys, t->ledger);
    if (status) log_warn(t->log, "turn", "new keys: %s", duban_status_name(status));
}

static void remember_bodies(turn *t, const admitted *a, uint64_t index) {
    for (uint32_t i = 0; i < a->bodies_n; i++) {
        if (a->bodies[i].removed)
            fresh_remove(&t->fresh, &a->bodies[i].hash, index);
        else
            fresh_add(&t->fresh, &a->bodies[i].hash, index);
    }
    for (uint32_t i = 0; i < a->elsewhere_n; i++)
        fresh_add(&t->fresh, &a->elsewhere[i], index);
}

/* Stages and applies what ledger_check has just accepted. Staging comes first: it may
 * find no room, applying cannot fail. Leaves the entry's bytes in t->entry. */
static duban_status append(turn *t, const admitted *a, int64_t received_ms,
                           hash256 *leaf) {
    uint64_t index = journal_next(t->journal);
    assert(index == roots_size(t->roots));
    entry_words words = {.kind = a->ev.kind,
                         .office = a->ev.office,
                         .key = a->ev.key,
                         .index = index,
                         .received_ms = received_ms,
                         .number = a->ev.number,
                         .signed_bytes = a->signed_bytes,
                         .signature = a->signature};
    t->entry.size = 0;
    duban_status status = entry_write(&words, &t->entry);
    if (status) return status;
    span bytes = {t->entry.data, t->entry.size};
    status = journal_stage(t->journal, bytes, a->bodies, a->bodies_n);
    if (status) return status;
    remember_bodies(t, a, index);
    *leaf = roots_append(t->roots, bytes);
    ledger_apply(t->ledger, index, &a->ev, received_ms);
    t->last_kind = a->ev.kind;
    if (a->ev.kind == KIND_DIGEST) t->digest_at = index;
    t->unflushed++;
    METRICS_COUNT(t->metrics, entries);
    if (changes_keys(a->ev.kind)) learn_keys(t);
    return DUBAN_OK;
}

/* --- the broker's own entries ------------------------------------------------------- */

/* DUBAN_E_BUSY when the journal has no room; anything else is the end of the broker. */
static duban_status append_own(turn *t, const event *ev, int64_t received_ms) {
    ledger_key key;
    admitted made;
    hash256 leaf;
    duban_refusal refusal;
    memset(&refusal, 0, sizeof refusal);
    if (!ledger_get_key(t->ledger, 0, &key)) return DUBAN_E_INTERNAL;
    duban_status status = scribe_write(t->scribe, ev, key.last_number + 1, &made);
    if (status) return status;
    status = ledger_check(t->ledger, &made.ev, received_ms, &refusal);
    if (status) {
        log_error(t->log, "turn", "the broker's own entry was refused: %s %s %s %s",
                  duban_status_name(status), refusal.field, refusal.found,
                  refusal.expected);
        return status == DUBAN_E_NO_MEMORY ? status : DUBAN_E_INTERNAL;
    }
    return append(t, &made, received_ms, &leaf);
}

static duban_status append_digest(turn *t, int64_t received_ms) {
    event ev = {.kind = KIND_DIGEST};
    ev.digest.index = head_of(t);
    duban_status status = ledger_digest(t->ledger, &ev.digest.digest, &ev.digest.pages);
    return status ? status : append_own(t, &ev, received_ms);
}

static duban_status append_clock(turn *t, int32_t day, int64_t received_ms) {
    event ev = {.kind = KIND_CLOCK, .clock_day = day};
    duban_status status = append_own(t, &ev, received_ms);
    return status ? status : append_digest(t, received_ms);
}

/* --- the day ------------------------------------------------------------------------ */

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* The moment at which something arriving now is received. */
static int64_t moment(const turn *t, const ledger_status *state) {
    if (state->drill) return later(state->time_ms, state->received_ms);
    if (t->ahead) return state->received_ms;
    return later(t->wall_ms, state->received_ms);
}

int64_t turn_moment(const turn *t) {
    ledger_status state;
    ledger_get_status(t->ledger, &state);
    return moment(t, &state);
}

/* A clock that was set back does no harm, but somebody should know. */
static void look_behind(turn *t, const ledger_status *state) {
    bool behind = !state->drill && t->wall_ms + BEHIND_MS < state->received_ms;
    if (behind && !t->behind)
        log_warn(t->log, "turn",
                 "the clock is %" PRId64 " s behind the journal, whose time stands still",
                 (state->received_ms - t->wall_ms) / 1000);
    t->behind = behind;
}

static void look_at_clock(turn *t, const ledger_status *state) {
    look_behind(t, state);
    int64_t known = later(state->received_ms, state->time_ms);
    bool ahead = !state->drill && t->wall_ms > known + CLOCK_AHEAD_DAYS * DAY_MS;
    if (ahead && !t->ahead)
        log_warn(t->log, "turn",
                 "the clock is %" PRId64 " days ahead of the journal: submissions wait "
                 "for the city office to confirm the time",
                 (t->wall_ms - known) / DAY_MS);
    if (!ahead && t->ahead) log_info(t->log, "turn", "the time is confirmed");
    t->ahead = ahead;
}

static bool digest_is_due(const turn *t) {
    return t->last_kind == KIND_CLOCK || head_of(t) - t->digest_at >= DIGEST_EVERY;
}

/* Fails with DUBAN_E_BUSY when there is no room, having done a part. */
static duban_status catch_up(turn *t, const ledger_status *state, bool *reached) {
    int64_t now_ms = moment(t, state);
    int32_t today = day_of_moment(now_ms, state->utc_offset_minutes);
    int64_t last_ms = state->received_ms;
    uint32_t budget = TURN_ENTRIES_MAX / 2;
    duban_status status = DUBAN_OK;
    if (digest_is_due(t)) status = append_digest(t, last_ms);
    int32_t day = state->day;
    while (!status && day < today && budget > 0) {
        int64_t first_ms = moment_of_day(day + 1, state->utc_offset_minutes);
        last_ms = state->drill ? later(first_ms, last_ms) : now_ms;
        status = append_clock(t, day + 1, last_ms);
        if (!status) day++;
        budget--;
    }
    *reached = !status && day >= today;
    if (day > state->day && *reached) {
        char text[DAY_TEXT_SIZE];
        day_write(day, text);
        log_info(t->log, "turn", "the day is %s", text);
    }
    return status;
}

duban_status turn_day(turn *t, int64_t wall_ms, bool *reached) {
    ledger_status state;
    ledger_get_status(t->ledger, &state);
    t->wall_ms = wall_ms;
    look_at_clock(t, &state);
    *reached = false;
    duban_status status = catch_up(t, &state, reached);
    return status == DUBAN_E_BUSY ? DUBAN_OK : status;
}

/* --- submissions -------------------------------------------------------------------- */

static duban_status hold_receipt(turn *t, call *c, int64_t received_ms,
                                 const hash256 *leaf) {
    uint64_t index = head_of(t);
    reply_words *words = arena_alloc(&c->arena, sizeof *words);
    char *head = arena_copy(&c->arena, t->entry.data, ENTRY_HEAD_SIZE);
    if (!words || !head) {
        call_refuse_status(c, DUBAN_E_NO_MEMORY, NULL); /* it stands; a resend says so */
        return DUBAN_OK;
    }
    words->kind = REPLY_RECEIPT;
    words->receipt = (receipt_words){.index = index,
                                     .leaf = *leaf,
                                     .received_ms = received_ms,
                                     .entry_head = {(uint8_t *)head, ENTRY_HEAD_SIZE}};
    c->answer = ANSWER_RECEIPT;
    c->words = words;
    held_add(t->held, c, index);
    return DUBAN_OK;
}

/* The session's answer was made by admission; it stands at that index. */
static duban_status hold_session(turn *t, call *c, uint64_t index) {
    c->words->session.index = index;
    held_add_words(t->held, c, c->words, head_of(t));
    return DUBAN_OK;
}

static duban_status refuse(turn *t, call *c, const duban_refusal *refusal) {
    METRICS_COUNT(t->metrics, refused);
    held_refuse(t->held, c, refusal, head_of(t));
    return DUBAN_OK;
}

/* Bodies that were not sent must stand in the journal already, or be staged before, and
 * not be on their way out. */
static duban_status bodies_stand(turn *t, const admitted *a, duban_refusal *refusal) {
    journal_reader *reader = NULL;
    journal_body body;
    char text[HASH_TEXT_SIZE];
    if (a->elsewhere_n == 0) return DUBAN_OK;
    fresh_settle(&t->fresh, t->held->durable_size);
    duban_status status = journal_reader_open(t->journal, &reader);
    if (status) duban_refuse(refusal, status, 0, "bodies", NULL, NULL);
    for (uint32_t i = 0; i < a->elsewhere_n && !status; i++) {
        bool gone = fresh_gone(&t->fresh, &a->elsewhere[i]);
        if (!gone && fresh_has(&t->fresh, &a->elsewhere[i])) continue;
        status =
            gone ? DUBAN_E_REDACTED : journal_body_read(reader, &a->elsewhere[i], &body);
        if (!status) continue;
        if (status == DUBAN_E_NOT_FOUND)
            status = fresh_unsure(&t->fresh) ? DUBAN_E_BUSY : DUBAN_E_BODY_MISSING;
        hash_print(&a->elsewhere[i], text);
        duban_refuse(refusal, status, 0, "bodies", text, NULL);
    }
    journal_reader_close(reader);
    return status;
}

/* A redaction takes the bodies with it, in its own commit. */
static duban_status take_away(turn *t, call *c, duban_refusal *refusal) {
    admitted *a = c->submission;
    if (a->ev.kind != KIND_REDACTION) return DUBAN_OK;
    fresh_settle(&t->fresh, t->held->durable_size);
    removal ask = {.journal = t->journal,
                   .ledger = t->ledger,
                   .fresh = &t->fresh,
                   .index = a->ev.redaction.index};
    return removal_find(&ask, &c->arena, &a->bodies, &a->bodies_n, refusal);
}

static duban_status accept(turn *t, call *c, int64_t received_ms) {
    duban_refusal refusal;
    hash256 leaf;
    memset(&refusal, 0, sizeof refusal);
    duban_status status = bodies_stand(t, c->submission, &refusal);
    if (!status) status = take_away(t, c, &refusal);
    if (!status) {
        status = append(t, c->submission, received_ms, &leaf);
        if (!status && c->ask.kind == REQUEST_SESSION)
            return hold_session(t, c, head_of(t));
        if (!status) return hold_receipt(t, c, received_ms, &leaf);
        duban_refuse(&refusal, status, 0, NULL, NULL, NULL);
    }
    if (status == DUBAN_E_BUSY) METRICS_COUNT(t->metrics, busy);
    return refuse(t, c, &refusal);
}

/* The number was used for other bytes: refused, and said once in the journal. */
static duban_status conflict(turn *t, call *c, const duban_refusal *refusal) {
    const admitted *a = c->submission;
    event ev = {.kind = KIND_CONFLICT};
    ledger_status state;
    uint64_t index = 0;
    if (!conflicts_has(t->conflicts, a->ev.key, a->ev.number) &&
        ledger_number_index(t->ledger, a->ev.key, a->ev.number, &index)) {
        ledger_get_status(t->ledger, &state);
        ev.conflict.key = a->ev.key;
        ev.conflict.number = a->ev.number;
        ev.conflict.index = index;
        ev.conflict.hash = hash_of(a->signed_bytes.data, a->signed_bytes.size);
        duban_status status = conflicts_reserve(t->conflicts);
        if (!status) status = append_own(t, &ev, moment(t, &state));
        if (status == DUBAN_OK) {
            conflicts_add(t->conflicts, a->ev.key, a->ev.number);
            METRICS_COUNT(t->metrics, conflicts);
        } else if (status != DUBAN_E_BUSY && status != DUBAN_E_LIMIT)
            return status;
    }
    return refuse(t, c, refusal);
}

static duban_status again(turn *t, call *c) {
    const event *ev = &c->submission->ev;
    METRICS_COUNT(t->metrics, again);
    if (!ledger_number_index(t->ledger, ev->key, ev->number, &c->index))
        return DUBAN_E_INTERNAL;
    if (c->ask.kind == REQUEST_SESSION) return hold_session(t, c, c->index);
    c->answer = ANSWER_AGAIN;
    held_add(t->held, c, head_of(t));
    return DUBAN_OK;
}

static duban_status ask_worker(turn *t, call *c) {
    duban_refusal refusal;
    c->until = head_of(t);
    duban_status status = follower_ask(t->follower, c, FOLLOWER_OLD);
    if (!status) return DUBAN_OK;
    METRICS_COUNT(t->metrics, busy);
    duban_refuse(&refusal, status, 0, "number", NULL, NULL);
    return refuse(t, c, &refusal);
}

duban_status turn_submission(turn *t, call *c) {
    ledger_status state;
    duban_refusal refusal;
    const event *ev = &c->submission->ev;
    memset(&refusal, 0, sizeof refusal);
    ledger_get_status(t->ledger, &state);
    METRICS_COUNT(t->metrics, admitted);
    int64_t received_ms = moment(t, &state);
    if (ev->kind == KIND_TIME && state.drill) received_ms = state.received_ms;
    duban_status status = ledger_check(t->ledger, ev, received_ms, &refusal);
    if (!status && t->ahead && ev->kind != KIND_TIME)
        status = duban_refuse(&refusal, DUBAN_E_CLOCK_AHEAD, 0, "received", NULL, NULL);
    refusal.status = status;
    switch (status) {
    case DUBAN_OK: return accept(t, c, received_ms);
    case DUBAN_E_EXISTS: return again(t, c);
    case DUBAN_E_NUMBER_USED: return conflict(t, c, &refusal);
    case DUBAN_E_NUMBER_OLD:
        if (c->ask.kind == REQUEST_SESSION) return refuse(t, c, &refusal);
        return ask_worker(t, c);
    default: return refuse(t, c, &refusal);
    }
}

bool turn_flush(turn *t) {
    if (t->unflushed == 0) return false;
    t->unflushed = 0;
    METRICS_COUNT(t->metrics, turns);
    journal_flush(t->journal);
    return true;
}

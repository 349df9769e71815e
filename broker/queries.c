#include "broker/queries.h"

#include <string.h>

static uint64_t head_of(const queries *q) {
    return roots_size(q->roots) - 1;
}

static void refuse(queries *q, call *c, duban_status status, const char *field,
                   const char *found) {
    duban_refusal refusal;
    duban_refuse(&refusal, status, 0, field, found, NULL);
    held_refuse(q->held, c, &refusal, head_of(q));
}

/* --- info --------------------------------------------------------------------------- */

/* The ledger's words about plans are good until its next apply; the call waits longer. */
static duban_status copy_plans(queries *q, arena *space, uint32_t count,
                               info_words *info) {
    plan_info *plans = arena_alloc(space, (count + 1) * sizeof *plans);
    if (!plans) return DUBAN_E_NO_MEMORY;
    for (uint32_t number = 1; number <= count; number++) {
        plan_info *to = &plans[info->plans_n];
        if (!ledger_get_plan(q->ledger, number, to)) continue;
        to->code = arena_copy(space, to->code, strlen(to->code));
        to->title = arena_copy(space, to->title, strlen(to->title));
        if (!to->code || !to->title) return DUBAN_E_NO_MEMORY;
        info->plans_n++;
    }
    info->plans = plans;
    return DUBAN_OK;
}

static void fill_key(queries *q, span public_key, info_words *info) {
    ledger_key key;
    info->key = keys_number(q->keys, public_key);
    if (!info->key || !ledger_get_key(q->ledger, info->key, &key)) return;
    info->office = key.office;
    info->last_number = key.last_number;
    info->revoked = key.revoked;
}

static duban_status fill_info(queries *q, call *c, info_words *info) {
    ledger_status state;
    uint32_t pages = 0;
    ledger_get_status(q->ledger, &state);
    duban_status status = ledger_digest(q->ledger, &info->digest, &pages);
    if (status) return status;
    info->origin = q->origin;
    info->head = head_of(q);
    info->day = state.day;
    info->now_ms = turn_moment(q->turn);
    info->drill = state.drill;
    info->rules_version = state.rules_version;
    info->broker_version = DUBAN_VERSION;
    info->offices = state.offices;
    info->keys = state.keys;
    info->readers = feed_count(q->feed);
    info->inbox = inbox_count(q->inbox);
    info->connections = pipes_count(q->pipes);
    info->turned_away = metrics_turned_away(q->metrics);
    info->log_vkey = q->log_vkey;
    info->utc_offset_minutes = state.utc_offset_minutes;
    fill_key(q, c->ask.info_public_key, info);
    status = witness_info_fill(q->witness, &c->arena, info);
    if (status) return status;
    return copy_plans(q, &c->arena, state.plans, info);
}

static void answer_info(queries *q, call *c) {
    reply_words *words = arena_alloc(&c->arena, sizeof *words);
    duban_status status = words ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status) {
        words->kind = REPLY_INFO;
        status = fill_info(q, c, &words->info);
    }
    if (status) {
        refuse(q, c, status, NULL, NULL);
        return;
    }
    c->answer = ANSWER_RECEIPT; /* the newest checkpoint goes in */
    c->words = words;
    held_add(q->held, c, head_of(q));
}

/* --- the board at the head ---------------------------------------------------------- */

static duban_status make_board(queries *q, call *c, uint32_t plan, const char *code,
                               viewing *view) {
    const board_request *ask = &c->ask.board;
    ledger_status state;
    uint32_t pages = 0;
    reply_words words = {.kind = REPLY_FRAME};
    frame_words *frame = &words.frame;
    duban_status status = ledger_digest(q->ledger, &frame->digest, &pages);
    ledger_get_status(q->ledger, &state);
    if (!status)
        status = viewing_begin(view, q->ledger, plan, state.day,
                               viewer_of(c->reader.right, c->reader.office));
    if (!status)
        status = frames_board(q->ledger, plan, ask->after, ask->skip, FEED_BATCH_BYTES,
                              view->eyes, &q->batch);
    if (status) return status;
    frame->has_digest = true;
    frame->digest_index = q->turn->digest_at;
    frame->has_root = true;
    frame->root = roots_last(q->roots);
    frame->origin = q->origin;
    frame->plan = code;
    frame->prev = ask->after;
    frame->to = head_of(q);
    frame->head = head_of(q);
    frame->moment_ms = state.received_ms;
    frame->cells = q->batch.cells;
    frame->cells_n = q->batch.n;
    frame->left = q->batch.left;
    return call_message(&words, &c->message);
}

static void answer_board(queries *q, call *c) {
    const board_request *ask = &c->ask.board;
    plan_info info;
    viewing view = {0};
    uint32_t plan = ledger_find_plan(q->ledger, ask->plan);
    if (!plan || !ledger_get_plan(q->ledger, plan, &info) || !info.published) {
        refuse(q, c, DUBAN_E_UNKNOWN_PLAN, "plan", ask->plan);
        return;
    }
    duban_status status = held_full(q->held) || call_is_full(c)
                              ? DUBAN_E_BUSY
                              : make_board(q, c, plan, info.code, &view);
    viewing_end(&view);
    if (status) {
        refuse(q, c, status, "plan", NULL);
        return;
    }
    c->answer = ANSWER_MESSAGE;
    held_add(q->held, c, head_of(q));
}

static void answer_receipt(queries *q, call *c) {
    if (!ledger_number_index(q->ledger, c->ask.receipt.key, c->ask.receipt.number,
                             &c->index)) {
        c->until = head_of(q);
        duban_status status = follower_ask(q->follower, c, FOLLOWER_RECEIPT);
        if (status == DUBAN_E_BUSY) METRICS_COUNT(q->metrics, busy);
        if (status) refuse(q, c, status, "number", NULL);
        return;
    }
    c->answer = ANSWER_AGAIN;
    held_add(q->held, c, head_of(q));
}

void queries_answer(queries *q, call *c) {
    if (!rights_hold(q->keys, &c->reader)) { /* lost on the way here */
        refuse(q, c, DUBAN_E_SESSION_ENDED, "token", NULL);
        return;
    }
    switch (c->ask.kind) {
    case REQUEST_INFO: answer_info(q, c); return;
    case REQUEST_BOARD: answer_board(q, c); return;
    case REQUEST_RECEIPT: answer_receipt(q, c); return;
    default: refuse(q, c, DUBAN_E_UNKNOWN_KIND, "what", NULL); return;
    }
}

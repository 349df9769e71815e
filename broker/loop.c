#include "broker/loop.h"

#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "broker/monotonic.h"

static int64_t now_ms(loop *l) {
    return (int64_t)uv_now(&l->uv);
}

/* --- ending ------------------------------------------------------------------------- */

static void on_end(uv_timer_t *timer) {
    uv_stop(timer->loop);
}

static void end_in(loop *l, uint64_t ms) {
    l->phase = LOOP_ENDING;
    uv_timer_start(&l->end, on_end, ms, 0);
}

static void refuse_pending(inbox *box, call *first, duban_status status) {
    while (first) {
        call *c = first;
        first = c->next;
        inbox_done(box, c);
        call_refuse_status(c, status, NULL);
    }
}

static void refuse_all(loop *l, duban_status status) {
    call *pending = l->first;
    l->first = NULL;
    l->last = NULL;
    inbox_shut(l->commands);
    inbox_shut(l->polls);
    refuse_pending(l->commands, pending, status);
    refuse_pending(l->commands, inbox_take(l->commands), status);
    refuse_pending(l->polls, inbox_take(l->polls), status);
    feed_stop(l->feed, status);
}

/* There is no way on: whatever waits is told, and the broker ends. */
static void fail(loop *l, duban_status status, duban_status why, const char *detail) {
    duban_refusal refusal;
    if (l->phase == LOOP_ENDING) return;
    l->result = status;
    l->why = why;
    snprintf(l->detail, sizeof l->detail, "%s", detail);
    log_error(l->log, "loop", "%s %s: %s", duban_status_name(status),
              duban_status_text(status, DUBAN_EN), detail);
    refuse_all(l, DUBAN_E_STOPPING);
    duban_refuse(&refusal, DUBAN_E_COMMIT, 0, NULL, duban_status_name(why), NULL);
    held_fail(l->held, &refusal);
    end_in(l, LOOP_LINGER_MS);
}

static bool all_is_durable(const loop *l) {
    return l->held->durable_size == roots_size(l->roots) && !l->held->first;
}

static void stop(loop *l) {
    if (l->phase != LOOP_SERVING) return;
    log_info(l->log, "loop", "stopping");
    l->phase = LOOP_STOPPING;
    refuse_all(l, DUBAN_E_STOPPING);
    held_end(l->held);
    follower_stop(l->follower);
    turn_flush(l->turn);
    uv_timer_start(&l->end, on_end, LOOP_STOP_MS, 0);
}

/* --- one step ----------------------------------------------------------------------- */

static void take_mail(loop *l) {
    if (!mailbox_take(&l->mailbox, &l->mail)) return;
    if (l->mail.has_head) {
        METRICS_COUNT(l->metrics, heads);
        held_release(l->held, &l->mail.head);
        publish_durable(l->publish, l->mail.head.size, now_ms(l));
        feed_wake(l->feed);
    }
    if (l->mail.witnessed) held_witnessed(l->held);
    for (uint32_t i = 0; i < l->mail.gone_n; i++)
        feed_gone(l->feed, l->mail.gone[i]);
    if (l->mail.failed) fail(l, l->mail.failed, l->mail.why, l->mail.detail);
}

static void take_calls(loop *l) {
    call *more = inbox_take(l->commands);
    if (!more) return;
    if (l->first)
        l->last->next = more;
    else
        l->first = more;
    for (l->last = more; l->last->next;)
        l->last = l->last->next;
}

static duban_status serve(loop *l, call *c, bool *reached) {
    if (!c->submission) {
        queries_answer(l->queries, c);
        return DUBAN_OK;
    }
    bool time = c->submission->ev.kind == KIND_TIME;
    duban_status status = turn_submission(l->turn, c);
    if (!status && time) status = turn_day(l->turn, log_wall_ms(), reached);
    return status;
}

/* Up to a turn's worth of calls, none before the day is reached. */
static duban_status serve_calls(loop *l, bool *more) {
    bool reached = false;
    uint32_t budget = TURN_ENTRIES_MAX;
    duban_status status = turn_day(l->turn, log_wall_ms(), &reached);
    while (!status && reached && l->first && budget > 0) {
        call *c = l->first;
        l->first = c->next;
        if (!l->first) l->last = NULL;
        inbox_done(l->commands, c);
        status = serve(l, c, &reached);
        budget--;
    }
    *more = reached ? l->first != NULL : l->turn->unflushed > 0;
    return status;
}

static void serve_polls(loop *l) {
    call *c = inbox_take(l->polls);
    while (c) {
        call *next = c->next;
        inbox_done(l->polls, c);
        feed_add(l->feed, c, now_ms(l));
        c = next;
    }
}

static void on_alarm(uv_timer_t *timer);

static void set_alarm(loop *l) {
    int64_t feed_ms = feed_deadline(l->feed);
    int64_t frame_ms = publish_deadline(l->publish);
    int64_t next_ms = feed_ms < frame_ms ? feed_ms : frame_ms;
    if (next_ms == INT64_MAX) {
        uv_timer_stop(&l->alarm);
        return;
    }
    int64_t wait_ms = next_ms - now_ms(l);
    uv_timer_start(&l->alarm, on_alarm, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void step(loop *l) {
    bool more = false;
    uv_update_time(&l->uv);
    if (l->phase == LOOP_ENDING) return;
    held_tick(l->held, now_ms(l));
    take_mail(l);
    if (l->phase == LOOP_STOPPING) {
        if (all_is_durable(l)) end_in(l, LOOP_LINGER_MS);
        return;
    }
    if (l->phase != LOOP_SERVING) return;
    take_calls(l);
    duban_status status = serve_calls(l, &more);
    if (status == DUBAN_E_COMMIT) return; /* the committer's mail says why */
    if (status) {
        fail(l, status, status, "the turn cannot go on");
        return;
    }
    serve_polls(l);
    if (turn_flush(l->turn)) {
        feed_wake(l->feed);
        publish_turn(l->publish, now_ms(l));
    }
    if (more) loop_wake(l);
    set_alarm(l);
}

/* --- libuv -------------------------------------------------------------------------- */

static void on_wake(uv_async_t *async) {
    step(async->data);
}

static void on_alarm(uv_timer_t *timer) {
    loop *l = timer->data;
    uv_update_time(&l->uv);
    if (l->phase != LOOP_SERVING) return;
    feed_tick(l->feed, now_ms(l));
    publish_tick(l->publish, now_ms(l));
    step(l);
}

static void on_beat(uv_timer_t *timer) {
    loop *l = timer->data;
    if (l->phase == LOOP_SERVING && watchdog_stuck(l->watchdog)) {
        log_error(l->log, "loop", "connections are not let go any more: beginning anew");
        l->again = true;
        stop(l);
    }
    step(l);
    if (l->phase != LOOP_SERVING) return;
    feed_wake(l->feed); /* what waited for its reader to take an answer */
    feed_beat(l->feed);
    net_tidy(l->command_net, monotonic_ms());
    net_tidy(l->feed_net, monotonic_ms());
    feed_tick(l->feed, now_ms(l));
    publish_tick(l->publish, now_ms(l));
    set_alarm(l);
}

static void on_signal(uv_signal_t *handle, int number) {
    loop *l = handle->data;
    if (number == SIGUSR1) {
        metrics_log(l->metrics, l->log);
        return;
    }
    if (number == SIGHUP && watchdog_reload(l->watchdog)) return;
    stop(l);
    step(l);
}

duban_status loop_init(loop *l) {
    if (uv_loop_init(&l->uv) != 0) return DUBAN_E_INTERNAL;
    l->wake.data = l->beat.data = l->alarm.data = l->end.data = l;
    bool ok = uv_async_init(&l->uv, &l->wake, on_wake) == 0 &&
              uv_timer_init(&l->uv, &l->beat) == 0 &&
              uv_timer_init(&l->uv, &l->alarm) == 0 &&
              uv_timer_init(&l->uv, &l->end) == 0;
    for (int i = 0; i < LOOP_SIGNALS; i++) {
        l->signals[i].data = l;
        ok = ok && uv_signal_init(&l->uv, &l->signals[i]) == 0;
    }
    mailbox_init(&l->mailbox, loop_wake, l);
    l->phase = LOOP_SERVING;
    l->result = DUBAN_OK;
    l->why = DUBAN_OK;
    return ok ? DUBAN_OK : DUBAN_E_INTERNAL;
}

void loop_wake(void *ctx) {
    loop *l = ctx;
    uv_async_send(&l->wake);
}

duban_status loop_heed_signals(loop *l) {
    static const int numbers[LOOP_SIGNALS] = {SIGTERM, SIGINT, SIGUSR1, SIGHUP};
    for (int i = 0; i < LOOP_SIGNALS; i++)
        if (uv_signal_start(&l->signals[i], on_signal, numbers[i]) != 0)
            return DUBAN_E_INTERNAL;
    return DUBAN_OK;
}

duban_status loop_run(loop *l) {
    uv_timer_start(&l->beat, on_beat, HEARTBEAT_MS, HEARTBEAT_MS);
    loop_wake(l);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    if (!l->result && !all_is_durable(l))
        log_warn(l->log, "loop", "stopped with replies unsent");
    return l->result;
}

static void close_handle(uv_handle_t *handle, void *ctx) {
    (void)ctx;
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

void loop_close(loop *l) {
    uv_walk(&l->uv, close_handle, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    uv_loop_close(&l->uv);
    mailbox_close(&l->mailbox);
}

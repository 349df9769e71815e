/* The loop: the order in which the broker looks at what has arrived.
 * Knows: libuv, the parts it drives. Must not know: how they were opened.
 *
 * One step: receipts that waited long for witnesses -> durable head (receipts, frames)
 * -> witnessed checkpoint -> connections gone -> the day -> calls -> polls ->
 * flush -> polls and frames that have news. A step is one turn at most; what is left
 * waits for the next, so that nothing starves. */
#ifndef DUBAN_BROKER_LOOP_H
#define DUBAN_BROKER_LOOP_H

#include <uv.h>

#include "broker/board/feed.h"
#include "broker/worker/follower.h"
#include "broker/door/inbox.h"
#include "broker/mailbox.h"
#include "broker/door/net.h"
#include "broker/board/publish.h"
#include "broker/queries.h"
#include "broker/turn.h"
#include "broker/watchdog.h"

/* A reply that was sent gets so long to leave the machine before sockets close. */
#define LOOP_LINGER_MS 100
/* A stop takes no longer than this, whatever is still held. */
#define LOOP_STOP_MS 5000
/* SIGTERM, SIGINT, SIGUSR1 (metrics), SIGHUP (certificates). */
#define LOOP_SIGNALS 4

typedef enum loop_phase { LOOP_SERVING, LOOP_STOPPING, LOOP_ENDING } loop_phase;

typedef struct loop {
    /* borrowed */
    turn *turn;
    queries *queries;
    held *held;
    feed *feed;
    publish *publish;
    follower *follower;
    watchdog *watchdog;
    net *command_net;
    net *feed_net;
    inbox *commands;
    inbox *polls;
    roots *roots;
    metrics *metrics;
    const logger *log;

    /* private */
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t beat;
    uv_timer_t alarm;
    uv_timer_t end;
    uv_signal_t signals[LOOP_SIGNALS];
    mailbox mailbox;
    mail mail;
    call *first; /* taken from the inbox, not looked at yet */
    call *last;
    loop_phase phase;
    duban_status result;
    duban_status why; /* of the result, as mailbox.h says */
    bool again;       /* it ended in order to begin anew */
    char detail[MAILBOX_DETAIL_MAX];
} loop;

/* Makes the handles and the mailbox; other threads may wake it from now on.
 * DUBAN_E_INTERNAL. */
duban_status loop_init(loop *l);
/* Wakes the loop. Any thread; ctx is the loop. */
void loop_wake(void *ctx);
/* From here on a signal ends the loop in order: before "ready" is said, so that whoever
 * read that line may stop the broker at once. DUBAN_E_INTERNAL. */
duban_status loop_heed_signals(loop *l);

/* Serves until a signal or a failure; the borrowed members are set by now. DUBAN_OK or
 * why it ended, with l->detail. */
duban_status loop_run(loop *l);
/* After every other thread that could wake it has ended. */
void loop_close(loop *l);

#endif

/* What the broker counts about itself, since it started.
 * Knows: counters. Must not know: what they mean for anybody.
 *
 * Every counter may be raised from any thread. */
#ifndef DUBAN_BROKER_METRICS_H
#define DUBAN_BROKER_METRICS_H

#include <stdatomic.h>

#include "broker/log.h"

/* X(NAME, what it counts) */
#define METRICS_TABLE(X)                                                                 \
    X(requests, "requests that arrived")                                                 \
    X(unreadable, "requests that could not be read")                                     \
    X(unverified, "submissions refused before the turn")                                 \
    X(admitted, "submissions that reached the turn")                                     \
    X(entries, "entries staged, the broker's own included")                              \
    X(refused, "submissions refused in the turn")                                        \
    X(again, "submissions that stood there already")                                     \
    X(conflicts, "conflict entries")                                                     \
    X(sessions, "sessions opened without an entry")                                      \
    X(sessions_ended, "polls and questions ended by a revoked key or a lost right")      \
    X(busy, "requests refused by a full queue")                                          \
    X(turns, "turns that staged something")                                              \
    X(heads, "durable heads seen by the loop")                                           \
    X(polls, "feed polls answered")                                                      \
    X(polls_early, "feed polls answered early to free a place")                          \
    X(polls_gone, "feed polls released because their reader left")                       \
    X(frames, "frames published")                                                        \
    X(heartbeats, "heartbeats published")                                                \
    X(lost_replies, "replies nobody took")                                               \
    X(worker_jobs, "questions answered by the worker")                                   \
    X(refolds, "follower ledgers folded from the start")                                 \
    X(verified, "entries verified behind the service")                                   \
    X(pipes_full, "connections refused: all places taken")                               \
    X(pipes_crowded, "connections refused: their address has enough")                    \
    X(pipes_overdue, "connections closed that said nothing in time")                     \
    X(strangers, "requests turned away unread: their address has used its budget")       \
    X(over_quota, "submissions refused: their key has sent too much")                    \
    X(relistens, "listeners opened anew by the watchdog")                                \
    X(witness_questions, "questions to witnesses")                                       \
    X(witness_failures, "questions that ended without a cosignature")                    \
    X(witnessed, "times the witnessed checkpoint became another")                        \
    X(unwitnessed, "receipts that waited for witnesses in vain")

typedef struct metrics {
#define X(name, what) atomic_ullong name;
    METRICS_TABLE(X)
#undef X
} metrics;

void metrics_init(metrics *m);
/* Adds one, without ordering anything. */
#define METRICS_COUNT(m, name)                                                           \
    atomic_fetch_add_explicit(&(m)->name, 1, memory_order_relaxed)
#define METRICS_ADD(m, name, n)                                                          \
    atomic_fetch_add_explicit(&(m)->name, (n), memory_order_relaxed)

/* Connections and requests that a limit refused: places, quotas, budgets, deadlines. */
unsigned long long metrics_turned_away(const metrics *m);

/* One log line with every counter that is not zero. */
void metrics_log(const metrics *m, const logger *log);

#endif

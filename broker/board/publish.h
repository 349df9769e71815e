/* The loudspeaker: frames for anybody with an NNG SUB socket.
 * Knows: the PUB socket, topics, the live ledger. Must not know: readers.
 *
 * It says what the public may see (aloud.h); the feed says to each reader what its
 * session may see.
 *
 * A message is the plan's code, '|', and the bytes of a Frame without root. prev is the
 * topic's last `to`, heartbeats included, so a stranger sees every gap. A frame is built
 * from the ledger, sent when its `to` is durable; the first after a pause goes at once,
 * further ones gather for FRAME_COALESCE_MS; one above FRAME_SIZE_MAX says `fetch`. A
 * topic idle for HEARTBEAT_MS gets a frame without cells. Only the loop calls it. */
#ifndef DUBAN_BROKER_BOARD_PUBLISH_H
#define DUBAN_BROKER_BOARD_PUBLISH_H

#include "broker/board/frames.h"
#include "broker/log.h"
#include "broker/metrics.h"
#include "broker/roots.h"
#include "broker/door/pipes.h"
#include "broker/door/tls.h"

typedef struct publish publish;

/* Everything is borrowed until publish_free. */
typedef struct publish_options {
    const char *url;
    const ledger *ledger;
    const roots *roots;
    metrics *metrics;
    const logger *log;
    const char *origin;
    uint64_t durable_size; /* at start */
    const tls *tls;        /* NULL: the url needs none */
    pipes *pipes;          /* NULL: connections are not counted */
} publish_options;

/* Opens the socket. DUBAN_E_NO_MEMORY, DUBAN_E_INTERNAL. */
duban_status publish_new(const publish_options *options, publish **out);
/* As net_listen. */
duban_status publish_listen(publish *p);
/* As net_relisten. */
duban_status publish_relisten(publish *p);
const char *publish_url(const publish *p);
/* How many subscribers have joined since the start. Any thread. */
uint32_t publish_joined(publish *p);

/* After a turn: builds the frames that may be built. */
void publish_turn(publish *p, int64_t now_ms);
/* After a durable head: sends what it makes durable. */
void publish_durable(publish *p, uint64_t durable_size, int64_t now_ms);
/* Frames that gathered, and heartbeats. */
void publish_tick(publish *p, int64_t now_ms);
/* When publish_tick has frames to build, INT64_MAX when never; heartbeats are not
 * counted, the caller ticks at least every HEARTBEAT_MS. */
int64_t publish_deadline(const publish *p);

/* Closes the socket. NULL is fine. */
void publish_free(publish *p);

#endif

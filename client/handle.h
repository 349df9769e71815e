/* What stands behind the opaque handle of client/duban.h, and what its source files use
 * of each other. Knows: the parts of a client. Must not know: terminals, languages. */
#ifndef DUBAN_CLIENT_HANDLE_H
#define DUBAN_CLIENT_HANDLE_H

#include "client/claims.h"
#include "client/connection.h"
#include "client/duban.h"
#include "client/home.h"
#include "client/outbox.h"
#include "client/session.h"
#include "client/slice.h"
#include "client/trust.h"
#include "proto/arena.h"

#define TIMEOUT_DEFAULT_MS 5000

struct duban {
    home home;
    path boards; /* folder */
    outbox outbox;
    slice *slice;
    trust trust;   /* what the broker's signed checkpoints are held against */
    claims claims; /* what the queued messages state */
    connection *command;
    connection *feed;
    desk_session command_session;
    desk_session feed_session;
    uint32_t timeout_ms;
    arena answers;  /* of duban_info, until the next call */
    buffer payload; /* of the event sent last, until the next call */
};

/* Who signs: from the slice, else from the config. */
typedef struct identity {
    char origin[ORIGIN_SIZE_MAX + 1];
    uint32_t office;
    uint32_t key;
} identity;

/* DUBAN_E_NOT_READY when neither knows the journal; DUBAN_E_UNKNOWN_KEY when the key is
 * not enrolled as far as known. */
duban_status handle_identity(const duban *d, identity *out, duban_refusal *refusal);

/* Asks and reads the answer into the arena. The status of a refusal is the result; BUSY
 * and QUOTA are tried again within the time. A session is opened where the question needs
 * one, and once more when the broker says that it has ended. *refusal is filled on every
 * failure. */
duban_status handle_ask(duban *d, connection *c, const request_words *ask,
                        uint32_t timeout_ms, patience how, arena *a, reply_words *out,
                        duban_refusal *refusal);
/* The same, and the answer is of that kind, else DUBAN_E_MALFORMED. */
duban_status handle_ask_for(duban *d, connection *c, const request_words *ask,
                            reply_kind kind, uint32_t timeout_ms, patience how, arena *a,
                            reply_words *out, duban_refusal *refusal);
/* Makes sure that a log key is pinned: the home's config, the slice's Genesis, else vkey,
 * which is what the broker says of itself at first contact and may be NULL. DUBAN_OK with
 * d->trust.has_key false when nobody knows. DUBAN_E_DIVERGED: vkey is another one. */
duban_status handle_know_log(duban *d, const char *vkey, duban_refusal *refusal);
/* Whether the Genesis of the slice names the pinned key. DUBAN_E_DIVERGED. */
duban_status handle_agree_on_log(duban *d, duban_refusal *refusal);

/* Whether the broker said nothing but "later": a full queue, or a quota. */
static inline bool handle_is_later(duban_status status) {
    return status == DUBAN_E_BUSY || status == DUBAN_E_QUOTA;
}
/* Between two attempts: at most ms, half of it chance. */
void handle_pause(uint32_t ms);

#endif

/* A call: one request on its way through the broker, from arrival to reply.
 * Knows: what travels with it. Must not know: how it arrived or what becomes of it.
 *
 * Exactly one place holds a call at any time, and only that place touches it: an NNG
 * callback, an inbox, the loop, the worker's queue. It passes on by inbox_push,
 * follower_ask or call_answer; next belongs to whoever holds it. There are as many calls
 * as REP contexts, made once at start, so whatever holds calls is bounded by that. */
#ifndef DUBAN_BROKER_DOOR_CALL_H
#define DUBAN_BROKER_DOOR_CALL_H

#include <nng/nng.h>

#include "proto/arena.h"
#include "proto/words.h"
#include "storage/journal.h"

/* A submission that admission let through. Everything is borrowed from the request's
 * message or lives in the call's arena. */
typedef struct admitted {
    event ev;
    span signed_bytes;
    span signature;
    const journal_body *bodies; /* sent with it, each named by the payload */
    uint32_t bodies_n;
    const hash256 *elsewhere; /* named by the payload and not sent: stored already? */
    uint32_t elsewhere_n;
} admitted;

/* What a call waits for in held.h. */
typedef enum answer_kind {
    ANSWER_MESSAGE, /* message is ready */
    ANSWER_RECEIPT, /* words are a receipt or info; the newest checkpoint goes in */
    ANSWER_AGAIN    /* a receipt made from the entry at index */
} answer_kind;

/* Who asks, as its session says (session.h). right NONE: a stranger. */
typedef struct call_reader {
    uint32_t office;
    uint32_t key;
    right_kind right;
} call_reader;

typedef struct call call;
struct call {
    call *next;
    nng_ctx ctx;
    nng_aio *aio;
    struct net *owner;
    enum { CALL_RECEIVING, CALL_HELD, CALL_SENDING, CALL_CLOSED } state;
    nng_msg *request;
    uint32_t pipe;  /* the connection it came over */
    size_t sending; /* bytes of the answer while it is SENDING */
    arena arena;    /* empty between requests */
    request_words ask;
    admitted *submission; /* what becomes an entry and was admitted, in the arena */
    uint32_t charged;     /* key whose quota it is on, given back at its end; 0: none */
    call_reader reader;   /* set by admission */

    /* while it is held for durability */
    answer_kind answer;
    uint64_t until;     /* durable index to wait for */
    uint64_t index;     /* ANSWER_AGAIN, and any receipt that waits for witnesses */
    nng_msg *message;   /* ANSWER_MESSAGE; owned */
    reply_words *words; /* ANSWER_RECEIPT, and of a session; in the arena */

    /* while it is a feed poll, or waits for witnesses */
    int64_t deadline_ms; /* of the loop's monotonic clock */
    uint32_t plan;
    call *previous;

    /* while it is a question to the worker */
    int job;
    uint64_t head; /* last durable index when it is answered; until: what was staged */
};

/* Encodes a reply as a message of NNG. DUBAN_E_TOO_LARGE, DUBAN_E_NO_MEMORY. */
duban_status call_message(const reply_words *words, nng_msg **out);

/* Sends the message, taken in every case, and ends the call: it receives again by itself.
 * Its request and arena are let go at once. Any thread. */
void call_send(call *c, nng_msg *message);
/* Ends the call without an answer. Any thread. */
void call_drop(call *c);

/* Whether its connection takes nothing: it is to be dropped. Any thread. */
bool call_is_deaf(const call *c);
/* Whether its connection has asked too much at once (PIPE_QUERIES_MAX). Any thread. */
bool call_is_crowded(const call *c);
/* Whether so much waits to be taken, by its connection or by all, that nothing large
 * should be made for it; or few contexts are left. Any thread. */
bool call_is_full(const call *c);

/* Encodes and sends. What cannot be encoded is answered as a refusal with that status. */
void call_answer(call *c, const reply_words *words);

/* Whether its connection may not ask: its address has used up its budget for requests
 * that cannot be verified, and this connection its part (pipes.h). Any thread. */
bool call_is_blocked(const call *c);
/* Its request cannot be read or verified. Any thread. */
void call_blame(const call *c);
/* Charges its key for a submission until the call ends. DUBAN_E_QUOTA. */
duban_status call_charge(call *c, uint32_t key);

/* Sends a refusal; BUSY and STOPPING carry RETRY_MS, QUOTA its own. */
void call_refuse(call *c, const duban_refusal *refusal);
void call_refuse_status(call *c, duban_status status, const char *field);

#endif

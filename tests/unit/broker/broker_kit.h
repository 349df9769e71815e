/* A broker as a process on a folder of its own, and whoever speaks to it: for tests.
 * Knows: founding, signing, raw NNG REQ. Uses no code of the client. */
#ifndef DUBAN_TESTS_BROKER_KIT_H
#define DUBAN_TESTS_BROKER_KIT_H

#include <nng/nng.h>
#include <sys/types.h>

#include "proto/arena.h"
#include "proto/codec.h"
#include "proto/entry.h"
#include "proto/sign.h"

#define RIG_ORIGIN "test.example/drill"

typedef struct rig {
    char folder[64];
    char origin[64];
    bool drill;
    int64_t created_ms;
    sign_key broker;
    pid_t pid;
    int output; /* what duband writes on standard output and error */
    char text[65536];
    size_t text_size;
    char command[128];
    char feed[128];
    char publish[128];
    uint64_t ready_head;
    arena space;               /* of replies; good until rig_close */
    const struct signer *root; /* whoever founded it reads everything */
    uint8_t token[TOKEN_SIZE_MAX];
    size_t token_size;
    uint32_t token_of; /* the socket it was given over */
} rig;

/* An office's key and the number it used last. */
typedef struct signer {
    sign_key key;
    uint32_t office;
    uint32_t number; /* of the key */
    uint64_t used;
} signer;

/* A folder with genesis and broker.key, founded by root (office 1, key 1). */
void rig_found(rig *r, signer *root, bool drill, int64_t created_ms);
/* Starts duband and reads its ready line; fails the test when there is none. */
void rig_start(rig *r);
/* Starts duband with one more argument (may be NULL) and waits for its end; returns its
 * exit code, its words are in r->text. */
int rig_run(rig *r, const char *argument);
/* Signals and waits; returns the exit code, or minus the signal that ended it. */
int rig_end(rig *r, int signal);
/* Waits for its own end; returns as rig_end. */
int rig_wait(rig *r);
/* Removes the folder. */
void rig_close(rig *r);

/* A socket of its own for each asker. */
nng_socket rig_dial(const char *url);
/* Raw bytes to and fro; false when no reply came within ten seconds. */
bool rig_exchange_bytes(rig *r, nng_socket socket, span bytes, reply_words *out);
/* One question, in a session of the root key where it needs one; fails the test when
 * there is no reply. */
reply_words rig_ask(rig *r, nng_socket socket, const request_words *request);
/* Sends without waiting, and takes the reply later. */
void rig_send(nng_socket socket, const request_words *request);
bool rig_take(rig *r, nng_socket socket, reply_words *out);

/* A signed message, for sending once or often. */
typedef struct letter {
    uint8_t bytes[65536];
    size_t size;
    uint8_t signature[64];
    size_t signature_size;
} letter;

/* Signs ev under the signer's next number (or number, when it is not 0). */
void letter_sign(letter *l, const char *origin, signer *by, const event *ev,
                 uint64_t number);
request_words letter_request(const letter *l, const body_words *bodies, uint32_t n);

/* letter_sign and rig_ask in one. */
reply_words rig_submit(rig *r, nng_socket socket, signer *by, const event *ev);
/* Fails unless that gives a receipt; returns its index. */
uint64_t rig_accept(rig *r, nng_socket socket, signer *by, const event *ev);

/* --- a small plan: 2023, tasks 1 and 2, offices 2 (lead), 3 and 4 ------------------- */

typedef struct city {
    rig rig;
    signer root;
    signer lead;  /* office 2, key 2 */
    signer north; /* office 3, key 3 */
    signer south; /* office 4, key 4 */
    nng_socket socket;
} city;

/* Founds, starts and fills a drill journal: offices, keys, plan, lights. */
void city_begin(city *c);
void city_end(city *c);
/* office's value of metric 1 of task 1 for the first quarter. */
event city_value(uint32_t office, int64_t value, statement_words *room,
                 uint64_t supersedes);
/* A second plan whose board does not fit one reply. */
#define BIG_PLAN_TASKS 2000
void city_big_plan(city *c);
/* Moves the drill's time. */
uint64_t city_time(city *c, const char *moment);

/* A connection of the plain SP protocol, greeted: an NNG socket of this process could get
 * stuck on one that ends in the middle of its message. */
int rig_dial_plain(const char *url);

#endif

/* The outbox: every message this home ever queued, on disk until it has an answer and
 * kept after. docs/decisions/0007-outbox-and-slice.md says why it is so.
 *
 *     queued/N          the very bytes of the Request(Submit), N in 20 digits
 *     receipts/N        the same file, moved here;  receipts/N.reply   the Reply's bytes
 *                       receipts/N.receipt   both as a text that proves itself
 *                       (client/receipt.h), made again when it is missing
 *     refused/N         likewise, when the broker refused it;  refused/N.reply
 *     damaged/N         what could not be read any more, never deleted
 *     numbering         held while a number is given out; the highest one so far
 *     sending           held while messages are sent
 *
 * Knows: files and their order, and how a message proves its own bytes: it carries this
 * home's signature, by the key of now or a former one, and its bodies their hashes.
 * Numbers go on from one key to the next. Must not know: the network, the slice.
 *
 * Several processes may use one outbox. Numbers rise and are never given out twice; one
 * that was given out and not used is a hole. A handle belongs to one thread. */
#ifndef DUBAN_CLIENT_OUTBOX_H
#define DUBAN_CLIENT_OUTBOX_H

#include "client/file.h"
#include "proto/sign.h"

typedef enum outbox_place {
    PLACE_QUEUED,
    PLACE_RECEIPTS,
    PLACE_REFUSED,
    PLACE_DAMAGED,
    PLACE_COUNT
} outbox_place;

typedef struct outbox {
    path folder;
    path places[PLACE_COUNT];
    sign_public key;                     /* whose messages these are */
    sign_public former[FORMER_KEYS_MAX]; /* and those that this home signed with before */
    size_t former_n;
    uint64_t highest; /* number known to be given out */
    int numbering;    /* descriptor while a number is being used, else -1 */
} outbox;

/* Makes the folders, finishes what a crash left half moved, finds the highest number. */
duban_status outbox_open(const char *folder, const sign_public *key, outbox *out);

/* The next number, above floor as well (what a broker has told; above NUMBER_TOLD_MAX it
 * counts for nothing); the caller then calls outbox_put or outbox_abandon. DUBAN_E_LIMIT:
 * OUTBOX_QUEUED_MAX messages wait, or no number is left. DUBAN_E_LOCKED. */
duban_status outbox_begin(outbox *o, uint64_t floor, uint64_t *number);
/* Queues bytes under the number. After DUBAN_OK they are there whatever happens to the
 * machine; after a failure they are not. */
duban_status outbox_put(outbox *o, uint64_t number, span bytes);
void outbox_abandon(outbox *o);

/* Numbers in a place, ascending, into an arena. */
duban_status outbox_list(const outbox *o, outbox_place place, arena *a,
                         uint64_t **numbers, size_t *n);

/* Whether a message with that number is in that place. */
bool outbox_holds(const outbox *o, outbox_place place, uint64_t number);

/* A message read back. Everything borrows from the arena. */
typedef struct outbox_message {
    span bytes; /* of the Request, as queued */
    signed_words head;
    span signed_bytes;
    span signature;
    event ev;
    int64_t queued_ms; /* this machine's clock */
    bool answered;     /* reply is there */
    span reply;        /* bytes of the Reply */
} outbox_message;

/* DUBAN_E_NOT_FOUND: not there (another process may have moved it). DUBAN_E_CORRUPT: it
 * is not what this home queued under that number; see outbox_set_aside. */
duban_status outbox_load(const outbox *o, outbox_place place, uint64_t number, arena *a,
                         outbox_message *out);
/* Moves a damaged message out of the way, into damaged/. *where names it. */
duban_status outbox_set_aside(const outbox *o, outbox_place place, uint64_t number,
                              path *where);
/* Where damaged/N lies. */
duban_status outbox_damaged_path(const outbox *o, uint64_t number, path *out);

/* The answer came: keeps reply beside the message and moves both to PLACE_RECEIPTS or
 * PLACE_REFUSED. Doing it again is harmless. */
duban_status outbox_answer(const outbox *o, outbox_place place, uint64_t number,
                           span reply);

/* Keeps the text of a receipt beside a message in PLACE_RECEIPTS. */
duban_status outbox_keep_receipt(const outbox *o, uint64_t number, span text);
/* DUBAN_E_NOT_FOUND when none was kept; text lives in the arena. */
duban_status outbox_read_receipt(const outbox *o, uint64_t number, arena *a, span *text);

/* Only one process sends at a time. DUBAN_E_LOCKED after wait_ms. */
duban_status outbox_send_begin(const outbox *o, uint32_t wait_ms, int *lock);
void outbox_send_end(int lock);

#endif

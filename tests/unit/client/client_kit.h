/* What the client's tests share: a folder of their own, homes that know who they are,
 * events, and a broker made of a REP socket and a script. */
#ifndef DUBAN_TESTS_CLIENT_KIT_H
#define DUBAN_TESTS_CLIENT_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/duban.h"
#include "client/outbox.h"
#include "storage/tlog/note.h"
#include "storage/tlog/writer.h"

#define KIT_ORIGIN "duban.example/test"
#define KIT_OFFICE 7
#define KIT_KEY    9

/* cmocka set-up and tear-down: an empty folder, removed with all in it. */
int kit_begin(void **state);
int kit_end(void **state);
/* folder/name, in static memory of a few such texts. */
const char *kit_path(const char *name);

/* A home of that name that is enrolled, as far as its config says. */
void kit_home(const char *name);
/* Opens it; url may be NULL. */
duban *kit_open(const char *name, const char *url, uint32_t timeout_ms);

/* A submission of one value: task 25, metric 1, 2023Q2, to date, whole 亿元. */
typedef struct kit_event {
    statement_words statement;
    event ev;
} kit_event;
void kit_value(kit_event *out, uint32_t task, int64_t whole);

/* --- a log of 512 entries at most --------------------------------------------------- */

typedef struct kit_log {
    sign_key key;
    note_key verifier;
    tlog_writer tree;
} kit_log;

/* Empty; the seed makes its key. */
void kit_log_begin(kit_log *l, uint8_t seed);
void kit_log_add(kit_log *l, span entry);
/* Entries that say `what`, until there are so many. */
void kit_log_fill(kit_log *l, uint64_t size, uint8_t what);
hash256 kit_log_root(const kit_log *l, uint64_t size);
/* The signed checkpoint of that size, in static memory of a few such texts. */
const char *kit_log_note(const kit_log *l, uint64_t size);
void kit_log_inclusion(const kit_log *l, uint64_t index, uint64_t size, tlog_path *out);
void kit_log_consistency(const kit_log *l, uint64_t old_size, uint64_t size,
                         tlog_path *out);

/* --- a broker of a REP socket ------------------------------------------------------- */

typedef enum kit_act {
    ACT_RECEIPT, /* an honest receipt, first of all at index 101; "again" when seen before
                  */
    ACT_SILENT,  /* no answer */
    ACT_BUSY,    /* BUSY, try again in 1 ms */
    ACT_QUOTA,   /* QUOTA, try again in 1 ms */
    ACT_REFUSE,  /* the status in the script's refuse_with */
    ACT_FORGED,  /* a receipt for other bytes */
    ACT_GARBAGE, /* bytes that are no Reply */
} kit_act;

typedef struct kit_broker kit_broker;

/* acts are taken in order; when used up, ACT_RECEIPT. An Info is answered at once, as if
 * the key were enrolled and had used last_number. */
typedef struct kit_script {
    const kit_act *acts;
    size_t acts_n;
    duban_status refuse_with;
    uint64_t last_number;
    const char *origin; /* NULL: KIT_ORIGIN */
} kit_script;

kit_broker *kit_broker_new(const kit_script *script);
void kit_broker_free(kit_broker *b);
/* tcp://127.0.0.1:port, free when it was taken. Borrowed until free. */
const char *kit_broker_url(const kit_broker *b);

/* Submissions that arrived, in order. Stable while no request is under way. */
typedef struct kit_seen {
    uint64_t number;
    hash256 request; /* of the whole message */
} kit_seen;
size_t kit_broker_seen(const kit_broker *b, const kit_seen **seen);

#endif

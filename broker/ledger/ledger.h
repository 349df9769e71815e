/* The ledger: the rule book as a pure function of the journal.
 *
 *     check(ledger, event, received) -> verdict       apply(ledger, index, event,
 * received)
 *
 * Knows: the rules of product.md and the state they fold into. Must not know: clocks,
 * files, sockets, threads, randomness, floats, or what the texts of `why` say. Memory
 * comes from the allocator given to ledger_new. The same code decides in the broker,
 * checks in the client before sending, and proves the board at the auditor's desk.
 *
 * Who calls: one owner at a time; a ledger is not shared between threads. */
#ifndef DUBAN_BROKER_LEDGER_LEDGER_H
#define DUBAN_BROKER_LEDGER_LEDGER_H

#include "proto/arena.h"
#include "proto/words.h"

#define RULES_VERSION 1

typedef struct ledger ledger;

/* resize(ctx, NULL, 0, n) allocates, resize(ctx, p, old, n) grows or shrinks, and
 * resize(ctx, p, old, 0) frees. NULL means out of memory and leaves p as it was. */
typedef struct ledger_allocator {
    void *(*resize)(void *ctx, void *block, size_t old_size, size_t new_size);
    void *ctx;
} ledger_allocator;

/* An empty ledger waiting for a genesis. DUBAN_E_NO_MEMORY. */
duban_status ledger_new(ledger_allocator allocator, ledger **out);
void ledger_free(ledger *l);

/* --- the one door in ---------------------------------------------------------------- */

/* Whether the event may enter, received at that moment: permission, number, then
 * everything the plan says of it. DUBAN_OK also promises that ledger_apply of this very
 * event, if it comes next, needs no memory that is not reserved. Otherwise *refusal (may
 * be NULL) names the place. Nothing observable changes in either case.
 *
 * The number: DUBAN_E_EXISTS when this key used this number for the same bytes (ask
 * ledger_number_index), DUBAN_E_NUMBER_USED for other bytes, DUBAN_E_NUMBER_OLD below the
 * window (the journal itself knows; ask it).
 *
 * In a slice (ledger_set_slice) office permissions and numbers are not checked: they are
 * the broker's alone. */
duban_status ledger_check(ledger *l, const event *ev, int64_t received_ms,
                          duban_refusal *refusal);

/* Folds in an event that ledger_check has just accepted. Cannot fail. index is greater
 * than every index before it (in a slice there are holes). Copies what it keeps. */
void ledger_apply(ledger *l, uint64_t index, const event *ev, int64_t received_ms);

/* A slice holds what one office's client may read: check and apply run the same rules. It
 * knows what stands of that office's own items; what a submission or review of another's
 * item supersedes is left to the broker, and so is the moment of receipt. */
void ledger_set_slice(ledger *l, bool slice);

/* Windows, dues and lights evaluated anew for another day, forward or backward, as
 * `board --day` asks. The ledger is for looking only from then on: check refuses with
 * DUBAN_E_STATE. DUBAN_E_NO_MEMORY. */
duban_status ledger_set_day(ledger *l, int32_t day);
/* Paces and lights on what was accepted, or verified (where nothing was verified:
 * accepted) instead of what was reported. For looking only, as above.
 * DUBAN_E_UNSUPPORTED when it is no basis. */
duban_status ledger_set_basis(ledger *l, basis_kind basis);

/* --- what it knows ------------------------------------------------------------------ */

typedef struct ledger_status {
    bool has_genesis;
    const char *origin; /* borrowed until ledger_free */
    int32_t utc_offset_minutes;
    bool drill;
    uint32_t rules_version;
    uint64_t head;       /* index of the last entry applied; 0 also when only genesis */
    int64_t received_ms; /* of that entry: a later entry may not lie before it */
    int64_t time_ms;     /* the latest moment confirmed by a Time entry, or created */
    int32_t day;         /* the open day */
    uint32_t offices;    /* numbers run 1..offices */
    uint32_t keys;       /* numbers run 1..keys */
    uint32_t plans;      /* numbers run 1..plans */
} ledger_status;

void ledger_get_status(const ledger *l, ledger_status *out);

typedef struct ledger_key {
    uint32_t number;
    uint32_t office;
    sign_public public_key;
    bool revoked;
    uint64_t since;       /* index that enrolled it */
    uint64_t last_number; /* the highest number it used */
} ledger_key;

/* Key 0 is the broker's. False when there is no such key. */
bool ledger_get_key(const ledger *l, uint32_t number, ledger_key *out);
/* Where that key's number stands, when it lies inside the window. */
bool ledger_number_index(const ledger *l, uint32_t key, uint64_t number, uint64_t *index);
/* False when there is no such office. Borrowed until the next apply. */
bool ledger_get_office(const ledger *l, uint32_t number, office_words *out);

/* Plans by number 1..plans, drafts included. Borrowed until the next apply. */
bool ledger_get_plan(const ledger *l, uint32_t number, plan_info *out);
uint32_t ledger_find_plan(const ledger *l, const char *code); /* 0 when there is none */
/* The plan's light table, false when it has none. Borrowed until the next apply. */
bool ledger_lights(const ledger *l, uint32_t plan, lights_words *out);
/* The form of that code in the plan's table of papers, NULL when there is none. Borrowed
 * until the next apply. */
const form_words *ledger_form(const ledger *l, uint32_t plan, const char *code);
/* The working-day calendar as the journal has it; borrowed until the next apply. */
calendar ledger_calendar(const ledger *l);
/* By which order (文号) the bodies of that entry were removed; NULL when they were not.
 * Borrowed until the next apply. */
const char *ledger_redaction(const ledger *l, uint64_t index);
/* Redactions 1, 2, … in ascending order of the entries they speak of; false when there is
 * no such one. Borrowed until the next apply. */
bool ledger_get_redaction(const ledger *l, uint32_t number, redaction_words *out);

/* What an office may read today: OFFICE, or more that the city office gave it; the city
 * office itself the journal; NONE when there is no such office. */
right_kind ledger_right(const ledger *l, uint32_t office);

typedef struct ledger_access {
    uint32_t office;
    right_kind right;
    int32_t until_day; /* the last one; 0: open */
    uint64_t since;    /* index that gave it */
    const char *document;
} ledger_access;

/* What was given, 1, 2, … in ascending order of offices, what is over by its day
 * included. False when there is no such one. Borrowed until the next apply. */
bool ledger_get_access(const ledger *l, uint32_t number, ledger_access *out);

/* --- the board ---------------------------------------------------------------------- */

/* Cells of a published plan in ascending order of their last change, ties in a fixed
 * order: those changed after `after` (0 with all: every cell). Stops when visit returns
 * false. The cell and what it points to are borrowed during the call. */
typedef bool (*ledger_visit)(void *ctx, const cell *value);
void ledger_cells(const ledger *l, uint32_t plan, uint64_t after, bool all,
                  ledger_visit visit, void *ctx);
/* Index of the newest change on that plan's board, 0 when there is none. */
uint64_t ledger_plan_changed(const ledger *l, uint32_t plan);
/* One cell by name; false when there is none. Borrowed until the next apply. */
bool ledger_cell(const ledger *l, uint32_t plan, const cell_name *name, cell *out);

/* --- state pages and the digest ----------------------------------------------------- */

/* The state as canonical pages: page 0 the journal's own (genesis, offices, keys and
 * their numbers, calendar, day), then one for each (plan, office), office 0 holding what
 * belongs to the plan as a whole. Pages are ordered by (plan, office). */
uint32_t ledger_pages(const ledger *l);
/* Appends the page's canonical bytes. DUBAN_E_NOT_FOUND, DUBAN_E_NO_MEMORY. */
duban_status ledger_page_write(const ledger *l, uint32_t page, buffer *out);
/* The digest: RFC 6962 Merkle root over the pages as leaves (broker/ledger/digest.h says
 * how dirty pages alone are hashed again). Equal states give equal digests. */
duban_status ledger_digest(ledger *l, hash256 *out, uint32_t *pages);
/* The number of an office's page in that plan, of page 0 for plan 0. False when there is
 * no such page. */
bool ledger_find_page(const ledger *l, uint32_t plan, uint32_t office, uint32_t *page);
/* From that page's leaf to the digest: an inclusion path of RFC 6962, section 2.1.1, in a
 * tree of *pages leaves. DUBAN_E_NOT_FOUND, DUBAN_E_NO_MEMORY. */
#define LEDGER_PATH_MAX 32
duban_status ledger_page_path(ledger *l, uint32_t page, hash256 path[LEDGER_PATH_MAX],
                              uint32_t *path_n, uint32_t *pages);

/* --- the trace ---------------------------------------------------------------------- */

/* One readable line for each thing an apply did, e.g.
 * "12 submission 2023/25/guanxian 2023Q1 M1 320 to_date -> item submitted, pace +1.2
 * green". Called during apply; the line is borrowed during the call. NULL turns it off.
 */
typedef void (*ledger_trace_fn)(void *ctx, const char *line);
void ledger_set_trace(ledger *l, ledger_trace_fn trace, void *ctx);

#endif

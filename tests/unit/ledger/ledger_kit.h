/* A small city for the ledger's tests: five offices, one plan of six tasks, and
 * everyone's hand to sign with. Signatures are not real; everything else is as in a
 * journal.
 *
 *   office 1 zfbgs (city)  2 fgw (lead)  3 dong (county)  4 guan (county)  5 tjj (lead)
 *   key n belongs to office n; 0 is the broker's
 *
 *   task 1  M1 total of 100 亿元: dong 60, guan 40, summed, split complete; lead fgw
 *   task 2  M1 growth of at least 5.5 %, filed by the lead tjj
 *   task 3  no numbers; lead fgw
 *   task 4  M1 95 % in every county, counted; lead fgw
 *   task 5  M1 365 个, no lead: the city office
 *   task 6  M1 prices at most 3 %, M2 a level of at least 200 万人; lead tjj */
#ifndef DUBAN_TESTS_LEDGER_KIT_H
#define DUBAN_TESTS_LEDGER_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/ledger/ledger.h"
#include "broker/ledger/replay.h"

enum { BROKER, CITY, FGW, DONG, GUAN, TJJ, KIT_OFFICES };

/* Counts its bytes and fails on demand. */
typedef struct kit_memory {
    size_t bytes;
    uint64_t calls;
    uint64_t fail_at; /* the call that fails, counted from 1; 0: none does */
} kit_memory;

typedef struct kit {
    kit_memory memory;
    ledger *ledger;
    uint64_t next;  /* index of the next entry */
    int64_t now_ms; /* received moment of the next entry */
    uint64_t numbers[KIT_OFFICES];
    duban_refusal refusal; /* of the last kit_send */
    uint64_t last;         /* index of the last entry that was taken */
    arena arena;           /* of texts made by helpers */
    buffer *entries;       /* what was taken, as it would stand in the journal */
    size_t entries_n;
    size_t entries_room;
    buffer payloads; /* of the chunks sent */
} kit;

ledger_allocator kit_allocator(kit_memory *memory);
/* An empty ledger; a drill that begins on 2023-01-01. Fails the test on any failure. */
void kit_open(kit *k);
/* Releases all and asserts that nothing of the ledger's memory is left. */
void kit_close(kit *k);

/* Checks and, when it passes, applies. Fills in kind's signer: key and office. The number
 * is the signer's next. */
duban_status kit_send(kit *k, uint32_t office, event ev);
/* The same, of which the test expects that it passes. */
void kit_must(kit *k, uint32_t office, event ev);
/* Which only checks, under the number that would come next. */
duban_status kit_try(kit *k, uint32_t office, event ev);
/* The event as kit_send would complete it. */
event kit_sign(kit *k, uint32_t office, event ev);
/* Check and apply as it stands. */
duban_status kit_take(kit *k, const event *ev);

/* The pieces of the city; kit_city sends them all and opens 2023-01-01. */
event kit_genesis(void);
event kit_offices(void);
event kit_keys(kit *k);
event kit_calendar(void);
event kit_chunk(void);
event kit_publish(kit *k);
event kit_lights(uint32_t version);
event kit_timetable(uint32_t task, profile profile);
void kit_city(kit *k);
/* kit_city with another plan: change has the chunk, and then the publication, before they
 * are sent; what a chunk points to may be written. */
typedef void (*kit_change)(event *ev);
void kit_city_with(kit *k, kit_change change);
/* kit_city with timetables of every task filed and accepted: even, and nodes for task 3.
 */
void kit_running_city(kit *k);
void kit_accept_timetable(kit *k, uint32_t lead, event timetable);

int32_t kit_day_of(const char *text);
/* Opens every day up to that one. */
void kit_until(kit *k, const char *day);

decimal kit_decimal(const char *text);
period kit_period(const char *text);
body_ref kit_body(const char *words);

/* One statement of that office's item. */
statement_words kit_value(uint32_t task, uint32_t metric, uint32_t office,
                          const char *in_period, const char *amount, value_mode mode);
statement_words kit_node(uint32_t task, uint32_t office, const char *in_period,
                         uint32_t node, bool done);
statement_words kit_text(uint32_t task, uint32_t office, const char *in_period,
                         const char *progress);
statement_words kit_nil(uint32_t task, uint32_t office, const char *in_period,
                        const char *reason);
/* A submission of these statements; they must live until it is sent. */
event kit_submission(const statement_words *statements, uint32_t n);
/* The same as a correction with a reason. */
event kit_correction(const statement_words *statements, uint32_t n);
duban_status kit_say(kit *k, uint32_t signer, statement_words s);
void kit_must_say(kit *k, uint32_t signer, statement_words s);
event kit_review(uint32_t task, uint32_t office, const char *in_period, uint64_t index,
                 bool accepted);

/* Cells of plan 1; the test fails where there is none. */
cell kit_cell(kit *k, cell_name name);
item_cell kit_item(kit *k, uint32_t task, uint32_t office, const char *in_period);
value_cell kit_value_cell(kit *k, uint32_t task, uint32_t metric, uint32_t office,
                          const char *in_period);
pace_cell kit_pace(kit *k, uint32_t task, uint32_t metric, uint32_t office);
light_cell kit_light(kit *k, uint32_t task, uint32_t office);
round_cell kit_round(kit *k, uint32_t task, uint32_t office, const char *in_period);

hash256 kit_digest(kit *k);
/* The digest of a new ledger that folds the journal so far from its entries. */
hash256 kit_digest_of_replay(kit *k);

void kit_expect_decimal(decimal found, const char *expected);
#define assert_status(found, expected)                                                   \
    assert_string_equal(duban_status_name(found), duban_status_name(expected))

/* A generator of numbers that follow a seed alone. */
typedef struct kit_random {
    uint64_t state;
} kit_random;
uint32_t kit_below(kit_random *r, uint32_t n);
/* Some event that is well formed but not always allowed; what it points to lives in the
 * kit's arena. Reports, corrections, reviews, filings and days. */
event kit_random_event(kit *k, kit_random *r, uint32_t *office);

#endif

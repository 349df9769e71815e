/* Offices, keys and the numbers their keys have used.
 * Knows: numbers, codes, names, enrolment, revocation. Must not know: plans. */
#ifndef DUBAN_BROKER_LEDGER_OFFICE_H
#define DUBAN_BROKER_LEDGER_OFFICE_H

#include "broker/ledger/number.h"
#include "broker/ledger/page_writer.h"
#include "broker/ledger/refuse.h"

#define OFFICE_BROKER  0 /* signs with key 0 */
#define OFFICE_OF_CITY 1 /* signs with the root key first */
#define KEY_BROKER     0
#define KEY_ROOT       1

typedef struct office_record {
    office_words words;
    uint64_t since; /* index of the entry that added it */
} office_record;

typedef struct key_record {
    uint32_t office;
    sign_public public_key;
    bool revoked;
    uint64_t since;
    number_window window;
} key_record;

/* A change of an office whose day lies ahead (succession.h). */
typedef struct office_turn {
    office_change_words words; /* what is in them lives as long as the book */
    uint64_t index;            /* of the entry */
    struct office_turn *next;  /* in order of days */
} office_turn;

typedef struct office_book {
    office_record *offices; /* number n stands at n - 1 */
    uint32_t offices_n;
    uint32_t offices_room;
    key_record *keys; /* number n stands at n; 0 is the broker's */
    uint32_t keys_n;  /* with the broker's */
    uint32_t keys_room;
    pool texts;
    office_turn *turns;
    number_window root_window; /* prepared for the root key before a genesis */
} office_book;

void office_book_free(office_book *book, const ledger_allocator *m);
/* Borrowed until the next apply; NULL when there is none. */
const office_words *office_find(const office_book *book, uint32_t number);
/* The code of that office, "broker" for 0, "?" when unknown. */
const char *office_code(const office_book *book, uint32_t number);
/* Whether it has ended by that day; what ends keeps its periods before. */
bool office_ended(const office_book *book, uint32_t number, int32_t day);
/* The first office that took or will take over from it, 0 when none does. */
uint32_t office_heir(const office_book *book, uint32_t number);
/* Appends what came of offices later to the journal's own page (nothing while nothing
 * did). */
void office_page(const office_book *book, page_writer *w);
key_record *key_find(const office_book *book, uint32_t number);
/* Whether an office's key may have it. Whether this build can verify it is admission's
 * question: the rule book says the same on every machine. */
bool key_algorithm(algorithm a);

/* The city office and the two keys of a genesis. DUBAN_E_NO_MEMORY reserves; the words
 * are copied into *texts. */
duban_status office_check_genesis(office_book *book, const ledger_allocator *m,
                                  pool *texts, genesis_words *copy, const verdict *v);
void office_apply_genesis(office_book *book, const genesis_words *copy);

/* DUBAN_E_EMPTY, DUBAN_E_LIMIT, DUBAN_E_SEQUENCE, DUBAN_E_DUPLICATE (code or name),
 * DUBAN_E_UNKNOWN_OFFICE (parent or member), DUBAN_E_OFFICE_ENDED (parent), DUBAN_E_STATE
 * (what only an OfficeChange sets), DUBAN_E_NO_MEMORY. The offices are copied
 * into *texts, *copies is borrowed from there. */
duban_status office_check(office_book *book, const ledger_allocator *m,
                          const office_words *offices, uint32_t offices_n, pool *texts,
                          office_words **copies, const verdict *v);
void office_apply(office_book *book, const office_words *copies, uint32_t copies_n,
                  pool *texts, uint64_t index);

/* DUBAN_E_EMPTY, DUBAN_E_LIMIT, DUBAN_E_SEQUENCE, DUBAN_E_UNKNOWN_OFFICE,
 * DUBAN_E_ALGORITHM (neither ED25519 nor SM2), DUBAN_E_DUPLICATE (public key),
 * DUBAN_E_UNKNOWN_KEY, DUBAN_E_KEY_OFFICE, DUBAN_E_STATE (revoked already, or the city's
 * last key), DUBAN_E_NO_MEMORY. */
duban_status key_check(office_book *book, const ledger_allocator *m,
                       const key_words *keys, uint32_t keys_n, const verdict *v);
void key_apply(office_book *book, const key_words *keys, uint32_t keys_n, uint64_t index);

#endif

/* What the plan's table of checks finds in a submission, for whoever shows it before
 * sending: errors and warnings that would refuse it, and notes that never do.
 * Knows: the shape of a finding. Must not know: tests. */
#ifndef DUBAN_BROKER_LEDGER_NOTE_H
#define DUBAN_BROKER_LEDGER_NOTE_H

#include "broker/ledger/ledger.h"

/* One row that a statement goes against. Texts are borrowed during the call. */
typedef struct check_note {
    uint32_t line; /* statement, from 1 */
    uint32_t row;  /* of the table, from 1 */
    severity severity;
    check_test test;
    bool commented; /* the statement's comment answers a warning */
    const char *zh;
    const char *en;
    char found[96];    /* "120.5" */
    char expected[96]; /* "0..100" */
} check_note;

typedef bool (*check_visit)(void *ctx, const check_note *note);

/* Every finding in order of statements and rows, until visit returns false. Of an event
 * that is no submission, or of one that ledger_check refuses for anything but a check,
 * there is none. In a slice what is not known of others' items finds nothing. */
void ledger_notes(ledger *l, const event *ev, check_visit visit, void *ctx);

/* The name of a test as a refusal's field gives it: "not_falling". Static storage. */
const char *check_test_name(check_test test);

#endif

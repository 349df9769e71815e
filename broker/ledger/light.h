/* The light table: rows of conditions, the first row that matches wins.
 * Knows: rows and inputs. Must not know: where inputs come from. Nothing of any city's
 * colours is in code: a plan without a table shows no lights. */
#ifndef DUBAN_BROKER_LEDGER_LIGHT_H
#define DUBAN_BROKER_LEDGER_LIGHT_H

#include "broker/ledger/grade_order.h"
#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* What one evaluation looks at. There are three sorts, each alone: what a metric or the
 * nodes say (margin, deadline, overdue, met, no_data), how it was reported (missing,
 * running), and what is decided of the whole (met, and the marks of papers). */
typedef struct light_inputs {
    bool has_margin;
    decimal margin;
    nature nature;
    int32_t deadline; /* 0: none is looked at */
    uint32_t missing;
    uint32_t running;
    bool overdue;
    bool met;
    bool no_timetable;
    bool no_data;
    bool finding; /* confirmed and not reversed */
    bool closed;
    bool exempt; /* or not in the system at all (线下报送) */
    bool tolerated;
} light_inputs;

typedef struct light_choice {
    grade grade;
    cause cause;
    uint32_t row; /* from 1; 0: there is no table */
} light_choice;

light_choice light_pick(const light_table *table, workdays *days, int32_t today,
                        const light_inputs *in);
/* Whether that row (from 1) asks for a mark of papers. */
bool light_asks_mark(const light_table *table, uint32_t row);
/* The first day after `today` on which a deadline alone may change what a row says: a due
 * condition begins, or the deadline passes. INT32_MAX when there is none. */
int32_t light_next_day(const light_table *table, workdays *days, int32_t today,
                       int32_t deadline);

/* Which grade is worse and which runs on. Borrows from the table. */
grade_order light_order(const light_table *table);

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_SEQUENCE, and DUBAN_E_RULES with the row as line: no rows
 * or too many, a row without grade or cause, a nature without a margin, a margin that is
 * nowhere, conditions of two sorts in one row (they are looked at apart), a due date
 * beyond a year of days, a last row that does not match whatever is left, or a grade that
 * the order names twice or leaves out. */
duban_status light_check(const ledger *l, const lights_words *words, const verdict *v);
void light_apply(ledger *l, uint64_t index, const lights_words *words);
/* Appends what the table says beyond its first columns (nothing while it says none). */
void light_page(const light_table *table, page_writer *w);

#endif

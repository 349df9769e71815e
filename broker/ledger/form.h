/* The table of papers (docs/decisions/0014). A form is a kind of paper: its states, the
 * acts that lead from one to another, and when the clock proposes it. Replacing the table
 * changes how papers go on from where they are.
 * Knows: what a well-formed table is. Must not know: any kind of paper, or what an act
 * does (paper.h). */
#ifndef DUBAN_BROKER_LEDGER_FORM_H
#define DUBAN_BROKER_LEDGER_FORM_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* The table in force, and the one the last check has prepared. */
typedef struct form_book {
    uint32_t version; /* 0: none is in force yet */
    uint32_t cell;    /* NONE as long */
    forms_words words;
    pool texts;
    forms_words next;
    pool next_texts;
    text_set codes; /* of forms and states, former ones too: papers point at them */
} form_book;

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_SEQUENCE (version), DUBAN_E_NO_MEMORY, and DUBAN_E_RULES
 * with the form's number as line, field and what was found:
 * - a code that is missing or given twice (an act may be given again from another
 *   state);
 * - a state, form, relation, need, grade or cause that there is not;
 * - "states": one that is never reached, or that has not ended and that nothing leaves;
 * - "acts": nothing opens such a paper;
 * - a limit of an ended state, one that reopens or exempts by itself, an effect of a
 *   hidden one or of the one in which the clock proposes, a trigger that asks nothing or
 *   of a form that is never proposed;
 * - "states" or "forms": open papers stand in one that the table no longer has. */
duban_status forms_check(ledger *l, const forms_words *words, uint32_t signer,
                         const verdict *v);
void forms_apply(ledger *l, uint64_t index, const forms_words *words, uint32_t signer);

/* Each NULL when there is none; borrowed until the next forms_apply. */
const form_words *form_find(const plan *p, const char *code);
const form_words *form_among(const forms_words *words, const char *code);
const form_state *form_state_of(const form_words *form, const char *code);
/* The act of that code from that state, or from any that has not ended; "": that opens a
 * paper. */
const form_act *form_act_from(const form_words *form, const char *code,
                              const form_state *from);
const form_act *form_act_opening(const form_words *form, const char *code);
/* Some act of that code, from wherever. */
const form_act *form_act_any(const form_words *form, const char *code);
/* The lasting copy of a code that was or is in the table. */
const char *form_code(const plan *p, const char *code);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void form_free(plan *p, const ledger_allocator *m);
void form_page(const plan *p, page_writer *w);

#endif

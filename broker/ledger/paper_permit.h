/* Who may act on a paper: the relations an act's row names.
 * Knows: relations between offices, tasks and papers. Must not know: what the act
 * does. */
#ifndef DUBAN_BROKER_LEDGER_PAPER_PERMIT_H
#define DUBAN_BROKER_LEDGER_PAPER_PERMIT_H

#include "broker/ledger/paper_book.h"

/* DUBAN_E_NOT_ALLOWED, found the signer's code, expected the codes of those who may.
 * `paper` is as it stood before the act, or, when the act opens one, as it would stand.
 * A group stands for its members, an office that ended for its first successor. */
duban_status paper_permit(const ledger *l, const plan *p, const form_act *act,
                          const paper_cell *of, uint32_t signer, const verdict *v);

#endif

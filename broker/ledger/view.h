/* Looking at a board on another day (`board --day`): forward by opening the days between,
 * backward by taking back what later days have marked. What was reported stands, and so
 * does pace, which never speaks of today. Or on another basis (`board --basis`): items
 * and windows stand, paces and lights are those of what was accepted or verified. Knows:
 * windows, dues, lights. Must not know: events. */
#ifndef DUBAN_BROKER_LEDGER_VIEW_H
#define DUBAN_BROKER_LEDGER_VIEW_H

#include "broker/ledger/state.h"

/* DUBAN_E_NO_MEMORY leaves the ledger on a day between. */
duban_status view_day(ledger *l, int32_t day);

/* The boards measured anew on accepted or verified figures. DUBAN_E_UNSUPPORTED when it
 * is no basis. */
duban_status view_basis(ledger *l, basis_kind basis);

#endif

/* Projects under a task: stages, gates, investment. Knows: projects.
 * Must not know: lights. */
#ifndef DUBAN_BROKER_LEDGER_PROJECT_H
#define DUBAN_BROKER_LEDGER_PROJECT_H

#include "broker/ledger/state.h"

duban_status project_check(ledger *l, const project_words *words, uint32_t signer,
                           const verdict *v);
void project_apply(ledger *l, uint64_t index, const project_words *words,
                   uint32_t signer);

#endif

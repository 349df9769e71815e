/* Memory for a ledger: the C library's.
 * Knows: realloc. Must not know: who takes it. */
#ifndef DUBAN_BROKER_MEMORY_H
#define DUBAN_BROKER_MEMORY_H

#include "broker/ledger/ledger.h"

/* May be used from any thread by any number of ledgers. */
ledger_allocator memory_allocator(void);

#endif

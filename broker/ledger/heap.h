/* libc's heap as a ledger's allocator, for everyone who has no other. */
#ifndef DUBAN_BROKER_LEDGER_HEAP_H
#define DUBAN_BROKER_LEDGER_HEAP_H

#include "broker/ledger/ledger.h"

ledger_allocator heap_allocator(void);

#endif

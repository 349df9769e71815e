/* The small city of the ledger's unit tests, for stories. */
#include "tests/unit/ledger/ledger_kit.c"

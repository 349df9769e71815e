/* What differs between two editions of a task, in words.
 * Knows: words of tasks. Must not know: where the editions come from. */
#ifndef DUBAN_CLIENT_CLI_TASK_DIFF_H
#define DUBAN_CLIENT_CLI_TASK_DIFF_H

#include "broker/ledger/ledger.h"
#include "proto/words.h"

/* One difference: of what, from what, to what; "" where there was or is nothing. */
typedef void (*task_diff_fn)(void *ctx, const char *what, const char *from,
                             const char *to);

/* Tells each difference, and how many there are. Offices are named as l knows them. tell
 * may be NULL. Texts that are too long to stand in a line are cut. */
size_t task_diff(const ledger *l, const task_words *from, const task_words *to,
                 duban_lang lang, task_diff_fn tell, void *ctx);

#endif

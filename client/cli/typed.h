/* What people type, before it is looked up: full-width signs, blanks, periods in words.
 * Knows: the ways of writing. Must not know: the slice, commands.
 *
 * What is kept and shown is always the canonical text; only reading is lenient. */
#ifndef DUBAN_CLIENT_CLI_TYPED_H
#define DUBAN_CLIENT_CLI_TYPED_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/period.h"

#define TYPED_SIZE 64 /* longest number or period that is looked at, with its end */

/* Full-width signs (１．Ｍ－) become ASCII, blanks are dropped, the rest is copied.
 * False, out being "", when it does not fit: then it is no number and no period. */
bool typed_fold(const char *text, char *out, size_t out_size);

/* Whether two numbers of tasks are the same but for width and blanks. */
bool typed_same(const char *a, const char *b);

/* A period as period_read takes it, or as people write it: 2023-Q2, 2023q2, 2023年二季度,
 * 2023年第2季度, 2023年5月, 2023年上半年, 2023年前三季度, 2023年1-2月, 2023年, in any
 * width. DUBAN_E_UNKNOWN_PERIOD. */
duban_status typed_period(const char *text, period *out);

#endif

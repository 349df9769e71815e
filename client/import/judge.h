/* Whether a number is promised, described or only a name.
 * Knows: the words that tell the three apart. Must not know: labels, natures, terms. */
#ifndef DUBAN_IMPORT_JUDGE_H
#define DUBAN_IMPORT_JUDGE_H

#include "client/import/sight.h"

/* True when the number is a target; *t then has what only the judgement knows
 * (comparator, value, unit, nature, strict or label where they are no plain reading) and
 * its doubts. A number left out that may have been meant is doubted in r->out. */
bool judge(reading *r, const sight *s, target *t);

#endif

/* The sample city's year as a list of acts: who runs which command of `duban` when.
 * Plainly invented: figures follow the targets, a seed decides who leads and who lags.
 * Knows: the published plan and the sample's tables. Must not know: brokers, homes. */
#ifndef DUBAN_CLIENT_SAMPLE_STORY_H
#define DUBAN_CLIENT_SAMPLE_STORY_H

#include "broker/ledger/ledger.h"
#include "client/sample/chance.h"
#include "client/sample/tables.h"
#include "proto/arena.h"

#define ACT_WORDS_MAX 16

typedef enum act_kind {
    ACT_COMMAND,    /* words as they stand */
    ACT_CORRECTION, /* words follow the index of the value that stands for `value` */
} act_kind;

typedef struct act {
    int64_t moment_ms;
    act_kind kind;
    uint32_t office;                  /* who acts */
    const char *words[ACT_WORDS_MAX]; /* without "duban" */
    int words_n;
    const char *sheet; /* written to a file whose name follows the words; NULL: none */
    cell_name value;   /* ACT_CORRECTION */
} act;

typedef struct story {
    act *acts; /* by moment */
    size_t acts_n;
} story;

/* Tells the year of a published plan. l is a ledger that holds its board (the city
 * office's slice), borrowed; everything in *out lives in the arena. DUBAN_E_NO_MEMORY. */
duban_status story_tell(const ledger *l, uint32_t plan, const sample_tables *tables,
                        uint64_t seed, arena *a, story *out);

#endif

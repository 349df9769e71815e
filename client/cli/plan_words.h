/* From the tables people edit (plan.csv, splits.csv) to the tasks a plan is published
 * with: numbers for names, exact values, chunks that fit an entry.
 * Knows: those tables and the words of proto/words.h. Must not know: files, brokers, how
 * problems are printed.
 *
 * Tasks are numbered 1, 2, … in the order in which they first stand, their metrics
 * likewise. A chapter's or section's text is its number and title joined. A task's
 * deadline is the latest of its rows'. */
#ifndef DUBAN_CLIENT_CLI_PLAN_WORDS_H
#define DUBAN_CLIENT_CLI_PLAN_WORDS_H

#include "client/import/table.h"
#include "proto/arena.h"
#include "proto/words.h"

typedef struct split_row {
    const char *task;
    const char *metric; /* label or M1 */
    const char *office;
    const char *value;
    bool complete;
    uint32_t line;
    const char *opening; /* NULL or "" when it has none */
    const char *weight;
} split_row;

/* Where names become numbers and problems are told. */
typedef struct plan_words_door {
    void *ctx;
    duban_lang lang;
    /* The office's number, 0 when the name is unknown. NULL: names are not looked up and
     * duties stay empty (splits then keep no office). */
    uint32_t (*office)(void *ctx, const char *name);
    /* The task that "2022/25" names; false when there is none. NULL: not looked up. */
    bool (*carried)(void *ctx, const char *text, uint32_t *plan, uint32_t *task);
    /* A problem of the plan (splits false) or of the table of splits; line is the row. */
    void (*problem)(void *ctx, bool splits, const duban_refusal *problem);
} plan_words_door;

typedef struct plan_words {
    task_words *tasks;
    uint32_t tasks_n;
    uint32_t *lines; /* the row each task first stands on */
    uint32_t metrics_n;
    uint32_t splits_n;
    uint32_t doubts_n; /* rows with something in the column of doubts */
    size_t problems_n;
} plan_words;

/* Everything lives in the arena or is borrowed from the table and the rows. DUBAN_OK also
 * with problems: look at problems_n. DUBAN_E_NO_MEMORY. */
duban_status plan_words_make(arena *a, const plan_table *table, const split_row *splits,
                             size_t splits_n, const plan_words_door *door,
                             plan_words *out);

typedef struct plan_chunks {
    plan_chunk_words *chunks;
    uint32_t n;
    hash256 hash; /* SHA-256 over their payload bytes, for PlanPublish */
} plan_chunks;

/* Bytes of a chunk's payload at most: the rest of a Signed and its signature fit too. */
#define PLAN_CHUNK_SIZE_MAX (SIGNED_SIZE_MAX - 512)

/* Cuts the tasks into chunks. DUBAN_E_TOO_LARGE with *task (from 1) when one alone does
 * not fit, DUBAN_E_LIMIT above PLAN_CHUNKS_MAX, DUBAN_E_NO_MEMORY. */
duban_status plan_words_cut(arena *a, const plan_words *words, uint32_t plan,
                            const char *code, plan_chunks *out, uint32_t *task);

#endif

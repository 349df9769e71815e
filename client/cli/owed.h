/* What an office owes: its items, one line for each metric, text or node to be filled in.
 * Knows: the plan and reported state. Must not know: how it is printed. */
#ifndef DUBAN_CLIENT_CLI_OWED_H
#define DUBAN_CLIENT_CLI_OWED_H

#include "client/cli/look.h"

typedef enum owed_kind { OWED_VALUE, OWED_NODE, OWED_TEXT } owed_kind;

/* One line. Pointers are borrowed from the slice or the board. */
typedef struct owed_line {
    owed_kind kind;
    task_words task;
    period round;
    item_cell item;
    const metric_words *metric; /* OWED_VALUE */
    const split_words *split;   /* OWED_VALUE, NULL when it fills the whole target */
    uint32_t node;              /* OWED_NODE */
    node_cell node_state;
    bool has_last; /* OWED_VALUE: the round before */
    value_cell last;
    bool has_value; /* OWED_VALUE: this round */
    value_cell value;
    bool queued; /* signed and in the outbox, not sent yet */
} owed_line;

typedef struct owed_list {
    owed_line *lines;
    size_t n;
    size_t items;      /* items they belong to */
    size_t items_open; /* of these, not reported or returned */
} owed_list;

/* An item that still wants something of the office. */
bool owed_open(const item_cell *item);

/* The lines of an office in one round, or with round of kind NONE in every round whose
 * window has come, or that was returned; when there is none, in the current one. all:
 * also what is reported. Lines live in the arena. DUBAN_E_NO_MEMORY. */
duban_status owed_find(const look *where, uint32_t office, period round, bool all,
                       arena *a, owed_list *out);

/* Leaves the lines of tasks that the office has assigned to that code (分办) and counts
 * items anew. */
void owed_keep_assigned(owed_list *owed, const look *where, uint32_t office,
                        const char *code);

/* Marks the lines of an office that queued submissions of this home's outbox state; own
 * is this home's office. */
void owed_mark_queued(owed_list *owed, uint32_t plan, uint32_t own, uint32_t office,
                      const duban_outbox_row *rows, size_t rows_n);

#endif

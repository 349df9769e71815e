/* A board arranged for people: by task, county, office, leader, chapter or tag.
 * Knows: cells and how they are grouped and counted. Must not know: where they came from,
 * how they are printed.
 *
 * Above a task there is no worst-of: a county, a leader, a chapter show counts of every
 * grade (product.md "Lights are data"). Rates are null, not 0, when nothing was expected.
 */
#ifndef DUBAN_CLIENT_CLI_VIEW_H
#define DUBAN_CLIENT_CLI_VIEW_H

#include "broker/ledger/reporting.h"
#include "client/duban.h"

typedef enum view_by {
    VIEW_TASK,
    VIEW_COUNTY,
    VIEW_OFFICE,
    VIEW_LEADER,
    VIEW_CHAPTER,
    VIEW_TAG,
    VIEW_COUNT
} view_by;

/* One task; pointers are borrowed from the board until its next fold. */
typedef struct view_task {
    const task_words *task;
    const light_cell *light;         /* NULL: none yet */
    const timetable_cell *timetable; /* NULL: none filed */
    const char *lead;                /* name of the first lead, "" when none */
    uint32_t nodes;
    uint32_t nodes_done;
} view_task;

typedef struct view_group {
    const char *name;
    const char *code; /* of an office, "" otherwise */
    uint32_t order;   /* offices by number, leaders by name, chapters as in the plan */
    uint32_t grades[GRADE_COUNT];
    uint32_t lights; /* sum of grades */
    reporting round; /* offices only: the round of view.round */
} view_group;

typedef struct view {
    view_by by;
    const plan_cell *plan;
    uint64_t index;
    int64_t moment_ms;
    bool has_digest;
    hash256 digest;
    uint64_t digest_index;        /* of the last Digest entry up to index; 0: none */
    period round;                 /* the newest round whose window has come */
    uint32_t totals[GRADE_COUNT]; /* over tasks */
    uint32_t tasks_n;
    reporting rates;    /* over all offices in that round */
    view_task *tasks;   /* VIEW_TASK, in the plan's order */
    view_group *groups; /* the others */
    uint32_t groups_n;
} view;

/* DUBAN_E_USAGE when text names no view. */
duban_status view_by_read(const char *text, view_by *out);
const char *view_by_code(view_by by);

/* Arranges a board. DUBAN_E_NOT_FOUND when it holds no plan, DUBAN_E_NO_MEMORY. All
 * borrows from the board and the arena. */
duban_status view_make(duban_board *b, view_by by, arena *a, view *out);

/* Leaves the tasks (VIEW_TASK) that carry the tag, and counts their lights alone. Returns
 * how many are left. */
uint32_t view_keep_tagged(view *v, const char *tag);

/* The grades at which rounds run on by the plan's light table, worst first: what needs
 * attention. Returns how many. */
uint32_t view_running(const plan_cell *plan, grade out[GRADE_COUNT]);

/* The metric with that id of a task, NULL when there is none. */
const metric_words *view_metric(const task_words *task, uint32_t id);

#endif

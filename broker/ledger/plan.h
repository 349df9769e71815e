/* A plan as the ledger holds it: first a draft of chunks, then, published, tasks with
 * metrics, the series and items they ask for, and rounds. Everything is numbered densely;
 * `..._at` and plain uint32_t members named after a thing are positions in these arrays.
 * Knows: shapes and how to find one's way. Must not know: the rules that change them. */
#ifndef DUBAN_BROKER_LEDGER_PLAN_H
#define DUBAN_BROKER_LEDGER_PLAN_H

#include "broker/ledger/board.h"

/* A part of a draft, kept with its bytes until the plan is published. */
typedef struct chunk {
    uint32_t number;
    const task_words *tasks; /* deep copies in texts */
    uint32_t tasks_n;
    span payload; /* copied into texts; empty once the plan is published */
    pool texts;
    pool bytes;
} chunk;

typedef struct light_table {
    uint32_t version; /* 0: none yet */
    light_row rows[LIGHT_ROWS_MAX];
    uint32_t rows_n;
    grade order[GRADE_COUNT]; /* from best to worst; order_n 0: as the enum has them */
    uint32_t order_n;
    grade running_from; /* NONE: yellow */
} light_table;

/* What papers have decided of a task, or of an office's duty in it (paper.h). */
typedef struct plan_mark {
    int32_t closed_day;   /* 0: open */
    int32_t exempt_day;   /* 0: in all rates; else out of them from that day on */
    int32_t extended_day; /* 0: the printed deadline */
    bool fulfilled;
    bool tolerated;
    uint32_t findings; /* confirmed and not reversed */
    uint32_t paper;    /* that decided last */
} plan_mark;

/* A light set by hand (override.h). */
typedef struct plan_override {
    grade grade; /* NONE: none */
    int32_t until_day;
    body_ref reason;
} plan_override;

/* One step of a timetable. */
typedef struct plan_node {
    int32_t day;
    decimal share; /* percent */
    const char *title;
    bool done;
    int32_t done_day;
    uint64_t index; /* of the submission that spoke of it last, 0 for none */
    uint32_t cell;
} plan_node;

typedef struct plan_timetable {
    timetable_state state;
    profile profile;
    uint64_t index; /* of the filing */
    int32_t filed_day;
    body_ref return_reason;
    uint32_t season[12]; /* SEASON: hundredths of a percent */
    plan_node *nodes;    /* node n stands at n - 1 */
    uint32_t nodes_n;
    pool texts;
    uint32_t cell; /* NONE before the first filing */
} plan_timetable;

typedef struct plan_task {
    const task_words *words; /* in force today */
    int32_t from_day;        /* since that day; 0: since the plan began */
    uint32_t metrics_at;     /* its metrics, by id */
    uint32_t duties_at;      /* its duties, ascending by office */
    uint32_t duties_n;
    uint32_t lead;      /* office that collates: the first lead, else the city office */
    uint32_t lead_duty; /* its duty */
    plan_timetable timetable;
    int32_t stated_day; /* data date of the lead's latest statement, 0 for none */
    uint32_t missing;   /* items missing now */
    uint32_t running;   /* newest closed rounds in a row behind by metrics or nodes */
    int32_t wake;       /* the next day on which the clock alone may change a light */
    bool touched;       /* within one apply: its light is to be looked at, */
    bool whole;         /* and all that is behind it */
    uint32_t light;     /* cell */
    round_cell own;     /* its light without what earlier rounds add */
    plan_mark mark;
    plan_override override;
    struct edition *editions; /* amend.h: those replaced, newest first */
    uint32_t editions_n;
    struct project_book *projects; /* project.h: NULL while it has none */
} plan_task;

typedef struct plan_metric {
    const metric_words *words;
    uint32_t task;
    int32_t first_day; /* resolved */
    int32_t deadline;
    uint32_t first_round;    /* of whose values something is expected */
    uint32_t deadline_round; /* the round that covers the deadline, NONE when none does */
    const uint32_t *series;  /* who fills it: one for each split, or the lead's alone */
    uint32_t series_n;
    bool split; /* filled by its splits */
    bool touched;
    uint32_t pace; /* cell */
} plan_metric;

/* The values of one metric filled by one office, round by round. */
typedef struct plan_series {
    uint32_t metric;
    uint32_t duty;
    decimal target;  /* the split's, or the metric's */
    decimal opening; /* the split's own, else the metric's */
    decimal weight;  /* the split's */
    uint32_t pace;   /* cell of the split, NONE when the metric's own cell shows it */
    uint32_t latest; /* round of the newest value that counts, NONE when none does */
    decimal value;   /* that value: to date when cumulative */
    int32_t day;     /* its data date */
    /* succession (docs/decisions/0011): an ended office's series goes on with `heir`;
     * from joined_round on a series states its own and what its predecessors stated */
    uint32_t heir;         /* office, 0: none */
    uint32_t heir_round;   /* the heir's first */
    int32_t joined_day;    /* 0: it took nothing over; of several, the latest */
    uint32_t joined_round; /* that holds joined_day; of several, the latest */
} plan_series;

/* What one office owes in one task: one item a round. */
typedef struct plan_duty {
    uint32_t task;
    uint32_t office;
    uint32_t page;
    uint32_t series_at;  /* its series of today, ascending by metric, */
    uint32_t series_n;   /* so many, */
    uint32_t series_all; /* and behind them those asked in earlier periods only */
    uint32_t missing;    /* rounds missing and not made up */
    uint32_t missed;     /* newest closed rounds in a row whose window it let pass */
    uint32_t running;    /* newest closed rounds in a row at yellow or worse */
    bool touched;
    uint32_t light; /* cell */
    round_cell own;
    plan_mark mark;
    plan_override override;
    /* called in: owed, whatever the task's words say, in periods that end on or after
     * from_day and before until_day (0: open) */
    bool called_in;
    int32_t from_day;
    int32_t until_day;
    bool over;     /* it owes nothing in the running periods */
    uint32_t cell; /* CELL_DUTY, NONE while there is nothing to say */
} plan_duty;

typedef struct plan_round {
    period period;
    int32_t last_day;
    int32_t open_day;
    int32_t close_day;
    uint32_t
        *items; /* cell of each duty's item, NONE where none is owed; NULL: not begun */
    uint32_t *values; /* cell of each series' value, NONE while there is none */
} plan_round;

typedef struct plan {
    uint32_t number;
    const char *code; /* in texts */
    pool texts;
    chunk *chunks; /* ascending by number */
    uint32_t chunks_n;
    uint32_t chunks_room;
    light_table lights;
    page draft_page; /* its only page while it is a draft; it holds no cells */

    bool published; /* what follows is there */
    int32_t published_day;
    plan_publish_words words;
    plan_task *tasks; /* task n stands at n - 1 */
    uint32_t tasks_n;
    plan_metric *metrics;
    uint32_t metrics_n;
    plan_series *series;
    uint32_t series_n;
    plan_duty *duties;
    uint32_t duties_n;
    plan_round *rounds;
    uint32_t rounds_n;
    uint32_t rounds_begun;  /* the first so many have begun, */
    uint32_t rounds_closed; /* of these the first so many are over */
    int32_t items_wake;     /* the next day on which single items wait for the clock */
    pool body;
    board board;
    uint32_t cell; /* of the plan */

    /* what later events add; NULL until the first of them */
    struct form_book *forms;       /* form.h */
    struct paper_book *papers;     /* paper.h */
    struct check_table *checks;    /* checks.h */
    struct weight_table *weights;  /* weights.h */
    struct release_book *releases; /* release.h */
    struct filler_book *fillers;   /* filler.h */
    basis_kind basis;              /* on which it is measured; reported but in a view */
    bool refers;                   /* some metric is compared with another */
    struct coming *coming;         /* amend.h: editions whose day lies ahead, in order */
} plan;

void plan_free(plan *p, const ledger_allocator *m);
/* Forgets what was compiled for a publication. */
void plan_free_body(plan *p, const ledger_allocator *m);

/* Each gives a position or NONE. */
uint32_t plan_find_task(const plan *p, uint32_t id);
uint32_t plan_find_metric(const plan *p, uint32_t task, uint32_t id);
uint32_t plan_find_duty(const plan *p, uint32_t task, uint32_t office);
uint32_t plan_find_series(const plan *p, uint32_t duty, uint32_t metric);
uint32_t plan_find_round(const plan *p, period value);
/* The round that holds that day. */
uint32_t plan_round_of_day(const plan *p, int32_t day);

bool plan_is_lead(const plan *p, uint32_t task, uint32_t office);
/* The task as it read on that day; NULL before it was added. */
const task_words *plan_task_on(const plan_task *t, int32_t day);
/* Whether these words ask that office for that metric. */
bool plan_words_ask(const task_words *t, uint32_t metric, uint32_t office);
/* Whether the series is to be filled in that round. */
bool plan_asks(const plan *p, uint32_t series, uint32_t round);
/* Whether that duty owes an item in that round, and of how many metrics. The period's
 * last day decides which edition of the task holds. */
bool plan_owes(const plan *p, uint32_t duty, uint32_t round, uint32_t *metrics);
/* The same whatever was closed, exempted or taken off the board since. */
bool plan_bound(const plan *p, uint32_t duty, uint32_t round);
/* Whether nothing is left to say of that duty: it is over, its windows have closed and
 * nothing is missing. */
bool plan_duty_past(const plan *p, uint32_t duty);
static inline bool plan_no_timetable(const plan_task *t) {
    return t->timetable.state != TIMETABLE_ACCEPTED;
}
/* Its words as they were in force on that day; where there was no target to be measured
 * against on that day, those of today. */
const metric_words *plan_metric_on(const plan *p, uint32_t metric, int32_t day);
/* What that office was to reach on that day; where it was asked for nothing, or what it
 * states includes what others stated then, the target of today. */
decimal plan_target_on(const plan *p, uint32_t series, int32_t day);
/* Whether its cells carry the marks that plans of the first release had not: made_up and
 * accepted_index. A plan says so by stating its shape; others keep every byte. */
static inline bool plan_marks(const plan *p) {
    return p->words.shape != PLAN_SHAPE_NONE;
}
/* A standing task has no end unless one is printed: nothing of it is ever overdue. */
static inline bool plan_standing(const plan *p, const plan_task *t) {
    return plan_marks(p) && t->words->kind == TASK_STANDING && t->words->deadline == 0;
}
static inline bool plan_endless(const plan *p, const plan_metric *metric) {
    return plan_standing(p, &p->tasks[metric->task]) && metric->words->deadline == 0;
}
static inline uint32_t plan_office_of(const plan *p, uint32_t series) {
    return p->duties[p->series[series].duty].office;
}

#endif

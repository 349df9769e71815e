/* The cells of a board as plain structs. Read it through words.h, whose rules of
 * ownership hold here too.
 * Knows: shapes and units. Must not know: which rule fills them. */
#ifndef DUBAN_PROTO_CELL_WORDS_H
#define DUBAN_PROTO_CELL_WORDS_H

#include "proto/payload_words.h"

typedef enum cell_kind {
    CELL_NONE,
    CELL_PLAN,
    CELL_OFFICE,
    CELL_TASK,
    CELL_TIMETABLE,
    CELL_NODE,
    CELL_ITEM,
    CELL_VALUE,
    CELL_PACE,
    CELL_LIGHT,
    CELL_ROUND,
    CELL_EDITION,
    CELL_DUTY,
    CELL_PAPER,
    CELL_PROJECT,
    CELL_POST,
    CELL_TABLE,
    CELL_RELEASE,
    CELL_COUNT
} cell_kind;

/* What names a cell within its plan; members its kind does not use are 0. */
typedef struct cell_name {
    cell_kind kind;
    uint32_t task;
    uint32_t metric;
    uint32_t office;
    uint32_t node;
    period period;
} cell_name;

typedef struct plan_cell {
    const char *code;
    const char *title;
    int32_t first_day;
    int32_t last_day;
    period_kind cycle;
    int32_t window_first;
    int32_t window_last;
    bool zones_inside_counties;
    uint32_t lights_version;
    bool drill;
    int32_t day;
    uint32_t rules_version;
    plan_shape shape;
    bool locks;
    uint32_t review_days;
    bool two_persons;
    uint32_t cutoff_days;
    const grade *order; /* of its light table, from best to worst; none: the enum's */
    uint32_t order_n;
    grade running_from; /* of its light table; NONE where it does not say */
} plan_cell;

typedef struct timetable_cell {
    timetable_state state;
    profile profile;
    uint64_t index;
    uint32_t nodes;
    int32_t filed_day;
    body_ref return_reason; /* of the latest filing, when it was returned */
} timetable_cell;

typedef struct node_cell {
    int32_t day;
    decimal share;
    const char *title;
    bool done;
    int32_t done_day;
    bool overdue;
} node_cell;

typedef struct item_cell {
    item_state state;
    int32_t open_day;
    int32_t close_day;
    bool missing;
    bool late;
    int64_t first_ms;
    uint64_t index;
    uint32_t owed;
    uint32_t reported;
    uint32_t returns;
    body_ref text;
    body_ref return_reason;
    bool nil;
    bool no_change;
    bool withdrawn;
    bool made_up;
    int32_t review_day;
    bool unreviewed;
    int32_t unlocked_until;
    uint64_t accepted_index;
} item_cell;

typedef struct value_cell {
    uint64_t index;
    decimal amount;
    value_mode mode;
    int32_t data_date;
    vintage vintage;
    bool to_date_known;
    decimal to_date;
    bool this_period_known;
    decimal this_period;
    uint32_t by;
    uint32_t corrections;
    decimal denominator;
    uint64_t accepted_index;
    decimal accepted;
    uint64_t verified_index;
    decimal verified;
    confirm_answer answer;
    body_ref comment;
    int32_t embargo_day;
    decimal accepted_denominator;
    decimal verified_denominator;
    body_ref answer_reason;
} value_cell;

typedef struct pace_cell {
    decimal target;
    bool has_value;
    decimal value;
    int32_t day;
    bool has_margin;
    decimal margin;
    bool has_share;
    decimal actual;
    decimal expected;
    bool met;
    uint32_t parts;
    uint32_t parts_reported;
    grade grade;
    cause cause;
    uint32_t lights_row;
    bool stretch_met;
} pace_cell;

typedef struct light_cell {
    grade grade;
    cause cause;
    uint32_t metric;
    uint32_t node;
    uint32_t charged;
    uint32_t missing;
    uint32_t running;
    bool has_margin;
    decimal margin;
    int32_t due;
    uint32_t metrics_met;
    uint32_t metrics;
    uint32_t lights_version;
    uint32_t lights_row;
    int32_t since_day;
    grade computed;
    body_ref override_reason;
    int32_t override_until;
    uint32_t paper;
    int32_t extended_from;
} light_cell;

typedef struct round_cell {
    grade grade;
    cause cause;
} round_cell;

typedef struct edition_cell {
    task_words task;
    int32_t day;
    uint64_t index;
    const char *document;
    const char *approver;
    body_ref reason;
} edition_cell;

typedef struct duty_filler {
    uint32_t metric;
    uint32_t filler;
    bool source;
} duty_filler;

typedef struct duty_cell {
    duty_why why;
    int32_t from_day;
    int32_t until_day;
    uint32_t from_office;
    const char *assigned;
    int32_t assigned_day;
    const duty_filler *fillers;
    uint32_t fillers_n;
    int32_t exempt_day;
} duty_cell;

typedef struct paper_cell {
    const char *form;
    const char *state;
    const char *title;
    const uint32_t *tasks;
    uint32_t tasks_n;
    const uint32_t *offices;
    uint32_t offices_n;
    uint32_t opener;
    int32_t opened_day;
    int32_t since_day;
    int32_t limit_day;
    bool breached;
    uint32_t breaches;
    const char *document;
    const char *authority;
    uint64_t index;
    uint32_t refers;
    int32_t day;
    uint64_t last;
    uint32_t acts;
    bool ended;
    effect_kind effect;
    bool hidden;
    body_ref text;
    uint64_t opened;
} paper_cell;

typedef struct project_cell {
    const char *title;
    uint32_t office;
    const char *unit;
    decimal total;
    decimal annual;
    const gate_words *gates;
    uint32_t gates_n;
    stage_kind stage;
    const gate_words *reached;
    uint32_t reached_n;
    decimal invested;
    int32_t data_date;
    uint64_t index;
    body_ref text;
} project_cell;

typedef struct table_version_cell {
    uint32_t version;
    uint64_t index;
} table_version_cell;

typedef struct release_cell {
    const char *code;
    int32_t day;
} release_cell;

/* One cell. Strings and arrays in it are borrowed from the ledger until its next apply,
 * or from the arena it was read into. */
typedef struct cell {
    cell_name name;
    bool withheld; /* in a frame: not for this reader now; it holds nothing */
    uint64_t changed;
    union {
        plan_cell plan;
        office_words office;
        task_words task;
        timetable_cell timetable;
        node_cell node;
        item_cell item;
        value_cell value;
        pace_cell pace;
        light_cell light;
        round_cell round;
        edition_cell edition;
        duty_cell duty;
        paper_cell paper;
        project_cell project;
        post_words post;
        table_version_cell table;
        release_cell release;
    };
} cell;

#endif

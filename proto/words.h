/* The words of duban.proto as plain structs: what the ledger, the broker and the client
 * speak among themselves. Enum values are those of duban.proto.
 * Knows: shapes and units. Must not know: bytes on a wire, protobuf-c, keys, files.
 *
 * Ownership: every pointer in these structs is borrowed from the arena or the buffer it
 * was read from (codec.h) and lives as long as that. Strings end in NUL and hold valid
 * UTF-8; an absent string is "". Counts are `x_n` beside the array `x`. */
#ifndef DUBAN_PROTO_WORDS_H
#define DUBAN_PROTO_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "proto/hash.h"
#include "proto/limits.h"
#include "proto/period.h"
#include "proto/status.h"

typedef struct span {
    const uint8_t *data;
    size_t size;
} span;

/* --- enums, as in duban.proto ------------------------------------------------------- */

typedef enum algorithm { ALGORITHM_NONE, ALGORITHM_ED25519 } algorithm;

typedef enum event_kind {
    KIND_NONE,
    KIND_GENESIS,
    KIND_OFFICES,
    KIND_KEYS,
    KIND_CALENDAR,
    KIND_PLAN_CHUNK,
    KIND_PLAN_PUBLISH,
    KIND_LIGHTS,
    KIND_TIMETABLE,
    KIND_TIMETABLE_REVIEW,
    KIND_SUBMISSION,
    KIND_REVIEW,
    KIND_CLOCK,
    KIND_TIME,
    KIND_DIGEST,
    KIND_CONFLICT,
    KIND_COUNT
} event_kind;

typedef enum office_kind {
    OFFICE_NONE,
    OFFICE_CITY,
    OFFICE_COUNTY,
    OFFICE_ZONE,
    OFFICE_DEPARTMENT,
    OFFICE_INSTITUTION,
    OFFICE_PARTY,
    OFFICE_JUDICIAL,
    OFFICE_CENTRAL,
    OFFICE_COLLEGE,
    OFFICE_COMPANY,
    OFFICE_MASS,
    OFFICE_GROUP,
    OFFICE_KIND_COUNT
} office_kind;

typedef enum task_kind {
    TASK_NONE,
    TASK_INDICATOR,
    TASK_MILESTONE,
    TASK_POLICY,
    TASK_LIVELIHOOD,
    TASK_ACTION_PLAN,
    TASK_STANDING,
    TASK_KIND_COUNT
} task_kind;

typedef enum comparator {
    COMPARATOR_NONE,
    COMPARATOR_COUNT,
    COMPARATOR_AT_LEAST,
    COMPARATOR_AT_MOST,
    COMPARATOR_BETWEEN,
    COMPARATOR_ABOUT,
    COMPARATOR_EXACTLY,
    COMPARATOR_YES_NO,
    COMPARATOR_FLOOR_STRETCH,
    COMPARATOR_REFERENCE,
    COMPARATOR_PENDING,
    COMPARATOR_COUNT_OF
} comparator;

typedef enum nature {
    NATURE_NONE,
    NATURE_CUMULATIVE,
    NATURE_LEVEL,
    NATURE_RATE,
    NATURE_RANK,
    NATURE_BOOLEAN,
    NATURE_COUNT
} nature;

typedef enum strength {
    STRENGTH_NONE,
    STRENGTH_BINDING,
    STRENGTH_EXPECTED,
    STRENGTH_STRIVING,
    STRENGTH_COUNT
} strength;

typedef enum rollup {
    ROLLUP_NONE,
    ROLLUP_SUM,
    ROLLUP_COUNT_MET,
    ROLLUP_LEAD_ONLY,
    ROLLUP_COUNT
} rollup;

typedef enum grade {
    GRADE_NONE,
    GRADE_DONE,
    GRADE_GREEN,
    GRADE_GREY,
    GRADE_BLUE,
    GRADE_YELLOW,
    GRADE_RED,
    GRADE_COUNT
} grade; /* in order of severity */

typedef enum cause {
    CAUSE_NONE,
    CAUSE_MET,
    CAUSE_ON_PACE,
    CAUSE_NO_TIMETABLE,
    CAUSE_NO_DATA,
    CAUSE_DUE_SOON,
    CAUSE_BEHIND,
    CAUSE_MISSING,
    CAUSE_OVERDUE,
    CAUSE_RUNNING,
    CAUSE_COUNT
} cause;

typedef enum profile {
    PROFILE_NONE,
    PROFILE_NODES,
    PROFILE_EVEN,
    PROFILE_YEAR_END,
    PROFILE_COUNT
} profile;

typedef enum value_mode {
    MODE_NONE,
    MODE_TO_DATE,
    MODE_THIS_PERIOD,
    MODE_COUNT
} value_mode;

typedef enum vintage {
    VINTAGE_NONE,
    VINTAGE_PRELIMINARY,
    VINTAGE_REVISED,
    VINTAGE_FINAL,
    VINTAGE_COUNT
} vintage;

typedef enum timetable_state {
    TIMETABLE_NONE,
    TIMETABLE_FILED,
    TIMETABLE_ACCEPTED,
    TIMETABLE_RETURNED
} timetable_state;

typedef enum item_state {
    ITEM_NONE,
    ITEM_DUE,
    ITEM_PARTIAL,
    ITEM_SUBMITTED,
    ITEM_RETURNED,
    ITEM_RESUBMITTED,
    ITEM_ACCEPTED
} item_state;

/* --- signed ------------------------------------------------------------------------- */

/* The head of a Signed and its payload's bytes. */
typedef struct signed_words {
    const char *context;
    const char *origin;
    event_kind kind;
    algorithm algorithm;
    uint32_t office;
    uint32_t key;
    uint64_t number;
    span payload;
} signed_words;

/* --- payloads ----------------------------------------------------------------------- */

/* present is false when no body is referred to. */
typedef struct body_ref {
    bool present;
    hash256 hash;
    uint32_t size;
    const char *media;
} body_ref;

typedef struct office_words {
    uint32_t number;
    const char *code;
    const char *name;
    const char *const *aliases;
    uint32_t aliases_n;
    office_kind kind;
    uint32_t parent;
    const uint32_t *members;
    uint32_t members_n;
} office_words;

typedef struct genesis_words {
    const char *origin;
    int32_t utc_offset_minutes;
    office_words city;
    uint8_t root_key[32];
    uint8_t broker_key[32];
    algorithm algorithm;
    uint32_t rules_version;
    bool drill;
    int64_t created_ms;
} genesis_words;

typedef struct key_words {
    uint32_t number;
    uint32_t office;
    algorithm algorithm;
    uint8_t public_key[32];
    bool revoked;
} key_words;

typedef struct calendar_words {
    uint32_t year;
    const int32_t *days_off;
    uint32_t days_off_n;
    const int32_t *working_days;
    uint32_t working_days_n;
} calendar_words;

typedef struct metric_words {
    uint32_t id;
    const char *label;
    comparator comparator;
    decimal target;
    decimal target_max;
    decimal tolerance; /* percent; 5 when it was absent */
    bool strict;
    const char *unit;
    nature nature;
    strength strength;
    rollup rollup;
    const char *definition;
    int32_t first_day; /* 0: the plan's */
    int32_t deadline;  /* 0: the task's */
    decimal opening;
    bool splits_complete;
} metric_words;

typedef struct split_words {
    uint32_t metric;
    uint32_t office;
    decimal value;
} split_words;

typedef struct task_words {
    uint32_t id;
    const char *number;
    const char *chapter;
    const char *section;
    const char *title;
    task_kind kind;
    const char *const *leaders;
    uint32_t leaders_n;
    const uint32_t *leads;
    uint32_t leads_n;
    const uint32_t *responsible;
    uint32_t responsible_n;
    bool responsible_open;
    const char *const *tags;
    uint32_t tags_n;
    int32_t deadline;
    const metric_words *metrics;
    uint32_t metrics_n;
    const split_words *splits;
    uint32_t splits_n;
} task_words;

typedef struct plan_chunk_words {
    uint32_t plan;
    const char *code;
    uint32_t chunk;
    const task_words *tasks;
    uint32_t tasks_n;
} plan_chunk_words;

typedef struct plan_publish_words {
    uint32_t plan;
    const char *code;
    const char *title;
    int32_t first_day;
    int32_t last_day;
    period_kind cycle;
    int32_t window_first;
    int32_t window_last;
    bool zones_inside_counties;
    uint32_t chunks;
    hash256 hash;
} plan_publish_words;

typedef struct light_row {
    grade grade;
    cause cause;
    nature nature;
    bool has_margin_below;
    decimal margin_below;
    uint32_t due_within;
    uint32_t missing_min;
    uint32_t running_min;
    bool overdue;
    bool met;
    bool no_timetable;
    bool no_data;
} light_row;

typedef struct lights_words {
    uint32_t plan;
    uint32_t version;
    const light_row *rows;
    uint32_t rows_n;
} lights_words;

typedef struct node_words {
    uint32_t id;
    int32_t day;
    decimal share; /* percent */
    const char *title;
} node_words;

typedef struct timetable_words {
    uint32_t plan;
    uint32_t task;
    profile profile;
    const node_words *nodes;
    uint32_t nodes_n;
    body_ref responsible;
} timetable_words;

typedef struct timetable_review_words {
    uint32_t plan;
    uint32_t task;
    uint64_t index;
    bool accepted;
    body_ref reason;
} timetable_review_words;

typedef struct value_words {
    uint32_t metric;
    decimal amount;
    value_mode mode;
    const char *unit;
    int32_t data_date;
    vintage vintage;
} value_words;

typedef struct node_state_words {
    uint32_t node;
    bool done;
    int32_t done_day;
} node_state_words;

typedef struct text_words {
    body_ref progress;
    body_ref problem;
    body_ref next;
    bool no_change;
} text_words;

typedef enum statement_kind {
    STATEMENT_NONE,
    STATEMENT_VALUE,
    STATEMENT_NODE,
    STATEMENT_TEXT,
    STATEMENT_NIL
} statement_kind;

typedef struct statement_words {
    uint32_t task;
    uint32_t office; /* 0: the signer's */
    period period;
    statement_kind kind;
    union {
        value_words value;
        node_state_words node;
        text_words text;
        body_ref nil_reason;
    };
    uint64_t supersedes;
} statement_words;

typedef struct submission_words {
    uint32_t plan;
    const statement_words *statements;
    uint32_t statements_n;
    body_ref reason;
    const body_ref *evidence;
    uint32_t evidence_n;
    const char *filler;
} submission_words;

typedef struct review_words {
    uint32_t plan;
    uint32_t task;
    uint32_t office;
    period period;
    uint64_t index;
    bool accepted;
    body_ref reason;
} review_words;

typedef struct digest_words {
    uint64_t index;
    hash256 digest;
    uint32_t pages;
} digest_words;

typedef struct conflict_words {
    uint32_t key;
    uint64_t number;
    uint64_t index;
    hash256 hash;
} conflict_words;

/* One decoded entry: who signed, which number, what it says. What the ledger checks and
 * applies. */
typedef struct event {
    event_kind kind;
    uint32_t office;
    uint32_t key;
    uint64_t number;
    hash256
        mark; /* second half of the signature: tells "the same bytes again" from others */
    span payload; /* the payload's bytes, hashed over a plan's chunks */
    union {
        genesis_words genesis;
        struct {
            const office_words *offices;
            uint32_t offices_n;
        } offices;
        struct {
            const key_words *keys;
            uint32_t keys_n;
        } keys;
        calendar_words calendar;
        plan_chunk_words plan_chunk;
        plan_publish_words plan_publish;
        lights_words lights;
        timetable_words timetable;
        timetable_review_words timetable_review;
        submission_words submission;
        review_words review;
        int32_t clock_day;
        int64_t time_moment_ms;
        digest_words digest;
        conflict_words conflict;
    };
} event;

/* --- cells -------------------------------------------------------------------------- */

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
} light_cell;

typedef struct round_cell {
    grade grade;
    cause cause;
} round_cell;

/* One cell. Strings and arrays in it are borrowed from the ledger until its next apply,
 * or from the arena it was read into. */
typedef struct cell {
    cell_name name;
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
    };
} cell;

/* --- wire --------------------------------------------------------------------------- */

typedef struct body_words {
    uint8_t salt[BODY_SALT_SIZE];
    span bytes;
} body_words;

typedef struct submit_words {
    span signed_bytes;
    span signature;
    const body_words *bodies;
    uint32_t bodies_n;
} submit_words;

/* index 0 and no root: nothing was seen. */
typedef struct cursor {
    const char *origin;
    uint64_t index;
    bool has_root;
    hash256 root;
} cursor;

typedef struct feed_request {
    const char *plan;
    cursor cursor;
    uint32_t wait_ms;
} feed_request;

typedef enum as_of_kind { AS_OF_HEAD, AS_OF_INDEX, AS_OF_MOMENT } as_of_kind;

typedef struct board_request {
    const char *plan;
    as_of_kind as_of;
    uint64_t index;
    int64_t moment_ms;
    int32_t day;
    uint64_t after;
    uint32_t skip;
} board_request;

typedef struct entries_request {
    uint64_t from;
    uint32_t max;
    bool slice;
    uint32_t office;
} entries_request;

typedef enum request_kind {
    REQUEST_NONE,
    REQUEST_SUBMIT,
    REQUEST_INFO,
    REQUEST_FEED,
    REQUEST_BOARD,
    REQUEST_ENTRIES,
    REQUEST_BODY,
    REQUEST_RECEIPT
} request_kind;

typedef struct request_words {
    request_kind kind;
    union {
        submit_words submit;
        span info_public_key;
        feed_request feed;
        board_request board;
        entries_request entries;
        hash256 body_hash;
        struct {
            uint32_t key;
            uint64_t number;
        } receipt;
    };
} request_words;

typedef struct receipt_words {
    uint64_t index;
    hash256 leaf;
    int64_t received_ms;
    const char *checkpoint;
    bool again;
    span entry_head;
} receipt_words;

typedef struct plan_info {
    uint32_t number;
    const char *code;
    const char *title;
    bool published;
} plan_info;

typedef struct info_words {
    const char *origin;
    uint64_t head;
    const char *checkpoint;
    int32_t day;
    int64_t now_ms;
    bool drill;
    uint32_t rules_version;
    const char *broker_version;
    const plan_info *plans;
    uint32_t plans_n;
    uint32_t office;
    uint32_t key;
    uint64_t last_number;
    bool revoked;
    hash256 digest;
    uint32_t offices;
    uint32_t keys;
    uint64_t readers;
    uint64_t inbox;
    const char *log_vkey;
    int32_t utc_offset_minutes;
} info_words;

typedef struct frame_words {
    const char *origin;
    const char *plan;
    uint64_t prev;
    uint64_t to;
    uint64_t head;
    bool has_root;
    hash256 root;
    bool fetch;
    const cell *cells;
    uint32_t cells_n;
    uint32_t left;
    bool has_digest;
    hash256 digest;
    int64_t moment_ms;
} frame_words;

typedef struct entries_words {
    const span *entries;
    uint32_t entries_n;
    uint64_t next;
    uint64_t head;
} entries_words;

typedef enum reply_kind {
    REPLY_NONE,
    REPLY_RECEIPT,
    REPLY_INFO,
    REPLY_FRAME,
    REPLY_ENTRIES,
    REPLY_BODY
} reply_kind;

typedef struct reply_words {
    duban_refusal refusal; /* status DUBAN_OK when done */
    uint32_t retry_ms;
    reply_kind kind;
    union {
        receipt_words receipt;
        info_words info;
        frame_words frame;
        entries_words entries;
        body_words body;
    };
} reply_words;

#endif

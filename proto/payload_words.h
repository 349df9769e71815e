/* What offices sign, as plain structs. Read it through words.h, whose rules of ownership
 * hold here too.
 * Knows: shapes and units. Must not know: bytes on a wire. */
#ifndef DUBAN_PROTO_PAYLOAD_WORDS_H
#define DUBAN_PROTO_PAYLOAD_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "proto/enums.h"
#include "proto/hash.h"
#include "proto/limits.h"
#include "proto/period.h"
#include "proto/sign.h"
#include "proto/status.h"

typedef struct span {
    const uint8_t *data;
    size_t size;
} span;

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
    bool outside;
    int32_t ended_day;
    const uint32_t *successors;
    uint32_t successors_n;
    const char *const *formerly;
    uint32_t formerly_n;
} office_words;

typedef struct genesis_words {
    const char *origin;
    int32_t utc_offset_minutes;
    office_words city;
    uint8_t root_key[SIGN_PUBLIC_MAX];    /* sign_public_size(algorithm) of them */
    uint8_t broker_key[SIGN_PUBLIC_SIZE]; /* Ed25519 always */
    algorithm algorithm;                  /* the root key's */
    uint32_t rules_version;
    bool drill;
    int64_t created_ms;
} genesis_words;

typedef struct key_words {
    uint32_t number;
    uint32_t office;
    algorithm algorithm;
    uint8_t public_key[SIGN_PUBLIC_MAX]; /* sign_public_size(algorithm) of them */
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
    decimal stretch;
    uint32_t reference_task;
    uint32_t reference_metric;
    bool reference_below;
    uint32_t source;
    const char *release;
    uint32_t release_days;
    decimal ratio_scale; /* 0: 1 */
    visibility visibility;
} metric_words;

typedef struct split_words {
    uint32_t metric;
    uint32_t office;
    decimal value;
    decimal opening;
    decimal weight;
} split_words;

typedef struct gate_words {
    stage_kind stage;
    int32_t day;
} gate_words;

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
    visibility visibility;
    uint32_t carried_plan;
    uint32_t carried_task;
    const char *asked_by;
    const gate_words *gates;
    uint32_t gates_n;
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
    plan_shape shape;
    bool locks;
    uint32_t review_days;
    bool two_persons;
    uint32_t cutoff_days;
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
    bool has_margin_from;
    decimal margin_from;
    bool finding;
    bool closed;
    bool exempt;
    bool tolerated;
} light_row;

typedef struct lights_words {
    uint32_t plan;
    uint32_t version;
    const light_row *rows;
    uint32_t rows_n;
    const grade *order; /* from best to worst */
    uint32_t order_n;
    grade running_from;
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
    const uint32_t *season; /* hundredths of a percent */
    uint32_t season_n;
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
    body_ref comment;
    decimal denominator;
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
    const char *reviewer;
    const char *signer;
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

typedef struct amendment_words {
    uint32_t plan;
    task_words task;
    int32_t day;
    body_ref reason;
    const char *document;
    const char *approver;
} amendment_words;

typedef struct splitting_words {
    uint32_t plan;
    uint32_t task;
    uint32_t metric;
    const split_words *splits;
    uint32_t splits_n;
    bool complete;
    int32_t day;
    body_ref reason;
} splitting_words;

typedef struct call_in_words {
    uint32_t plan;
    uint32_t task;
    const uint32_t *offices;
    uint32_t offices_n;
    int32_t day;
    bool ended;
    body_ref reason;
} call_in_words;

typedef struct filler_words {
    uint32_t plan;
    uint32_t task;
    uint32_t metric;
    uint32_t office;
    uint32_t filler;
    bool source;
} filler_words;

typedef struct confirmation_words {
    uint32_t plan;
    uint32_t task;
    uint32_t metric;
    period period;
    uint64_t index;
    bool objects;
    body_ref reason;
} confirmation_words;

typedef struct assignment_words {
    uint32_t plan;
    uint32_t task;
    const char *code;
    int32_t day;
} assignment_words;

typedef struct office_change_words {
    uint32_t office;
    office_act act;
    int32_t day;
    const char *name;
    uint32_t parent;
    const uint32_t *successors;
    uint32_t successors_n;
    const char *document;
    body_ref reason;
} office_change_words;

typedef struct post_words {
    uint32_t number;
    const char *code;
    const char *title;
    int32_t from_day;
    int32_t until_day;
    body_ref holder;
} post_words;

typedef struct posts_words {
    const post_words *posts;
    uint32_t posts_n;
} posts_words;

typedef struct release_words {
    uint32_t plan;
    const char *code;
    period period;
    int32_t day;
} release_words;

typedef struct unlock_words {
    uint32_t plan;
    uint32_t task;
    uint32_t office;
    period period;
    int32_t until_day;
    const char *code;
    body_ref reason;
} unlock_words;

typedef struct override_words {
    uint32_t plan;
    uint32_t task;
    uint32_t office;
    grade grade;
    int32_t until_day;
    body_ref reason;
} override_words;

typedef struct form_state {
    const char *code;
    const char *zh;
    const char *en;
    bool ended;
    uint32_t limit_days;
    const char *breach_state;
    const char *breach_form;
    effect_kind effect;
    bool hidden;
} form_state;

typedef struct form_act {
    const char *code;
    const char *zh;
    const char *en;
    const char *from;
    const char *to;
    const relation_kind *by;
    uint32_t by_n;
    const need_kind *needs;
    uint32_t needs_n;
} form_act;

typedef struct form_trigger {
    const grade *grades;
    uint32_t grades_n;
    cause cause;
    uint32_t missing_min;
    uint32_t running_min;
    bool of_offices;
    bool outside;
    uint32_t again_days;
} form_trigger;

typedef struct form_words {
    const char *code;
    const char *zh;
    const char *en;
    const form_state *states;
    uint32_t states_n;
    const form_act *acts;
    uint32_t acts_n;
    const form_trigger *triggers;
    uint32_t triggers_n;
    const char *proposed;
} form_words;

typedef struct forms_words {
    uint32_t plan;
    uint32_t version;
    const form_words *forms;
    uint32_t forms_n;
} forms_words;

typedef struct paper_words {
    uint32_t plan;
    uint32_t paper;
    const char *form;
    const char *act;
    const char *title;
    const uint32_t *tasks;
    uint32_t tasks_n;
    const uint32_t *offices;
    uint32_t offices_n;
    int32_t day;
    int32_t limit_day;
    const char *document;
    const char *authority;
    uint64_t index;
    uint32_t refers;
    body_ref text;
    const body_ref *evidence;
    uint32_t evidence_n;
} paper_words;

typedef struct role_row {
    event_kind kind;
    relation_kind by;
    bool not_own;
} role_row;

typedef struct roles_words {
    uint32_t version;
    const role_row *rows;
    uint32_t rows_n;
} roles_words;

typedef struct check_row_words {
    severity severity;
    check_test test;
    uint32_t task;
    uint32_t metric;
    uint32_t other;
    bool has_low;
    decimal low;
    bool has_high;
    decimal high;
    uint32_t history_min;
    const char *zh;
    const char *en;
} check_row_words;

typedef struct checks_words {
    uint32_t plan;
    uint32_t version;
    const check_row_words *rows;
    uint32_t rows_n;
} checks_words;

typedef struct rank_group {
    const char *zh;
    const char *en;
    const office_kind *kinds;
    uint32_t kinds_n;
} rank_group;

typedef struct weight_row {
    uint32_t task;
    uint32_t metric;
    decimal weight;
} weight_row;

typedef struct weights_words {
    uint32_t plan;
    uint32_t version;
    const weight_row *rows;
    uint32_t rows_n;
    const rank_group *groups;
    uint32_t groups_n;
    bool has_least;
    decimal least;
    bool has_most;
    decimal most;
} weights_words;

typedef struct project_words {
    uint32_t plan;
    uint32_t task;
    uint32_t project;
    const char *title;
    uint32_t office;
    const char *unit;
    bool has_total;
    decimal total;
    bool has_annual;
    decimal annual;
    const gate_words *gates;
    uint32_t gates_n;
    stage_kind stage;
    int32_t stage_day;
    bool has_invested;
    decimal invested;
    int32_t data_date;
    body_ref text;
} project_words;

typedef struct verification_words {
    uint32_t plan;
    uint32_t task;
    uint32_t metric;
    uint32_t office;
    period period;
    uint64_t index;
    decimal value;
    body_ref text;
    const char *document;
    decimal denominator;
} verification_words;

typedef struct redaction_words {
    uint64_t index;
    const char *document;
} redaction_words;

/* challenge is CHALLENGE_SIZE bytes. */
typedef struct session_words {
    span challenge;
    right_kind right;
    const char *purpose;
} session_words;

typedef struct access_row {
    uint32_t office;
    right_kind right;
    int32_t until_day;
} access_row;

typedef struct access_words {
    const access_row *rows;
    uint32_t rows_n;
    const char *document;
} access_words;

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
        amendment_words amendment;
        splitting_words splitting;
        call_in_words call_in;
        filler_words filler;
        confirmation_words confirmation;
        assignment_words assignment;
        office_change_words office_change;
        posts_words posts;
        release_words release;
        unlock_words unlock;
        override_words override;
        forms_words forms;
        paper_words paper;
        roles_words roles;
        checks_words checks;
        weights_words weights;
        project_words project;
        verification_words verification;
        redaction_words redaction;
        session_words session;
        access_words access;
    };
} event;

#endif

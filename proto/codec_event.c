#include "proto/codec.h"

#include <string.h>

#include "proto/codec_internal.h"

static bool body_present(const void *words) {
    return ((const body_ref *)words)->present;
}

static void body_blank(void *words) {
    ((body_ref *)words)->media = "";
}

static duban_status body_found(const reader *in, const ProtobufCMessage *message,
                               void *words) {
    (void)in;
    (void)message;
    ((body_ref *)words)->present = true;
    return DUBAN_OK;
}

static const field_rule rule_body_ref_fields[] = {
    FIELD(1, FIXED, body_ref, hash, MAX(HASH_SIZE), REQUIRED),
    FIELD(2, PLAIN, body_ref, size, MAX(BODY_SIZE_MAX)),
    FIELD(3, TEXT, body_ref, media, MAX(NAME_SIZE_MAX)),
};
RULES(rule_body_ref, body_ref, body_ref, .present = body_present, .blank = body_blank,
      .check = body_found);

/* --- genesis, offices, keys, calendar ----------------------------------------------- */

static const field_rule rule_office_fields[] = {
    FIELD(1, PLAIN, office_words, number),
    FIELD(2, CODE, office_words, code, MAX(CODE_SIZE_MAX), REQUIRED),
    FIELD(3, TEXT, office_words, name, MAX(NAME_SIZE_MAX)),
    ARRAY(4, TEXT, office_words, aliases, ALIASES_MAX),
    FIELD(5, ENUM, office_words, kind, MAX(OFFICE_KIND_COUNT)),
    FIELD(6, PLAIN, office_words, parent),
    ARRAY(7, PLAIN, office_words, members, MEMBERS_MAX),
    FIELD(8, PLAIN, office_words, outside),
    FIELD(9, DAY, office_words, ended_day),
    ARRAY(10, PLAIN, office_words, successors, SUCCESSORS_MAX),
    ARRAY(11, TEXT, office_words, formerly, ALIASES_MAX),
};
RULES(rule_office, office_words, office, );

#define ALGORITHM(number, type, member)                                                  \
    FIELD(number, ENUM, type, member, MAX(ALGORITHM_COUNT), .status = DUBAN_E_ALGORITHM)
/* A public key and the algorithm beside it, which says how many bytes it has. */
#define PUBLIC_KEY(number, type, member, ...)                                            \
    FIELD(number, KEY, type, member, .beside = offsetof(type, algorithm), __VA_ARGS__)

static const field_rule rule_genesis_fields[] = {
    FIELD(1, TEXT, genesis_words, origin, MAX(ORIGIN_SIZE_MAX)),
    FIELD(2, SPREAD, genesis_words, utc_offset_minutes, MAX(UTC_OFFSET_MAX)),
    FIELD(3, MESSAGE, genesis_words, city, REQUIRED, INNER(rule_office)),
    PUBLIC_KEY(4, genesis_words, root_key, REQUIRED),
    FIELD(5, FIXED, genesis_words, broker_key, MAX(SIGN_PUBLIC_SIZE), REQUIRED,
          .status = DUBAN_E_KEY_FORMAT),
    ALGORITHM(6, genesis_words, algorithm),
    FIELD(7, PLAIN, genesis_words, rules_version),
    FIELD(8, PLAIN, genesis_words, drill),
    FIELD(9, MOMENT, genesis_words, created_ms),
};

static duban_status genesis_complete(const reader *in, const ProtobufCMessage *message,
                                     void *words) {
    const Duban__Genesis *from = (const Duban__Genesis *)message;
    return codec_key_size(in, "root_key", ((genesis_words *)words)->algorithm,
                          from->root_key.len);
}

static RULES(rule_genesis, genesis_words, genesis, .check = genesis_complete);

/* The struct in event of a payload that is one array. */
typedef __typeof__(((event *)NULL)->offices) offices_words;
typedef __typeof__(((event *)NULL)->keys) keys_words;

static const field_rule rule_offices_fields[] = {
    ARRAY(1, MESSAGE, offices_words, offices, OFFICES_MAX, INNER(rule_office)),
};
static RULES(rule_offices, offices_words, offices, );

/* A key that is enrolled must be there; of one that is revoked the number will do. */
static bool key_has_bytes(const void *words) {
    static const uint8_t none[SIGN_PUBLIC_MAX];
    const key_words *key = words;
    return !key->revoked || memcmp(key->public_key, none, sizeof none) != 0;
}

static duban_status key_complete(const reader *in, const ProtobufCMessage *message,
                                 void *words) {
    const Duban__Key *from = (const Duban__Key *)message;
    const key_words *key = words;
    if (from->public_key.len == 0 && key->revoked) return DUBAN_OK;
    return codec_key_size(in, "public_key", key->algorithm, from->public_key.len);
}

static const field_rule rule_key_fields[] = {
    FIELD(1, PLAIN, key_words, number),
    FIELD(2, PLAIN, key_words, office),
    ALGORITHM(3, key_words, algorithm),
    PUBLIC_KEY(4, key_words, public_key, .present = key_has_bytes),
    FIELD(5, PLAIN, key_words, revoked),
};
static RULES(rule_key, key_words, key, .check = key_complete);

static const field_rule rule_keys_fields[] = {
    ARRAY(1, MESSAGE, keys_words, keys, KEYS_MAX, INNER(rule_key)),
};
static RULES(rule_keys, keys_words, keys, );

static const field_rule rule_calendar_fields[] = {
    FIELD(1, PLAIN, calendar_words, year),
    ARRAY(2, DAY, calendar_words, days_off, CALENDAR_DAYS_MAX),
    ARRAY(3, DAY, calendar_words, working_days, CALENDAR_DAYS_MAX),
};
static RULES(rule_calendar, calendar_words, calendar, );

/* --- plans
 * ------------------------------------------------------------------------------ */

static bool target_expected(const void *words) {
    const metric_words *metric = words;
    return metric->comparator != COMPARATOR_PENDING || metric->target.micro != 0;
}

static bool tolerance_stated(const void *words) {
    const metric_words *metric = words;
    return metric->tolerance.micro != TOLERANCE_DEFAULT * DECIMAL_MICRO;
}

static duban_status metric_complete(const reader *in, const ProtobufCMessage *message,
                                    void *words) {
    const Duban__Metric *from = (const Duban__Metric *)message;
    metric_words *metric = words;
    if (!from->tolerance) metric->tolerance = decimal_of_int(TOLERANCE_DEFAULT);
    if (from->target || metric->comparator == COMPARATOR_PENDING) return DUBAN_OK;
    return duban_refuse(in->refusal, DUBAN_E_TARGET, in->line, "target", NULL, NULL);
}

static const field_rule rule_metric_fields[] = {
    FIELD(1, PLAIN, metric_words, id),
    FIELD(2, TEXT, metric_words, label, MAX(TITLE_SIZE_MAX)),
    FIELD(3, ENUM, metric_words, comparator, MAX(COMPARATOR_COUNT_OF)),
    FIELD(4, DECIMAL, metric_words, target, .present = target_expected),
    FIELD(5, DECIMAL, metric_words, target_max),
    FIELD(6, DECIMAL, metric_words, tolerance, .present = tolerance_stated),
    FIELD(7, PLAIN, metric_words, strict),
    FIELD(8, TEXT, metric_words, unit, MAX(UNIT_SIZE_MAX)),
    FIELD(9, ENUM, metric_words, nature, MAX(NATURE_COUNT)),
    FIELD(10, ENUM, metric_words, strength, MAX(STRENGTH_COUNT)),
    FIELD(11, ENUM, metric_words, rollup, MAX(ROLLUP_COUNT)),
    FIELD(12, TEXT, metric_words, definition, MAX(TITLE_SIZE_MAX)),
    FIELD(13, DAY, metric_words, first_day),
    FIELD(14, DAY, metric_words, deadline),
    FIELD(15, DECIMAL, metric_words, opening),
    FIELD(16, PLAIN, metric_words, splits_complete),
    FIELD(17, DECIMAL, metric_words, stretch),
    FIELD(18, PLAIN, metric_words, reference_task),
    FIELD(19, PLAIN, metric_words, reference_metric),
    FIELD(20, PLAIN, metric_words, reference_below),
    FIELD(21, PLAIN, metric_words, source),
    FIELD(22, CODE, metric_words, release, MAX(CODE_SIZE_MAX)),
    FIELD(23, PLAIN, metric_words, release_days, MAX(RELEASE_DAYS_MAX)),
    FIELD(24, DECIMAL, metric_words, ratio_scale),
    FIELD(25, ENUM, metric_words, visibility, MAX(VISIBILITY_COUNT)),
};
static RULES(rule_metric, metric_words, metric, .check = metric_complete);

static const field_rule rule_split_fields[] = {
    FIELD(1, PLAIN, split_words, metric),
    FIELD(2, PLAIN, split_words, office),
    FIELD(3, DECIMAL, split_words, value, REQUIRED),
    FIELD(4, DECIMAL, split_words, opening),
    FIELD(5, DECIMAL, split_words, weight),
};
static RULES(rule_split, split_words, split, );

static const field_rule rule_gate_fields[] = {
    FIELD(1, ENUM, gate_words, stage, MAX(STAGE_COUNT)),
    FIELD(2, DAY, gate_words, day),
};
RULES(rule_gate, gate_words, gate, );

static const field_rule rule_task_fields[] = {
    FIELD(1, PLAIN, task_words, id),
    FIELD(2, TEXT, task_words, number, MAX(NUMBER_TEXT_MAX)),
    FIELD(3, TEXT, task_words, chapter, MAX(TITLE_SIZE_MAX)),
    FIELD(4, TEXT, task_words, section, MAX(TITLE_SIZE_MAX)),
    FIELD(5, TEXT, task_words, title, MAX(TITLE_SIZE_MAX)),
    FIELD(6, ENUM, task_words, kind, MAX(TASK_KIND_COUNT)),
    ARRAY(7, TEXT, task_words, leaders, LEADERS_MAX),
    ARRAY(8, PLAIN, task_words, leads, DUTIES_MAX),
    ARRAY(9, PLAIN, task_words, responsible, DUTIES_MAX),
    FIELD(10, PLAIN, task_words, responsible_open),
    ARRAY(11, TEXT, task_words, tags, TAGS_MAX),
    FIELD(12, DAY, task_words, deadline),
    ARRAY(13, MESSAGE, task_words, metrics, METRICS_MAX, INNER(rule_metric)),
    ARRAY(14, MESSAGE, task_words, splits, SPLITS_MAX, INNER(rule_split)),
    FIELD(15, ENUM, task_words, visibility, MAX(VISIBILITY_COUNT)),
    FIELD(16, PLAIN, task_words, carried_plan),
    FIELD(17, PLAIN, task_words, carried_task),
    FIELD(18, TEXT, task_words, asked_by, MAX(TITLE_SIZE_MAX)),
    ARRAY(19, MESSAGE, task_words, gates, GATES_MAX, INNER(rule_gate)),
};
RULES(rule_task, task_words, task, );

static const field_rule rule_plan_chunk_fields[] = {
    FIELD(1, PLAIN, plan_chunk_words, plan),
    FIELD(2, CODE, plan_chunk_words, code, MAX(CODE_SIZE_MAX), REQUIRED),
    FIELD(3, PLAIN, plan_chunk_words, chunk),
    ARRAY(4, MESSAGE, plan_chunk_words, tasks, TASKS_MAX, INNER(rule_task)),
};
static RULES(rule_plan_chunk, plan_chunk_words, plan_chunk, );

static const field_rule rule_plan_publish_fields[] = {
    FIELD(1, PLAIN, plan_publish_words, plan),
    FIELD(2, CODE, plan_publish_words, code, MAX(CODE_SIZE_MAX), REQUIRED),
    FIELD(3, TEXT, plan_publish_words, title, MAX(TITLE_SIZE_MAX)),
    FIELD(4, DAY, plan_publish_words, first_day),
    FIELD(5, DAY, plan_publish_words, last_day),
    FIELD(6, ENUM, plan_publish_words, cycle, MAX(PERIOD_KIND_COUNT)),
    FIELD(7, SPREAD, plan_publish_words, window_first, MAX(WINDOW_DAYS_MAX)),
    FIELD(8, SPREAD, plan_publish_words, window_last, MAX(WINDOW_DAYS_MAX)),
    FIELD(9, PLAIN, plan_publish_words, zones_inside_counties),
    FIELD(10, PLAIN, plan_publish_words, chunks),
    FIELD(11, FIXED, plan_publish_words, hash, MAX(HASH_SIZE), REQUIRED),
    FIELD(12, ENUM, plan_publish_words, shape, MAX(PLAN_SHAPE_COUNT)),
    FIELD(13, PLAIN, plan_publish_words, locks),
    FIELD(14, PLAIN, plan_publish_words, review_days, MAX(REVIEW_DAYS_MAX)),
    FIELD(15, PLAIN, plan_publish_words, two_persons),
    FIELD(16, PLAIN, plan_publish_words, cutoff_days, MAX(WINDOW_DAYS_MAX)),
};
static RULES(rule_plan_publish, plan_publish_words, plan_publish, );

static const field_rule rule_light_row_fields[] = {
    FIELD(1, ENUM, light_row, grade, MAX(GRADE_COUNT)),
    FIELD(2, ENUM, light_row, cause, MAX(CAUSE_COUNT)),
    FIELD(3, ENUM, light_row, nature, MAX(NATURE_COUNT)),
    FIELD(4, DECIMAL, light_row, margin_below, HAS(light_row, has_margin_below)),
    FIELD(5, PLAIN, light_row, due_within),
    FIELD(6, PLAIN, light_row, missing_min),
    FIELD(7, PLAIN, light_row, running_min),
    FIELD(8, PLAIN, light_row, overdue),
    FIELD(9, PLAIN, light_row, met),
    FIELD(10, PLAIN, light_row, no_timetable),
    FIELD(11, PLAIN, light_row, no_data),
    FIELD(12, DECIMAL, light_row, margin_from, HAS(light_row, has_margin_from)),
    FIELD(13, PLAIN, light_row, finding),
    FIELD(14, PLAIN, light_row, closed),
    FIELD(15, PLAIN, light_row, exempt),
    FIELD(16, PLAIN, light_row, tolerated),
};
static RULES(rule_light_row, light_row, light_row, );

static const field_rule rule_lights_fields[] = {
    FIELD(1, PLAIN, lights_words, plan),
    FIELD(2, PLAIN, lights_words, version),
    ARRAY(3, MESSAGE, lights_words, rows, LIGHT_ROWS_MAX, INNER(rule_light_row)),
    ARRAY(4, ENUM, lights_words, order, GRADE_COUNT, KINDS(GRADE_COUNT)),
    FIELD(5, ENUM, lights_words, running_from, MAX(GRADE_COUNT)),
};
static RULES(rule_lights, lights_words, lights, );

/* --- timetables
 * ------------------------------------------------------------------------- */

static const field_rule rule_node_fields[] = {
    FIELD(1, PLAIN, node_words, id),
    FIELD(2, DAY, node_words, day),
    FIELD(3, DECIMAL, node_words, share, REQUIRED),
    FIELD(4, TEXT, node_words, title, MAX(TITLE_SIZE_MAX)),
};
static RULES(rule_node, node_words, node, );

static const field_rule rule_timetable_fields[] = {
    FIELD(1, PLAIN, timetable_words, plan),
    FIELD(2, PLAIN, timetable_words, task),
    FIELD(3, ENUM, timetable_words, profile, MAX(PROFILE_COUNT)),
    ARRAY(4, MESSAGE, timetable_words, nodes, NODES_MAX, INNER(rule_node)),
    BODY(5, timetable_words, responsible),
    ARRAY(6, PLAIN, timetable_words, season, 12),
};
static RULES(rule_timetable, timetable_words, timetable, );

static const field_rule rule_timetable_review_fields[] = {
    FIELD(1, PLAIN, timetable_review_words, plan),
    FIELD(2, PLAIN, timetable_review_words, task),
    FIELD(3, PLAIN, timetable_review_words, index),
    FIELD(4, PLAIN, timetable_review_words, accepted),
    BODY(5, timetable_review_words, reason),
};
static RULES(rule_timetable_review, timetable_review_words, timetable_review, );

/* --- submissions and reviews
 * ------------------------------------------------------------ */

static const field_rule rule_value_fields[] = {
    FIELD(1, PLAIN, value_words, metric),
    FIELD(2, DECIMAL, value_words, amount, REQUIRED),
    FIELD(3, ENUM, value_words, mode, MAX(MODE_COUNT)),
    FIELD(4, TEXT, value_words, unit, MAX(UNIT_SIZE_MAX)),
    FIELD(5, DAY, value_words, data_date),
    FIELD(6, ENUM, value_words, vintage, MAX(VINTAGE_COUNT)),
    BODY(7, value_words, comment),
    FIELD(8, DECIMAL, value_words, denominator),
};
static RULES(rule_value, value_words, value, );

static const field_rule rule_node_state_fields[] = {
    FIELD(1, PLAIN, node_state_words, node),
    FIELD(2, PLAIN, node_state_words, done),
    FIELD(3, DAY, node_state_words, done_day),
};
static RULES(rule_node_state, node_state_words, node_state, );

static const field_rule rule_text_fields[] = {
    BODY(1, text_words, progress),
    BODY(2, text_words, problem),
    BODY(3, text_words, next),
    FIELD(4, PLAIN, text_words, no_change),
};
static RULES(rule_text, text_words, text, );

/* In words a nil is its reason. */
static const field_rule rule_nil_fields[] = {
    {.id = 1, .shape = SHAPE_MESSAGE, .at = 0, .inner = &rule_body_ref},
};
static RULES(rule_nil, body_ref, nil, );

static duban_status
statement_says_something(const reader *in, const ProtobufCMessage *message, void *words) {
    (void)message;
    if (((statement_words *)words)->kind != STATEMENT_NONE) return DUBAN_OK;
    return duban_refuse(in->refusal, DUBAN_E_EMPTY, in->line, "what", NULL,
                        "value, node, text, nil");
}

static const field_rule rule_statement_fields[] = {
    FIELD(1, PLAIN, statement_words, task),
    FIELD(2, PLAIN, statement_words, office),
    FIELD(3, PERIOD, statement_words, period, REQUIRED),
    CHOICE(4, statement_words, kind, STATEMENT_VALUE, value, rule_value),
    CHOICE(5, statement_words, kind, STATEMENT_NODE, node, rule_node_state),
    CHOICE(6, statement_words, kind, STATEMENT_TEXT, text, rule_text),
    CHOICE(7, statement_words, kind, STATEMENT_NIL, nil_reason, rule_nil),
    FIELD(8, PLAIN, statement_words, supersedes),
};
static RULES(rule_statement, statement_words, statement,
             .check = statement_says_something);

static const field_rule rule_submission_fields[] = {
    FIELD(1, PLAIN, submission_words, plan),
    ARRAY(2, MESSAGE, submission_words, statements, STATEMENTS_MAX,
          INNER(rule_statement)),
    BODY(3, submission_words, reason),
    ARRAY(4, MESSAGE, submission_words, evidence, BODIES_MAX, INNER(rule_body_ref)),
    FIELD(5, CODE, submission_words, filler, MAX(CODE_SIZE_MAX)),
    FIELD(6, CODE, submission_words, reviewer, MAX(CODE_SIZE_MAX)),
    FIELD(7, CODE, submission_words, signer, MAX(CODE_SIZE_MAX)),
};
static RULES(rule_submission, submission_words, submission, );

static const field_rule rule_review_fields[] = {
    FIELD(1, PLAIN, review_words, plan),
    FIELD(2, PLAIN, review_words, task),
    FIELD(3, PLAIN, review_words, office),
    FIELD(4, PERIOD, review_words, period, REQUIRED),
    FIELD(5, PLAIN, review_words, index),
    FIELD(6, PLAIN, review_words, accepted),
    BODY(7, review_words, reason),
};
static RULES(rule_review, review_words, review, );

/* --- plans that change, papers, tables, projects
 * ------------------------------------------------------ */

static const field_rule rule_amendment_fields[] = {
    FIELD(1, PLAIN, amendment_words, plan),
    FIELD(2, MESSAGE, amendment_words, task, REQUIRED, INNER(rule_task)),
    FIELD(3, DAY, amendment_words, day),
    BODY(4, amendment_words, reason),
    FIELD(5, TEXT, amendment_words, document, MAX(NAME_SIZE_MAX)),
    FIELD(6, TEXT, amendment_words, approver, MAX(NAME_SIZE_MAX)),
};
static RULES(rule_amendment, amendment_words, amendment, );

static const field_rule rule_splitting_fields[] = {
    FIELD(1, PLAIN, splitting_words, plan),
    FIELD(2, PLAIN, splitting_words, task),
    FIELD(3, PLAIN, splitting_words, metric),
    ARRAY(4, MESSAGE, splitting_words, splits, SPLITS_MAX, INNER(rule_split)),
    FIELD(5, PLAIN, splitting_words, complete),
    FIELD(6, DAY, splitting_words, day),
    BODY(7, splitting_words, reason),
};
static RULES(rule_splitting, splitting_words, splitting, );

static const field_rule rule_call_in_fields[] = {
    FIELD(1, PLAIN, call_in_words, plan),
    FIELD(2, PLAIN, call_in_words, task),
    ARRAY(3, PLAIN, call_in_words, offices, DUTIES_MAX),
    FIELD(4, DAY, call_in_words, day),
    FIELD(5, PLAIN, call_in_words, ended),
    BODY(6, call_in_words, reason),
};
static RULES(rule_call_in, call_in_words, call_in, );

static const field_rule rule_filler_fields[] = {
    FIELD(1, PLAIN, filler_words, plan),   FIELD(2, PLAIN, filler_words, task),
    FIELD(3, PLAIN, filler_words, metric), FIELD(4, PLAIN, filler_words, office),
    FIELD(5, PLAIN, filler_words, filler), FIELD(6, PLAIN, filler_words, source),
};
static RULES(rule_filler, filler_words, filler, );

static const field_rule rule_confirmation_fields[] = {
    FIELD(1, PLAIN, confirmation_words, plan),
    FIELD(2, PLAIN, confirmation_words, task),
    FIELD(3, PLAIN, confirmation_words, metric),
    FIELD(4, PERIOD, confirmation_words, period, REQUIRED),
    FIELD(5, PLAIN, confirmation_words, index),
    FIELD(6, PLAIN, confirmation_words, objects),
    BODY(7, confirmation_words, reason),
};
static RULES(rule_confirmation, confirmation_words, confirmation, );

static const field_rule rule_assignment_fields[] = {
    FIELD(1, PLAIN, assignment_words, plan),
    FIELD(2, PLAIN, assignment_words, task),
    FIELD(3, CODE, assignment_words, code, MAX(CODE_SIZE_MAX)),
    FIELD(4, DAY, assignment_words, day),
};
static RULES(rule_assignment, assignment_words, assignment, );

static const field_rule rule_office_change_fields[] = {
    FIELD(1, PLAIN, office_change_words, office),
    FIELD(2, ENUM, office_change_words, act, MAX(OFFICE_ACT_COUNT)),
    FIELD(3, DAY, office_change_words, day),
    FIELD(4, TEXT, office_change_words, name, MAX(NAME_SIZE_MAX)),
    FIELD(5, PLAIN, office_change_words, parent),
    ARRAY(6, PLAIN, office_change_words, successors, SUCCESSORS_MAX),
    FIELD(7, TEXT, office_change_words, document, MAX(NAME_SIZE_MAX)),
    BODY(8, office_change_words, reason),
};
static RULES(rule_office_change, office_change_words, office_change, );

static const field_rule rule_post_fields[] = {
    FIELD(1, PLAIN, post_words, number),
    FIELD(2, CODE, post_words, code, MAX(CODE_SIZE_MAX)),
    FIELD(3, TEXT, post_words, title, MAX(TITLE_SIZE_MAX)),
    FIELD(4, DAY, post_words, from_day),
    FIELD(5, DAY, post_words, until_day),
    BODY(6, post_words, holder),
};
RULES(rule_post, post_words, post, );

static const field_rule rule_posts_fields[] = {
    ARRAY(1, MESSAGE, posts_words, posts, POSTS_MAX, INNER(rule_post)),
};
static RULES(rule_posts, posts_words, posts, );

static const field_rule rule_release_fields[] = {
    FIELD(1, PLAIN, release_words, plan),
    FIELD(2, CODE, release_words, code, MAX(CODE_SIZE_MAX)),
    FIELD(3, PERIOD, release_words, period, REQUIRED),
    FIELD(4, DAY, release_words, day),
};
static RULES(rule_release, release_words, release, );

static const field_rule rule_unlock_fields[] = {
    FIELD(1, PLAIN, unlock_words, plan),
    FIELD(2, PLAIN, unlock_words, task),
    FIELD(3, PLAIN, unlock_words, office),
    FIELD(4, PERIOD, unlock_words, period, REQUIRED),
    FIELD(5, DAY, unlock_words, until_day),
    FIELD(6, CODE, unlock_words, code, MAX(CODE_SIZE_MAX)),
    BODY(7, unlock_words, reason),
};
static RULES(rule_unlock, unlock_words, unlock, );

static const field_rule rule_override_fields[] = {
    FIELD(1, PLAIN, override_words, plan),
    FIELD(2, PLAIN, override_words, task),
    FIELD(3, PLAIN, override_words, office),
    FIELD(4, ENUM, override_words, grade, MAX(GRADE_COUNT)),
    FIELD(5, DAY, override_words, until_day),
    BODY(6, override_words, reason),
};
static RULES(rule_override, override_words, override, );

static const field_rule rule_form_state_fields[] = {
    FIELD(1, CODE, form_state, code, MAX(CODE_SIZE_MAX)),
    FIELD(2, TEXT, form_state, zh, MAX(NAME_SIZE_MAX)),
    FIELD(3, TEXT, form_state, en, MAX(NAME_SIZE_MAX)),
    FIELD(4, PLAIN, form_state, ended),
    FIELD(5, PLAIN, form_state, limit_days),
    FIELD(6, CODE, form_state, breach_state, MAX(CODE_SIZE_MAX)),
    FIELD(7, CODE, form_state, breach_form, MAX(CODE_SIZE_MAX)),
    FIELD(8, ENUM, form_state, effect, MAX(EFFECT_COUNT)),
    FIELD(9, PLAIN, form_state, hidden),
};
static RULES(rule_form_state, form_state, form_state, );

static const field_rule rule_form_act_fields[] = {
    FIELD(1, CODE, form_act, code, MAX(CODE_SIZE_MAX)),
    FIELD(2, TEXT, form_act, zh, MAX(NAME_SIZE_MAX)),
    FIELD(3, TEXT, form_act, en, MAX(NAME_SIZE_MAX)),
    FIELD(4, TEXT, form_act, from, MAX(NAME_SIZE_MAX)),
    FIELD(5, TEXT, form_act, to, MAX(NAME_SIZE_MAX)),
    ARRAY(6, ENUM, form_act, by, FORM_WORDS_MAX, KINDS(RELATION_COUNT)),
    ARRAY(7, ENUM, form_act, needs, FORM_WORDS_MAX, KINDS(NEED_COUNT)),
};
static RULES(rule_form_act, form_act, form_act, );

static const field_rule rule_form_trigger_fields[] = {
    ARRAY(1, ENUM, form_trigger, grades, FORM_WORDS_MAX, KINDS(GRADE_COUNT)),
    FIELD(2, ENUM, form_trigger, cause, MAX(CAUSE_COUNT)),
    FIELD(3, PLAIN, form_trigger, missing_min),
    FIELD(4, PLAIN, form_trigger, running_min),
    FIELD(5, PLAIN, form_trigger, of_offices),
    FIELD(6, PLAIN, form_trigger, outside),
    FIELD(7, PLAIN, form_trigger, again_days),
};
static RULES(rule_form_trigger, form_trigger, form_trigger, );

static const field_rule rule_form_fields[] = {
    FIELD(1, CODE, form_words, code, MAX(CODE_SIZE_MAX)),
    FIELD(2, TEXT, form_words, zh, MAX(NAME_SIZE_MAX)),
    FIELD(3, TEXT, form_words, en, MAX(NAME_SIZE_MAX)),
    ARRAY(4, MESSAGE, form_words, states, FORM_STATES_MAX, INNER(rule_form_state)),
    ARRAY(5, MESSAGE, form_words, acts, FORM_ACTS_MAX, INNER(rule_form_act)),
    ARRAY(6, MESSAGE, form_words, triggers, FORM_TRIGGERS_MAX, INNER(rule_form_trigger)),
    FIELD(7, CODE, form_words, proposed, MAX(CODE_SIZE_MAX)),
};
static RULES(rule_form, form_words, form, );

static const field_rule rule_forms_fields[] = {
    FIELD(1, PLAIN, forms_words, plan),
    FIELD(2, PLAIN, forms_words, version),
    ARRAY(3, MESSAGE, forms_words, forms, FORMS_MAX, INNER(rule_form)),
};
static RULES(rule_forms, forms_words, forms, );

static const field_rule rule_paper_fields[] = {
    FIELD(1, PLAIN, paper_words, plan),
    FIELD(2, PLAIN, paper_words, paper),
    FIELD(3, CODE, paper_words, form, MAX(CODE_SIZE_MAX)),
    FIELD(4, CODE, paper_words, act, MAX(CODE_SIZE_MAX)),
    FIELD(5, TEXT, paper_words, title, MAX(TITLE_SIZE_MAX)),
    ARRAY(6, PLAIN, paper_words, tasks, PAPER_TASKS_MAX),
    ARRAY(7, PLAIN, paper_words, offices, DUTIES_MAX),
    FIELD(8, DAY, paper_words, day),
    FIELD(9, DAY, paper_words, limit_day),
    FIELD(10, TEXT, paper_words, document, MAX(NAME_SIZE_MAX)),
    FIELD(11, TEXT, paper_words, authority, MAX(NAME_SIZE_MAX)),
    FIELD(12, PLAIN, paper_words, index),
    FIELD(13, PLAIN, paper_words, refers),
    BODY(14, paper_words, text),
    ARRAY(15, MESSAGE, paper_words, evidence, BODIES_MAX, INNER(rule_body_ref)),
};
static RULES(rule_paper, paper_words, paper, );

static const field_rule rule_role_row_fields[] = {
    FIELD(1, ENUM, role_row, kind, MAX(KIND_COUNT)),
    FIELD(2, ENUM, role_row, by, MAX(RELATION_COUNT)),
    FIELD(3, PLAIN, role_row, not_own),
};
static RULES(rule_role_row, role_row, role_row, );

static const field_rule rule_roles_fields[] = {
    FIELD(1, PLAIN, roles_words, version),
    ARRAY(2, MESSAGE, roles_words, rows, ROLE_ROWS_MAX, INNER(rule_role_row)),
};
static RULES(rule_roles, roles_words, roles, );

static const field_rule rule_check_row_fields[] = {
    FIELD(1, ENUM, check_row_words, severity, MAX(SEVERITY_COUNT)),
    FIELD(2, ENUM, check_row_words, test, MAX(TEST_COUNT)),
    FIELD(3, PLAIN, check_row_words, task),
    FIELD(4, PLAIN, check_row_words, metric),
    FIELD(5, PLAIN, check_row_words, other),
    FIELD(6, DECIMAL, check_row_words, low, HAS(check_row_words, has_low)),
    FIELD(7, DECIMAL, check_row_words, high, HAS(check_row_words, has_high)),
    FIELD(8, PLAIN, check_row_words, history_min),
    FIELD(9, TEXT, check_row_words, zh, MAX(NAME_SIZE_MAX)),
    FIELD(10, TEXT, check_row_words, en, MAX(NAME_SIZE_MAX)),
};
static RULES(rule_check_row, check_row_words, check_row, );

static const field_rule rule_checks_fields[] = {
    FIELD(1, PLAIN, checks_words, plan),
    FIELD(2, PLAIN, checks_words, version),
    ARRAY(3, MESSAGE, checks_words, rows, CHECK_ROWS_MAX, INNER(rule_check_row)),
};
static RULES(rule_checks, checks_words, checks, );

static const field_rule rule_rank_group_fields[] = {
    FIELD(1, TEXT, rank_group, zh, MAX(NAME_SIZE_MAX)),
    FIELD(2, TEXT, rank_group, en, MAX(NAME_SIZE_MAX)),
    ARRAY(3, ENUM, rank_group, kinds, OFFICE_KIND_COUNT, KINDS(OFFICE_KIND_COUNT)),
};
static RULES(rule_rank_group, rank_group, rank_group, );

static const field_rule rule_weight_row_fields[] = {
    FIELD(1, PLAIN, weight_row, task),
    FIELD(2, PLAIN, weight_row, metric),
    FIELD(3, DECIMAL, weight_row, weight),
};
static RULES(rule_weight_row, weight_row, weight_row, );

static const field_rule rule_weights_fields[] = {
    FIELD(1, PLAIN, weights_words, plan),
    FIELD(2, PLAIN, weights_words, version),
    ARRAY(3, MESSAGE, weights_words, rows, WEIGHT_ROWS_MAX, INNER(rule_weight_row)),
    ARRAY(4, MESSAGE, weights_words, groups, RANK_GROUPS_MAX, INNER(rule_rank_group)),
    FIELD(5, DECIMAL, weights_words, least, HAS(weights_words, has_least)),
    FIELD(6, DECIMAL, weights_words, most, HAS(weights_words, has_most)),
};
static RULES(rule_weights, weights_words, weights, );

static const field_rule rule_project_fields[] = {
    FIELD(1, PLAIN, project_words, plan),
    FIELD(2, PLAIN, project_words, task),
    FIELD(3, PLAIN, project_words, project),
    FIELD(4, TEXT, project_words, title, MAX(TITLE_SIZE_MAX)),
    FIELD(5, PLAIN, project_words, office),
    FIELD(6, TEXT, project_words, unit, MAX(UNIT_SIZE_MAX)),
    FIELD(7, DECIMAL, project_words, total, HAS(project_words, has_total)),
    FIELD(8, DECIMAL, project_words, annual, HAS(project_words, has_annual)),
    ARRAY(9, MESSAGE, project_words, gates, GATES_MAX, INNER(rule_gate)),
    FIELD(10, ENUM, project_words, stage, MAX(STAGE_COUNT)),
    FIELD(11, DAY, project_words, stage_day),
    FIELD(12, DECIMAL, project_words, invested, HAS(project_words, has_invested)),
    FIELD(13, DAY, project_words, data_date),
    BODY(14, project_words, text),
};
static RULES(rule_project, project_words, project, );

static const field_rule rule_verification_fields[] = {
    FIELD(1, PLAIN, verification_words, plan),
    FIELD(2, PLAIN, verification_words, task),
    FIELD(3, PLAIN, verification_words, metric),
    FIELD(4, PLAIN, verification_words, office),
    FIELD(5, PERIOD, verification_words, period, REQUIRED),
    FIELD(6, PLAIN, verification_words, index),
    FIELD(7, DECIMAL, verification_words, value),
    BODY(8, verification_words, text),
    FIELD(9, TEXT, verification_words, document, MAX(NAME_SIZE_MAX)),
    FIELD(10, DECIMAL, verification_words, denominator),
};
static RULES(rule_verification, verification_words, verification, );

static const field_rule rule_redaction_fields[] = {
    FIELD(1, PLAIN, redaction_words, index),
    FIELD(2, TEXT, redaction_words, document, MAX(NAME_SIZE_MAX)),
};
static RULES(rule_redaction, redaction_words, redaction, );

/* --- of the broker and the clock
 * -------------------------------------------------------- */

static const field_rule rule_clock_fields[] = {{.id = 1, .shape = SHAPE_DAY, .at = 0}};
static RULES(rule_clock, int32_t, clock, );

static const field_rule rule_time_fields[] = {{.id = 1, .shape = SHAPE_MOMENT, .at = 0}};
static RULES(rule_time, int64_t, time, );

static const field_rule rule_digest_fields[] = {
    FIELD(1, PLAIN, digest_words, index),
    FIELD(2, FIXED, digest_words, digest, MAX(HASH_SIZE), REQUIRED),
    FIELD(3, PLAIN, digest_words, pages),
};
static RULES(rule_digest, digest_words, digest, );

static const field_rule rule_conflict_fields[] = {
    FIELD(1, PLAIN, conflict_words, key),
    FIELD(2, PLAIN, conflict_words, number),
    FIELD(3, PLAIN, conflict_words, index),
    FIELD(4, FIXED, conflict_words, hash, MAX(HASH_SIZE), REQUIRED),
};
static RULES(rule_conflict, conflict_words, conflict, );

/* --- reading ------------------------------------------------------------------------ */

static const field_rule rule_session_fields[] = {
    FIELD(1, SPAN, session_words, challenge, MAX(CHALLENGE_SIZE)),
    FIELD(2, ENUM, session_words, right, MAX(RIGHT_COUNT)),
    FIELD(3, TEXT, session_words, purpose, MAX(NAME_SIZE_MAX)),
};
static RULES(rule_session, session_words, session, );

static const field_rule rule_access_row_fields[] = {
    FIELD(1, PLAIN, access_row, office),
    FIELD(2, ENUM, access_row, right, MAX(RIGHT_COUNT)),
    FIELD(3, DAY, access_row, until_day),
};
static RULES(rule_access_row, access_row, access_row, );

static const field_rule rule_access_fields[] = {
    ARRAY(1, MESSAGE, access_words, rows, OFFICES_MAX, INNER(rule_access_row)),
    FIELD(2, TEXT, access_words, document, MAX(NAME_SIZE_MAX)),
};
static RULES(rule_access, access_words, access, );

/* --- doors -------------------------------------------------------------------------- */

const message_rule *codec_payload_rule(event_kind kind, size_t *at) {
    static const struct {
        const message_rule *rule;
        size_t at;
    } payloads[KIND_COUNT] = {
        [KIND_GENESIS] = {&rule_genesis, offsetof(event, genesis)},
        [KIND_OFFICES] = {&rule_offices, offsetof(event, offices)},
        [KIND_KEYS] = {&rule_keys, offsetof(event, keys)},
        [KIND_CALENDAR] = {&rule_calendar, offsetof(event, calendar)},
        [KIND_PLAN_CHUNK] = {&rule_plan_chunk, offsetof(event, plan_chunk)},
        [KIND_PLAN_PUBLISH] = {&rule_plan_publish, offsetof(event, plan_publish)},
        [KIND_LIGHTS] = {&rule_lights, offsetof(event, lights)},
        [KIND_TIMETABLE] = {&rule_timetable, offsetof(event, timetable)},
        [KIND_TIMETABLE_REVIEW] = {&rule_timetable_review,
                                   offsetof(event, timetable_review)},
        [KIND_SUBMISSION] = {&rule_submission, offsetof(event, submission)},
        [KIND_REVIEW] = {&rule_review, offsetof(event, review)},
        [KIND_CLOCK] = {&rule_clock, offsetof(event, clock_day)},
        [KIND_TIME] = {&rule_time, offsetof(event, time_moment_ms)},
        [KIND_DIGEST] = {&rule_digest, offsetof(event, digest)},
        [KIND_CONFLICT] = {&rule_conflict, offsetof(event, conflict)},
        [KIND_AMENDMENT] = {&rule_amendment, offsetof(event, amendment)},
        [KIND_SPLITTING] = {&rule_splitting, offsetof(event, splitting)},
        [KIND_CALL_IN] = {&rule_call_in, offsetof(event, call_in)},
        [KIND_FILLER] = {&rule_filler, offsetof(event, filler)},
        [KIND_CONFIRMATION] = {&rule_confirmation, offsetof(event, confirmation)},
        [KIND_ASSIGNMENT] = {&rule_assignment, offsetof(event, assignment)},
        [KIND_OFFICE_CHANGE] = {&rule_office_change, offsetof(event, office_change)},
        [KIND_POSTS] = {&rule_posts, offsetof(event, posts)},
        [KIND_RELEASE] = {&rule_release, offsetof(event, release)},
        [KIND_UNLOCK] = {&rule_unlock, offsetof(event, unlock)},
        [KIND_OVERRIDE] = {&rule_override, offsetof(event, override)},
        [KIND_FORMS] = {&rule_forms, offsetof(event, forms)},
        [KIND_PAPER] = {&rule_paper, offsetof(event, paper)},
        [KIND_ROLES] = {&rule_roles, offsetof(event, roles)},
        [KIND_CHECKS] = {&rule_checks, offsetof(event, checks)},
        [KIND_WEIGHTS] = {&rule_weights, offsetof(event, weights)},
        [KIND_PROJECT] = {&rule_project, offsetof(event, project)},
        [KIND_VERIFICATION] = {&rule_verification, offsetof(event, verification)},
        [KIND_REDACTION] = {&rule_redaction, offsetof(event, redaction)},
        [KIND_SESSION] = {&rule_session, offsetof(event, session)},
        [KIND_ACCESS] = {&rule_access, offsetof(event, access)},
    };
    if (kind <= KIND_NONE || kind >= KIND_COUNT) return NULL;
    *at = payloads[kind].at;
    return payloads[kind].rule;
}

duban_status codec_event_read(const signed_words *head, span signature, arena *a,
                              event *out, duban_refusal *refusal) {
    reader in = {.arena = a, .refusal = refusal};
    size_t at;
    const message_rule *rule = codec_payload_rule(head->kind, &at);
    if (!rule) return duban_refuse(refusal, DUBAN_E_UNKNOWN_KIND, 0, "kind", NULL, NULL);
    event ev = {
        .kind = head->kind,
        .office = head->office,
        .key = head->key,
        .number = head->number,
        .payload = head->payload,
    };
    if (signature.size >= HASH_SIZE)
        memcpy(ev.mark.bytes, signature.data + signature.size - HASH_SIZE, HASH_SIZE);
    duban_status status = codec_read(&in, rule, head->payload, (unsigned char *)&ev + at);
    if (!status) *out = ev;
    return status;
}

duban_status codec_event_write(const event *ev, buffer *out) {
    size_t at;
    const message_rule *rule = codec_payload_rule(ev->kind, &at);
    if (!rule) return DUBAN_E_UNKNOWN_KIND;
    return codec_write(rule, (const unsigned char *)ev + at, SIGNED_SIZE_MAX, out);
}

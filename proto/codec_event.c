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

#define BODY(number, type, member)                                                       \
    FIELD(number, MESSAGE, type, member, INNER(rule_body_ref))

/* --- genesis, offices, keys, calendar ----------------------------------------------- */

static const field_rule rule_office_fields[] = {
    FIELD(1, PLAIN, office_words, number),
    FIELD(2, CODE, office_words, code, MAX(CODE_SIZE_MAX), REQUIRED),
    FIELD(3, TEXT, office_words, name, MAX(NAME_SIZE_MAX)),
    ARRAY(4, TEXT, office_words, aliases, ALIASES_MAX),
    FIELD(5, ENUM, office_words, kind, MAX(OFFICE_KIND_COUNT)),
    FIELD(6, PLAIN, office_words, parent),
    ARRAY(7, PLAIN, office_words, members, MEMBERS_MAX),
};
RULES(rule_office, office_words, office, );

#define ALGORITHM(number, type, member)                                                  \
    FIELD(number, ENUM, type, member, MAX(ALGORITHM_ED25519 + 1),                        \
          .status = DUBAN_E_ALGORITHM)
#define PUBLIC_KEY(number, type, member, ...)                                            \
    FIELD(number, FIXED, type, member, MAX(32), .status = DUBAN_E_KEY_FORMAT, __VA_ARGS__)

static const field_rule rule_genesis_fields[] = {
    FIELD(1, TEXT, genesis_words, origin, MAX(ORIGIN_SIZE_MAX)),
    FIELD(2, SPREAD, genesis_words, utc_offset_minutes, MAX(UTC_OFFSET_MAX)),
    FIELD(3, MESSAGE, genesis_words, city, REQUIRED, INNER(rule_office)),
    PUBLIC_KEY(4, genesis_words, root_key, REQUIRED),
    PUBLIC_KEY(5, genesis_words, broker_key, REQUIRED),
    ALGORITHM(6, genesis_words, algorithm),
    FIELD(7, PLAIN, genesis_words, rules_version),
    FIELD(8, PLAIN, genesis_words, drill),
    FIELD(9, MOMENT, genesis_words, created_ms),
};
static RULES(rule_genesis, genesis_words, genesis, );

/* The struct in event of a payload that is one array. */
typedef __typeof__(((event *)NULL)->offices) offices_words;
typedef __typeof__(((event *)NULL)->keys) keys_words;

static const field_rule rule_offices_fields[] = {
    ARRAY(1, MESSAGE, offices_words, offices, OFFICES_MAX, INNER(rule_office)),
};
static RULES(rule_offices, offices_words, offices, );

/* A key that is enrolled must be there; of one that is revoked the number will do. */
static bool key_has_bytes(const void *words) {
    static const uint8_t none[32];
    const key_words *key = words;
    return !key->revoked || memcmp(key->public_key, none, sizeof none) != 0;
}

static duban_status key_complete(const reader *in, const ProtobufCMessage *message,
                                 void *words) {
    const Duban__Key *key = (const Duban__Key *)message;
    if (key->public_key.len || ((key_words *)words)->revoked) return DUBAN_OK;
    return duban_refuse(in->refusal, DUBAN_E_KEY_FORMAT, in->line, "public_key", "0 B",
                        "32 B");
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
};
static RULES(rule_metric, metric_words, metric, .check = metric_complete);

static const field_rule rule_split_fields[] = {
    FIELD(1, PLAIN, split_words, metric),
    FIELD(2, PLAIN, split_words, office),
    FIELD(3, DECIMAL, split_words, value, REQUIRED),
};
static RULES(rule_split, split_words, split, );

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
};
static RULES(rule_light_row, light_row, light_row, );

static const field_rule rule_lights_fields[] = {
    FIELD(1, PLAIN, lights_words, plan),
    FIELD(2, PLAIN, lights_words, version),
    ARRAY(3, MESSAGE, lights_words, rows, LIGHT_ROWS_MAX, INNER(rule_light_row)),
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

/* --- doors
 * ------------------------------------------------------------------------------ */

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

/* --- bodies
 * ----------------------------------------------------------------------------- */

typedef struct body_list {
    body_ref *out;
    uint32_t max;
    uint32_t n;
} body_list;

static void list_body(body_list *list, const body_ref *body) {
    if (!body->present) return;
    if (list->n < list->max) list->out[list->n] = *body;
    list->n++;
}

static void list_statement(body_list *list, const statement_words *statement) {
    if (statement->kind == STATEMENT_NIL) list_body(list, &statement->nil_reason);
    if (statement->kind != STATEMENT_TEXT) return;
    list_body(list, &statement->text.progress);
    list_body(list, &statement->text.problem);
    list_body(list, &statement->text.next);
}

uint32_t codec_event_bodies(const event *ev, body_ref *out, uint32_t max) {
    body_list list = {out, max, 0};
    if (ev->kind == KIND_TIMETABLE) list_body(&list, &ev->timetable.responsible);
    if (ev->kind == KIND_TIMETABLE_REVIEW) list_body(&list, &ev->timetable_review.reason);
    if (ev->kind == KIND_REVIEW) list_body(&list, &ev->review.reason);
    if (ev->kind != KIND_SUBMISSION) return list.n;
    const submission_words *submission = &ev->submission;
    for (uint32_t i = 0; i < submission->statements_n; i++)
        list_statement(&list, &submission->statements[i]);
    list_body(&list, &submission->reason);
    for (uint32_t i = 0; i < submission->evidence_n; i++)
        list_body(&list, &submission->evidence[i]);
    return list.n;
}

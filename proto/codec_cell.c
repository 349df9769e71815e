#include "proto/codec.h"

#include "proto/codec_internal.h"

static const field_rule rule_plan_cell_fields[] = {
    FIELD(1, CODE, plan_cell, code, MAX(CODE_SIZE_MAX)),
    FIELD(2, TEXT, plan_cell, title, MAX(TITLE_SIZE_MAX)),
    FIELD(3, DAY, plan_cell, first_day),
    FIELD(4, DAY, plan_cell, last_day),
    FIELD(5, ENUM, plan_cell, cycle, MAX(PERIOD_KIND_COUNT)),
    FIELD(6, SPREAD, plan_cell, window_first, MAX(WINDOW_DAYS_MAX)),
    FIELD(7, SPREAD, plan_cell, window_last, MAX(WINDOW_DAYS_MAX)),
    FIELD(8, PLAIN, plan_cell, zones_inside_counties),
    FIELD(9, PLAIN, plan_cell, lights_version),
    FIELD(10, PLAIN, plan_cell, drill),
    FIELD(11, DAY, plan_cell, day),
    FIELD(12, PLAIN, plan_cell, rules_version),
    FIELD(13, ENUM, plan_cell, shape, MAX(PLAN_SHAPE_COUNT)),
    FIELD(14, PLAIN, plan_cell, locks),
    FIELD(15, PLAIN, plan_cell, review_days),
    FIELD(16, PLAIN, plan_cell, two_persons),
    FIELD(17, PLAIN, plan_cell, cutoff_days),
    ARRAY(18, ENUM, plan_cell, order, GRADE_COUNT, KINDS(GRADE_COUNT)),
    FIELD(19, ENUM, plan_cell, running_from, MAX(GRADE_COUNT)),
};
static RULES(rule_plan_cell, plan_cell, plan_cell, );

static const field_rule rule_timetable_cell_fields[] = {
    FIELD(1, ENUM, timetable_cell, state, MAX(TIMETABLE_RETURNED + 1)),
    FIELD(2, ENUM, timetable_cell, profile, MAX(PROFILE_COUNT)),
    FIELD(3, PLAIN, timetable_cell, index),
    FIELD(4, PLAIN, timetable_cell, nodes),
    FIELD(5, DAY, timetable_cell, filed_day),
    FIELD(6, MESSAGE, timetable_cell, return_reason, INNER(rule_body_ref)),
};
static RULES(rule_timetable_cell, timetable_cell, timetable_cell, );

static const field_rule rule_node_cell_fields[] = {
    FIELD(1, DAY, node_cell, day),
    FIELD(2, DERIVED, node_cell, share),
    FIELD(3, TEXT, node_cell, title, MAX(TITLE_SIZE_MAX)),
    FIELD(4, PLAIN, node_cell, done),
    FIELD(5, DAY, node_cell, done_day),
    FIELD(6, PLAIN, node_cell, overdue),
};
static RULES(rule_node_cell, node_cell, node_cell, );

static const field_rule rule_item_cell_fields[] = {
    FIELD(1, ENUM, item_cell, state, MAX(ITEM_ACCEPTED + 1)),
    FIELD(2, PLAIN, item_cell, open_day),
    FIELD(3, PLAIN, item_cell, close_day),
    FIELD(4, PLAIN, item_cell, missing),
    FIELD(5, PLAIN, item_cell, late),
    FIELD(6, MOMENT, item_cell, first_ms),
    FIELD(7, PLAIN, item_cell, index),
    FIELD(8, PLAIN, item_cell, owed),
    FIELD(9, PLAIN, item_cell, reported),
    FIELD(10, PLAIN, item_cell, returns),
    FIELD(11, MESSAGE, item_cell, text, INNER(rule_body_ref)),
    FIELD(12, MESSAGE, item_cell, return_reason, INNER(rule_body_ref)),
    FIELD(13, PLAIN, item_cell, nil),
    FIELD(14, PLAIN, item_cell, no_change),
    FIELD(15, PLAIN, item_cell, withdrawn),
    FIELD(16, PLAIN, item_cell, made_up),
    FIELD(17, DAY, item_cell, review_day),
    FIELD(18, PLAIN, item_cell, unreviewed),
    FIELD(19, DAY, item_cell, unlocked_until),
    FIELD(20, PLAIN, item_cell, accepted_index),
};
static RULES(rule_item_cell, item_cell, item_cell, );

static const field_rule rule_value_cell_fields[] = {
    FIELD(1, PLAIN, value_cell, index),
    FIELD(2, DERIVED, value_cell, amount),
    FIELD(3, ENUM, value_cell, mode, MAX(MODE_COUNT)),
    FIELD(4, DAY, value_cell, data_date),
    FIELD(5, ENUM, value_cell, vintage, MAX(VINTAGE_COUNT)),
    FIELD(6, PLAIN, value_cell, to_date_known),
    FIELD(7, DERIVED, value_cell, to_date),
    FIELD(8, PLAIN, value_cell, this_period_known),
    FIELD(9, DERIVED, value_cell, this_period),
    FIELD(10, PLAIN, value_cell, by),
    FIELD(11, PLAIN, value_cell, corrections),
    FIELD(12, DERIVED, value_cell, denominator),
    FIELD(13, PLAIN, value_cell, accepted_index),
    FIELD(14, DERIVED, value_cell, accepted),
    FIELD(15, PLAIN, value_cell, verified_index),
    FIELD(16, DERIVED, value_cell, verified),
    FIELD(17, ENUM, value_cell, answer, MAX(ANSWER_COUNT)),
    BODY(18, value_cell, comment),
    FIELD(19, DAY, value_cell, embargo_day),
    FIELD(20, DERIVED, value_cell, accepted_denominator),
    FIELD(21, DERIVED, value_cell, verified_denominator),
    BODY(22, value_cell, answer_reason),
};
static RULES(rule_value_cell, value_cell, value_cell, );

static const field_rule rule_pace_cell_fields[] = {
    FIELD(1, DERIVED, pace_cell, target),
    FIELD(2, PLAIN, pace_cell, has_value),
    FIELD(3, DERIVED, pace_cell, value),
    FIELD(4, DAY, pace_cell, day),
    FIELD(5, PLAIN, pace_cell, has_margin),
    FIELD(6, DERIVED, pace_cell, margin),
    FIELD(7, PLAIN, pace_cell, has_share),
    FIELD(8, DERIVED, pace_cell, actual),
    FIELD(9, DERIVED, pace_cell, expected),
    FIELD(10, PLAIN, pace_cell, met),
    FIELD(11, PLAIN, pace_cell, parts),
    FIELD(12, PLAIN, pace_cell, parts_reported),
    FIELD(13, ENUM, pace_cell, grade, MAX(GRADE_COUNT)),
    FIELD(14, ENUM, pace_cell, cause, MAX(CAUSE_COUNT)),
    FIELD(15, PLAIN, pace_cell, lights_row),
    FIELD(16, PLAIN, pace_cell, stretch_met),
};
static RULES(rule_pace_cell, pace_cell, pace_cell, );

static const field_rule rule_light_cell_fields[] = {
    FIELD(1, ENUM, light_cell, grade, MAX(GRADE_COUNT)),
    FIELD(2, ENUM, light_cell, cause, MAX(CAUSE_COUNT)),
    FIELD(3, PLAIN, light_cell, metric),
    FIELD(4, PLAIN, light_cell, node),
    FIELD(5, PLAIN, light_cell, charged),
    FIELD(6, PLAIN, light_cell, missing),
    FIELD(7, PLAIN, light_cell, running),
    FIELD(8, PLAIN, light_cell, has_margin),
    FIELD(9, DERIVED, light_cell, margin),
    FIELD(10, DAY, light_cell, due),
    FIELD(11, PLAIN, light_cell, metrics_met),
    FIELD(12, PLAIN, light_cell, metrics),
    FIELD(13, PLAIN, light_cell, lights_version),
    FIELD(14, PLAIN, light_cell, lights_row),
    FIELD(15, DAY, light_cell, since_day),
    FIELD(16, ENUM, light_cell, computed, MAX(GRADE_COUNT)),
    BODY(17, light_cell, override_reason),
    FIELD(18, DAY, light_cell, override_until),
    FIELD(19, PLAIN, light_cell, paper),
    FIELD(20, DAY, light_cell, extended_from),
};
static RULES(rule_light_cell, light_cell, light_cell, );

static const field_rule rule_round_cell_fields[] = {
    FIELD(1, ENUM, round_cell, grade, MAX(GRADE_COUNT)),
    FIELD(2, ENUM, round_cell, cause, MAX(CAUSE_COUNT)),
};
static RULES(rule_round_cell, round_cell, round_cell, );

static const field_rule rule_edition_cell_fields[] = {
    FIELD(1, MESSAGE, edition_cell, task, REQUIRED, INNER(rule_task)),
    FIELD(2, DAY, edition_cell, day),
    FIELD(3, PLAIN, edition_cell, index),
    FIELD(4, TEXT, edition_cell, document, MAX(NAME_SIZE_MAX)),
    FIELD(5, TEXT, edition_cell, approver, MAX(NAME_SIZE_MAX)),
    BODY(6, edition_cell, reason),
};
static RULES(rule_edition_cell, edition_cell, edition_cell, );

static const field_rule rule_duty_filler_fields[] = {
    FIELD(1, PLAIN, duty_filler, metric),
    FIELD(2, PLAIN, duty_filler, filler),
    FIELD(3, PLAIN, duty_filler, source),
};
static RULES(rule_duty_filler, duty_filler, duty_filler, );

static const field_rule rule_duty_cell_fields[] = {
    FIELD(1, ENUM, duty_cell, why, MAX(DUTY_WHY_COUNT)),
    FIELD(2, DAY, duty_cell, from_day),
    FIELD(3, DAY, duty_cell, until_day),
    FIELD(4, PLAIN, duty_cell, from_office),
    FIELD(5, CODE, duty_cell, assigned, MAX(CODE_SIZE_MAX)),
    FIELD(6, DAY, duty_cell, assigned_day),
    ARRAY(7, MESSAGE, duty_cell, fillers, METRICS_MAX, INNER(rule_duty_filler)),
    FIELD(8, DAY, duty_cell, exempt_day),
};
static RULES(rule_duty_cell, duty_cell, duty_cell, );

static const field_rule rule_paper_cell_fields[] = {
    FIELD(1, CODE, paper_cell, form, MAX(CODE_SIZE_MAX)),
    FIELD(2, CODE, paper_cell, state, MAX(CODE_SIZE_MAX)),
    FIELD(3, TEXT, paper_cell, title, MAX(TITLE_SIZE_MAX)),
    ARRAY(4, PLAIN, paper_cell, tasks, PAPER_TASKS_MAX),
    ARRAY(5, PLAIN, paper_cell, offices, DUTIES_MAX),
    FIELD(6, PLAIN, paper_cell, opener),
    FIELD(7, DAY, paper_cell, opened_day),
    FIELD(8, DAY, paper_cell, since_day),
    FIELD(9, DAY, paper_cell, limit_day),
    FIELD(10, PLAIN, paper_cell, breached),
    FIELD(11, PLAIN, paper_cell, breaches),
    FIELD(12, TEXT, paper_cell, document, MAX(NAME_SIZE_MAX)),
    FIELD(13, TEXT, paper_cell, authority, MAX(NAME_SIZE_MAX)),
    FIELD(14, PLAIN, paper_cell, index),
    FIELD(15, PLAIN, paper_cell, refers),
    FIELD(16, DAY, paper_cell, day),
    FIELD(17, PLAIN, paper_cell, last),
    FIELD(18, PLAIN, paper_cell, acts),
    FIELD(19, PLAIN, paper_cell, ended),
    FIELD(20, ENUM, paper_cell, effect, MAX(EFFECT_COUNT)),
    FIELD(21, PLAIN, paper_cell, hidden),
    BODY(22, paper_cell, text),
    FIELD(23, PLAIN, paper_cell, opened),
};
static RULES(rule_paper_cell, paper_cell, paper_cell, );

static const field_rule rule_project_cell_fields[] = {
    FIELD(1, TEXT, project_cell, title, MAX(TITLE_SIZE_MAX)),
    FIELD(2, PLAIN, project_cell, office),
    FIELD(3, TEXT, project_cell, unit, MAX(UNIT_SIZE_MAX)),
    FIELD(4, DERIVED, project_cell, total),
    FIELD(5, DERIVED, project_cell, annual),
    ARRAY(6, MESSAGE, project_cell, gates, GATES_MAX, INNER(rule_gate)),
    FIELD(7, ENUM, project_cell, stage, MAX(STAGE_COUNT)),
    ARRAY(8, MESSAGE, project_cell, reached, GATES_MAX, INNER(rule_gate)),
    FIELD(9, DERIVED, project_cell, invested),
    FIELD(10, DAY, project_cell, data_date),
    FIELD(11, PLAIN, project_cell, index),
    BODY(12, project_cell, text),
};
static RULES(rule_project_cell, project_cell, project_cell, );

static const field_rule rule_table_cell_fields[] = {
    FIELD(1, PLAIN, table_version_cell, version),
    FIELD(2, PLAIN, table_version_cell, index),
};
static RULES(rule_table_cell, table_version_cell, table_cell, );

static const field_rule rule_release_cell_fields[] = {
    FIELD(1, CODE, release_cell, code, MAX(CODE_SIZE_MAX)),
    FIELD(2, DAY, release_cell, day),
};
static RULES(rule_release_cell, release_cell, release_cell, );

#define CELL_OF(number, value, member, rule)                                             \
    CHOICE(number, cell, name.kind, value, member, rule)

static const field_rule rule_cell_fields[] = {
    FIELD(1, PLAIN, cell, name.task),
    FIELD(2, PLAIN, cell, name.metric),
    FIELD(3, PLAIN, cell, name.office),
    FIELD(4, PERIOD, cell, name.period),
    FIELD(5, PLAIN, cell, name.node),
    FIELD(6, PLAIN, cell, changed),
    FIELD(7, PLAIN, cell, withheld),
    CELL_OF(16, CELL_PLAN, plan, rule_plan_cell),
    CELL_OF(17, CELL_OFFICE, office, rule_office),
    CELL_OF(18, CELL_TASK, task, rule_task),
    CELL_OF(19, CELL_TIMETABLE, timetable, rule_timetable_cell),
    CELL_OF(20, CELL_NODE, node, rule_node_cell),
    CELL_OF(21, CELL_ITEM, item, rule_item_cell),
    CELL_OF(22, CELL_VALUE, value, rule_value_cell),
    CELL_OF(23, CELL_PACE, pace, rule_pace_cell),
    CELL_OF(24, CELL_LIGHT, light, rule_light_cell),
    CELL_OF(25, CELL_ROUND, round, rule_round_cell),
    CELL_OF(26, CELL_EDITION, edition, rule_edition_cell),
    CELL_OF(27, CELL_DUTY, duty, rule_duty_cell),
    CELL_OF(28, CELL_PAPER, paper, rule_paper_cell),
    CELL_OF(29, CELL_PROJECT, project, rule_project_cell),
    CELL_OF(30, CELL_POST, post, rule_post),
    CELL_OF(31, CELL_TABLE, table, rule_table_cell),
    CELL_OF(32, CELL_RELEASE, release, rule_release_cell),
};
RULES(rule_cell, cell, cell, );

duban_status codec_cell_write(const cell *value, buffer *out) {
    return codec_write(&rule_cell, value, REPLY_SIZE_MAX, out);
}

duban_status codec_cell_read(span bytes, arena *a, cell *out, duban_refusal *refusal) {
    reader in = {.arena = a, .refusal = refusal};
    cell value = {.name = {.kind = CELL_NONE}};
    if (bytes.size > REPLY_SIZE_MAX)
        return codec_refuse_size(&in, "Cell", bytes.size, REPLY_SIZE_MAX);
    duban_status status = codec_read(&in, &rule_cell, bytes, &value);
    if (!status) *out = value;
    return status;
}

size_t codec_cell_size(const cell *value) {
    return codec_size(&rule_cell, value);
}

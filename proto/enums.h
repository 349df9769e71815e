/* The enums of duban.proto: same values, names of C. Each ends with how many there are.
 * Knows: names. Must not know: anything else. */
#ifndef DUBAN_PROTO_ENUMS_H
#define DUBAN_PROTO_ENUMS_H

typedef enum algorithm {
    ALGORITHM_NONE,
    ALGORITHM_ED25519,
    ALGORITHM_SM2,
    ALGORITHM_COUNT
} algorithm;

/* What a reader may see; each holds what the ones before it hold. */
typedef enum right_kind {
    RIGHT_NONE,
    RIGHT_OFFICE,
    RIGHT_BOARD,
    RIGHT_JOURNAL,
    RIGHT_COUNT
} right_kind;

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
    KIND_AMENDMENT,
    KIND_SPLITTING,
    KIND_CALL_IN,
    KIND_FILLER,
    KIND_CONFIRMATION,
    KIND_ASSIGNMENT,
    KIND_OFFICE_CHANGE,
    KIND_POSTS,
    KIND_RELEASE,
    KIND_UNLOCK,
    KIND_OVERRIDE,
    KIND_FORMS,
    KIND_PAPER,
    KIND_ROLES,
    KIND_CHECKS,
    KIND_WEIGHTS,
    KIND_PROJECT,
    KIND_VERIFICATION,
    KIND_REDACTION,
    KIND_SESSION,
    KIND_ACCESS,
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
    ROLLUP_WEIGHTED_MEAN,
    ROLLUP_RATIO,
    ROLLUP_MIN,
    ROLLUP_MAX,
    ROLLUP_ALL_OF,
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
    CAUSE_AHEAD,
    CAUSE_CLOSED,
    CAUSE_EXEMPT,
    CAUSE_FINDING,
    CAUSE_OVERRIDE,
    CAUSE_TOLERATED,
    CAUSE_COUNT
} cause;

typedef enum profile {
    PROFILE_NONE,
    PROFILE_NODES,
    PROFILE_EVEN,
    PROFILE_YEAR_END,
    PROFILE_SEASON,
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

typedef enum visibility {
    VISIBILITY_PUBLIC,
    VISIBILITY_INTERNAL,
    VISIBILITY_RESTRICTED,
    VISIBILITY_OFFLINE,
    VISIBILITY_COUNT
} visibility;

typedef enum plan_shape {
    PLAN_SHAPE_NONE,
    PLAN_SHAPE_ANNUAL,
    PLAN_SHAPE_LIVELIHOOD,
    PLAN_SHAPE_POLICY,
    PLAN_SHAPE_PROJECT,
    PLAN_SHAPE_REFORM,
    PLAN_SHAPE_COUNT
} plan_shape;

typedef enum stage_kind {
    STAGE_NONE,
    STAGE_RESERVED,
    STAGE_PLANNED,
    STAGE_STARTED,
    STAGE_IN_STATISTICS,
    STAGE_IN_PRODUCTION,
    STAGE_COUNT
} stage_kind;

typedef enum office_act {
    OFFICE_ACT_NONE,
    OFFICE_RENAMED,
    OFFICE_MOVED,
    OFFICE_ENDED,
    OFFICE_ACT_COUNT
} office_act;

typedef enum relation_kind {
    RELATION_NONE,
    BY_CITY,
    BY_LEAD,
    BY_FURTHER_LEAD,
    BY_OWNER,
    BY_FILLER,
    BY_PARENT,
    BY_ADDRESSEE,
    BY_OPENER,
    BY_RESPONSIBLE,
    BY_ANYONE,
    RELATION_COUNT
} relation_kind;

typedef enum need_kind {
    NEED_NONE,
    NEED_TEXT,
    NEED_EVIDENCE,
    NEED_DOCUMENT,
    NEED_LIMIT,
    NEED_DAY,
    NEED_TASK,
    NEED_OFFICE,
    NEED_AUTHORITY,
    NEED_INDEX,
    NEED_REFERS,
    NEED_COUNT
} need_kind;

typedef enum effect_kind {
    EFFECT_NONE,
    EFFECT_EXTEND,
    EFFECT_EXEMPT,
    EFFECT_FIND,
    EFFECT_REVERSE,
    EFFECT_CLOSE,
    EFFECT_REOPEN,
    EFFECT_FULFIL,
    EFFECT_TOLERATE,
    EFFECT_COUNT
} effect_kind;

typedef enum severity {
    SEVERITY_NONE,
    SEVERITY_ERROR,
    SEVERITY_WARNING,
    SEVERITY_NOTE,
    SEVERITY_COUNT
} severity;

typedef enum check_test {
    TEST_NONE,
    TEST_RANGE,
    TEST_NOT_FALLING,
    TEST_NOT_NEGATIVE,
    TEST_CHANGE,
    TEST_BOTH_OR_NEITHER,
    TEST_EXCLUSIVE,
    TEST_NOT_ABOVE,
    TEST_WITH_EVIDENCE,
    TEST_COUNT
} check_test;

typedef enum confirm_answer {
    ANSWER_NONE,
    ANSWER_CONFIRMED,
    ANSWER_OBJECTED,
    ANSWER_COUNT
} confirm_answer;

typedef enum duty_why {
    DUTY_NONE,
    DUTY_CALLED_IN,
    DUTY_TAKEN_OVER,
    DUTY_ENDED,
    DUTY_WHY_COUNT
} duty_why;

typedef enum table_kind {
    TABLE_NONE,
    TABLE_LIGHTS,
    TABLE_FORMS,
    TABLE_CHECKS,
    TABLE_WEIGHTS,
    TABLE_ROLES,
    TABLE_COUNT
} table_kind;

typedef enum basis_kind {
    BASIS_REPORTED,
    BASIS_ACCEPTED,
    BASIS_VERIFIED,
    BASIS_COUNT
} basis_kind;

#endif

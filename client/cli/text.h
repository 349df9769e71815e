/* The words of product.md as people read them, in both languages.
 * Knows: enums and their names. Must not know: where they are printed. */
#ifndef DUBAN_CLIENT_CLI_TEXT_H
#define DUBAN_CLIENT_CLI_TEXT_H

#include "proto/words.h"

/* All results are static, "" for NONE and unknown values. */
const char *text_grade(grade value, duban_lang lang);
const char *text_grade_code(grade value); /* "yellow", for JSON */
const char *text_cause(cause value, duban_lang lang);
const char *text_cause_code(cause value);
const char *text_item_state(item_state value, duban_lang lang);
const char *text_item_state_code(item_state value);
const char *text_timetable_state(timetable_state value, duban_lang lang);
const char *text_office_kind(office_kind value, duban_lang lang);
const char *text_office_kind_code(office_kind value);
const char *text_task_kind(task_kind value, duban_lang lang);
const char *text_comparator(comparator value, duban_lang lang);
const char *text_comparator_code(comparator value);
const char *text_nature_code(nature value);
const char *text_event_kind_code(event_kind value);
const char *text_event_kind(event_kind value, duban_lang lang);
const char *text_profile(profile value, duban_lang lang);
const char *text_cycle(period_kind value, duban_lang lang);
/* The unit in which a margin of that nature is counted: 个百分点, %, 位. */
const char *text_margin_unit(nature value, duban_lang lang);

/* The value whose name in either language or whose code is text; 0 when none. */
grade text_read_grade(const char *text);
cause text_read_cause(const char *text);
office_kind text_read_office_kind(const char *text);
nature text_read_nature(const char *text);
profile text_read_profile(const char *text);
period_kind text_read_cycle(const char *text);
/* 是 yes true 1 y; anything else is false. */
bool text_read_yes(const char *text);

/* The other enums, all in one way. */
typedef enum word_set {
    TEXT_EVENT_KIND,
    TEXT_GRADE,
    TEXT_OFFICE_KIND,
    TEXT_TASK_KIND,
    TEXT_COMPARATOR,
    TEXT_NATURE,
    TEXT_STRENGTH,
    TEXT_ROLLUP,
    TEXT_VINTAGE,
    TEXT_VISIBILITY,
    TEXT_SHAPE,
    TEXT_STAGE,
    TEXT_OFFICE_ACT,
    TEXT_RELATION,
    TEXT_NEED,
    TEXT_EFFECT,
    TEXT_SEVERITY,
    TEXT_CHECK,
    TEXT_ANSWER,
    TEXT_DUTY,
    TEXT_TABLE,
    TEXT_BASIS,
    TEXT_RIGHT,
    TEXT_SETS_N
} word_set;

/* "" for NONE and unknown values. */
const char *text_word(word_set set, unsigned value, duban_lang lang);
const char *text_code(word_set set, unsigned value);
/* By its name in either language or its code; "" is 0. False when text is none of them. */
bool text_read(word_set set, const char *text, unsigned *out);
/* Every word of the set, separated, as many as fit whole: for "expected". */
#define TEXT_LIST_SIZE 128
const char *text_list(word_set set, duban_lang lang, char out[TEXT_LIST_SIZE]);

#endif

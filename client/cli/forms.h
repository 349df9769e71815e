/* A table of papers as people write it in a spreadsheet, one row for each form, state,
 * act and trigger, those of a form below it:
 * 行,代码,中文名,英文名,起,至,由谁,须有,终结,时限,逾期转入,逾期拟发,效果,不公开,拟办,
 * 灯色,原因,未报期数,连续期数,看单位,辖外,再拟间隔,说明 or
 * row,code,zh,en,from,to,by,needs,ended,limit,breach_state,breach_form,effect,hidden,
 * proposed,grades,cause,missing_min,running_min,of_offices,outside,again_days,note.
 *
 *   form 文种     code zh en proposed (the state the clock opens one in)
 *   state 状态    code zh en ended limit (working days) breach_state breach_form effect
 *                 hidden
 *   act 动作      code zh en from (empty: opens one; *: any state not ended) to (empty:
 *                 it stays) by needs (lists; the first of `by` is whom it waits for)
 *   trigger 触发  grades cause missing_min running_min of_offices outside again_days
 *
 * States and forms are named by code or by either name; the code is what is written.
 * Knows: that table. Must not know: what a paper is for. */
#ifndef DUBAN_CLIENT_CLI_FORMS_H
#define DUBAN_CLIENT_CLI_FORMS_H

#include "client/cli/cli.h"

typedef struct forms_table {
    forms_words words;  /* plan and version are left to the caller */
    const char **notes; /* of each form, for the reader alone; "" when there is none */
} forms_table;

/* Reads a table; all of it lives in the arena. name is what messages call it. Says every
 * bad row on standard error, then DUBAN_E_ROWS. */
duban_status forms_read(cli *c, arena *a, const char *name, const char *bytes,
                        size_t size, forms_table *out);
/* The file, or the default table when path is NULL. */
duban_status forms_load(cli *c, arena *a, const char *path, forms_table *out);
/* Appends the table as CSV, words in that language, so that reading it gives the same.
 * notes may be NULL. */
duban_status forms_write(const forms_words *words, const char *const *notes,
                         duban_lang lang, buffer *out);

/* By code or either name, NULL when there is none. */
const form_words *forms_find(const forms_words *words, const char *text);
const form_state *forms_state(const form_words *form, const char *text);

#endif

/* Sentences and JSON about one paper.
 * Knows: papers and words. Must not know: options. */
#ifndef DUBAN_CLIENT_CLI_PAPER_SAY_H
#define DUBAN_CLIENT_CLI_PAPER_SAY_H

#include <jansson.h>

#include "client/cli/papers.h"
#include "client/cli/say.h"

/* "提示单", the code where the table in force has no such form. */
const char *paper_say_form(const papers_row *row, duban_lang lang);
const char *paper_say_state(const papers_row *row, duban_lang lang);
/* Its title; where it has none (the clock gives none) that of its first task. */
const char *paper_say_title(const papers *p, const papers_row *row);
/* Printed numbers of its tasks, names of its addressees. */
void paper_say_tasks(const papers *p, const uint32_t *tasks, uint32_t n, char *out,
                     size_t out_size);
void paper_say_offices(const papers *p, const uint32_t *offices, uint32_t n, char *out,
                       size_t out_size);
/* "5 月 10 日前" in words: the limit's day, and that it has passed when it has. */
void paper_say_limit(const papers *p, const papers_row *row, char out[SAY_SIZE]);
/* What comes next from a state: who, which act, and how it is typed; that it has ended
 * when it has. number 0: not known. */
void paper_say_next(const cli *c, const form_words *form, const form_state *state,
                    uint32_t number, char *out, size_t out_size);
/* The relations of an act, in words, and what it needs as options. */
void paper_say_by(const cli *c, const form_act *act, char *out, size_t out_size);
void paper_say_needs(const form_act *act, char *out, size_t out_size);

json_t *paper_say_json(const papers *p, const papers_row *row);

#endif

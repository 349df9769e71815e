/* A view on the screen or as JSON, and the sentence of `why`.
 * Knows: views, words in two languages, tables. Must not know: brokers. */
#ifndef DUBAN_CLIENT_CLI_SHOW_H
#define DUBAN_CLIENT_CLI_SHOW_H

#include "client/cli/cli.h"
#include "client/cli/json.h"
#include "client/cli/view.h"

/* Prints the board: with --json one object on one line, else a headline and a table.
 * only: GRADE_NONE, or rows of that grade alone (by task). */
void show_view(cli *c, const view *v, duban_board *b, grade only);
json_t *show_view_json(const view *v, duban_board *b);

/* Arranges the board and prints it. */
duban_status show_board(cli *c, duban_board *b, view_by by, grade only);

/* Why a light shows what it shows, in a sentence: grade, cause, the metric or node that
 * decided with value, target, actual and expected share, data date and margin, who is
 * charged, rounds missing and running, the rule's row and version. */
void show_why(char *out, size_t out_size, const cell *light, duban_board *b,
              duban_lang lang);

/* "+1.2个百分点", "" when there is no margin: two decimals at most, and as many as it takes
 * to show that there is one. */
void show_margin(char *out, size_t out_size, bool has, decimal margin, nature of,
                 duban_lang lang);

#endif

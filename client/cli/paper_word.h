/* The words people type for forms, states and acts.
 * Knows: the words of the command line and a table of forms. Must not know: the board. */
#ifndef DUBAN_CLIENT_CLI_PAPER_WORD_H
#define DUBAN_CLIENT_CLI_PAPER_WORD_H

#include "client/cli/forms.h"

/* A word of the command line that stands for one or more forms: `slip` is the three slips
 * and the letter. The first is meant where nothing else says which. Ended by NULL; NULL
 * when the word is none of these. The codes are those of the default table. */
const char *const *paper_word_forms(const char *word);
/* The word under which a form is best called: "slip" for urge1, else the form's code. */
const char *paper_word_of(const char *form);

/* Name in the reader's language, the code where it has none. */
const char *paper_word_form(const form_words *form, duban_lang lang);
const char *paper_word_state(const form_state *state, duban_lang lang);
const char *paper_word_act(const form_act *act, duban_lang lang);

/* Whether text names the act: its code or either name. */
bool paper_word_names(const form_act *act, const char *text);
/* The option that gives what is needed ("document"), and its value's place in help. */
const char *paper_word_option(need_kind need);

/* "12", "#12", "12号": 0 when it is no number. */
uint32_t paper_word_number(const char *text);
/* The same, or "12-20"; false when it is neither. */
bool paper_word_span(const char *text, uint32_t *first, uint32_t *last);

#endif

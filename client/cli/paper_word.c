#include "client/cli/paper_word.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/typed.h"

static const struct {
    const char *word;
    const char *forms[6];
} words[] = {
    {"slip", {"urge1", "urge2", "urge3", "letter", NULL}},
    {"ticket", {"ticket", NULL}},
    {"relief", {"extension", "exemption", "tolerance", "retarget", "failure", NULL}},
    {"finding", {"finding", "rectify", NULL}},
    {"close", {"close", NULL}},
    {"bulletin", {"bulletin", "praise", "criticism", NULL}},
    {"meeting", {"meeting", "action", NULL}},
    {"talk", {"talk", "referral", NULL}},
    {"instruction", {"instruction", NULL}},
    {"policy", {"policy", NULL}},
};

#define WORDS_N (sizeof words / sizeof words[0])

const char *const *paper_word_forms(const char *word) {
    for (size_t i = 0; i < WORDS_N; i++)
        if (strcmp(words[i].word, word) == 0) return words[i].forms;
    return NULL;
}

const char *paper_word_of(const char *form) {
    for (size_t i = 0; i < WORDS_N; i++)
        for (size_t k = 0; words[i].forms[k]; k++)
            if (strcmp(words[i].forms[k], form) == 0) return words[i].word;
    return form;
}

static const char *pick(duban_lang lang, const char *zh, const char *en,
                        const char *code) {
    const char *name = lang == DUBAN_ZH ? zh : en;
    return *name ? name : code;
}

const char *paper_word_form(const form_words *form, duban_lang lang) {
    return pick(lang, form->zh, form->en, form->code);
}

const char *paper_word_state(const form_state *state, duban_lang lang) {
    return pick(lang, state->zh, state->en, state->code);
}

const char *paper_word_act(const form_act *act, duban_lang lang) {
    return pick(lang, act->zh, act->en, act->code);
}

bool paper_word_names(const form_act *act, const char *text) {
    return strcmp(act->code, text) == 0 || strcmp(act->zh, text) == 0 ||
           strcmp(act->en, text) == 0;
}

const char *paper_word_option(need_kind need) {
    static const char *const options[NEED_COUNT] = {
        [NEED_TEXT] = "text",         [NEED_EVIDENCE] = "evidence",
        [NEED_DOCUMENT] = "document", [NEED_LIMIT] = "limit",
        [NEED_DAY] = "day",           [NEED_TASK] = "task",
        [NEED_OFFICE] = "office",     [NEED_AUTHORITY] = "authority",
        [NEED_INDEX] = "index",       [NEED_REFERS] = "refers",
    };
    return need > NEED_NONE && need < NEED_COUNT ? options[need] : "";
}

uint32_t paper_word_number(const char *text) {
    char folded[TYPED_SIZE];
    if (!typed_fold(text, folded, sizeof folded)) return 0;
    const char *at = folded;
    if (*at == '#') at++;
    size_t digits = strspn(at, "0123456789");
    bool tail = strcmp(at + digits, "") == 0 || strcmp(at + digits, "号") == 0;
    return digits && digits <= 9 && tail ? (uint32_t)strtoul(at, NULL, 10) : 0;
}

bool paper_word_span(const char *text, uint32_t *first, uint32_t *last) {
    char folded[TYPED_SIZE];
    if (!typed_fold(text, folded, sizeof folded)) return false;
    char *gap = strchr(folded, '-');
    if (gap) *gap = '\0';
    uint32_t from = paper_word_number(folded);
    uint32_t to = gap ? paper_word_number(gap + 1) : from;
    if (!from || to < from || to > PAPERS_MAX) return false;
    *first = from;
    *last = to;
    return true;
}

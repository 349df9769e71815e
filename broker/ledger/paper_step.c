#include "broker/ledger/paper_step.h"

#include <stdio.h>
#include <string.h>

static duban_status unknown_act(const verdict *v, const char *act) {
    return refuse_text(v, DUBAN_E_UNKNOWN_FORM, "act", act, NULL);
}

static paper_step step_to(bool opens, uint32_t number, const form_words *form,
                          const form_act *act) {
    const form_state *to = *act->to == '\0' ? NULL : form_state_of(form, act->to);
    return (paper_step){opens, number, form, act, to};
}

static duban_status step_opening(const ledger *l, const plan *p, const paper_words *words,
                                 const form_words *form, const form_act *act,
                                 const verdict *v, paper_step *out) {
    uint32_t next = paper_count(p) + 1;
    uint32_t number = words->paper;
    if (!l->slice) {
        if (number != 0 && number != next)
            return refuse_number(v, DUBAN_E_SEQUENCE, "paper", number, next);
        number = next;
    }
    if (number > PAPERS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "paper", number, PAPERS_MAX);
    if (l->slice && paper_find(p, number) != NULL)
        return refuse_number(v, DUBAN_E_SEQUENCE, "paper", number, next);
    *out = step_to(true, number, form, act);
    return DUBAN_OK;
}

/* From which states an act of that code leads on. */
static duban_status refuse_state(const verdict *v, const form_words *form,
                                 const char *act, const char *found) {
    char from[128] = "";
    size_t size = 0;
    for (uint32_t i = 0; i < form->acts_n; i++) {
        const form_act *one = &form->acts[i];
        if (strcmp(one->code, act) != 0 || *one->from == '\0') continue;
        int more = snprintf(from + size, sizeof from - size, "%s%s",
                            size == 0 ? "" : ", ", one->from);
        if (more < 0 || size + (size_t)more >= sizeof from) break;
        size += (size_t)more;
    }
    return refuse_text(v, DUBAN_E_STATE, "act", found, from);
}

static duban_status step_onward(const ledger *l, const plan *p, const paper_words *words,
                                const verdict *v, paper_step *out) {
    const paper *of = paper_find(p, words->paper);
    if (of == NULL) return refuse_found(v, DUBAN_E_UNKNOWN_PAPER, "paper", words->paper);
    if (*words->form != '\0' && strcmp(words->form, of->words.form) != 0)
        return refuse_text(v, DUBAN_E_UNKNOWN_FORM, "form", words->form, of->words.form);
    const form_words *form = form_find(p, of->words.form);
    const form_state *from = form == NULL ? NULL : form_state_of(form, of->words.state);
    const form_act *any = form == NULL ? NULL : form_act_any(form, words->act);
    if (any == NULL) return unknown_act(v, words->act);
    const form_act *act = from == NULL ? NULL : form_act_from(form, words->act, from);
    /* a slice may have missed what others did */
    if (act == NULL && l->slice && *any->from != '\0') act = any;
    if (act == NULL) return refuse_state(v, form, words->act, of->words.state);
    *out = step_to(false, words->paper, form, act);
    return DUBAN_OK;
}

duban_status paper_step_check(const ledger *l, const plan *p, const paper_words *words,
                              const verdict *v, paper_step *out) {
    if (*words->form == '\0') return step_onward(l, p, words, v, out);
    const form_words *form = form_find(p, words->form);
    if (form == NULL)
        return refuse_text(v, DUBAN_E_UNKNOWN_FORM, "form", words->form, NULL);
    const form_act *act = form_act_opening(form, words->act);
    if (act != NULL) return step_opening(l, p, words, form, act, v, out);
    if (form_act_any(form, words->act) == NULL) return unknown_act(v, words->act);
    return step_onward(l, p, words, v, out);
}

bool paper_step_of(const ledger *l, const plan *p, const paper_words *words,
                   paper_step *out) {
    verdict nobody = {NULL, 0};
    return paper_step_check(l, p, words, &nobody, out) == DUBAN_OK;
}

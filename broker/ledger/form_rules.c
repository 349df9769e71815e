#include "broker/ledger/form_rules.h"

#include <string.h>

#include "broker/ledger/memory.h"

_Static_assert(FORM_STATES_MAX <= 32, "states of a form are bits of a uint32_t");

static duban_status bad(const verdict *v, const char *field, const char *found) {
    return refuse_text(v, DUBAN_E_RULES, field, found, NULL);
}

static uint32_t state_at(const form_words *form, const char *code) {
    for (uint32_t i = 0; i < form->states_n; i++)
        if (strcmp(form->states[i].code, code) == 0) return i;
    return NONE;
}

static const form_words *form_at(const forms_words *words, const char *code) {
    for (uint32_t i = 0; i < words->forms_n; i++)
        if (strcmp(words->forms[i].code, code) == 0) return &words->forms[i];
    return NULL;
}

/* --- one row ------------------------------------------------------------------------ */

static duban_status check_state(const forms_words *words, const form_words *form,
                                uint32_t at, const verdict *v) {
    const form_state *state = &form->states[at];
    if (*state->code == '\0' || state_at(form, state->code) != at)
        return bad(v, "code", state->code);
    if (state->limit_days > FORM_DAYS_MAX || (state->ended && state->limit_days > 0))
        return refuse_number(v, DUBAN_E_RULES, "limit_days", state->limit_days,
                             state->ended ? 0 : FORM_DAYS_MAX);
    if (*state->breach_state != '\0') {
        uint32_t to = state_at(form, state->breach_state);
        /* what a person closed a person reopens, and a person lets off */
        if (state->ended || to == NONE || form->states[to].effect == EFFECT_REOPEN ||
            form->states[to].effect == EFFECT_EXEMPT)
            return bad(v, "breach_state", state->breach_state);
    }
    if (*state->breach_form != '\0') {
        const form_words *next = form_at(words, state->breach_form);
        if (state->ended || next == NULL || *next->proposed == '\0')
            return bad(v, "breach_form", state->breach_form);
    }
    if (state->effect < EFFECT_NONE || state->effect >= EFFECT_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "effect", state->effect);
    if (state->hidden && state->effect != EFFECT_NONE)
        return bad(v, "hidden", state->code); /* the board would show what it did */
    return DUBAN_OK;
}

static duban_status check_words(const form_act *act, const verdict *v) {
    if (act->by_n == 0 || act->by_n > FORM_WORDS_MAX) return bad(v, "by", act->code);
    for (uint32_t i = 0; i < act->by_n; i++)
        if (act->by[i] <= RELATION_NONE || act->by[i] >= RELATION_COUNT)
            return refuse_found(v, DUBAN_E_RULES, "by", act->by[i]);
    if (act->needs_n > FORM_WORDS_MAX) return bad(v, "needs", act->code);
    for (uint32_t i = 0; i < act->needs_n; i++)
        if (act->needs[i] <= NEED_NONE || act->needs[i] >= NEED_COUNT)
            return refuse_found(v, DUBAN_E_RULES, "needs", act->needs[i]);
    return DUBAN_OK;
}

static duban_status check_act(const form_words *form, uint32_t at, const verdict *v) {
    const form_act *act = &form->acts[at];
    if (*act->code == '\0') return bad(v, "code", act->code);
    for (uint32_t i = 0; i < at; i++)
        if (strcmp(form->acts[i].code, act->code) == 0 &&
            strcmp(form->acts[i].from, act->from) == 0)
            return bad(v, "code", act->code);
    bool opens = *act->from == '\0';
    if (!opens && strcmp(act->from, FORM_ANY_STATE) != 0 &&
        state_at(form, act->from) == NONE)
        return bad(v, "from", act->from);
    if (*act->to == '\0' ? opens : state_at(form, act->to) == NONE)
        return bad(v, "to", act->to);
    return check_words(act, v);
}

static duban_status check_trigger(const form_trigger *trigger, const verdict *v) {
    if (trigger->grades_n > FORM_WORDS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "grades", trigger->grades_n,
                             FORM_WORDS_MAX);
    for (uint32_t i = 0; i < trigger->grades_n; i++)
        if (trigger->grades[i] <= GRADE_NONE || trigger->grades[i] >= GRADE_COUNT)
            return refuse_found(v, DUBAN_E_RULES, "grades", trigger->grades[i]);
    if (trigger->cause < CAUSE_NONE || trigger->cause >= CAUSE_COUNT)
        return refuse_found(v, DUBAN_E_RULES, "cause", trigger->cause);
    if (trigger->grades_n == 0 && trigger->cause == CAUSE_NONE &&
        trigger->missing_min == 0 && trigger->running_min == 0)
        return refuse(v, DUBAN_E_RULES, "triggers");
    if (trigger->again_days > FORM_DAYS_MAX)
        return refuse_number(v, DUBAN_E_RULES, "again_days", trigger->again_days,
                             FORM_DAYS_MAX);
    return DUBAN_OK;
}

/* --- how states hang together ------------------------------------------------------- */

static uint32_t bit(uint32_t state) {
    return state == NONE ? 0 : (uint32_t)1 << state;
}

static bool act_leaves(const form_words *form, const form_act *act, uint32_t state) {
    const form_state *from = &form->states[state];
    return strcmp(act->from, from->code) == 0 ||
           (strcmp(act->from, FORM_ANY_STATE) == 0 && !from->ended);
}

/* The states that one step leads to from that one; a limit is a step too. */
static uint32_t steps(const form_words *form, uint32_t state) {
    const form_state *from = &form->states[state];
    uint32_t to = 0;
    for (uint32_t i = 0; i < form->acts_n; i++)
        if (*form->acts[i].to != '\0' && act_leaves(form, &form->acts[i], state))
            to |= bit(state_at(form, form->acts[i].to));
    if (*from->breach_state != '\0') to |= bit(state_at(form, from->breach_state));
    return to;
}

static uint32_t reached(const form_words *form) {
    uint32_t all = *form->proposed == '\0' ? 0 : bit(state_at(form, form->proposed));
    for (uint32_t i = 0; i < form->acts_n; i++)
        if (*form->acts[i].from == '\0') all |= bit(state_at(form, form->acts[i].to));
    for (uint32_t before = 0; before != all;) {
        before = all;
        for (uint32_t s = 0; s < form->states_n; s++)
            if ((before & bit(s)) != 0) all |= steps(form, s);
    }
    return all;
}

static duban_status check_ways(const form_words *form, const verdict *v) {
    uint32_t all = reached(form);
    if (all == 0) return bad(v, "acts", form->code);
    for (uint32_t s = 0; s < form->states_n; s++) {
        const form_state *state = &form->states[s];
        bool stuck = !state->ended && (steps(form, s) & ~bit(s)) == 0;
        if ((all & bit(s)) == 0 || stuck) return bad(v, "states", state->code);
    }
    return DUBAN_OK;
}

/* --- the whole ---------------------------------------------------------------------- */

static duban_status check_counts(const form_words *form, const verdict *v) {
    if (form->states_n == 0) return bad(v, "states", "");
    if (form->states_n > FORM_STATES_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "states", form->states_n, FORM_STATES_MAX);
    if (form->acts_n > FORM_ACTS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "acts", form->acts_n, FORM_ACTS_MAX);
    if (form->triggers_n > FORM_TRIGGERS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "triggers", form->triggers_n,
                             FORM_TRIGGERS_MAX);
    return DUBAN_OK;
}

static duban_status check_proposed(const form_words *form, const verdict *v) {
    if (*form->proposed == '\0') {
        if (form->triggers_n > 0) return bad(v, "proposed", "");
        return DUBAN_OK;
    }
    uint32_t at = state_at(form, form->proposed);
    /* the clock proposes; that something counts is for a person to say */
    if (at == NONE || form->states[at].ended || form->states[at].effect != EFFECT_NONE)
        return bad(v, "proposed", form->proposed);
    return DUBAN_OK;
}

static duban_status check_form(const forms_words *words, uint32_t at, const verdict *v) {
    const form_words *form = &words->forms[at];
    if (*form->code == '\0' || form_at(words, form->code) != form)
        return bad(v, "code", form->code);
    duban_status status = check_counts(form, v);
    for (uint32_t i = 0; i < form->states_n && status == DUBAN_OK; i++)
        status = check_state(words, form, i, v);
    for (uint32_t i = 0; i < form->acts_n && status == DUBAN_OK; i++)
        status = check_act(form, i, v);
    for (uint32_t i = 0; i < form->triggers_n && status == DUBAN_OK; i++)
        status = check_trigger(&form->triggers[i], v);
    if (status == DUBAN_OK) status = check_proposed(form, v);
    return status == DUBAN_OK ? check_ways(form, v) : status;
}

duban_status form_rules_check(const forms_words *words, const verdict *v) {
    if (words->forms_n == 0) return refuse(v, DUBAN_E_RULES, "forms");
    if (words->forms_n > FORMS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "forms", words->forms_n, FORMS_MAX);
    for (uint32_t i = 0; i < words->forms_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_form(words, i, &at);
        if (status != DUBAN_OK) return status;
    }
    return DUBAN_OK;
}

#include <string.h>

#include "broker/ledger/paper.h"
#include "broker/ledger/paper_book.h"
#include "broker/ledger/paper_effect.h"
#include "broker/ledger/paper_permit.h"
#include "broker/ledger/paper_step.h"

/* --- what the act asks for ---------------------------------------------------------- */

/* The field of Paper that the need speaks of. */
static const char *const need_fields[NEED_COUNT] = {
    [NEED_TEXT] = "text",         [NEED_EVIDENCE] = "evidence",
    [NEED_DOCUMENT] = "document", [NEED_LIMIT] = "limit_day",
    [NEED_DAY] = "day",           [NEED_TASK] = "tasks",
    [NEED_OFFICE] = "offices",    [NEED_AUTHORITY] = "authority",
    [NEED_INDEX] = "index",       [NEED_REFERS] = "refers"};

static bool is_given(const paper_words *words, need_kind need) {
    switch (need) {
    case NEED_TEXT: return words->text.present;
    case NEED_EVIDENCE: return words->evidence_n > 0;
    case NEED_DOCUMENT: return *words->document != '\0';
    case NEED_LIMIT: return words->limit_day != 0;
    case NEED_DAY: return words->day != 0;
    case NEED_TASK: return words->tasks_n > 0;
    case NEED_OFFICE: return words->offices_n > 0;
    case NEED_AUTHORITY: return *words->authority != '\0';
    case NEED_INDEX: return words->index != 0;
    default: return words->refers != 0;
    }
}

static duban_status check_needs(const form_act *act, const paper_words *words,
                                const verdict *v) {
    for (uint32_t i = 0; i < act->needs_n; i++)
        if (!is_given(words, act->needs[i]))
            return refuse_text(v, DUBAN_E_NEEDED, need_fields[act->needs[i]], NULL,
                               act->code);
    return DUBAN_OK;
}

/* --- what it says ------------------------------------------------------------------- */

static duban_status check_tasks(const plan *p, const paper_words *words,
                                const verdict *v) {
    if (words->tasks_n > PAPER_TASKS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "tasks", words->tasks_n, PAPER_TASKS_MAX);
    for (uint32_t i = 0; i < words->tasks_n; i++) {
        if (plan_find_task(p, words->tasks[i]) == NONE)
            return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "tasks", words->tasks[i]);
        if (paper_names(words->tasks, i, words->tasks[i]))
            return refuse_found(v, DUBAN_E_DUPLICATE, "tasks", words->tasks[i]);
    }
    return DUBAN_OK;
}

static duban_status check_offices(const ledger *l, const paper_words *words,
                                  const verdict *v) {
    if (words->offices_n > DUTIES_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "offices", words->offices_n, DUTIES_MAX);
    for (uint32_t i = 0; i < words->offices_n; i++) {
        if (office_find(&l->book, words->offices[i]) == NULL)
            return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "offices", words->offices[i]);
        if (paper_names(words->offices, i, words->offices[i]))
            return refuse_found(v, DUBAN_E_DUPLICATE, "offices", words->offices[i]);
    }
    return DUBAN_OK;
}

/* A limit has not passed yet when it is set. */
static duban_status check_days(const ledger *l, const plan *p, const paper_words *words,
                               const verdict *v) {
    int32_t first = p->words.first_day;
    int32_t last = p->words.last_day + PAPER_DAYS_MAX;
    if (last > DAY_MAX) last = DAY_MAX;
    if (words->day != 0 && (words->day < first || words->day > last))
        return refuse_day(v, DUBAN_E_DATE, "day", words->day, first, last);
    if (l->day > first) first = l->day;
    if (words->limit_day != 0 && (words->limit_day < first || words->limit_day > last))
        return refuse_day(v, DUBAN_E_DATE, "limit_day", words->limit_day, first, last);
    return DUBAN_OK;
}

/* The number of a document is given to one paper of a plan only. */
static duban_status check_document(const plan *p, const paper_words *words,
                                   uint32_t number, const verdict *v) {
    const paper_book *book = p->papers;
    for (uint32_t i = 0;
         book != NULL && *words->document != '\0' && i < book->documents_n; i++) {
        const paper_document *one = &book->documents[i];
        if (one->paper != number && strcmp(one->text, words->document) == 0)
            return refuse_text(v, DUBAN_E_DUPLICATE, "document", words->document, NULL);
    }
    return DUBAN_OK;
}

static duban_status check_pointers(const ledger *l, const plan *p,
                                   const paper_words *words, uint32_t number,
                                   const verdict *v) {
    if (words->index > l->head)
        return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index, l->head);
    if (words->refers != 0 &&
        (words->refers == number || paper_find(p, words->refers) == NULL))
        return refuse_found(v, DUBAN_E_UNKNOWN_PAPER, "refers", words->refers);
    return check_document(p, words, number, v);
}

/* --- the whole ---------------------------------------------------------------------- */

static paper_cell before_the_act(const ledger *l, const plan *p, const paper_step *step,
                                 uint32_t signer) {
    const paper *of = step->opens ? NULL : paper_find(p, step->number);
    if (of != NULL) return of->words;
    return (paper_cell){.title = "",
                        .document = "",
                        .authority = "",
                        .opener = signer,
                        .opened_day = l->day};
}

static duban_status check_whole(const ledger *l, const plan *p, const paper_words *words,
                                const paper_step *step, uint32_t signer,
                                const verdict *v) {
    paper_cell before = before_the_act(l, p, step, signer);
    paper_cell after = paper_after(&before, words);
    duban_status status =
        paper_permit(l, p, step->act, step->opens ? &after : &before, signer, v);
    if (status == DUBAN_OK) status = check_needs(step->act, words, v);
    if (status == DUBAN_OK) status = check_days(l, p, words, v);
    if (status == DUBAN_OK) status = check_pointers(l, p, words, step->number, v);
    if (status == DUBAN_OK) status = paper_effect_check_kept(p, words, step->number, v);
    if (status == DUBAN_OK && step->to != NULL)
        status = paper_effect_check(l, p, step->number, &after, step->to->effect, v);
    return status;
}

static bool reserve(ledger *l, plan *p, const paper_words *words,
                    const paper_step *step) {
    effect_kind effect = step->to == NULL ? EFFECT_NONE : step->to->effect;
    if (!paper_reserve(l, p, step->number) || !paper_effect_reserve(l, p, effect))
        return false;
    const ledger_allocator *m = &l->memory;
    paper_book *book = p->papers;
    paper_document *documents = memory_room(m, book->documents, &book->documents_room,
                                            book->documents_n + 1, sizeof *documents);
    if (documents == NULL) return false;
    book->documents = documents;
    if (text_set_add(&book->texts, m, words->title) == NULL ||
        text_set_add(&book->texts, m, words->document) == NULL ||
        text_set_add(&book->texts, m, words->authority) == NULL)
        return false;
    if (words->text.present && text_set_add(&l->media, m, words->text.media) == NULL)
        return false;
    if (words->tasks_n > 0)
        book->next_tasks = pool_numbers(&book->lists, m, words->tasks, words->tasks_n);
    if (words->offices_n > 0)
        book->next_offices =
            pool_numbers(&book->lists, m, words->offices, words->offices_n);
    return (words->tasks_n == 0 || book->next_tasks != NULL) &&
           (words->offices_n == 0 || book->next_offices != NULL);
}

/* No office but the city's may use up the numbers of a plan. */
static duban_status check_share(const plan *p, uint32_t signer, const verdict *v) {
    uint32_t opened = 0;
    if (signer == OFFICE_OF_CITY || paper_count(p) < PAPERS_OF_OFFICE_MAX)
        return DUBAN_OK;
    for (uint32_t i = 0; i < p->papers->papers_n; i++)
        opened += p->papers->papers[i].words.opener == signer;
    if (opened < PAPERS_OF_OFFICE_MAX) return DUBAN_OK;
    return refuse_number(v, DUBAN_E_LIMIT, "paper", opened, PAPERS_OF_OFFICE_MAX);
}

duban_status paper_check(ledger *l, const paper_words *words, uint32_t signer,
                         const verdict *v) {
    plan *p = NULL;
    paper_step step;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status == DUBAN_OK) status = check_tasks(p, words, v);
    if (status == DUBAN_OK) status = check_offices(l, words, v);
    if (status != DUBAN_OK) return status;
    status = paper_step_check(l, p, words, v, &step);
    if (l->slice) {
        /* of a table or a paper that it does not hold, the broker judges alone */
        bool unknown =
            status == DUBAN_E_UNKNOWN_PAPER ||
            (status == DUBAN_E_UNKNOWN_FORM && form_find(p, words->form) == NULL);
        if (unknown) return DUBAN_OK;
        if (status == DUBAN_OK) status = check_needs(step.act, words, v);
        if (status == DUBAN_OK && !l->folding) status = check_days(l, p, words, v);
    } else if (status == DUBAN_OK) {
        status = check_whole(l, p, words, &step, signer, v);
        if (status == DUBAN_OK && step.opens) status = check_share(p, signer, v);
    }
    if (status == DUBAN_OK && !reserve(l, p, words, &step)) status = refuse_memory(v);
    return status;
}

#include "broker/ledger/paper_permit.h"

#include <stdio.h>
#include <string.h>

/* Walks over the offices that stand in the relations; stops when visit says so. */
typedef struct asking {
    const ledger *l;
    uint32_t signer;
    bool found;
    char *names; /* NULL: only whether the signer is among them */
    size_t names_size;
} asking;

/* Whether the code stands in the list between commas. */
static bool is_written(const char *names, const char *code) {
    size_t size = strlen(code);
    for (const char *at = strstr(names, code); at != NULL; at = strstr(at + 1, code))
        if ((at == names || at[-1] == ' ') && (at[size] == '\0' || at[size] == ','))
            return true;
    return false;
}

static void write_name(asking *a, uint32_t office) {
    const char *code = office_code(&a->l->book, office);
    size_t used = strlen(a->names);
    size_t more = strlen(code);
    if (used + more + 3 > a->names_size || is_written(a->names, code)) return;
    snprintf(a->names + used, a->names_size - used, "%s%s", used > 0 ? ", " : "", code);
}

static void consider_one(asking *a, uint32_t office) {
    const office_words *words = office_find(&a->l->book, office);
    for (uint32_t hops = 0; words != NULL && hops < OFFICES_MAX; hops++) {
        if (words->ended_day == 0 || words->ended_day > a->l->day ||
            words->successors_n == 0)
            break;
        words = office_find(&a->l->book, words->successors[0]);
    }
    if (words == NULL) return;
    if (words->number == a->signer) a->found = true;
    if (a->names != NULL) write_name(a, words->number);
}

static void consider(asking *a, uint32_t office) {
    const office_words *words = office_find(&a->l->book, office);
    if (words == NULL) return;
    consider_one(a, office);
    for (uint32_t i = 0; words->kind == OFFICE_GROUP && i < words->members_n; i++)
        consider_one(a, words->members[i]);
}

static void consider_all(asking *a, const uint32_t *offices, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        consider(a, offices[i]);
}

static void consider_parents(asking *a, const paper_cell *of) {
    for (uint32_t i = 0; i < of->offices_n; i++) {
        const office_words *words = office_find(&a->l->book, of->offices[i]);
        if (words != NULL && words->parent != 0) consider(a, words->parent);
    }
}

static void consider_task(asking *a, const plan_task *t, relation_kind by) {
    const task_words *words = t->words;
    if (by == BY_LEAD)
        consider(a, t->lead);
    else if (by == BY_RESPONSIBLE)
        consider_all(a, words->responsible, words->responsible_n);
    else if (by == BY_FURTHER_LEAD && words->leads_n > 1)
        consider_all(a, words->leads + 1, words->leads_n - 1);
}

static void consider_relation(asking *a, const plan *p, const paper_cell *of,
                              relation_kind by) {
    switch (by) {
    case BY_CITY: consider_one(a, OFFICE_OF_CITY); break;
    case BY_LEAD:
    case BY_FURTHER_LEAD:
    case BY_RESPONSIBLE:
        for (uint32_t i = 0; i < of->tasks_n; i++) {
            uint32_t task = plan_find_task(p, of->tasks[i]);
            if (task != NONE) consider_task(a, &p->tasks[task], by);
        }
        break;
    case BY_OWNER:
    case BY_ADDRESSEE: consider_all(a, of->offices, of->offices_n); break;
    case BY_PARENT: consider_parents(a, of); break;
    case BY_OPENER: consider(a, of->opener); break;
    case BY_ANYONE: a->found = true; break;
    default: break; /* a paper has no filler */
    }
}

duban_status paper_permit(const ledger *l, const plan *p, const form_act *act,
                          const paper_cell *of, uint32_t signer, const verdict *v) {
    char names[128] = "";
    asking a = {.l = l, .signer = signer};
    for (uint32_t i = 0; i < act->by_n; i++)
        consider_relation(&a, p, of, act->by[i]);
    if (a.found) return DUBAN_OK;
    a.names = names;
    a.names_size = sizeof names;
    for (uint32_t i = 0; i < act->by_n; i++)
        consider_relation(&a, p, of, act->by[i]);
    return refuse_text(v, DUBAN_E_NOT_ALLOWED, "office", office_code(&l->book, signer),
                       names);
}

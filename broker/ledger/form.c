#include "broker/ledger/form.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/form_rules.h"
#include "broker/ledger/paper.h"
#include "broker/ledger/trace.h"
#include "proto/codec.h"

static form_book *book_of(plan *p, const ledger_allocator *m) {
    if (p->forms != NULL) return p->forms;
    form_book *book = m->resize(m->ctx, NULL, 0, sizeof *book);
    if (book == NULL) return NULL;
    *book = (form_book){.cell = NONE};
    p->forms = book;
    return book;
}

static bool keep_codes(form_book *book, const ledger_allocator *m,
                       const forms_words *words) {
    for (uint32_t i = 0; i < words->forms_n; i++) {
        const form_words *form = &words->forms[i];
        if (text_set_add(&book->codes, m, form->code) == NULL) return false;
        for (uint32_t s = 0; s < form->states_n; s++)
            if (text_set_add(&book->codes, m, form->states[s].code) == NULL) return false;
    }
    return true;
}

static bool prepare(ledger *l, plan *p, const forms_words *words) {
    form_book *book = book_of(p, &l->memory);
    if (book == NULL || !keep_codes(book, &l->memory, words)) return false;
    pool_free(&book->next_texts, &l->memory);
    event copy = {.kind = KIND_FORMS, .forms = *words};
    pool_taker taker = {&book->next_texts, &l->memory};
    if (!codec_event_copy(&copy, pool_taking, &taker)) return false;
    book->next = copy.forms;
    return cells_reserve(&p->board.cells, &l->memory, 1) &&
           board_reserve_page(&p->board, &l->memory, 0, 1);
}

duban_status forms_check(ledger *l, const forms_words *words, uint32_t signer,
                         const verdict *v) {
    (void)signer; /* the city office: permit.c */
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t version = p->forms == NULL ? 0 : p->forms->version;
    if (words->version != version + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "version", words->version,
                             (uint64_t)version + 1);
    status = form_rules_check(words, v);
    if (status == DUBAN_OK) status = paper_check_forms(p, words, v);
    if (status == DUBAN_OK && !prepare(l, p, words)) status = refuse_memory(v);
    return status;
}

void forms_apply(ledger *l, uint64_t index, const forms_words *words, uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    form_book *book = p->forms;
    pool former = book->texts;
    book->version = words->version;
    book->words = book->next;
    book->texts = book->next_texts;
    book->next = (forms_words){0};
    book->next_texts = (pool){0};
    pool_free(&former, &l->memory);
    if (book->cell == NONE) {
        cell_name name = {.kind = CELL_TABLE, .node = TABLE_FORMS};
        book->cell = board_add(&p->board, &name, 0, index);
    }
    cell next = {.table = {.version = book->version, .index = index}};
    board_put(&p->board, book->cell, &next, index);
    p->board.pages[0].dirty = true;
    trace_say(l, "%" PRIu64 " forms %s version %" PRIu32 ", %" PRIu32 " forms", index,
              p->code, book->version, book->words.forms_n);
    paper_reread(p, index);
}

/* --- finding ------------------------------------------------------------------------ */

const form_words *form_among(const forms_words *words, const char *code) {
    for (uint32_t i = 0; i < words->forms_n; i++)
        if (strcmp(words->forms[i].code, code) == 0) return &words->forms[i];
    return NULL;
}

const form_words *form_find(const plan *p, const char *code) {
    if (p->forms == NULL || p->forms->version == 0) return NULL;
    return form_among(&p->forms->words, code);
}

const form_state *form_state_of(const form_words *form, const char *code) {
    for (uint32_t i = 0; i < form->states_n; i++)
        if (strcmp(form->states[i].code, code) == 0) return &form->states[i];
    return NULL;
}

static const form_act *act_at(const form_words *form, const char *code,
                              const char *from) {
    for (uint32_t i = 0; i < form->acts_n; i++)
        if (strcmp(form->acts[i].code, code) == 0 &&
            strcmp(form->acts[i].from, from) == 0)
            return &form->acts[i];
    return NULL;
}

const form_act *form_act_from(const form_words *form, const char *code,
                              const form_state *from) {
    const form_act *act = act_at(form, code, from->code);
    return act == NULL && !from->ended ? act_at(form, code, FORM_ANY_STATE) : act;
}

const form_act *form_act_opening(const form_words *form, const char *code) {
    return act_at(form, code, "");
}

const form_act *form_act_any(const form_words *form, const char *code) {
    for (uint32_t i = 0; i < form->acts_n; i++)
        if (strcmp(form->acts[i].code, code) == 0) return &form->acts[i];
    return NULL;
}

const char *form_code(const plan *p, const char *code) {
    return text_set_get(&p->forms->codes, code);
}

/* --- what the plan holds ------------------------------------------------------------ */

void form_free(plan *p, const ledger_allocator *m) {
    if (p->forms == NULL) return;
    pool_free(&p->forms->texts, m);
    pool_free(&p->forms->next_texts, m);
    text_set_free(&p->forms->codes, m);
    m->resize(m->ctx, p->forms, sizeof *p->forms, 0);
    p->forms = NULL;
}

void form_page(const plan *p, page_writer *w) {
    if (p->forms == NULL || p->forms->version == 0) return;
    page_put_u32(w, KIND_FORMS);
    size_t size_at = w->out->size;
    page_put_u32(w, 0);
    if (w->status != DUBAN_OK) return;
    event ev = {.kind = KIND_FORMS, .forms = p->forms->words};
    w->status = codec_event_write(&ev, w->out);
    size_t size = w->out->size - size_at - 4;
    for (int b = 0; b < 4; b++)
        w->out->data[size_at + (size_t)b] = (unsigned char)(size >> (24 - 8 * b));
}

#include "broker/ledger/paper.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "broker/ledger/paper_book.h"
#include "broker/ledger/paper_effect.h"
#include "broker/ledger/paper_step.h"
#include "broker/ledger/trace.h"

_Static_assert(TASKS_MAX <= OFFICES_MAX, "`ones` serves tasks and offices");

/* --- the book ----------------------------------------------------------------------- */

static paper_book *make_book(plan *p, const ledger_allocator *m) {
    if (p->papers != NULL) return p->papers;
    paper_book *book = m->resize(m->ctx, NULL, 0, sizeof *book);
    if (book == NULL) return NULL;
    *book = (paper_book){0};
    uint32_t *ones = pool_take(&book->lists, m, OFFICES_MAX * sizeof *ones);
    if (ones == NULL) {
        m->resize(m->ctx, book, sizeof *book, 0);
        return NULL;
    }
    for (uint32_t i = 0; i < OFFICES_MAX; i++)
        ones[i] = i + 1;
    book->ones = ones;
    p->papers = book;
    return book;
}

bool paper_reserve(ledger *l, plan *p, uint32_t number) {
    paper_book *book = make_book(p, &l->memory);
    if (book == NULL) return false;
    paper *papers =
        memory_room(&l->memory, book->papers, &book->papers_room, number, sizeof *papers);
    if (papers == NULL) return false;
    book->papers = papers;
    uint32_t more = number > book->papers_n ? number - book->papers_n : 0;
    return cells_reserve_beside(&p->board.cells, &l->memory, more) &&
           board_reserve_page_beside(&p->board, &l->memory, 0, more);
}

paper *paper_find(const plan *p, uint32_t number) {
    if (number == 0 || number > paper_count(p)) return NULL;
    paper *found = &p->papers->papers[number - 1];
    return found->cell == NONE ? NULL : found;
}

paper *paper_add(const ledger *l, plan *p, uint32_t number, const form_words *form,
                 uint64_t index) {
    paper_book *book = p->papers;
    assert(number <= book->papers_room);
    while (book->papers_n < number)
        book->papers[book->papers_n++] = (paper){.cell = NONE};
    paper *made = &book->papers[number - 1];
    cell_name name = {.kind = CELL_PAPER, .node = number};
    made->cell = board_add(&p->board, &name, 0, index);
    made->words = (paper_cell){.form = form_code(p, form->code),
                               .state = "",
                               .title = "",
                               .document = "",
                               .authority = "",
                               .opened_day = l->day,
                               .opened = index,
                               .last = index};
    return made;
}

void paper_put(plan *p, uint32_t number, uint64_t index) {
    const paper *shown = &p->papers->papers[number - 1];
    cell next = {.paper = shown->words};
    if (shown->words.hidden) {
        next.paper.title = "";
        next.paper.tasks_n = next.paper.offices_n = next.paper.refers = 0;
        next.paper.text = (body_ref){0};
    }
    board_put(&p->board, shown->cell, &next, index);
    p->board.pages[0].dirty = true;
}

void paper_enter(const ledger *l, plan *p, paper *of, const form_state *state,
                 int32_t limit_day) {
    paper_cell *w = &of->words;
    calendar cal = workdays_calendar(&l->workdays);
    if (limit_day == 0 && state->limit_days > 0)
        limit_day = calendar_add(&cal, l->day, (int32_t)state->limit_days);
    w->state = form_code(p, state->code);
    w->since_day = l->day;
    w->limit_day = state->ended ? 0 : limit_day;
    w->breached = false;
    w->ended = state->ended;
    w->hidden = state->hidden;
}

paper_cell paper_after(const paper_cell *before, const paper_words *words) {
    paper_cell w = *before;
    if (*words->title != '\0') w.title = words->title;
    if (*words->document != '\0') w.document = words->document;
    if (*words->authority != '\0') w.authority = words->authority;
    if (words->tasks_n > 0) {
        w.tasks = words->tasks;
        w.tasks_n = words->tasks_n;
    }
    if (words->offices_n > 0) {
        w.offices = words->offices;
        w.offices_n = words->offices_n;
    }
    if (words->day != 0) w.day = words->day;
    if (words->index != 0) w.index = words->index;
    if (words->refers != 0) w.refers = words->refers;
    if (words->text.present) w.text = words->text;
    return w;
}

void paper_trace(const ledger *l, const plan *p, uint32_t number, const char *what,
                 uint64_t index) {
    if (l->trace == NULL) return;
    const paper_cell *w = &p->papers->papers[number - 1].words;
    char limit[DAY_TEXT_SIZE] = "";
    if (w->limit_day != 0) day_write(w->limit_day, limit);
    bool by_clock = *what == ' ';
    trace_say(l, "%" PRIu64 "%s paper %s %" PRIu32 " %s %s -> %s%s%s", index,
              by_clock ? "  " : "", p->code, number, w->form, what + by_clock, w->state,
              w->limit_day != 0 ? ", limit " : "", limit);
}

/* --- an act ------------------------------------------------------------------------- */

/* The paper's words as the act leaves them, in copies that last. */
static void take_words(const ledger *l, paper_book *book, paper_cell *w,
                       const paper_words *words) {
    *w = paper_after(w, words);
    w->title = text_set_get(&book->texts, w->title);
    w->document = text_set_get(&book->texts, w->document);
    w->authority = text_set_get(&book->texts, w->authority);
    if (words->tasks_n > 0) w->tasks = book->next_tasks;
    if (words->offices_n > 0) w->offices = book->next_offices;
    if (words->text.present) w->text.media = text_set_get(&l->media, w->text.media);
}

static void note_document(paper_book *book, uint32_t number, const char *document) {
    if (*document == '\0') return;
    for (uint32_t i = 0; i < book->documents_n; i++)
        if (strcmp(book->documents[i].text, document) == 0) return;
    book->documents[book->documents_n++] =
        (paper_document){number, text_set_get(&book->texts, document)};
}

void paper_apply(ledger *l, uint64_t index, const paper_words *words, uint32_t signer) {
    plan *p = ledger_plan(l, words->plan);
    paper_step step;
    if (p == NULL || p->papers == NULL || !paper_step_of(l, p, words, &step)) return;
    if (l->slice && step.number == 0) return; /* whichever is next: the broker knows */
    paper *of = step.opens ? paper_add(l, p, step.number, step.form, index)
                           : paper_find(p, step.number);
    take_words(l, p->papers, &of->words, words);
    if (step.opens) of->words.opener = signer;
    of->words.acts++;
    of->words.last = index;
    note_document(p->papers, step.number, words->document);
    if (step.to != NULL) {
        paper_enter(l, p, of, step.to, words->limit_day);
    } else if (words->limit_day != 0) {
        of->words.limit_day = words->limit_day;
        of->words.breached = false;
    }
    paper_put(p, step.number, index);
    paper_trace(l, p, step.number, step.act->code, index);
    if (step.to != NULL) paper_effect_apply(l, p, step.number, step.to->effect, index);
}

/* --- another table ------------------------------------------------------------------ */

duban_status paper_check_forms(const plan *p, const forms_words *words,
                               const verdict *v) {
    for (uint32_t n = 1; n <= paper_count(p); n++) {
        const paper *open = paper_find(p, n);
        if (open == NULL || open->words.ended) continue;
        const form_words *form = form_among(words, open->words.form);
        if (form == NULL)
            return refuse_text(v, DUBAN_E_RULES, "forms", open->words.form, NULL);
        if (form_state_of(form, open->words.state) == NULL)
            return refuse_text(
                &(verdict){v->refusal, (uint32_t)(form - words->forms) + 1},
                DUBAN_E_RULES, "states", open->words.state, NULL);
    }
    return DUBAN_OK;
}

void paper_reread(plan *p, uint64_t index) {
    for (uint32_t n = 1; n <= paper_count(p); n++) {
        paper *read = paper_find(p, n);
        if (read == NULL) continue;
        const form_words *form = form_find(p, read->words.form);
        const form_state *state =
            form == NULL ? NULL : form_state_of(form, read->words.state);
        if (state == NULL) continue; /* ended under a table that knew it */
        read->words.ended = state->ended;
        read->words.hidden = state->hidden;
        if (state->ended) read->words.limit_day = 0;
        paper_put(p, n, index);
    }
}

/* --- what the plan holds ------------------------------------------------------------ */

void paper_free(plan *p, const ledger_allocator *m) {
    paper_book *book = p->papers;
    if (book == NULL) return;
    memory_free(m, book->papers, book->papers_room, sizeof *book->papers);
    memory_free(m, book->documents, book->documents_room, sizeof *book->documents);
    memory_free(m, book->holds, book->holds_room, sizeof *book->holds);
    memory_free(m, book->held, book->held_room, sizeof *book->held);
    text_set_free(&book->texts, m);
    pool_free(&book->lists, m);
    m->resize(m->ctx, book, sizeof *book, 0);
    p->papers = NULL;
}

static bool is_marked(const plan_mark *mark) {
    return mark->closed_day != 0 || mark->exempt_day != 0 || mark->extended_day != 0 ||
           mark->fulfilled || mark->tolerated || mark->findings != 0 || mark->paper != 0;
}

static void put_mark(page_writer *w, uint32_t task, uint32_t office,
                     const plan_mark *mark) {
    if (!is_marked(mark)) return;
    page_put_u32(w, task);
    page_put_u32(w, office);
    page_put_u32(w, (uint32_t)mark->closed_day);
    page_put_u32(w, (uint32_t)mark->exempt_day);
    page_put_u32(w, (uint32_t)mark->extended_day);
    page_put_u32(w, mark->fulfilled);
    page_put_u32(w, mark->tolerated);
    page_put_u32(w, mark->findings);
    page_put_u32(w, mark->paper);
}

/* What its cell does not say: what is hidden, and a finding that a later state covers. */
static void put_paper(page_writer *w, uint32_t number, const paper *of) {
    page_put_u32(w, number);
    page_put_u32(w, of->finding);
    page_put_u32(w, of->words.hidden);
    if (!of->words.hidden) return;
    page_put_text(w, of->words.title);
    page_put_numbers(w, of->words.tasks, of->words.tasks_n);
    page_put_numbers(w, of->words.offices, of->words.offices_n);
    page_put_u32(w, of->words.refers);
    page_put_u32(w, of->words.text.present);
    if (!of->words.text.present) return;
    page_put_bytes(w, of->words.text.hash.bytes, sizeof of->words.text.hash.bytes);
    page_put_u32(w, of->words.text.size);
    page_put_text(w, of->words.text.media);
}

void paper_page(const plan *p, page_writer *w) {
    if (paper_count(p) == 0) return;
    const paper_book *book = p->papers;
    page_put_u32(w, KIND_PAPER);
    page_put_u32(w, book->papers_n);
    for (uint32_t i = 0; i < book->papers_n; i++)
        if (book->papers[i].finding || book->papers[i].words.hidden)
            put_paper(w, i + 1, &book->papers[i]);
    page_put_u32(w, 0);
    for (uint32_t i = 0; i < book->documents_n; i++) {
        page_put_u32(w, book->documents[i].paper);
        page_put_text(w, book->documents[i].text);
    }
    page_put_u32(w, 0);
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        const plan_task *t = &p->tasks[i];
        put_mark(w, i + 1, 0, &t->mark);
        for (uint32_t d = t->duties_at; d < t->duties_at + t->duties_n; d++)
            put_mark(w, i + 1, p->duties[d].office, &p->duties[d].mark);
    }
    page_put_u32(w, 0);
}

#include "client/import/import.h"

#include <string.h>

#include "client/import/grid.h"
#include "client/import/recognise.h"

typedef struct writer {
    arena *arena; /* of the table */
    duban_lang lang;
} writer;

static const char *keep(writer *w, piece p, size_t size_max) {
    if (p.size == 0) return "";
    p = piece_limit(p, size_max);
    return arena_copy(w->arena, p.at, p.size);
}

static const char *keep_text(writer *w, const char *text) {
    return keep(w, piece_of(text), TITLE_SIZE_MAX);
}

/* The shortest form of an exact number. */
static const char *keep_number(writer *w, const char *text) {
    decimal value;
    char shortest[DECIMAL_TEXT_SIZE];
    if (text[0] == '\0') return "";
    if (decimal_read(text, &value) != DUBAN_OK) return keep_text(w, text);
    decimal_write(value, shortest);
    return keep_text(w, shortest);
}

/* A ； in a name would cut it in two when the list is read back. */
static const char *keep_name(writer *w, piece name) {
    static const char *const separators[] = {"；", "|", ";", NULL};
    wording out = wording_begin(w->arena);
    for (size_t i = 0; i < name.size;) {
        size_t n = piece_word_at(name, i, separators);
        if (n)
            wording_word(&out, "、");
        else
            wording_add(&out, piece_cut(name, i, i + (n = piece_step(name, i))));
        i += n;
    }
    return wording_end(&out);
}

static bool keep_names(writer *w, const piece *items, size_t n, plan_names *out) {
    if (n == 0) return true;
    out->items = arena_alloc(w->arena, n * sizeof *out->items);
    if (!out->items) return false;
    for (size_t i = 0; i < n; i++)
        if (!(out->items[i] = keep_name(w, items[i]))) return false;
    out->n = (uint32_t)n;
    return true;
}

/* The whole text where it fits, else as many of its sentences or clauses as do. */
static piece shorten(piece words) {
    if (words.size <= TITLE_SIZE_MAX) return words;
    static const char *const pauses[] = {"。", "；", "，", NULL};
    piece cut = piece_limit(words, TITLE_SIZE_MAX);
    for (size_t i = cut.size; i > 0; i = piece_back(cut, i))
        if (piece_word_at(words, i, pauses)) return piece_cut(words, 0, i);
    return cut;
}

static const char *title_of(writer *w, const recognised *r) {
    piece body = r->duties.body;
    wording out = wording_begin(w->arena);
    piece container = piece_trim(r->item->container);
    if (container.size) {
        wording_add(&out, container);
        wording_word(&out, "：");
    }
    wording_add(&out, body);
    const char *text = wording_end(&out);
    return text ? keep(w, shorten(piece_trim((piece){text, out.size})), TITLE_SIZE_MAX)
                : NULL;
}

static bool write_task(writer *w, const recognised *r, plan_row *row) {
    const notice_item *item = r->item;
    *row = (plan_row){.kind = r->kind, .open = r->duties.open, .line = item->line};
    row->chapter_no = keep(w, item->chapter.no, NAME_SIZE_MAX);
    row->chapter = keep(w, item->chapter.title, NAME_SIZE_MAX);
    row->section_no = keep(w, item->section.no, NAME_SIZE_MAX);
    row->section = keep(w, item->section.title, NAME_SIZE_MAX);
    row->title = title_of(w, r);
    row->no = keep_text(w, item->no);
    row->metric = row->target = row->target_max = row->unit = row->start = row->deadline =
        row->definition = row->opening = row->doubts = "";
    row->asked_by = row->carried = row->tolerance = row->reference = row->ratio_scale =
        row->source = row->release = row->release_days = "";
    const duties *d = &r->duties;
    bool kept =
        row->chapter_no && row->chapter && row->section_no && row->section && row->no;
    return kept && row->title &&
           keep_names(w, d->leaders.items, d->leaders.n, &row->leaders) &&
           keep_names(w, d->leads.items, d->leads.n, &row->leads) &&
           keep_names(w, d->responsible.items, d->responsible.n, &row->responsible);
}

static bool write_alone(writer *w, const recognised *r, plan_row *row) {
    row->deadline = keep_text(w, r->targets.deadline);
    wording papers = wording_begin(w->arena);
    for (size_t i = 0; i < r->papers_n; i++) {
        if (i) wording_word(&papers, "；");
        wording_add(&papers, r->papers[i]);
    }
    const char *text = wording_end(&papers);
    row->definition = text ? keep_text(w, text) : NULL;
    row->doubts = doubt_text(w->arena, &r->doubts, w->lang);
    return row->definition && row->doubts;
}

static bool write_target(writer *w, const recognised *r, size_t i, plan_row *row) {
    const target *t = &r->targets.items[i];
    row->metric = keep(w, t->label, NAME_SIZE_MAX);
    row->comparator = t->comparator;
    row->target = keep_number(w, t->value);
    row->target_max = keep_number(w, t->value_max);
    row->opening = keep_number(w, t->opening);
    row->unit = keep_text(w, t->unit);
    row->nature = t->nature;
    row->strength = t->strength;
    row->strict = t->strict;
    row->rollup = t->rollup;
    row->start = keep_text(w, t->start);
    row->deadline = keep_text(w, t->deadline);
    row->definition = keep(w, t->clause, TITLE_SIZE_MAX);
    doubts all = t->doubts; /* the task's own stand in its first row */
    for (size_t j = 0; i == 0 && j < r->doubts.n; j++)
        doubt_add(&all, r->doubts.items[j].kind, r->doubts.items[j].words);
    row->doubts = doubt_text(w->arena, &all, w->lang);
    return row->metric && row->target && row->target_max && row->unit && row->opening &&
           row->start && row->deadline && row->definition && row->doubts;
}

static bool write_rows(writer *w, const recognised *r, plan_row **next) {
    plan_row task;
    if (!write_task(w, r, &task)) return false;
    if (r->targets.n == 0) {
        *(*next)++ = task;
        return write_alone(w, r, *next - 1);
    }
    for (size_t i = 0; i < r->targets.n; i++) {
        *(*next)++ = task;
        if (!write_target(w, r, i, *next - 1)) return false;
    }
    return true;
}

static duban_status write_table(const notice *n, const recognised *all, duban_lang lang,
                                plan_table *table) {
    size_t rows = 0;
    for (size_t i = 0; i < n->items_n; i++)
        rows += all[i].targets.n ? all[i].targets.n : 1;
    table->rows = arena_alloc(&table->arena, rows * sizeof *table->rows);
    if (!table->rows) return DUBAN_E_NO_MEMORY;
    writer w = {.arena = &table->arena, .lang = lang};
    plan_row *next = table->rows;
    for (size_t i = 0; i < n->items_n; i++)
        if (!write_rows(&w, &all[i], &next)) return DUBAN_E_NO_MEMORY;
    table->rows_n = rows;
    table->year = n->year;
    return DUBAN_OK;
}

duban_status import_notice(const char *text, size_t size, duban_lang lang,
                           duban_refusal *refusal, plan_table *out) {
    arena a;
    arena_init(&a, 0);
    plan_table table = {0};
    arena_init(&table.arena, 0);
    notice n;
    recognised *all = NULL;
    piece raw = {text, size};
    duban_status status = grid_is(&a, raw) ? grid_read(&a, raw, refusal, &n)
                                           : notice_read(&a, raw, refusal, &n);
    if (status) goto out;
    status = recognise(&a, &n, &all);
    if (status == DUBAN_OK) status = write_table(&n, all, lang, &table);
    if (status) duban_refuse(refusal, status, 0, "", NULL, NULL);
out:
    arena_close(&a);
    if (status == DUBAN_OK)
        *out = table;
    else
        plan_table_free(&table);
    return status;
}

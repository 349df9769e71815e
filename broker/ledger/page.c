#include "broker/ledger/page.h"

#include "broker/ledger/access.h"
#include "broker/ledger/amend.h"
#include "broker/ledger/checks.h"
#include "broker/ledger/form.h"
#include "broker/ledger/light.h"
#include "broker/ledger/paper.h"
#include "broker/ledger/posts.h"
#include "broker/ledger/redaction.h"
#include "broker/ledger/release.h"
#include "broker/ledger/roles.h"
#include "broker/ledger/weights.h"

#include "proto/codec.h"

static void put_days(page_writer *w, const day_list *list) {
    page_put_u32(w, list->n);
    for (uint32_t i = 0; i < list->n; i++)
        page_put_u32(w, (uint32_t)list->days[i]);
}

static void put_office(page_writer *w, const office_record *office) {
    const office_words *words = &office->words;
    page_put_u64(w, office->since);
    page_put_text(w, words->code);
    page_put_text(w, words->name);
    page_put_u32(w, words->aliases_n);
    for (uint32_t i = 0; i < words->aliases_n; i++)
        page_put_text(w, words->aliases[i]);
    page_put_u32(w, (uint32_t)words->kind);
    page_put_u32(w, words->parent);
    page_put_numbers(w, words->members, words->members_n);
}

static void put_key(page_writer *w, const key_record *key) {
    page_put_u32(w, key->office);
    page_put_u32(w, (uint32_t)key->public_key.algorithm);
    page_put_bytes(w, key->public_key.bytes, sign_public_size(key->public_key.algorithm));
    page_put_u32(w, key->revoked);
    page_put_u64(w, key->since);
    page_put_u64(w, key->window.last);
    page_put_u64(w, key->window.used);
    for (uint32_t i = 0; i < NUMBER_WINDOW; i++)
        if (key->window.used >> i & 1) {
            page_put_u64(w, key->window.slots[i].index);
            page_put_bytes(w, key->window.slots[i].mark.bytes, HASH_SIZE);
        }
}

static void put_root(page_writer *w, const ledger *l) {
    page_put_u32(w, l->has_genesis);
    if (!l->has_genesis) return;
    page_put_text(w, l->genesis.origin);
    page_put_u32(w, (uint32_t)l->genesis.utc_offset_minutes);
    page_put_u32(w, (uint32_t)l->genesis.algorithm);
    page_put_u32(w, l->genesis.rules_version);
    page_put_u32(w, l->genesis.drill);
    page_put_u64(w, (uint64_t)l->genesis.created_ms);
    page_put_u64(w, (uint64_t)l->received_ms);
    page_put_u64(w, (uint64_t)l->time_ms);
    page_put_u32(w, (uint32_t)l->day);
    page_put_u32(w, l->book.offices_n);
    for (uint32_t i = 0; i < l->book.offices_n; i++)
        put_office(w, &l->book.offices[i]);
    page_put_u32(w, l->book.keys_n);
    for (uint32_t i = 0; i < l->book.keys_n; i++)
        put_key(w, &l->book.keys[i]);
    put_days(w, &l->workdays.off);
    put_days(w, &l->workdays.on);
    page_put_u32(w, l->plans_n);
    roles_page(l, w);
    posts_page(l, w);
    redaction_page(l, w);
    office_page(&l->book, w);
    access_page(l, w);
}

static void put_lights(page_writer *w, const light_table *table) {
    page_put_u32(w, table->version);
    page_put_u32(w, table->rows_n);
    for (uint32_t i = 0; i < table->rows_n; i++) {
        const light_row *row = &table->rows[i];
        page_put_u32(w, (uint32_t)row->grade);
        page_put_u32(w, (uint32_t)row->cause);
        page_put_u32(w, (uint32_t)row->nature);
        page_put_u32(w, row->has_margin_below);
        page_put_u64(w, row->has_margin_below ? (uint64_t)row->margin_below.micro : 0);
        page_put_u32(w, row->due_within);
        page_put_u32(w, row->missing_min);
        page_put_u32(w, row->running_min);
        page_put_u32(w, row->overdue);
        page_put_u32(w, row->met);
        page_put_u32(w, row->no_timetable);
        page_put_u32(w, row->no_data);
    }
}

static void put_draft(page_writer *w, const plan *p) {
    page_put_u32(w, p->chunks_n);
    for (uint32_t i = 0; i < p->chunks_n; i++) {
        hash256 hash = hash_of(p->chunks[i].payload.data, p->chunks[i].payload.size);
        page_put_u32(w, p->chunks[i].number);
        page_put_bytes(w, hash.bytes, sizeof hash.bytes);
    }
}

/* What the cells of the plan as a whole do not say. */
static void put_plan(page_writer *w, const plan *p) {
    page_put_u32(w, p->rounds_begun);
    page_put_u32(w, p->rounds_closed);
    for (uint32_t i = 0; i < p->rounds_begun; i++) {
        page_put_u32(w, (uint32_t)p->rounds[i].open_day);
        page_put_u32(w, (uint32_t)p->rounds[i].close_day);
    }
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        const plan_task *t = &p->tasks[i];
        page_put_u32(w, (uint32_t)t->stated_day);
        for (uint32_t n = 0; n < t->timetable.nodes_n; n++)
            page_put_u64(w, t->timetable.nodes[n].index);
        if (t->timetable.profile == PROFILE_SEASON)
            page_put_numbers(w, t->timetable.season, SEASON_MONTHS);
    }
    form_page(p, w);
    paper_page(p, w);
    checks_page(p, w);
    weights_page(p, w);
    release_page(p, w);
    amend_page(p, w);
}

static void put_cells(page_writer *w, const plan *p, const page *at) {
    page_put_u32(w, at->cells_n);
    for (uint32_t i = 0; i < at->cells_n && w->status == DUBAN_OK; i++) {
        size_t size_at = w->out->size;
        page_put_u32(w, 0);
        if (w->status != DUBAN_OK) return;
        w->status = codec_cell_write(board_at(&p->board, at->cells[i]), w->out);
        size_t size = w->out->size - size_at - 4;
        for (int b = 0; b < 4; b++)
            w->out->data[size_at + (size_t)b] = (unsigned char)(size >> (24 - 8 * b));
    }
}

uint32_t page_count(const ledger *l) {
    uint32_t n = 1;
    for (uint32_t i = 0; i < l->plans_n; i++)
        n += l->plans[i]->published ? l->plans[i]->board.pages_n : 1;
    return n;
}

bool page_find(const ledger *l, uint32_t number, page_place *out) {
    if (number == 0) {
        *out = (page_place){NULL, (page *)&l->root};
        return true;
    }
    number--;
    for (uint32_t i = 0; i < l->plans_n; i++) {
        plan *p = l->plans[i];
        uint32_t n = p->published ? p->board.pages_n : 1;
        if (number < n) {
            page *pages = p->published ? p->board.pages : &p->draft_page;
            *out = (page_place){p, &pages[number]};
            return true;
        }
        number -= n;
    }
    return false;
}

bool page_number(const ledger *l, uint32_t plan_number, uint32_t office, uint32_t *out) {
    uint32_t before = 1;
    if (plan_number == 0 && office == 0) *out = 0;
    if (plan_number == 0 || plan_number > l->plans_n) return plan_number + office == 0;
    for (uint32_t i = 0; i + 1 < plan_number; i++)
        before += l->plans[i]->published ? l->plans[i]->board.pages_n : 1;
    const plan *p = l->plans[plan_number - 1];
    uint32_t at = office == 0 ? 0 : p->published ? board_page(&p->board, office) : NONE;
    if (at == NONE) return false;
    *out = before + at;
    return true;
}

duban_status page_write(const ledger *l, const page_place *place, buffer *out) {
    size_t before = out->size;
    page_writer w = {out, DUBAN_OK};
    page_put_u32(&w, PAGE_VERSION);
    const plan *p = place->plan;
    if (p == NULL) {
        put_root(&w, l);
    } else {
        page_put_u32(&w, p->number);
        page_put_u32(&w, place->page->office);
        if (place->page->office == 0) {
            page_put_text(&w, p->code);
            page_put_u32(&w, p->published);
            put_lights(&w, &p->lights);
            light_page(&p->lights, &w);
            if (p->published)
                put_plan(&w, p);
            else
                put_draft(&w, p);
        }
        put_cells(&w, p, place->page);
    }
    if (w.status != DUBAN_OK) out->size = before;
    return w.status;
}

#include "broker/ledger/page.h"

#include <string.h>

#include "proto/codec.h"

/* Writes into a buffer and remembers the first failure. */
typedef struct writer {
    buffer *out;
    duban_status status;
} writer;

static void put_bytes(writer *w, const void *bytes, size_t size) {
    if (w->status != DUBAN_OK || size == 0) return;
    unsigned char *at = buffer_reserve(w->out, size);
    if (at == NULL) {
        w->status = DUBAN_E_NO_MEMORY;
        return;
    }
    memcpy(at, bytes, size);
    w->out->size += size;
}

static void put_u32(writer *w, uint32_t value) {
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (24 - 8 * i));
    put_bytes(w, bytes, sizeof bytes);
}

static void put_u64(writer *w, uint64_t value) {
    put_u32(w, (uint32_t)(value >> 32));
    put_u32(w, (uint32_t)value);
}

static void put_text(writer *w, const char *text) {
    size_t size = strlen(text);
    put_u32(w, (uint32_t)size);
    put_bytes(w, text, size);
}

static void put_numbers(writer *w, const uint32_t *numbers, uint32_t n) {
    put_u32(w, n);
    for (uint32_t i = 0; i < n; i++)
        put_u32(w, numbers[i]);
}

static void put_days(writer *w, const day_list *list) {
    put_u32(w, list->n);
    for (uint32_t i = 0; i < list->n; i++)
        put_u32(w, (uint32_t)list->days[i]);
}

static void put_office(writer *w, const office_record *office) {
    const office_words *words = &office->words;
    put_u64(w, office->since);
    put_text(w, words->code);
    put_text(w, words->name);
    put_u32(w, words->aliases_n);
    for (uint32_t i = 0; i < words->aliases_n; i++)
        put_text(w, words->aliases[i]);
    put_u32(w, (uint32_t)words->kind);
    put_u32(w, words->parent);
    put_numbers(w, words->members, words->members_n);
}

static void put_key(writer *w, const key_record *key) {
    put_u32(w, key->office);
    put_u32(w, (uint32_t)key->algorithm);
    put_bytes(w, key->public_key, sizeof key->public_key);
    put_u32(w, key->revoked);
    put_u64(w, key->since);
    put_u64(w, key->window.last);
    put_u64(w, key->window.used);
    for (uint32_t i = 0; i < NUMBER_WINDOW; i++)
        if (key->window.used >> i & 1) {
            put_u64(w, key->window.slots[i].index);
            put_bytes(w, key->window.slots[i].mark.bytes, HASH_SIZE);
        }
}

static void put_root(writer *w, const ledger *l) {
    put_u32(w, l->has_genesis);
    if (!l->has_genesis) return;
    put_text(w, l->genesis.origin);
    put_u32(w, (uint32_t)l->genesis.utc_offset_minutes);
    put_u32(w, (uint32_t)l->genesis.algorithm);
    put_u32(w, l->genesis.rules_version);
    put_u32(w, l->genesis.drill);
    put_u64(w, (uint64_t)l->genesis.created_ms);
    put_u64(w, (uint64_t)l->received_ms);
    put_u64(w, (uint64_t)l->time_ms);
    put_u32(w, (uint32_t)l->day);
    put_u32(w, l->book.offices_n);
    for (uint32_t i = 0; i < l->book.offices_n; i++)
        put_office(w, &l->book.offices[i]);
    put_u32(w, l->book.keys_n);
    for (uint32_t i = 0; i < l->book.keys_n; i++)
        put_key(w, &l->book.keys[i]);
    put_days(w, &l->workdays.off);
    put_days(w, &l->workdays.on);
    put_u32(w, l->plans_n);
}

static void put_lights(writer *w, const light_table *table) {
    put_u32(w, table->version);
    put_u32(w, table->rows_n);
    for (uint32_t i = 0; i < table->rows_n; i++) {
        const light_row *row = &table->rows[i];
        put_u32(w, (uint32_t)row->grade);
        put_u32(w, (uint32_t)row->cause);
        put_u32(w, (uint32_t)row->nature);
        put_u32(w, row->has_margin_below);
        put_u64(w, row->has_margin_below ? (uint64_t)row->margin_below.micro : 0);
        put_u32(w, row->due_within);
        put_u32(w, row->missing_min);
        put_u32(w, row->running_min);
        put_u32(w, row->overdue);
        put_u32(w, row->met);
        put_u32(w, row->no_timetable);
        put_u32(w, row->no_data);
    }
}

static void put_draft(writer *w, const plan *p) {
    put_u32(w, p->chunks_n);
    for (uint32_t i = 0; i < p->chunks_n; i++) {
        hash256 hash = hash_of(p->chunks[i].payload.data, p->chunks[i].payload.size);
        put_u32(w, p->chunks[i].number);
        put_bytes(w, hash.bytes, sizeof hash.bytes);
    }
}

/* What the cells of the plan as a whole do not say. */
static void put_plan(writer *w, const plan *p) {
    put_u32(w, p->rounds_begun);
    put_u32(w, p->rounds_closed);
    for (uint32_t i = 0; i < p->rounds_begun; i++) {
        put_u32(w, (uint32_t)p->rounds[i].open_day);
        put_u32(w, (uint32_t)p->rounds[i].close_day);
    }
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        const plan_task *t = &p->tasks[i];
        put_u32(w, (uint32_t)t->stated_day);
        for (uint32_t n = 0; n < t->timetable.nodes_n; n++)
            put_u64(w, t->timetable.nodes[n].index);
    }
}

static void put_cells(writer *w, const plan *p, const page *at) {
    put_u32(w, at->cells_n);
    for (uint32_t i = 0; i < at->cells_n && w->status == DUBAN_OK; i++) {
        size_t size_at = w->out->size;
        put_u32(w, 0);
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

duban_status page_write(const ledger *l, const page_place *place, buffer *out) {
    size_t before = out->size;
    writer w = {out, DUBAN_OK};
    put_u32(&w, PAGE_VERSION);
    const plan *p = place->plan;
    if (p == NULL) {
        put_root(&w, l);
    } else {
        put_u32(&w, p->number);
        put_u32(&w, place->page->office);
        if (place->page->office == 0) {
            put_text(&w, p->code);
            put_u32(&w, p->published);
            put_lights(&w, &p->lights);
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

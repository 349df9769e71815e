#include "client/import/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/cells.h"
#include "client/import/columns.h"

void plan_table_free(plan_table *table) {
    arena_close(&table->arena);
    *table = (plan_table){0};
}

void plan_refusals_free(plan_refusals *refusals) {
    free(refusals->items);
    *refusals = (plan_refusals){0};
}

static const plan_names *names_of(const plan_row *row, plan_column column) {
    switch (column) {
    case COLUMN_LEADERS: return &row->leaders;
    case COLUMN_LEADS: return &row->leads;
    case COLUMN_RESPONSIBLE: return &row->responsible;
    case COLUMN_TAGS: return &row->tags;
    case COLUMN_GATES: return &row->gates;
    default: return NULL;
    }
}

static int value_of(const plan_row *row, plan_column column) {
    switch (column) {
    case COLUMN_KIND: return (int)row->kind;
    case COLUMN_COMPARATOR: return (int)row->comparator;
    case COLUMN_NATURE: return (int)row->nature;
    case COLUMN_STRENGTH: return (int)row->strength;
    case COLUMN_ROLLUP: return (int)row->rollup;
    case COLUMN_OPEN: return row->open;
    case COLUMN_STRICT: return row->strict;
    case COLUMN_BELOW: return row->below;
    case COLUMN_VISIBILITY: return (int)row->visibility;
    case COLUMN_METRIC_VISIBILITY: return (int)row->metric_visibility;
    default: return 0;
    }
}

static const char *string_of(const plan_row *row, plan_column column) {
    switch (column) {
    case COLUMN_NO: return row->no;
    case COLUMN_CHAPTER_NO: return row->chapter_no;
    case COLUMN_CHAPTER: return row->chapter;
    case COLUMN_SECTION_NO: return row->section_no;
    case COLUMN_SECTION: return row->section;
    case COLUMN_TITLE: return row->title;
    case COLUMN_METRIC: return row->metric;
    case COLUMN_TARGET: return row->target;
    case COLUMN_TARGET_MAX: return row->target_max;
    case COLUMN_UNIT: return row->unit;
    case COLUMN_START: return row->start;
    case COLUMN_DEADLINE: return row->deadline;
    case COLUMN_DEFINITION: return row->definition;
    case COLUMN_OPENING: return row->opening;
    case COLUMN_TOLERANCE: return row->tolerance;
    case COLUMN_REFERENCE: return row->reference;
    case COLUMN_RATIO_SCALE: return row->ratio_scale;
    case COLUMN_SOURCE: return row->source;
    case COLUMN_RELEASE: return row->release;
    case COLUMN_RELEASE_DAYS: return row->release_days;
    case COLUMN_ASKED_BY: return row->asked_by;
    case COLUMN_CARRIED: return row->carried;
    case COLUMN_DOUBTS: return row->doubts;
    default: return "";
    }
}

static const char *joined(arena *a, const plan_names *names) {
    wording list = wording_begin(a);
    for (uint32_t i = 0; i < names->n; i++) {
        if (i) wording_word(&list, "；");
        wording_word(&list, names->items[i]);
    }
    return wording_end(&list);
}

const char *plan_row_cell(arena *a, const plan_row *row, int column, duban_lang lang) {
    plan_column at = (plan_column)column;
    const plan_names *names = names_of(row, at);
    if (names) return joined(a, names);
    if (cell_words_of(at).n) return cell_word_for(at, value_of(row, at), lang);
    if (at != COLUMN_LINE) return string_of(row, at);
    char line[16] = "";
    int size = row->line ? snprintf(line, sizeof line, "%u", (unsigned)row->line) : 0;
    return arena_copy(a, line, (size_t)size);
}

static bool write_cell(buffer *out, const plan_row *row, plan_column column,
                       duban_lang lang) {
    arena a;
    arena_init(&a, 0);
    const char *text = plan_row_cell(&a, row, (int)column, lang);
    bool written = text && cells_write(out, text, column == 0);
    arena_close(&a);
    return written;
}

static bool put(buffer *out, const char *bytes) {
    size_t size = strlen(bytes);
    unsigned char *to = buffer_reserve(out, size);
    if (!to) return false;
    memcpy(to, bytes, size);
    out->size += size;
    return true;
}

static bool fills(const plan_row *row, plan_column column) {
    const plan_names *names = names_of(row, column);
    if (names) return names->n > 0;
    if (cell_words_of(column).n) return value_of(row, column) != 0;
    return *string_of(row, column) != '\0';
}

/* Whether a sheet of these rows has that column. */
static bool has_column(const plan_table *table, plan_column column) {
    if (!column_is_extra(column)) return true;
    for (size_t i = 0; i < table->rows_n; i++)
        if (fills(&table->rows[i], column)) return true;
    return false;
}

duban_status plan_table_write_csv(const plan_table *table, duban_lang lang, buffer *out) {
    bool has[COLUMNS_N];
    for (int c = 0; c < COLUMNS_N; c++)
        has[c] = has_column(table, (plan_column)c);
    if (!put(out, "\xEF\xBB\xBF")) return DUBAN_E_NO_MEMORY;
    for (int c = 0; c < COLUMNS_N; c++)
        if (has[c] && !cells_write(out, column_word((plan_column)c, lang), c == 0))
            return DUBAN_E_NO_MEMORY;
    if (!put(out, "\r\n")) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < table->rows_n; i++) {
        for (int c = 0; c < COLUMNS_N; c++)
            if (has[c] && !write_cell(out, &table->rows[i], (plan_column)c, lang))
                return DUBAN_E_NO_MEMORY;
        if (!put(out, "\r\n")) return DUBAN_E_NO_MEMORY;
    }
    return DUBAN_OK;
}

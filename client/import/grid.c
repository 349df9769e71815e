#include "client/import/grid.h"

#include <string.h>

#include "client/import/cells.h"
#include "client/import/fold.h"
#include "client/import/labels.h"

#define HEADER_ROWS_MAX 12 /* rows of title above a header */

typedef enum grid_column {
    GRID_NONE,
    GRID_NO,
    GRID_TEXT,
    GRID_CHAPTER,
    GRID_LEADERS,
    GRID_LEADS,
    GRID_RESPONSIBLE,
    GRID_DEADLINE,
    GRID_COLUMNS
} grid_column;

static const char *const number_words[] = {"序号", "任务序号", "编号", "任务号",
                                           "项号", "no",       NULL};
static const char *const text_words[] = {
    "目标任务",     "任务目标",     "工作任务", "重点任务",       "任务",
    "任务内容",     "工作内容",     "主要任务", "重点工作",       "重点工作任务",
    "工作事项",     "事项",         "事项名称", "项目名称",       "主要内容",
    "目标任务内容", "建设内容",     "任务名称", "实事项目",       "政策名称",
    "工作目标",     "任务分解",     "重点事项", "目标任务和内容", "文件名称",
    "工作要点",     "年度目标任务", NULL};
static const char *const chapter_words[] = {"类别", "分类", "板块", "领域",
                                            "章",   "方面", "类型", NULL};

/* What stands before a duty when it is printed in a notice. */
static const char *const printed[GRID_COLUMNS] = {[GRID_LEADERS] = "牵头领导：",
                                                  [GRID_LEADS] = "牵头单位：",
                                                  [GRID_RESPONSIBLE] = "责任单位：",
                                                  [GRID_DEADLINE] = "完成时限："};

typedef struct grid {
    arena *arena;
    duban_refusal *refusal;
    cells_reader cells;
    uint32_t line; /* of the row read last */
    size_t counted;
    grid_column columns[CELLS_MAX];
    notice_heading chapter;
    notice_heading section;
    notice_item *items;
    size_t items_n;
    size_t items_max;
    uint32_t year;
} grid;

static bool is_word(piece p, const char *const *words) {
    for (; *words; words++)
        if (piece_is(p, *words)) return true;
    return false;
}

static grid_column column_of_word(piece word) {
    size_t size = 0;
    if (is_word(word, number_words)) return GRID_NO;
    if (is_word(word, text_words)) return GRID_TEXT;
    if (is_word(word, chapter_words)) return GRID_CHAPTER;
    label kind = label_at(word, 0, &size);
    if (size != word.size) return GRID_NONE;
    switch (kind) {
    case LABEL_LEADERS: return GRID_LEADERS;
    case LABEL_LEADS: return GRID_LEADS;
    case LABEL_RESPONSIBLE: return GRID_RESPONSIBLE;
    case LABEL_DEADLINE: return GRID_DEADLINE;
    case LABEL_NONE: break;
    }
    return GRID_NONE;
}

/* One spelling of a cell, its lines joined by what stands between names; empty when it
 * cannot be read. */
static piece fold_cell(arena *a, piece cell, const char *between) {
    wording out = wording_begin(a);
    for (size_t begin = 0, i = 0; i <= cell.size; i++) {
        bool end = i == cell.size;
        if (!end && cell.at[i] != '\n' && cell.at[i] != '\r') continue;
        piece folded;
        if (fold_line(a, piece_cut(cell, begin, i), &folded) != DUBAN_OK)
            return (piece){"", 0};
        if (out.size && folded.size) wording_word(&out, between);
        wording_add(&out, folded);
        begin = i + 1;
    }
    const char *text = wording_end(&out);
    return text ? (piece){text, out.size} : (piece){"", 0};
}

/* Tabs where any line has two of them, else as cells_begin finds. */
static cells_reader begin(arena *a, piece raw) {
    cells_reader r = cells_begin(a, raw);
    size_t tabs = 0;
    for (size_t i = 0; i < raw.size && tabs < 2; i++)
        tabs = raw.at[i] == '\n' ? 0 : tabs + (raw.at[i] == '\t');
    if (tabs >= 2) r.separator = '\t';
    return r;
}

/* How many columns a header row names; 0 when it has no task or no office. */
static size_t read_header(arena *a, const cells_row *row, grid_column *columns) {
    size_t known = 0;
    bool seen[GRID_COLUMNS] = {false};
    for (size_t i = 0; i < row->n; i++) {
        grid_column c = column_of_word(fold_cell(a, row->cells[i], ""));
        columns[i] = seen[c] ? GRID_NONE : c;
        known += columns[i] != GRID_NONE;
        seen[c] = c != GRID_NONE;
    }
    bool office = seen[GRID_LEADS] || seen[GRID_RESPONSIBLE];
    return seen[GRID_TEXT] && office ? known : 0;
}

static bool next_row(grid *g, cells_row *row) {
    size_t from = g->cells.at;
    if (!cells_next(&g->cells, row)) return false;
    for (; g->counted < from; g->counted++)
        g->line += g->cells.bytes.at[g->counted] == '\n';
    return true;
}

static bool find_header(grid *g) {
    cells_row row;
    for (int i = 0; i < HEADER_ROWS_MAX && next_row(g, &row); i++) {
        memset(g->columns, 0, sizeof g->columns);
        if (row.fault == CELLS_OK && read_header(g->arena, &row, g->columns)) return true;
        for (size_t c = 0; c < row.n && g->year == 0; c++)
            g->year = notice_year(fold_cell(g->arena, row.cells[c], ""));
    }
    return false;
}

static grid grid_begin(arena *a, piece raw, duban_refusal *refusal) {
    grid g = {.arena = a, .refusal = refusal, .cells = begin(a, raw), .line = 1};
    g.chapter = g.section = (notice_heading){{"", 0}, {"", 0}, 0};
    return g;
}

bool grid_is(arena *a, piece raw) {
    size_t at;
    if (raw.size > NOTICE_SIZE_MAX || !fold_readable(raw, &at)) return false;
    grid g = grid_begin(a, raw, NULL);
    return find_header(&g);
}

/* --- rows --------------------------------------------------------------------------- */

typedef struct grid_row {
    piece cells[GRID_COLUMNS];
    size_t filled; /* cells of any column */
    piece only;    /* the only filled one */
} grid_row;

static grid_row read_row(const grid *g, const cells_row *raw) {
    grid_row row = {.filled = 0, .only = {"", 0}};
    for (int c = 0; c < GRID_COLUMNS; c++)
        row.cells[c] = (piece){"", 0};
    for (size_t i = 0; i < raw->n; i++) {
        grid_column c = g->columns[i];
        piece cell = fold_cell(g->arena, raw->cells[i],
                               c == GRID_TEXT || c == GRID_NO ? "" : "、");
        if (cell.size == 0) continue;
        row.filled++;
        row.only = cell;
        if (c != GRID_NONE) row.cells[c] = cell;
    }
    return row;
}

/* 12., （12） and 12、 are 12. */
static void read_no(piece cell, char out[NUMBER_TEXT_MAX + 1]) {
    size_t n = 0;
    for (size_t i = 0; i < cell.size && n < NUMBER_TEXT_MAX; i++) {
        char c = cell.at[i];
        bool inner = (c == '.' || c == '-') && n > 0;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            inner)
            out[n++] = c;
    }
    while (n > 0 && (out[n - 1] == '.' || out[n - 1] == '-'))
        n--;
    out[n] = '\0';
}

static void take_heading(grid *g, piece words) {
    notice_heading heading;
    bool section = notice_heading_of(words, &heading);
    heading.line = g->line;
    if (section) {
        g->section = heading;
        return;
    }
    g->chapter = heading;
    g->section = (notice_heading){{"", 0}, {"", 0}, 0};
}

/* The row as a notice would print it: the task, and its duties in a bracket. */
static bool print_row(const grid *g, const grid_row *row, piece *out) {
    wording text = wording_begin(g->arena);
    wording_add(&text, row->cells[GRID_TEXT]);
    bool open = false;
    for (int c = GRID_LEADERS; c < GRID_COLUMNS; c++) {
        if (row->cells[c].size == 0) continue;
        wording_word(&text, open ? "；" : "（");
        wording_word(&text, printed[c]);
        wording_add(&text, row->cells[c]);
        open = true;
    }
    if (open) wording_word(&text, "）");
    const char *at = wording_end(&text);
    *out = (piece){at, text.size};
    return at != NULL;
}

static duban_status take_row(grid *g, const grid_row *row) {
    if (row->filled == 0) return DUBAN_OK;
    bool duties = row->cells[GRID_LEADS].size || row->cells[GRID_RESPONSIBLE].size ||
                  row->cells[GRID_LEADERS].size;
    char no[NUMBER_TEXT_MAX + 1];
    read_no(row->cells[GRID_NO], no);
    if (!duties && (row->filled == 1 || (row->cells[GRID_NO].size && no[0] == '\0'))) {
        if (row->filled == 1)
            take_heading(g, row->only);
        else
            take_heading(g, row->cells[GRID_TEXT]);
        return DUBAN_OK;
    }
    if (row->cells[GRID_TEXT].size == 0) return DUBAN_OK;
    if (g->items_n == g->items_max)
        return duban_refuse(g->refusal, DUBAN_E_LIMIT, g->line, "", NULL, NULL);
    if (row->cells[GRID_CHAPTER].size &&
        !piece_equal(row->cells[GRID_CHAPTER], g->chapter.title))
        take_heading(g, row->cells[GRID_CHAPTER]);
    notice_item *item = &g->items[g->items_n];
    *item = (notice_item){.line = g->line,
                          .chapter = g->chapter,
                          .section = g->section,
                          .container = {"", 0},
                          .unnumbered = no[0] == '\0'};
    memcpy(item->no, no, sizeof item->no);
    for (size_t i = 0; i < g->items_n && no[0]; i++)
        if (strcmp(g->items[i].no, no) == 0) item->repeated = g->items[i].repeated = true;
    if (!print_row(g, row, &item->text)) return DUBAN_E_NO_MEMORY;
    if (item->text.size > NOTICE_LINE_MAX)
        return duban_refuse(g->refusal, DUBAN_E_TOO_LARGE, g->line, "", NULL, NULL);
    g->items_n++;
    return DUBAN_OK;
}

duban_status grid_read(arena *a, piece raw, duban_refusal *refusal, notice *out) {
    grid g = grid_begin(a, raw, refusal);
    cells_row row;
    if (!find_header(&g)) return duban_refuse(refusal, DUBAN_E_SHEET, 1, "", NULL, NULL);
    g.items_max = TASKS_MAX;
    g.items = arena_alloc(a, g.items_max * sizeof *g.items);
    duban_status status = g.items ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    while (status == DUBAN_OK && next_row(&g, &row)) {
        if (row.fault)
            return duban_refuse(refusal, DUBAN_E_SHEET, g.line, "", NULL, "CSV, TSV");
        grid_row read = read_row(&g, &row);
        status = take_row(&g, &read);
    }
    if (status == DUBAN_OK && g.items_n == 0)
        return duban_refuse(refusal, DUBAN_E_EMPTY, 0, "", NULL, NULL);
    if (status == DUBAN_E_NO_MEMORY) duban_refuse(refusal, status, 0, "", NULL, NULL);
    if (status == DUBAN_OK)
        *out = (notice){.items = g.items, .items_n = g.items_n, .year = g.year};
    return status;
}

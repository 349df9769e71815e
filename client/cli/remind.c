#include "client/cli/remind.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/owed.h"

typedef struct reminding {
    const papers *p;
    const remind_ask *ask;
    remind_list *out;
    size_t room;
    bool good;
} reminding;

static const struct {
    const char *code;
    const char *zh;
    const char *en;
} kinds[REMIND_COUNT] = {
    [REMIND_DUE_SOON] = {"due_soon", "临近截止", "due soon"},
    [REMIND_MISSING] = {"missing", "未报", "not reported"},
    [REMIND_RETURNED] = {"returned", "退回待补正", "returned"},
    [REMIND_UNANSWERED] = {"unanswered", "文书待办", "paper waits"},
    [REMIND_UNREVIEWED] = {"unreviewed", "待审核", "not reviewed"},
    [REMIND_NO_TIMETABLE] = {"no_timetable", "方案未备案", "no timetable"},
    [REMIND_TIMETABLE_RETURNED] = {"timetable_returned", "方案退回",
                                   "timetable returned"},
};

const char *remind_code(remind_kind kind) {
    return kinds[kind].code;
}

const char *remind_word(remind_kind kind, duban_lang lang) {
    return lang == DUBAN_ZH ? kinds[kind].zh : kinds[kind].en;
}

bool remind_is_mine(const papers *p, uint32_t task, uint32_t office, const char *code) {
    cell_name name = {.kind = CELL_DUTY, .task = task, .office = office};
    cell found;
    return look_cell(&p->where, &name, &found) && found.duty.assigned &&
           strcmp(found.duty.assigned, code) == 0;
}

static void add(reminding *r, const remind_line *line) {
    remind_list *out = r->out;
    const remind_ask *ask = r->ask;
    if (!r->good || (ask->office && ask->office != line->office)) return;
    if (ask->mine && !remind_is_mine(r->p, line->task, line->office, ask->mine)) return;
    if (out->n == r->room) {
        size_t room = r->room ? r->room * 2 : 128;
        remind_line *more = arena_alloc(r->p->a, room * sizeof *more);
        r->good = more != NULL;
        if (!more) return;
        if (out->n) memcpy(more, out->lines, out->n * sizeof *more);
        out->lines = more;
        r->room = room;
    }
    out->lines[out->n] = *line;
    out->lines[out->n++].late = line->by && line->by < r->p->day;
}

static uint32_t lead_of(const papers *p, uint32_t task) {
    task_words words;
    if (!find_task_id(p->where.l, p->where.plan, task, &words)) return 1;
    return words.leads_n ? words.leads[0] : 1;
}

/* --- items -------------------------------------------------------------------------- */

static bool waits_for_review(const item_cell *item) {
    return item->state == ITEM_SUBMITTED || item->state == ITEM_RESUBMITTED;
}

/* Who reviews: the lead, of its own reports the city office. */
static void look_unreviewed(reminding *r, const cell *found) {
    const item_cell *item = &found->item;
    if (!waits_for_review(item) || (!item->review_day && !item->unreviewed)) return;
    uint32_t lead = lead_of(r->p, found->name.task);
    remind_line line = {.kind = REMIND_UNREVIEWED,
                        .office = lead == found->name.office ? 1 : lead,
                        .of = found->name.office,
                        .task = found->name.task,
                        .round = found->name.period,
                        .by = item->review_day};
    add(r, &line);
}

static void look_item_cell(reminding *r, const cell *found) {
    const item_cell *item = &found->item;
    const papers *p = r->p;
    remind_line line = {.office = found->name.office,
                        .task = found->name.task,
                        .round = found->name.period,
                        .since = item->open_day,
                        .by = item->close_day};
    if (item->withdrawn) return;
    look_unreviewed(r, found);
    if (!owed_open(item)) return;
    if (item->state == ITEM_RETURNED) {
        line.kind = REMIND_RETURNED;
    } else if (item->missing) {
        line.kind = REMIND_MISSING;
        line.since = item->close_day;
    } else {
        bool begun = item->open_day <= p->day && item->close_day >= p->day;
        int32_t left = calendar_between(&p->works, p->day, item->close_day);
        if (!begun || left > r->ask->soon_days) return;
        line.kind = REMIND_DUE_SOON;
    }
    add(r, &line);
}

/* --- timetables --------------------------------------------------------------------- */

static void look_task(reminding *r, const cell *found) {
    const papers *p = r->p;
    cell_name name = {.kind = CELL_TIMETABLE, .task = found->name.task};
    cell filed;
    bool has = look_cell(&p->where, &name, &filed);
    timetable_state state = has ? filed.timetable.state : TIMETABLE_NONE;
    if (state == TIMETABLE_FILED || state == TIMETABLE_ACCEPTED) return;
    remind_line line = {.kind = has && state ? REMIND_TIMETABLE_RETURNED
                                             : REMIND_NO_TIMETABLE,
                        .office = lead_of(p, found->name.task),
                        .task = found->name.task};
    if (has) line.since = filed.timetable.filed_day;
    add(r, &line);
}

/* --- papers ------------------------------------------------------------------------- */

static void look_paper(reminding *r, const papers_row *row) {
    const papers *p = r->p;
    ledger_status st;
    if (row->cell->ended || !papers_awaited(row)) return;
    remind_line line = {.kind = REMIND_UNANSWERED,
                        .task = row->cell->tasks_n ? row->cell->tasks[0] : 0,
                        .paper = row,
                        .act = papers_awaited(row),
                        .since = row->cell->since_day,
                        .by = row->cell->limit_day};
    ledger_get_status(p->where.l, &st);
    for (uint32_t office = 1; office <= st.offices; office++) {
        if (!papers_waits(p, row, office)) continue;
        line.office = office;
        add(r, &line);
    }
}

/* --- all ---------------------------------------------------------------------------- */

static bool look_at(void *ctx, const cell *found) {
    reminding *r = ctx;
    if (found->name.kind == CELL_ITEM) look_item_cell(r, found);
    if (found->name.kind == CELL_TASK) look_task(r, found);
    return r->good;
}

static int in_order(const void *a, const void *b) {
    const remind_line *x = a, *y = b;
    if (x->office != y->office) return x->office < y->office ? -1 : 1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->task != y->task) return x->task < y->task ? -1 : 1;
    if (x->round.first_day != y->round.first_day)
        return x->round.first_day < y->round.first_day ? -1 : 1;
    uint32_t left = x->paper ? x->paper->number : x->of;
    uint32_t right = y->paper ? y->paper->number : y->of;
    return left < right ? -1 : left > right;
}

duban_status remind_find(const papers *p, const remind_ask *ask, remind_list *out) {
    remind_list made = {0};
    reminding r = {.p = p, .ask = ask, .out = &made, .good = true};
    if (p->where.board) {
        size_t n;
        const cell *const *cells = duban_board_cells(p->where.board, &n);
        for (size_t i = 0; i < n && look_at(&r, cells[i]); i++)
            ;
    } else {
        ledger_cells(p->where.l, p->where.plan, 0, true, look_at, &r);
    }
    for (size_t i = 0; i < p->rows_n; i++)
        look_paper(&r, &p->rows[i]);
    if (!r.good) return DUBAN_E_NO_MEMORY;
    if (made.n) qsort(made.lines, made.n, sizeof *made.lines, in_order);
    *out = made;
    return DUBAN_OK;
}

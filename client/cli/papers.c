#include "client/cli/papers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker/ledger/replay.h"
#include "client/cli/find.h"
#include "client/cli/say.h"
#include "proto/codec.h"
#include "proto/entry.h"

#define LIFE_BATCH 4096 /* entries asked for at once */

/* --- the table in force ------------------------------------------------------------- */

static duban_status forms_of_entry(papers *p, span entry) {
    event ev;
    uint64_t index;
    int64_t received_ms;
    arena scratch;
    arena_init(&scratch, 0);
    char *kept = arena_copy(p->a, entry.data, entry.size);
    duban_status s = kept ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (s >= 0)
        s = replay_read((span){(uint8_t *)kept, entry.size}, p->a, &ev, &index,
                        &received_ms, NULL);
    if (s >= 0 && ev.kind != KIND_FORMS) s = DUBAN_E_CORRUPT;
    if (s >= 0) {
        p->forms = ev.forms;
        p->forms_version = ev.forms.version;
    }
    arena_close(&scratch);
    return s;
}

/* Where this home keeps the entry it read last. */
static bool kept_path(const papers *p, char out[CLI_PATH_MAX]) {
    plan_info info;
    if (!ledger_get_plan(p->where.l, p->where.plan, &info)) return false;
    int n = snprintf(out, CLI_PATH_MAX, "%s/forms-%s", p->c->home, info.code);
    return n > 0 && n < CLI_PATH_MAX;
}

/* The kept entry, when it is the one at that index (0: whichever it is). */
static bool read_kept(papers *p, uint64_t index) {
    char path[CLI_PATH_MAX], *data = NULL;
    size_t size = 0;
    entry_words head;
    if (!kept_path(p, path) || access(path, R_OK) != 0) return false;
    if (cli_read_file(p->c, path, ENTRY_SIZE_MAX, &data, &size) < 0) return false;
    span entry = {(uint8_t *)data, size};
    bool good = entry_read(entry, &head) >= 0 && (!index || head.index == index) &&
                forms_of_entry(p, entry) >= 0;
    free(data);
    return good;
}

/* Under a name of its own first: two commands may do this at once. */
static void keep(papers *p, const char *path, span entry) {
    char own[CLI_PATH_MAX + 24];
    snprintf(own, sizeof own, "%s.%ld", path, (long)getpid());
    if (cli_write_file(p->c, own, entry.data, entry.size, 0600) < 0) return;
    if (rename(own, path) != 0) (void)unlink(own);
}

static duban_status fetch_forms(papers *p, uint64_t index) {
    char path[CLI_PATH_MAX];
    duban_refusal refusal = {0};
    entries_words got;
    entries_request ask = {.from = index, .max = 1};
    duban_status s = duban_entries(p->c->d, &ask, p->a, &got, &refusal);
    if (s < 0) return cli_refused(p->c, &refusal);
    if (got.entries_n != 1) return cli_refuse(p->c, DUBAN_E_CORRUPT, 0, "forms", 0, 0);
    s = forms_of_entry(p, got.entries[0]);
    if (s < 0) return cli_refuse(p->c, s, 0, "forms", NULL, NULL);
    if (kept_path(p, path)) keep(p, path, got.entries[0]);
    return DUBAN_OK;
}

static duban_status read_forms(papers *p) {
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_FORMS};
    cell found;
    if (!look_cell(&p->where, &name, &found)) {
        if (!p->where.board) (void)read_kept(p, 0);
        return DUBAN_OK;
    }
    if (read_kept(p, found.table.index)) return DUBAN_OK;
    return p->where.board ? fetch_forms(p, found.table.index) : DUBAN_OK;
}

/* --- the papers that stand ---------------------------------------------------------- */

static void *take(void *ctx, size_t size) {
    return arena_alloc(ctx, size ? size : 1);
}

static bool add(papers *p, const cell *found) {
    cell *kept = arena_alloc(p->a, sizeof *kept);
    if (!kept) return false;
    *kept = *found;
    if (!codec_cell_copy(kept, take, p->a)) return false;
    papers_row *row = &p->rows[p->rows_n++];
    row->number = found->name.node;
    row->cell = &kept->paper;
    row->form = forms_find(&p->forms, kept->paper.form);
    row->state = row->form ? forms_state(row->form, kept->paper.state) : NULL;
    return true;
}

typedef struct gathering {
    papers *p;
    size_t n; /* papers there are, while counting */
    bool counting;
    bool good;
} gathering;

static bool visit(void *ctx, const cell *found) {
    gathering *g = ctx;
    if (found->name.kind != CELL_PAPER) return true;
    if (g->counting)
        g->n++;
    else
        g->good = add(g->p, found);
    return g->good;
}

static void visit_all(papers *p, gathering *g) {
    if (!p->where.board) {
        ledger_cells(p->where.l, p->where.plan, 0, true, visit, g);
        return;
    }
    size_t n;
    const cell *const *cells = duban_board_cells(p->where.board, &n);
    for (size_t i = 0; i < n && visit(g, cells[i]); i++)
        ;
}

static int by_number(const void *a, const void *b) {
    uint32_t x = ((const papers_row *)a)->number, y = ((const papers_row *)b)->number;
    return x < y ? -1 : x > y;
}

static duban_status gather(papers *p) {
    plan_cell plan;
    cell_name name = {.kind = CELL_PLAN};
    cell found;
    if (look_cell(&p->where, &name, &found))
        p->day = found.plan.day;
    else if (find_plan_cell(p->where.l, p->where.plan, &plan))
        p->day = plan.day;
    p->works = ledger_calendar(p->where.l);
    duban_status s = read_forms(p);
    if (s < 0) return s;
    gathering g = {.p = p, .counting = true, .good = true};
    visit_all(p, &g);
    p->rows = arena_alloc(p->a, (g.n + 1) * sizeof *p->rows);
    g.counting = false;
    g.good = p->rows != NULL;
    if (g.good) visit_all(p, &g);
    if (!g.good) return cli_refuse(p->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    qsort(p->rows, p->rows_n, sizeof *p->rows, by_number);
    return DUBAN_OK;
}

duban_status papers_open(cli *c, arena *a, uint32_t plan, papers *out) {
    *out = (papers){.c = c, .a = a, .where = look_slice(c, plan)};
    if (c->synced) {
        duban_status s = look_board(c, plan, &out->where);
        if (s < 0) return s;
    }
    return gather(out);
}

duban_status papers_of_board(cli *c, arena *a, uint32_t plan, duban_board *board,
                             papers *out) {
    *out = (papers){.c = c, .a = a, .where = look_slice(c, plan)};
    out->where.board = board;
    return gather(out);
}

void papers_close(papers *p) {
    look_close(&p->where);
}

const papers_row *papers_find(const papers *p, uint32_t number) {
    for (size_t i = 0; i < p->rows_n; i++)
        if (p->rows[i].number == number) return &p->rows[i];
    return NULL;
}

/* --- who ---------------------------------------------------------------------------- */

bool papers_possible(const form_act *act, const form_state *state) {
    if (!state) return !*act->from;
    if (strcmp(act->from, "*") == 0) return !state->ended;
    return strcmp(act->from, state->code) == 0;
}

/* The office that a number stands for now: of one that ended, its first successor. */
static uint32_t standing(const papers *p, uint32_t number) {
    office_words words;
    for (int hops = 0; hops < SUCCESSORS_MAX; hops++) {
        if (!ledger_get_office(p->where.l, number, &words)) return number;
        bool ended = words.ended_day && words.ended_day <= p->day;
        if (!ended || !words.successors_n) return number;
        number = words.successors[0];
    }
    return number;
}

static bool has(const papers *p, const uint32_t *list, uint32_t n, uint32_t office) {
    for (uint32_t i = 0; i < n; i++)
        if (standing(p, list[i]) == office) return true;
    return false;
}

static bool in_list(const papers *p, const uint32_t *list, uint32_t n, uint32_t office) {
    office_words group;
    if (has(p, list, n, office)) return true;
    for (uint32_t i = 0; i < n; i++)
        if (ledger_get_office(p->where.l, list[i], &group) &&
            group.kind == OFFICE_GROUP && has(p, group.members, group.members_n, office))
            return true;
    return false;
}

static bool stands_to_task(const papers *p, const task_words *task, relation_kind how,
                           uint32_t office) {
    uint32_t lead = task->leads_n ? task->leads[0] : 1;
    if (how == BY_LEAD) return office == standing(p, lead);
    if (how == BY_FURTHER_LEAD)
        return task->leads_n > 1 && has(p, task->leads + 1, task->leads_n - 1, office);
    if (how == BY_RESPONSIBLE)
        return in_list(p, task->responsible, task->responsible_n, office);
    return false;
}

static bool is_parent(const papers *p, const papers_row *row, uint32_t office) {
    office_words below;
    for (uint32_t i = 0; i < row->cell->offices_n; i++)
        if (ledger_get_office(p->where.l, row->cell->offices[i], &below) &&
            below.parent == office)
            return true;
    return false;
}

bool papers_stands(const papers *p, const papers_row *row, relation_kind how,
                   uint32_t office) {
    const paper_cell *paper = row->cell;
    switch (how) {
    case BY_CITY: return office == 1;
    case BY_ANYONE: return true;
    case BY_OWNER:
    case BY_ADDRESSEE: return in_list(p, paper->offices, paper->offices_n, office);
    case BY_OPENER: return paper->opener && office == standing(p, paper->opener);
    case BY_PARENT: return is_parent(p, row, office);
    default: break;
    }
    for (uint32_t i = 0; i < paper->tasks_n; i++) {
        task_words task;
        if (find_task_id(p->where.l, p->where.plan, paper->tasks[i], &task) &&
            stands_to_task(p, &task, how, office))
            return true;
    }
    return false;
}

/* An act that leads from just this state. */
static bool leads_on(const papers_row *row, const form_act *act) {
    return row->state && !row->state->ended && strcmp(act->from, "*") != 0 &&
           papers_possible(act, row->state);
}

const form_act *papers_awaited(const papers_row *row) {
    for (uint32_t i = 0; row->form && i < row->form->acts_n; i++)
        if (leads_on(row, &row->form->acts[i])) return &row->form->acts[i];
    return NULL;
}

/* Whether any office but the city stands to the paper as its awaited act asks. */
static bool any_stands(const papers *p, const papers_row *row, relation_kind how) {
    ledger_status st;
    ledger_get_status(p->where.l, &st);
    for (uint32_t office = 1; office <= st.offices; office++)
        if (papers_stands(p, row, how, office)) return true;
    return false;
}

bool papers_waits(const papers *p, const papers_row *row, uint32_t office) {
    bool by_city = false;
    office_words words;
    if (row->cell->ended || !papers_awaited(row)) return false;
    if (ledger_get_office(p->where.l, office, &words) && words.kind == OFFICE_GROUP)
        return false; /* its members do it */
    for (uint32_t i = 0; i < row->form->acts_n; i++) {
        const form_act *act = &row->form->acts[i];
        if (!leads_on(row, act) || !act->by_n) continue;
        if (papers_stands(p, row, act->by[0], office)) return true;
        by_city = by_city || office == 1;
    }
    const form_act *first = papers_awaited(row);
    return by_city && first->by_n && !any_stands(p, row, first->by[0]);
}

void papers_waits_for(const papers *p, const papers_row *row, char *out,
                      size_t out_size) {
    ledger_status st;
    ledger_get_status(p->where.l, &st);
    out[0] = '\0';
    for (uint32_t office = 1; office <= st.offices; office++) {
        if (papers_waits(p, row, office))
            (void)say_list(out, out_size, cli_say(p->c, "、", ", "),
                           find_office_name(p->where.l, office));
    }
}

/* --- a life ------------------------------------------------------------------------- */

typedef struct living {
    papers *p;
    const papers_row *row;
    papers_act *acts;
    size_t n;
    size_t room;
    const char *state; /* after the latest act, "" before the first */
    int32_t limit_day; /* of that state, 0: none */
} living;

static papers_act *next_act(living *v) {
    if (v->n == v->room) {
        size_t room = v->room ? v->room * 2 : 16;
        papers_act *more = arena_alloc(v->p->a, room * sizeof *more);
        if (!more) return NULL;
        if (v->n) memcpy(more, v->acts, v->n * sizeof *more);
        v->acts = more;
        v->room = room;
    }
    return &v->acts[v->n++];
}

static const form_act *act_of(const papers_row *row, const char *code,
                              const char *state) {
    const form_act *found = NULL;
    for (uint32_t i = 0; row->form && i < row->form->acts_n; i++) {
        const form_act *act = &row->form->acts[i];
        if (strcmp(act->code, code) != 0) continue;
        if (!found || strcmp(act->from, state) == 0) found = act;
    }
    return found;
}

/* It enters a state; limit_day is what the act set, 0: as the table has it. */
static void enter(living *v, const char *code, int32_t day, int32_t limit_day) {
    const form_state *state = v->row->form ? forms_state(v->row->form, code) : NULL;
    v->state = code;
    v->limit_day = limit_day;
    if (!limit_day && state && state->limit_days)
        v->limit_day = calendar_add(&v->p->works, day, (int32_t)state->limit_days);
}

/* What the clock did: it opened the paper, or moved it when a limit passed. */
static bool add_clock(living *v, const char *state, int32_t day) {
    papers_act *made = next_act(v);
    if (!made) return false;
    *made = (papers_act){.state = state, .day = day};
    enter(v, state, day, 0);
    return true;
}

/* The moves of the clock that came before that day. */
static bool pass_limits(living *v, int32_t until) {
    for (uint32_t i = 0; v->row->form && i < v->row->form->states_n; i++) {
        const form_state *state = forms_state(v->row->form, v->state);
        bool moves =
            state && *state->breach_state && v->limit_day && v->limit_day < until;
        if (!moves) return true;
        if (!add_clock(v, state->breach_state, v->limit_day + 1)) return false;
    }
    return true;
}

static bool add_act(living *v, const event *ev, uint64_t index, int64_t received_ms) {
    ledger_status st;
    ledger_get_status(v->p->where.l, &st);
    int32_t day = day_of_moment(received_ms, st.utc_offset_minutes);
    if (!pass_limits(v, day)) return false;
    const form_act *act = act_of(v->row, ev->paper.act, v->state);
    papers_act *made = next_act(v);
    paper_words *said = arena_alloc(v->p->a, sizeof *said);
    event copy = *ev;
    if (!made || !said || !codec_event_copy(&copy, take, v->p->a)) return false;
    *said = copy.paper;
    if (act && *act->to)
        enter(v, act->to, day, said->limit_day);
    else if (said->limit_day)
        v->limit_day = said->limit_day;
    *made = (papers_act){.index = index,
                         .received_ms = received_ms,
                         .day = day,
                         .office = ev->office,
                         .act = act,
                         .said = said,
                         .state = v->state};
    return true;
}

/* Reads one entry; *ours when it is an act of this paper. */
static duban_status look_at(living *v, span entry, arena *scratch, size_t *found) {
    entry_words head;
    event ev;
    uint64_t index;
    int64_t received_ms;
    if (entry_read(entry, &head) < 0) return DUBAN_E_CORRUPT;
    if (head.kind != KIND_PAPER || head.index > v->row->cell->last) return DUBAN_OK;
    arena_reset(scratch);
    duban_status s = replay_read(entry, scratch, &ev, &index, &received_ms, NULL);
    if (s < 0) return s;
    bool opens = index == v->row->cell->opened;
    bool ours = opens || ev.paper.paper == v->row->number;
    if (ev.paper.plan != v->p->where.plan || !ours) return DUBAN_OK;
    (*found)++;
    return add_act(v, &ev, index, received_ms) ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

static duban_status read_between(living *v, uint64_t from, uint64_t to, uint32_t at_most,
                                 size_t *found, duban_refusal *refusal) {
    arena answer, scratch;
    arena_init(&answer, 0);
    arena_init(&scratch, 0);
    duban_status s = DUBAN_OK;
    while (from <= to && *found < v->row->cell->acts && s >= 0) {
        entries_words got;
        entries_request ask = {.from = from, .max = at_most};
        arena_reset(&answer);
        s = duban_entries(v->p->c->d, &ask, &answer, &got, refusal);
        for (uint32_t i = 0; s >= 0 && i < got.entries_n; i++)
            s = look_at(v, got.entries[i], &scratch, found);
        if (s >= 0 && got.next <= from) break;
        if (s >= 0) from = got.next;
        if (at_most == 1) break;
    }
    arena_close(&scratch);
    arena_close(&answer);
    return s;
}

/* One or two acts stand at indexes that the cell names; else the journal between them is
 * read. */
static duban_status read_life(living *v, duban_refusal *refusal) {
    const paper_cell *paper = v->row->cell;
    living begun = *v;
    size_t found = 0;
    if (paper->acts == 0) return DUBAN_OK;
    duban_status s = DUBAN_OK;
    if (paper->acts <= 2 && paper->opener)
        s = read_between(v, paper->opened, paper->opened, 1, &found, refusal);
    if (s >= 0 && paper->acts <= 2 && paper->last > paper->opened)
        s = read_between(v, paper->last, paper->last, 1, &found, refusal);
    if (s < 0 || found == paper->acts) return s;
    found = 0;
    *v = begun;
    return read_between(v, paper->opened, paper->last, LIFE_BATCH, &found, refusal);
}

duban_status papers_life(papers *p, const papers_row *row, papers_act **out, size_t *n) {
    living v = {.p = p, .row = row, .state = ""};
    duban_refusal refusal = {0};
    const paper_cell *paper = row->cell;
    bool good = paper->opener || !row->form ||
                add_clock(&v, row->form->proposed, paper->opened_day);
    duban_status s = good ? read_life(&v, &refusal) : DUBAN_E_NO_MEMORY;
    if (s >= 0 && !pass_limits(&v, p->day)) s = DUBAN_E_NO_MEMORY;
    /* under a former table it may have gone another way: the board is right */
    bool astray = s >= 0 && strcmp(v.state, paper->state) != 0;
    if (astray && !add_clock(&v, paper->state, paper->since_day)) s = DUBAN_E_NO_MEMORY;
    if (s < 0)
        return refusal.status < 0 ? cli_refused(p->c, &refusal)
                                  : cli_refuse(p->c, s, 0, "paper", NULL, NULL);
    *out = v.acts;
    *n = v.n;
    return DUBAN_OK;
}

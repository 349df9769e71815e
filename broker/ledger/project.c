#include "broker/ledger/project.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/trace.h"
#include "proto/codec.h"

typedef struct project_record {
    project_cell words; /* in texts, but for the index */
    pool texts;
    uint32_t cell;
} project_record;

struct project_book {
    project_record *projects; /* project n stands at n - 1 */
    uint32_t n;
    uint32_t room;
    project_cell next; /* what a check has prepared, in the ledger's pending texts */
};

/* --- check -------------------------------------------------------------------------- */

duban_status project_check_gates(const gate_words *gates, uint32_t gates_n,
                                 const verdict *v) {
    if (gates_n > GATES_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "gates", gates_n, GATES_MAX);
    for (uint32_t i = 0; i < gates_n; i++) {
        if (gates[i].stage <= STAGE_NONE || gates[i].stage >= STAGE_COUNT)
            return refuse_found(v, DUBAN_E_SHARES, "stage", gates[i].stage);
        if (gates[i].day == 0) return refuse(v, DUBAN_E_SHARES, "day");
        if (i > 0 && gates[i].stage <= gates[i - 1].stage)
            return refuse_number(v, DUBAN_E_SHARES, "stage", gates[i].stage,
                                 (uint64_t)gates[i - 1].stage + 1);
        if (i > 0 && gates[i].day < gates[i - 1].day)
            return refuse_day(v, DUBAN_E_SHARES, "day", gates[i].day, gates[i - 1].day,
                              gates[i - 1].day);
    }
    return DUBAN_OK;
}

static bool says_nothing(const project_words *words) {
    return *words->title == '\0' && words->office == 0 && *words->unit == '\0' &&
           !words->has_total && !words->has_annual && words->gates_n == 0 &&
           words->stage == STAGE_NONE && !words->has_invested && !words->text.present;
}

static duban_status check_office(const ledger *l, const project_words *words, bool needed,
                                 const verdict *v) {
    if (words->office == 0 && !needed) return DUBAN_OK;
    const office_words *office = office_find(&l->book, words->office);
    if (office == NULL || office->kind == OFFICE_GROUP)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "office", words->office);
    return DUBAN_OK;
}

static duban_status check_amounts(const project_words *words, const project_cell *was,
                                  const verdict *v) {
    bool amounts = words->has_total || words->has_annual || words->has_invested;
    const struct {
        const char *field;
        bool said;
        decimal value;
        decimal before;
    } rows[] = {{"total", words->has_total, words->total, was->total},
                {"annual", words->has_annual, words->annual, was->annual},
                {"invested", words->has_invested, words->invested, was->invested}};
    if (amounts && *words->unit == '\0' && *was->unit == '\0')
        return refuse(v, DUBAN_E_EMPTY, "unit");
    bool other =
        *words->unit != '\0' && *was->unit != '\0' && strcmp(words->unit, was->unit) != 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].said && rows[i].value.micro < 0)
            return refuse_decimal(v, DUBAN_E_TARGET, rows[i].field, rows[i].value,
                                  (decimal){0});
        if (other && !rows[i].said && rows[i].before.micro != 0)
            return refuse_text(v, DUBAN_E_WRONG_UNIT, "unit", words->unit, was->unit);
    }
    if (words->has_invested && !other && !words->text.present &&
        decimal_compare(words->invested, was->invested) < 0)
        return refuse_decimal(v, DUBAN_E_REASON_NEEDED, "text", words->invested,
                              was->invested);
    return DUBAN_OK;
}

static duban_status check_data_date(const ledger *l, const project_words *words,
                                    const project_cell *was, const verdict *v) {
    int32_t day = words->data_date;
    if (day == 0) return DUBAN_OK;
    if (!words->has_invested) return refuse(v, DUBAN_E_EMPTY, "invested");
    if (day > l->day)
        return refuse_day(v, DUBAN_E_FUTURE, "data_date", day, l->day, l->day);
    if (day < was->data_date && !words->text.present)
        return refuse_day(v, DUBAN_E_REASON_NEEDED, "text", day, was->data_date, l->day);
    return DUBAN_OK;
}

/* The latest day on which a stage before that one was reached; 0: none was. */
static int32_t day_before(const project_cell *project, stage_kind stage) {
    int32_t day = 0;
    for (uint32_t i = 0; i < project->reached_n; i++)
        if (project->reached[i].stage < stage && project->reached[i].day > day)
            day = project->reached[i].day;
    return day;
}

static duban_status check_stage(const ledger *l, const project_words *words,
                                const project_cell *was, const verdict *v) {
    int32_t day = words->stage_day == 0 ? l->day : words->stage_day;
    if (words->stage == STAGE_NONE)
        return words->stage_day == 0 ? DUBAN_OK : refuse(v, DUBAN_E_EMPTY, "stage");
    if (words->stage < was->stage && !words->text.present)
        return refuse_number(v, DUBAN_E_STATE, "stage", words->stage, was->stage);
    if (words->stage == was->stage && words->stage_day != 0 && !words->text.present)
        return refuse(v, DUBAN_E_REASON_NEEDED, "text");
    if (day > l->day)
        return refuse_day(v, DUBAN_E_FUTURE, "stage_day", day, l->day, l->day);
    int32_t least = day_before(was, words->stage);
    if (words->stage != was->stage || words->stage_day != 0)
        if (day < least)
            return refuse_day(v, DUBAN_E_DATE, "stage_day", day, least, l->day);
    return DUBAN_OK;
}

static duban_status check_content(const ledger *l, const project_words *words,
                                  const project_cell *was, bool added, const verdict *v) {
    if (says_nothing(words)) return refuse(v, DUBAN_E_EMPTY, "project");
    if (added && *words->title == '\0') return refuse(v, DUBAN_E_EMPTY, "title");
    duban_status status = check_office(l, words, added, v);
    if (status == DUBAN_OK) status = check_amounts(words, was, v);
    if (status == DUBAN_OK) status = check_data_date(l, words, was, v);
    if (status == DUBAN_OK) status = project_check_gates(words->gates, words->gates_n, v);
    if (status == DUBAN_OK) status = check_stage(l, words, was, v);
    return status;
}

/* --- how it stands after ------------------------------------------------------------ */

/* Stages reached, those beyond a corrected one taken back. */
static void reach(project_cell *to, gate_words steps[GATES_MAX], stage_kind stage,
                  int32_t said_day, int32_t today) {
    uint32_t n = 0;
    int32_t day = said_day == 0 ? today : said_day;
    for (uint32_t i = 0; i < to->reached_n; i++) {
        if (to->reached[i].stage < stage) steps[n++] = to->reached[i];
        if (to->reached[i].stage == stage && said_day == 0) day = to->reached[i].day;
    }
    steps[n++] = (gate_words){stage, day};
    to->stage = stage;
    to->reached = steps;
    to->reached_n = n;
}

/* What was, changed by what is said; steps holds the stages until they are copied. */
static project_cell merged(const ledger *l, const project_cell *was,
                           const project_words *words, gate_words steps[GATES_MAX]) {
    project_cell to = *was;
    if (*words->title != '\0') to.title = words->title;
    if (words->office != 0) to.office = words->office;
    if (*words->unit != '\0') to.unit = words->unit;
    if (words->has_total) to.total = words->total;
    if (words->has_annual) to.annual = words->annual;
    if (words->has_invested) {
        to.invested = words->invested;
        to.data_date = words->data_date == 0 ? l->day : words->data_date;
    }
    if (words->gates_n > 0) {
        to.gates = words->gates;
        to.gates_n = words->gates_n;
    }
    if (words->text.present) to.text = words->text;
    if (words->stage != STAGE_NONE)
        reach(&to, steps, words->stage, words->stage_day, l->day);
    return to;
}

static bool prepare(ledger *l, plan *p, plan_task *task, const project_cell *was,
                    const project_words *words) {
    gate_words steps[GATES_MAX];
    cell copy = {.name = {.kind = CELL_PROJECT}, .project = merged(l, was, words, steps)};
    pool_taker taker = {&l->pending.texts, &l->memory};
    struct project_book *book = task->projects;
    if (book == NULL) {
        book = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *book);
        if (book == NULL) return false;
        memset(book, 0, sizeof *book);
        task->projects = book;
    }
    project_record *projects = memory_room(&l->memory, book->projects, &book->room,
                                           book->n + 1, sizeof *projects);
    if (projects == NULL) return false;
    book->projects = projects;
    if (!codec_cell_copy(&copy, pool_taking, &taker)) return false;
    book->next = copy.project;
    return cells_reserve(&p->board.cells, &l->memory, 1) &&
           board_reserve_page(&p->board, &l->memory, 0, 1);
}

duban_status project_check(ledger *l, const project_words *words, uint32_t signer,
                           const verdict *v) {
    plan *p = NULL;
    project_cell none = {.title = "", .unit = ""};
    (void)signer; /* the table of roles says who may */
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t at = plan_find_task(p, words->task);
    if (at == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    plan_task *task = &p->tasks[at];
    uint32_t n = task->projects == NULL ? 0 : task->projects->n;
    if (words->project == 0 || words->project > n + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "project", words->project,
                             (uint64_t)n + 1);
    if (words->project > PROJECTS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "project", words->project, PROJECTS_MAX);
    bool added = words->project == n + 1;
    const project_cell *was =
        added ? &none : &task->projects->projects[words->project - 1].words;
    status = check_content(l, words, was, added, v);
    if (status != DUBAN_OK) return status;
    return prepare(l, p, task, was, words) ? DUBAN_OK : refuse_memory(v);
}

/* --- apply -------------------------------------------------------------------------- */

static void say(const ledger *l, uint64_t index, const plan *p, const plan_task *task,
                const project_words *words, const project_cell *now) {
    static const char *const stages[STAGE_COUNT] = {
        "none", "reserved", "planned", "started", "in_statistics", "in_production"};
    char invested[DECIMAL_TEXT_SIZE];
    char day[DAY_TEXT_SIZE] = "";
    if (l->trace == NULL) return;
    decimal_write(now->invested, invested);
    if (now->reached_n > 0) day_write(now->reached[now->reached_n - 1].day, day);
    trace_say(l, "%" PRIu64 " project %s/%s P%" PRIu32 " %s -> %s%s%s, invested %s%s",
              index, p->code, task->words->number, words->project, now->title,
              stages[now->stage], *day == '\0' ? "" : " ", day, invested, now->unit);
}

void project_apply(ledger *l, uint64_t index, const project_words *words,
                   uint32_t signer) {
    plan *p = ledger_plan(l, words->plan);
    plan_task *task = &p->tasks[words->task - 1];
    struct project_book *book = task->projects;
    cell_name name = {.kind = CELL_PROJECT, .task = words->task, .node = words->project};
    (void)signer;
    if (words->project > book->n) {
        book->projects[book->n++] =
            (project_record){.cell = board_add(&p->board, &name, 0, index)};
    }
    project_record *record = &book->projects[words->project - 1];
    pool old_texts = record->texts;
    record->words = book->next;
    record->words.index = index;
    record->texts = l->pending.texts;
    l->pending.texts = (pool){0};
    board_put(&p->board, record->cell, &(cell){.project = record->words}, index);
    pool_free(&old_texts, &l->memory); /* the cell points to the new texts by now */
    say(l, index, p, task, words, &record->words);
}

void project_free(plan_task *task, const ledger_allocator *m) {
    struct project_book *book = task->projects;
    if (book == NULL) return;
    for (uint32_t i = 0; i < book->n; i++)
        pool_free(&book->projects[i].texts, m);
    memory_free(m, book->projects, book->room, sizeof *book->projects);
    m->resize(m->ctx, book, sizeof *book, 0);
    task->projects = NULL;
}

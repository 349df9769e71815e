#include "client/sample/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/sample/figures.h"

#define ROUNDS_OF_STORY_MAX 12 /* a monthly cycle */
#define ACTS_FIRST_ROOM     1024
#define SHEET_HEADER        "任务号,指标,报告期,累计,当期,数值,单位,节点,完成日,进展,问题,下步\n"

typedef struct teller {
    const ledger *ledger;
    uint32_t plan;
    plan_info info;
    plan_cell cell;
    const task_words *tasks[TASKS_MAX];
    size_t tasks_n;
    calendar calendar;
    int32_t utc_offset_minutes;
    period rounds[ROUNDS_OF_STORY_MAX];
    int rounds_n;
    figures figures;
    arena *arena;
    act *acts;
    size_t acts_n;
    size_t acts_room;
    act spare;   /* written to when there is no memory for another */
    bool failed; /* out of memory, asked for once at the end */
} teller;

/* --- writing acts ------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static const char *text(teller *t,
                                                              const char *format, ...) {
    char line[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    char *copy =
        arena_copy(t->arena, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
    if (!copy) t->failed = true;
    return copy ? copy : "";
}

/* A half hour in working hours of a day; place makes it differ. */
static int64_t moment_on(const teller *t, int32_t day, const char *what, uint32_t place) {
    int half_hour =
        chance_between(t->figures.chance, 17, 34, what, place, (uint32_t)day, 0);
    return moment_of_day(day, t->utc_offset_minutes) + (int64_t)half_hour * 1800000;
}

static act *add_act(teller *t, int64_t moment_ms, uint32_t office,
                    const char *const *words) {
    if (t->acts_n == t->acts_room) {
        size_t room = t->acts_room ? t->acts_room * 2 : ACTS_FIRST_ROOM;
        act *more = arena_alloc(t->arena, room * sizeof *more);
        if (!more) {
            t->failed = true;
            return &t->spare;
        }
        if (t->acts_n) memcpy(more, t->acts, t->acts_n * sizeof *more);
        t->acts = more;
        t->acts_room = room;
    }
    act *a = &t->acts[t->acts_n++];
    *a = (act){.moment_ms = moment_ms, .office = office};
    while (words[a->words_n]) {
        a->words[a->words_n] = words[a->words_n];
        a->words_n++;
    }
    return a;
}

static const char *office_code(const teller *t, uint32_t number) {
    office_words office;
    return ledger_get_office(t->ledger, number, &office) ? office.code : "";
}

static uint32_t first_lead(const task_words *task) {
    return task->leads_n ? task->leads[0] : 1;
}

/* --- timetables --------------------------------------------------------------------- */

static bool has_timetable(const teller *t, const task_words *task) {
    const sample_tables *tables = t->figures.tables;
    for (size_t i = 0; i < tables->nodes_n; i++)
        if (strcmp(tables->nodes[i].task, task->number) == 0) return true;
    return false;
}

static void tell_timetables(teller *t, int32_t day) {
    bool filed[OFFICES_MAX + 1] = {false};
    const char *path = t->figures.tables->timetables;
    for (size_t i = 0; i < t->tasks_n; i++) {
        const task_words *task = t->tasks[i];
        uint32_t lead = first_lead(task);
        if (!has_timetable(t, task)) continue;
        int later = chance_between(t->figures.chance, 1, 9, "files", lead, 0, 0);
        if (!filed[lead]) {
            const char *words[] = {"timetable", "file",       path,
                                   "--plan",    t->info.code, NULL};
            add_act(t, moment_on(t, day + later, "files", lead), lead, words);
            filed[lead] = true;
        }
        if (!chance_permille(t->figures.chance, 25, "sent back", task->id, 0, 0))
            continue;
        const char *back[] = {
            "timetable", "return",     "--plan",   t->info.code,
            "--task",    task->number, "--reason", "节点缺少责任人，请补充后重报。",
            NULL};
        add_act(t, moment_of_day(day + later + 1, t->utc_offset_minutes) + 9 * 3600000, 1,
                back);
        const char *again[] = {"timetable",  "file",   path,         "--plan",
                               t->info.code, "--task", task->number, NULL};
        add_act(t, moment_on(t, day + later + 3, "files again", task->id), lead, again);
    }
    for (int32_t d = day + 3; d <= day + 15; d += 3) {
        const char *words[] = {"timetable", "accept", "--plan", t->info.code, NULL};
        add_act(t, moment_of_day(d, t->utc_offset_minutes) + 17 * 3600000 + 1800000, 1,
                words);
    }
}

/* --- sheets ------------------------------------------------------------------------- */

static const char *const progress_texts[] = {
    "按工作方案推进，本期任务已完成。", "部门会商两次，主要环节已打通。",
    "现场推进顺利，进度符合安排。",     "前期手续办结，转入实施阶段。",
    "已完成阶段验收，资料归档。",       "正在组织实施，总体平稳。",
};
static const char *const problem_texts[] = {
    "", "", "", "资金拨付稍慢", "个别地块手续未齐", "雨季影响室外施工",
};

static const char *pick(const teller *t, const char *const *texts, size_t n,
                        const char *what, uint32_t a, uint32_t b, int round) {
    return texts[chance_draw(t->figures.chance, what, a, b, (uint32_t)round) % n];
}

static bool write_row(teller *t, buffer *sheet, const char *row) {
    size_t size = strlen(row);
    unsigned char *to = buffer_reserve(sheet, size);
    if (!to) {
        t->failed = true;
        return false;
    }
    memcpy(to, row, size);
    sheet->size += size;
    return true;
}

/* What an office aims at in a metric: its split; the lead of a metric nobody else fills
 * aims at the target. False when the office does not fill it. */
static bool aim_of(const task_words *task, const metric_words *metric, uint32_t office,
                   decimal *aim) {
    bool split = false;
    for (uint32_t i = 0; i < task->splits_n; i++) {
        if (task->splits[i].metric != metric->id) continue;
        split = true;
        if (task->splits[i].office != office) continue;
        *aim = task->splits[i].value;
        return true;
    }
    if (split || office != first_lead(task) || metric->comparator == COMPARATOR_PENDING)
        return false;
    *aim = metric->target;
    return true;
}

/* One metric's row. Some offices are used to the period's own figure (当期). */
static void value_row(teller *t, buffer *sheet, const task_words *task,
                      const metric_words *metric, decimal aim, uint32_t office, int round,
                      int more_permille) {
    char amount[DECIMAL_TEXT_SIZE], row[512], round_text[PERIOD_TEXT_SIZE];
    int32_t end = period_last_day(t->rounds[round]);
    decimal value =
        figures_value(&t->figures, task, metric, aim, office, round, t->rounds_n, end);
    value.micro += value.micro / 1000 * more_permille / DECIMAL_MICRO * DECIMAL_MICRO;
    bool to_date = metric->nature == NATURE_CUMULATIVE;
    bool add = to_date && !metric->first_day && !more_permille &&
               chance_permille(t->figures.chance, 150, "adds", office, 0, 0);
    if (add && round > 0) {
        decimal before =
            figures_value(&t->figures, task, metric, aim, office, round - 1, t->rounds_n,
                          period_last_day(t->rounds[round - 1]));
        value.micro -= before.micro < value.micro ? before.micro : value.micro;
    }
    decimal_write(value, amount);
    period_write(t->rounds[round], round_text);
    snprintf(row, sizeof row, "%s,M%u,%s,%s,%s,%s,%s,,,%s,%s,\n", task->number,
             metric->id, round_text, to_date && !add ? amount : "", add ? amount : "",
             to_date ? "" : amount, metric->unit, "", "");
    write_row(t, sheet, row);
}

static void node_rows(teller *t, buffer *sheet, const task_words *task, int round) {
    const sample_tables *tables = t->figures.tables;
    char round_text[PERIOD_TEXT_SIZE], day_text[DAY_TEXT_SIZE], row[256];
    period_write(t->rounds[round], round_text);
    int32_t end = period_last_day(t->rounds[round]);
    int32_t start = t->rounds[round].first_day;
    for (size_t i = 0; i < tables->nodes_n; i++) {
        const sample_node *node = &tables->nodes[i];
        int32_t done;
        if (node->node == 0 || strcmp(node->task, task->number) != 0) continue;
        if (!figures_node_done(&t->figures, task, node, end, &done)) continue;
        if (done < start) continue; /* reported in an earlier round */
        day_write(done, day_text);
        snprintf(row, sizeof row, "%s,,%s,,,,,%u,%s,,,\n", task->number, round_text,
                 node->node, day_text);
        write_row(t, sheet, row);
    }
}

static void text_row(teller *t, buffer *sheet, const task_words *task, uint32_t office,
                     int round) {
    char round_text[PERIOD_TEXT_SIZE], row[512];
    period_write(t->rounds[round], round_text);
    snprintf(row, sizeof row, "%s,,%s,,,,,,,%s,%s,%s\n", task->number, round_text,
             pick(t, progress_texts, 6, "progress", task->id, office, round),
             pick(t, problem_texts, 6, "problem", task->id, office, round),
             "按节点继续推进");
    write_row(t, sheet, row);
}

/* Rows of one office for one task; returns whether it owes any. */
static bool task_rows(teller *t, buffer *sheet, const task_words *task, uint32_t office,
                      int round, int more_permille) {
    bool owes = office == first_lead(task);
    for (uint32_t m = 0; m < task->metrics_n; m++) {
        decimal aim;
        if (!aim_of(task, &task->metrics[m], office, &aim)) continue;
        value_row(t, sheet, task, &task->metrics[m], aim, office, round, more_permille);
        owes = true;
    }
    if (office != first_lead(task)) return owes;
    if (!more_permille && has_timetable(t, task)) node_rows(t, sheet, task, round);
    text_row(t, sheet, task, office, round);
    return true;
}

static const char *keep_sheet(teller *t, buffer *sheet) {
    const char *kept = arena_copy(t->arena, sheet->data, sheet->size);
    if (!kept) t->failed = true;
    sheet->size = 0;
    return kept;
}

static void submit_sheet(teller *t, int64_t moment_ms, uint32_t office, buffer *sheet,
                         const char *reason) {
    const char *words[] = {"submit", "--plan", t->info.code, reason ? "--reason" : NULL,
                           reason,   NULL};
    act *a = add_act(t, moment_ms, office, words);
    a->sheet = keep_sheet(t, sheet);
}

/* --- reviews and corrections -------------------------------------------------------- */

static void review(teller *t, int64_t moment_ms, const task_words *task, uint32_t office,
                   int round, const char *reason) {
    char round_text[PERIOD_TEXT_SIZE];
    period_write(t->rounds[round], round_text);
    uint32_t by = first_lead(task) == office ? 1 : first_lead(task);
    const char *words[] = {"review",
                           reason ? "return" : "accept",
                           "--plan",
                           t->info.code,
                           "--task",
                           task->number,
                           "--office",
                           office_code(t, office),
                           "--period",
                           text(t, "%s", round_text),
                           reason ? "--reason" : NULL,
                           reason,
                           NULL};
    add_act(t, moment_ms, by, words);
}

static void correct(teller *t, int64_t moment_ms, const task_words *task, uint32_t office,
                    int round) {
    for (uint32_t m = 0; m < task->metrics_n; m++) {
        const metric_words *metric = &task->metrics[m];
        decimal aim;
        if (metric->nature != NATURE_CUMULATIVE || !aim_of(task, metric, office, &aim))
            continue;
        decimal value = figures_value(&t->figures, task, metric, aim, office, round,
                                      t->rounds_n, period_last_day(t->rounds[round]));
        value.micro += aim.micro / 50 / DECIMAL_MICRO * DECIMAL_MICRO;
        char amount[DECIMAL_TEXT_SIZE];
        decimal_write(value, amount);
        const char *words[] = {"--plan",   t->info.code,
                               "--task",   task->number,
                               "--metric", text(t, "M%u", metric->id),
                               "--ytd",    text(t, "%s", amount),
                               "--reason", "复核发现漏计，按台账更正。",
                               NULL};
        act *a = add_act(t, moment_ms, office, words);
        a->kind = ACT_CORRECTION;
        a->value = (cell_name){.kind = CELL_VALUE,
                               .task = task->id,
                               .metric = metric->id,
                               .office = office,
                               .period = t->rounds[round]};
        return;
    }
}

/* What happens to one filed item afterwards: returned and filed again, accepted, or
 * corrected; most are let stand. */
static void aftermath(teller *t, const task_words *task, uint32_t office, int round,
                      int32_t filed_day, buffer *sheet) {
    const chance c = t->figures.chance;
    uint32_t r = (uint32_t)round;
    int32_t next = calendar_add(&t->calendar, filed_day, 2);
    if (chance_permille(c, 22, "returned", task->id, office, r)) {
        review(t, moment_on(t, next, "returned", task->id), task, office, round,
               "与上期口径不一致，请核实后补正。");
        if (chance_permille(c, 150, "never again", task->id, office, r)) return;
        write_row(t, sheet, SHEET_HEADER);
        task_rows(t, sheet, task, office, round, 20);
        submit_sheet(t,
                     moment_on(t, calendar_add(&t->calendar, next, 2), "again", task->id),
                     office, sheet, NULL);
        return;
    }
    if (chance_permille(c, 250, "accepted", task->id, office, r))
        review(t, moment_on(t, next, "accepted", task->id), task, office, round, NULL);
    else if (chance_permille(c, 15, "corrected", task->id, office, r))
        correct(
            t,
            moment_on(t, calendar_add(&t->calendar, filed_day, 6), "corrected", task->id),
            task, office, round);
}

static void tell_office_round(teller *t, uint32_t office, int round, buffer *sheet) {
    int window_last = t->cell.window_last ? t->cell.window_last : 10;
    int n = figures_window_day(&t->figures, office, round, window_last);
    if (n == 0) return;
    int32_t day = calendar_add(&t->calendar, period_last_day(t->rounds[round]), n);
    const task_words *owed[TASKS_MAX];
    size_t owed_n = 0;
    sheet->size = 0;
    write_row(t, sheet, SHEET_HEADER);
    for (size_t i = 0; i < t->tasks_n; i++)
        if (task_rows(t, sheet, t->tasks[i], office, round, 0))
            owed[owed_n++] = t->tasks[i];
    if (owed_n == 0) return;
    submit_sheet(t, moment_on(t, day, "submits", office), office, sheet, NULL);
    for (size_t i = 0; i < owed_n; i++)
        aftermath(t, owed[i], office, round, day, sheet);
}

/* --- the year ----------------------------------------------------------------------- */

static bool gather(void *ctx, const cell *value) {
    teller *t = ctx;
    if (value->name.kind == CELL_PLAN) t->cell = value->plan;
    if (value->name.kind != CELL_TASK) return true;
    task_words *copy = arena_alloc(t->arena, sizeof *copy);
    if (!copy) {
        t->failed = true;
        return false;
    }
    *copy = value->task;
    t->tasks[t->tasks_n++] = copy;
    return true;
}

static void find_rounds(teller *t) {
    period round = period_of_cycle(t->cell.cycle, t->cell.first_day);
    while (round.first_day <= t->cell.last_day && t->rounds_n < ROUNDS_OF_STORY_MAX) {
        t->rounds[t->rounds_n++] = round;
        round = period_next_of_cycle(t->cell.cycle, round);
    }
}

static int by_moment(const void *a, const void *b) {
    const act *x = a, *y = b;
    if (x->moment_ms != y->moment_ms) return x->moment_ms < y->moment_ms ? -1 : 1;
    return x->office < y->office ? -1 : x->office > y->office;
}

duban_status story_tell(const ledger *l, uint32_t plan, const sample_tables *tables,
                        uint64_t seed, arena *a, story *out) {
    teller *t = arena_alloc(a, sizeof *t);
    if (!t) return DUBAN_E_NO_MEMORY;
    ledger_status st;
    ledger_get_status(l, &st);
    t->ledger = l;
    t->plan = plan;
    t->arena = a;
    t->utc_offset_minutes = st.utc_offset_minutes;
    t->calendar = ledger_calendar(l);
    if (!ledger_get_plan(l, plan, &t->info)) return DUBAN_E_UNKNOWN_PLAN;
    ledger_cells(l, plan, 0, true, gather, t);
    find_rounds(t);
    t->figures = (figures){{seed}, tables, t->cell.first_day, t->cell.last_day};
    buffer sheet;
    buffer_init(&sheet);
    tell_timetables(t, t->cell.first_day + 11);
    for (int round = 0; round < t->rounds_n; round++)
        for (size_t i = 0; i < tables->offices_n; i++)
            if (!tables->offices[i].group)
                tell_office_round(t, tables->offices[i].number, round, &sheet);
    buffer_close(&sheet);
    if (t->failed) return DUBAN_E_NO_MEMORY;
    qsort(t->acts, t->acts_n, sizeof *t->acts, by_moment);
    *out = (story){t->acts, t->acts_n};
    return DUBAN_OK;
}

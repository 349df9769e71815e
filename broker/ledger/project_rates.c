#include "broker/ledger/project_rates.h"

#include <string.h>

/* --- stages and gates --------------------------------------------------------------- */

/* The day on which it had come so far, a further stage included; 0: not yet. */
static int32_t reached_on(const project_cell *project, stage_kind stage) {
    int32_t first = 0;
    for (uint32_t i = 0; i < project->reached_n; i++) {
        const gate_words *step = &project->reached[i];
        if (step->stage >= stage && (first == 0 || step->day < first)) first = step->day;
    }
    return first;
}

stage_kind project_stage_on(const project_cell *project, int32_t day) {
    stage_kind furthest = STAGE_NONE;
    for (uint32_t i = 0; i < project->reached_n; i++)
        if (project->reached[i].day <= day && project->reached[i].stage > furthest)
            furthest = project->reached[i].stage;
    return furthest;
}

gate_state gate_look(const project_cell *project, const gate_words *gates,
                     uint32_t gates_n, stage_kind stage, int32_t day) {
    for (uint32_t i = 0; i < gates_n; i++) {
        if (gates[i].stage != stage) continue;
        int32_t reached = reached_on(project, stage);
        if (reached != 0 && reached <= day)
            return reached <= gates[i].day ? GATE_PASSED : GATE_LATE;
        return day > gates[i].day ? GATE_MISSED : GATE_AHEAD;
    }
    return GATE_NONE;
}

/* --- the three rates ---------------------------------------------------------------- */

typedef struct summing {
    const cell_walk *cells;
    const rates_ask *ask;
    project_rates *out;
    const char *unit; /* without 万 or 亿; NULL: none yet */
    __int128 invested;
    __int128 annual;
} summing;

/* 万元 is ten thousand 元; returns the unit without that. */
static const char *base_unit(const char *unit, int64_t *factor) {
    static const struct {
        const char *prefix;
        int64_t factor;
    } prefixes[] = {{"万亿", 1000000000000}, {"亿", 100000000}, {"万", 10000}};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t size = strlen(prefixes[i].prefix);
        if (strncmp(unit, prefixes[i].prefix, size) != 0 || unit[size] == '\0') continue;
        *factor = prefixes[i].factor;
        return unit + size;
    }
    *factor = 1;
    return unit;
}

/* Sums stay below 2^125: 10^30 at most of one project, and 2^21 projects. */
static void add_money(summing *s, const project_cell *project) {
    int64_t factor;
    if (project->annual.micro <= 0) return;
    const char *unit = base_unit(project->unit, &factor);
    if (s->unit == NULL) s->unit = unit;
    if (strcmp(s->unit, unit) != 0) s->out->mixed_units = true;
    s->annual += (__int128)project->annual.micro * factor;
    if (project->data_date > s->ask->day)
        s->out->later++;
    else
        s->invested += (__int128)project->invested.micro * factor;
}

static void add_stages(summing *s, const project_cell *project, const gate_words *gates,
                       uint32_t gates_n) {
    project_rates *out = s->out;
    stage_kind stands = project_stage_on(project, s->ask->day);
    out->standing[stands]++;
    out->started += stands >= STAGE_STARTED;
    out->in_statistics += stands >= STAGE_IN_STATISTICS;
    for (int stage = STAGE_RESERVED; stage < STAGE_COUNT; stage++)
        out->gates[stage][gate_look(project, gates, gates_n, stage, s->ask->day)]++;
    for (uint32_t i = 0; i < gates_n; i++) {
        if (gates[i].stage != STAGE_STARTED || gates[i].day > s->ask->day) continue;
        out->due_to_start++;
        out->started_of_due += stands >= STAGE_STARTED;
    }
}

static bool take(void *ctx, const cell *value) {
    summing *s = ctx;
    cell task;
    if (value->name.kind != CELL_PROJECT) return true;
    const project_cell *project = &value->project;
    if (s->ask->task != 0 && value->name.task != s->ask->task) return true;
    if (s->ask->office != 0 && project->office != s->ask->office) return true;
    cell_name name = {.kind = CELL_TASK, .task = value->name.task};
    if (!s->cells->find(s->cells->ctx, &name, &task) ||
        task.task.visibility == VISIBILITY_OFFLINE)
        return true;
    s->out->projects++;
    if (project->gates_n > 0)
        add_stages(s, project, project->gates, project->gates_n);
    else
        add_stages(s, project, task.task.gates, task.task.gates_n);
    add_money(s, project);
    return true;
}

static bool percent(uint32_t part, uint32_t whole, decimal *out) {
    return whole > 0 && decimal_scale(part, 100 * DECIMAL_MICRO, whole, out);
}

/* 100 * a / b at a millionth, half up, digit by digit: they are too large to multiply. */
static bool percent_of_sums(__int128 a, __int128 b, decimal *out) {
    if (b <= 0) return false;
    __int128 whole = a / b;
    __int128 rest = a - whole * b;
    for (int i = 0; i < 8; i++) {
        if (whole > INT64_MAX / 10 - 1) return false;
        __int128 digit = 10 * rest / b;
        rest = 10 * rest - digit * b;
        whole = whole * 10 + digit;
    }
    if (2 * rest >= b) whole++;
    *out = (decimal){(int64_t)whole};
    return true;
}

void project_rates_of(const cell_walk *cells, const rates_ask *ask, project_rates *out) {
    summing s = {.cells = cells, .ask = ask, .out = out};
    memset(out, 0, sizeof *out);
    cells->each(cells->ctx, take, &s);
    out->has_start = percent(out->started_of_due, out->due_to_start, &out->start);
    out->has_statistics = percent(out->in_statistics, out->started, &out->statistics);
    out->has_investment =
        !out->mixed_units && percent_of_sums(s.invested, s.annual, &out->investment);
}

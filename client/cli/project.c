#include "client/cli/project.h"

#include <string.h>

bool project_at(const look *where, uint32_t task, uint32_t number, project_cell *out) {
    cell_name name = {.kind = CELL_PROJECT, .task = task, .node = number};
    cell found;
    if (!look_cell(where, &name, &found)) return false;
    *out = found.project;
    return true;
}

/* The gates that hold for a project: its own, else its task's. */
static const gate_words *gates_of(const project_cell *p, const task_words *task,
                                  uint32_t *n) {
    *n = p->gates_n ? p->gates_n : task->gates_n;
    return p->gates_n ? p->gates : task->gates;
}

bool project_behind(const project_cell *p, const task_words *task, int32_t day) {
    uint32_t n;
    const gate_words *gates = gates_of(p, task, &n);
    for (uint32_t i = 0; i < n; i++)
        if (gates[i].day < day && p->stage < gates[i].stage) return true;
    return false;
}

static bool due_to_start(const project_cell *p, const task_words *task, int32_t day) {
    uint32_t n;
    const gate_words *gates = gates_of(p, task, &n);
    for (uint32_t i = 0; i < n; i++)
        if (gates[i].stage == STAGE_STARTED)
            return gates[i].day <= day || p->stage >= STAGE_STARTED;
    return p->stage >= STAGE_STARTED;
}

static duban_status add(project_rates *r, const project_cell *p, const task_words *task,
                        int32_t day) {
    r->projects++;
    r->stages[p->stage < STAGE_COUNT ? p->stage : STAGE_NONE]++;
    r->due_to_start += due_to_start(p, task, day);
    r->started += p->stage >= STAGE_STARTED;
    r->in_statistics += p->stage >= STAGE_IN_STATISTICS;
    if (r->unit && strcmp(r->unit, p->unit) != 0) r->units_differ = true;
    if (!r->unit) r->unit = p->unit;
    bool fits = decimal_add(r->invested, p->invested, &r->invested) &&
                decimal_add(r->annual, p->annual, &r->annual);
    return fits ? DUBAN_OK : DUBAN_E_OVERFLOW;
}

static bool percent(decimal part, decimal all, decimal *out) {
    return all.micro > 0 &&
           decimal_scale((__int128)part.micro * DECIMAL_MICRO, 100, all.micro, out);
}

duban_status project_rates_of(const look *where, uint32_t task, int32_t day,
                              project_rates *out) {
    project_rates r = {0};
    cell found;
    for (uint32_t id = task ? task : 1;; id++) {
        cell_name name = {.kind = CELL_TASK, .task = id};
        project_cell p;
        if ((task && id != task) || !look_cell(where, &name, &found)) break;
        for (uint32_t n = 1; project_at(where, id, n, &p); n++) {
            duban_status s = add(&r, &p, &found.task, day);
            if (s < 0) return s;
        }
    }
    r.has_start =
        percent(decimal_of_int(r.started), decimal_of_int(r.due_to_start), &r.start_rate);
    r.has_statistics = percent(decimal_of_int(r.in_statistics), decimal_of_int(r.started),
                               &r.statistics_rate);
    r.has_investment =
        !r.units_differ && percent(r.invested, r.annual, &r.investment_rate);
    *out = r;
    return DUBAN_OK;
}

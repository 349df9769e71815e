#include "client/cli/find.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/cli/say.h"
#include "client/cli/typed.h"

static bool named(const office_words *office, const char *text) {
    if (strcmp(office->code, text) == 0 || strcmp(office->name, text) == 0) return true;
    for (uint32_t i = 0; i < office->aliases_n; i++)
        if (strcmp(office->aliases[i], text) == 0) return true;
    return false;
}

/* A number in digits, 0 when it is none. */
static uint32_t number_of(const char *text) {
    size_t digits = strspn(text, "0123456789");
    if (!digits || text[digits] || digits > 9) return 0;
    return (uint32_t)strtoul(text, NULL, 10);
}

bool find_office(const ledger *l, const char *text, office_words *out) {
    ledger_status st;
    ledger_get_status(l, &st);
    uint32_t found = 0;
    for (uint32_t number = 1; number <= st.offices; number++) {
        office_words office;
        if (!ledger_get_office(l, number, &office) || !named(&office, text)) continue;
        bool exact = strcmp(office.code, text) == 0 || strcmp(office.name, text) == 0;
        if (exact) return ledger_get_office(l, number, out);
        if (found) return false;
        found = number;
    }
    if (!found) found = number_of(text);
    return found && ledger_get_office(l, found, out);
}

const char *find_office_code(const ledger *l, uint32_t number) {
    office_words office;
    return number && ledger_get_office(l, number, &office) ? office.code : "";
}

const char *find_office_name(const ledger *l, uint32_t number) {
    office_words office;
    return number && ledger_get_office(l, number, &office) ? office.name : "";
}

bool find_task_id(const ledger *l, uint32_t plan, uint32_t id, task_words *out) {
    cell_name name = {.kind = CELL_TASK, .task = id};
    cell found;
    if (!ledger_cell(l, plan, &name, &found)) return false;
    *out = found.task;
    return true;
}

bool find_task(const ledger *l, uint32_t plan, const char *number, task_words *out) {
    task_words task;
    char folded[TYPED_SIZE];
    (void)typed_fold(number, folded, sizeof folded);
    for (uint32_t id = 1; find_task_id(l, plan, id, &task); id++)
        if (strcmp(task.number, number) == 0 || strcmp(task.number, folded) == 0) {
            *out = task;
            return true;
        }
    return false;
}

bool find_node(const ledger *l, uint32_t plan, uint32_t task, uint32_t node,
               node_cell *out) {
    cell_name name = {.kind = CELL_NODE, .task = task, .node = node};
    cell found;
    if (!ledger_cell(l, plan, &name, &found)) return false;
    *out = found.node;
    return true;
}

bool find_plan_cell(const ledger *l, uint32_t plan, plan_cell *out) {
    cell_name name = {.kind = CELL_PLAN};
    cell found;
    if (!ledger_cell(l, plan, &name, &found)) return false;
    *out = found.plan;
    return true;
}

void find_rounds_list(const ledger *l, uint32_t plan, char out[FIND_ROUNDS_SIZE]) {
    plan_cell found;
    out[0] = '\0';
    if (!find_plan_cell(l, plan, &found)) return;
    period at = period_of_cycle(found.cycle, found.first_day);
    for (; at.first_day <= found.last_day; at = period_next_of_cycle(found.cycle, at)) {
        char text[PERIOD_TEXT_SIZE];
        period_write(at, text);
        if (!say_list(out, FIND_ROUNDS_SIZE, " ", text)) return;
    }
}

const metric_words *find_metric_id(const task_words *task, uint32_t id) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].id == id) return &task->metrics[i];
    return NULL;
}

const metric_words *find_metric(const task_words *task, const char *text) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (strcmp(task->metrics[i].label, text) == 0) return &task->metrics[i];
    char folded[TYPED_SIZE];
    (void)typed_fold(text, folded, sizeof folded);
    uint32_t id = number_of(folded[0] == 'M' || folded[0] == 'm' ? folded + 1 : folded);
    return id ? find_metric_id(task, id) : NULL;
}

void find_metric_code(const metric_words *metric, char out[FIND_METRIC_SIZE]) {
    snprintf(out, FIND_METRIC_SIZE, "M%u", (unsigned)metric->id);
}

void find_metrics_list(const task_words *task, char *out, size_t out_size) {
    out[0] = '\0';
    for (uint32_t i = 0; i < task->metrics_n; i++) {
        char one[SAY_SIZE];
        snprintf(one, sizeof one, "M%u %s", (unsigned)task->metrics[i].id,
                 task->metrics[i].label);
        if (!say_list(out, out_size, ", ", one)) return;
    }
}

const split_words *find_split(const task_words *task, uint32_t metric, uint32_t office) {
    for (uint32_t i = 0; i < task->splits_n; i++)
        if (task->splits[i].metric == metric && task->splits[i].office == office)
            return &task->splits[i];
    return NULL;
}

static bool has_splits(const task_words *task, uint32_t metric) {
    for (uint32_t i = 0; i < task->splits_n; i++)
        if (task->splits[i].metric == metric) return true;
    return false;
}

bool find_owes(const task_words *task, const metric_words *metric, uint32_t office) {
    if (metric->comparator == COMPARATOR_PENDING) return false;
    bool rolled = metric->rollup == ROLLUP_SUM || metric->rollup == ROLLUP_COUNT_MET;
    if (rolled && has_splits(task, metric->id))
        return find_split(task, metric->id, office) != NULL;
    uint32_t lead = task->leads_n ? task->leads[0] : 1;
    return office == lead;
}

uint32_t find_plan_asked(cli *c) {
    const ledger *l = duban_slice(c->d);
    const char *code = cli_plan_code(c);
    if (!code) return 0;
    uint32_t number = l ? ledger_find_plan(l, code) : 0;
    plan_info plan;
    if (number && ledger_get_plan(l, number, &plan) && plan.published) return number;
    cli_refuse(c, DUBAN_E_UNKNOWN_PLAN, 0, "plan", code,
               cli_say(c, "已发布的台账代码", "the code of a published plan"));
    return 0;
}

uint32_t find_office_asked(cli *c) {
    const ledger *l = duban_slice(c->d);
    const char *text = cli_option(c, "office");
    office_words office;
    if (text) {
        if (find_office(l, text, &office)) return office.number;
        cli_refuse(c, DUBAN_E_UNKNOWN_OFFICE, 0, "office", text, "duban office list");
        return 0;
    }
    uint32_t own = duban_office(c->d);
    if (!own)
        cli_refuse(c, DUBAN_E_UNKNOWN_KEY, 0, "key", c->home,
                   cli_say(c, "请市政府办公室登记 duban whoami 所示的公钥",
                           "ask the city office to enrol the key that `duban whoami` "
                           "shows"));
    return own;
}

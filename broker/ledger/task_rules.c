#include "broker/ledger/task_rules.h"

#include <string.h>

#include "broker/ledger/project.h"

static duban_status check_office(const task_place *at, uint32_t office, const char *field,
                                 const verdict *v) {
    if (office_find(&at->l->book, office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, field, office);
    if (office_ended(&at->l->book, office, at->day))
        return refuse_text(v, DUBAN_E_OFFICE_ENDED, field,
                           office_code(&at->l->book, office),
                           office_code(&at->l->book, office_heir(&at->l->book, office)));
    return DUBAN_OK;
}

static duban_status check_offices(const task_place *at, const uint32_t *offices,
                                  uint32_t n, const char *field, const verdict *v) {
    if (n > DUTIES_MAX) return refuse_number(v, DUBAN_E_LIMIT, field, n, DUTIES_MAX);
    for (uint32_t i = 0; i < n; i++) {
        duban_status status = check_office(at, offices[i], field, v);
        if (status != DUBAN_OK) return status;
        for (uint32_t j = 0; j < i; j++)
            if (offices[j] == offices[i])
                return refuse_found(v, DUBAN_E_DUPLICATE, field, offices[i]);
    }
    return DUBAN_OK;
}

/* --- targets ------------------------------------------------------------------------ */

/* The task of that id as it reads or is about to: the one that is being checked, else one
 * of the plan or of its draft. */
static const task_words *find_task(const task_place *at, const task_words *t,
                                   uint32_t id) {
    if (id == t->id) return t;
    if (at->p->published)
        return plan_find_task(at->p, id) == NONE ? NULL : at->p->tasks[id - 1].words;
    for (uint32_t c = 0; c < at->p->chunks_n; c++)
        for (uint32_t i = 0; i < at->p->chunks[c].tasks_n; i++)
            if (at->p->chunks[c].tasks[i].id == id) return &at->p->chunks[c].tasks[i];
    return NULL;
}

static bool is_divided(const task_words *t, uint32_t metric) {
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric) return true;
    return false;
}

/* Whether following what it is compared with leads back to that metric, or never ends. */
static bool comes_round(const task_place *at, const task_words *t,
                        const metric_words *metric) {
    const metric_words *next = metric;
    for (uint32_t steps = 0; next->comparator == COMPARATOR_REFERENCE; steps++) {
        if (steps == METRICS_MAX || (steps > 0 && next == metric)) return true;
        const task_words *other = find_task(at, t, next->reference_task);
        uint32_t id = next->reference_metric;
        if (other == NULL || id == 0 || id > other->metrics_n) return false;
        next = &other->metrics[id - 1];
    }
    return false;
}

/* What it is compared with is a number of the same unit and nature, not scaled by time,
 * and is not compared with it in turn. */
static duban_status check_reference(const task_place *at, const task_words *t,
                                    const metric_words *metric, const verdict *v) {
    const task_words *other = find_task(at, t, metric->reference_task);
    if (metric->nature == NATURE_CUMULATIVE) return refuse(v, DUBAN_E_TARGET, "nature");
    if (other == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "reference_task",
                            metric->reference_task);
    if (metric->reference_metric == 0 || metric->reference_metric > other->metrics_n)
        return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "reference_metric",
                            metric->reference_metric);
    const metric_words *with = &other->metrics[metric->reference_metric - 1];
    bool counts = with->rollup == ROLLUP_COUNT_MET || with->rollup == ROLLUP_ALL_OF;
    if (with->nature != metric->nature || comes_round(at, t, metric) ||
        (counts && is_divided(other, with->id)))
        return refuse_found(v, DUBAN_E_TARGET, "reference_metric",
                            metric->reference_metric);
    if (strcmp(with->unit, metric->unit) != 0)
        return refuse_text(v, DUBAN_E_WRONG_UNIT, "reference_metric", metric->unit,
                           with->unit);
    return DUBAN_OK;
}

static duban_status check_bounds(const metric_words *metric, const verdict *v) {
    if (metric->comparator == COMPARATOR_BETWEEN &&
        metric->target.micro >= metric->target_max.micro)
        return refuse_decimal(v, DUBAN_E_TARGET, "target_max", metric->target_max,
                              metric->target);
    if (metric->comparator == COMPARATOR_FLOOR_STRETCH &&
        metric->stretch.micro <= metric->target.micro)
        return refuse_decimal(v, DUBAN_E_TARGET, "stretch", metric->stretch,
                              metric->target);
    if (metric->comparator == COMPARATOR_ABOUT && metric->tolerance.micro < 0)
        return refuse(v, DUBAN_E_TARGET, "tolerance");
    return DUBAN_OK;
}

static duban_status check_target(const task_place *at, const task_words *t,
                                 const metric_words *metric, const verdict *v) {
    if (metric->comparator == COMPARATOR_PENDING)
        return metric->target.micro ? refuse(v, DUBAN_E_TARGET, "target") : DUBAN_OK;
    if (!decimal_in_range(metric->target) || !decimal_in_range(metric->target_max) ||
        !decimal_in_range(metric->opening) || !decimal_in_range(metric->stretch))
        return refuse(v, DUBAN_E_OVERFLOW, "target");
    if ((metric->comparator == COMPARATOR_YES_NO) != (metric->nature == NATURE_BOOLEAN))
        return refuse(v, DUBAN_E_TARGET, "comparator");
    if (metric->comparator == COMPARATOR_REFERENCE)
        return check_reference(at, t, metric, v);
    duban_status status = check_bounds(metric, v);
    if (status != DUBAN_OK || metric->nature != NATURE_CUMULATIVE) return status;
    if (metric->target.micro <= 0)
        return refuse_decimal(v, DUBAN_E_TARGET, "target", metric->target,
                              metric->opening);
    if (metric->target.micro == metric->opening.micro ||
        (metric->target.micro < metric->opening.micro &&
         metric->comparator != COMPARATOR_AT_MOST))
        return refuse_decimal(v, DUBAN_E_TARGET, "opening", metric->opening,
                              metric->target);
    return DUBAN_OK;
}

/* --- splits ------------------------------------------------------------------------- */

typedef struct split_sums {
    uint32_t n;
    __int128 values; /* millionths */
    __int128 openings;
    __int128 weights;
} split_sums;

static split_sums sums_of(const task_words *t, uint32_t metric) {
    split_sums out = {0, 0, 0, 0};
    for (uint32_t i = 0; i < t->splits_n; i++) {
        if (t->splits[i].metric != metric) continue;
        out.n++;
        out.values += t->splits[i].value.micro;
        out.openings += t->splits[i].opening.micro;
        out.weights += t->splits[i].weight.micro;
    }
    return out;
}

/* Numbers that can be weighed or divided: no totals, which are paced, and no places. */
static bool is_ratio_like(nature kind) {
    return kind == NATURE_RATE || kind == NATURE_LEVEL;
}

/* Whether its splits can be rolled up so, and what they begin with adds up to what the
 * whole begins with. */
static duban_status check_divided(const metric_words *metric, const split_sums *sums,
                                  const verdict *v) {
    bool adds = metric->rollup == ROLLUP_SUM;
    if (metric->rollup == ROLLUP_LEAD_ONLY) return refuse(v, DUBAN_E_TARGET, "rollup");
    if (adds && metric->nature != NATURE_CUMULATIVE && metric->nature != NATURE_LEVEL)
        return refuse(v, DUBAN_E_TARGET, "rollup");
    if (metric->rollup == ROLLUP_WEIGHTED_MEAN && !is_ratio_like(metric->nature))
        return refuse(v, DUBAN_E_TARGET, "rollup");
    if ((metric->rollup == ROLLUP_MIN || metric->rollup == ROLLUP_MAX) &&
        metric->nature == NATURE_BOOLEAN)
        return refuse(v, DUBAN_E_TARGET, "rollup");
    if (sums->weights > (__int128)VALUE_ABS_MAX * DECIMAL_MICRO)
        return refuse(v, DUBAN_E_OVERFLOW, "weight");
    if (metric->nature == NATURE_CUMULATIVE && adds &&
        metric->opening.micro != sums->openings)
        return refuse_decimal(v, DUBAN_E_TARGET, "opening",
                              (decimal){(int64_t)sums->openings}, metric->opening);
    return DUBAN_OK;
}

/* Whether its splits can be rolled up, and cover it when they are said to. */
static duban_status check_rollup(const task_words *t, const metric_words *metric,
                                 const verdict *v) {
    split_sums sums = sums_of(t, metric->id);
    if (metric->rollup <= ROLLUP_NONE || metric->rollup >= ROLLUP_COUNT)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "rollup", metric->rollup);
    if (metric->rollup == ROLLUP_RATIO && !is_ratio_like(metric->nature))
        return refuse(v, DUBAN_E_TARGET, "rollup");
    if (metric->ratio_scale.micro < 0 ||
        metric->ratio_scale.micro > RATIO_SCALE_MAX * DECIMAL_MICRO)
        return refuse_decimal(v, DUBAN_E_TARGET, "ratio_scale", metric->ratio_scale,
                              decimal_of_int(RATIO_SCALE_MAX));
    duban_status status = sums.n > 0 ? check_divided(metric, &sums, v) : DUBAN_OK;
    if (status != DUBAN_OK) return status;
    if (!metric->splits_complete || metric->rollup != ROLLUP_SUM ||
        metric->comparator == COMPARATOR_PENDING ||
        metric->comparator == COMPARATOR_AT_MOST ||
        metric->comparator == COMPARATOR_REFERENCE)
        return DUBAN_OK;
    if (sums.values < metric->target.micro)
        return refuse_decimal(v, DUBAN_E_SPLIT_SHORT, "splits",
                              (decimal){(int64_t)sums.values}, metric->target);
    return DUBAN_OK;
}

static duban_status check_split(const task_place *at, const task_words *t, uint32_t i,
                                const verdict *v) {
    const split_words *one = &t->splits[i];
    if (one->metric == 0 || one->metric > t->metrics_n)
        return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "splits", one->metric);
    const metric_words *metric = &t->metrics[one->metric - 1];
    duban_status status = check_office(at, one->office, "splits", v);
    if (status != DUBAN_OK) return status;
    if (!decimal_in_range(one->value) || !decimal_in_range(one->opening) ||
        !decimal_in_range(one->weight))
        return refuse(v, DUBAN_E_OVERFLOW, "splits");
    if (metric->nature == NATURE_CUMULATIVE && one->value.micro <= 0 &&
        metric->comparator != COMPARATOR_REFERENCE)
        return refuse_decimal(v, DUBAN_E_TARGET, "splits", one->value, (decimal){0});
    bool back =
        one->value.micro < one->opening.micro && metric->comparator != COMPARATOR_AT_MOST;
    if (metric->nature == NATURE_CUMULATIVE && one->opening.micro != 0 &&
        (one->value.micro == one->opening.micro || back))
        return refuse_decimal(v, DUBAN_E_TARGET, "opening", one->opening, one->value);
    if (metric->rollup == ROLLUP_WEIGHTED_MEAN && one->weight.micro <= 0)
        return refuse_decimal(v, DUBAN_E_TARGET, "weight", one->weight, (decimal){0});
    for (uint32_t j = 0; j < i; j++)
        if (t->splits[j].metric == one->metric && t->splits[j].office == one->office)
            return refuse_found(v, DUBAN_E_DUPLICATE, "splits", one->office);
    return DUBAN_OK;
}

/* --- tasks -------------------------------------------------------------------------- */

static duban_status check_span(const task_place *at, const task_words *t,
                               const metric_words *metric, const verdict *v) {
    const plan_publish_words *plan_words = at->words;
    int32_t first = metric->first_day != 0 ? metric->first_day : plan_words->first_day;
    int32_t deadline = metric->deadline != 0 ? metric->deadline
                       : t->deadline != 0    ? t->deadline
                                             : plan_words->last_day;
    if (first < DAY_MIN || first > plan_words->last_day)
        return refuse_day(v, DUBAN_E_DATE, "first_day", first, DAY_MIN,
                          plan_words->last_day);
    if (deadline < first || deadline < plan_words->first_day || deadline > DAY_MAX)
        return refuse_day(v, DUBAN_E_DATE, "deadline", deadline,
                          first > plan_words->first_day ? first : plan_words->first_day,
                          DAY_MAX);
    return DUBAN_OK;
}

static duban_status check_metric(const task_place *at, const task_words *t, uint32_t i,
                                 const verdict *v) {
    const metric_words *metric = &t->metrics[i];
    if (metric->id != i + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "metrics", metric->id, i + 1);
    if (metric->comparator <= COMPARATOR_NONE ||
        metric->comparator >= COMPARATOR_COUNT_OF)
        return refuse(v, DUBAN_E_TARGET, "comparator");
    if (metric->nature <= NATURE_NONE || metric->nature >= NATURE_COUNT)
        return refuse(v, DUBAN_E_TARGET, "nature");
    duban_status status = check_span(at, t, metric, v);
    if (status == DUBAN_OK && metric->source != 0)
        status = check_office(at, metric->source, "source", v);
    if (status == DUBAN_OK && metric->release_days > RELEASE_DAYS_MAX)
        status = refuse_number(v, DUBAN_E_LIMIT, "release_days", metric->release_days,
                               RELEASE_DAYS_MAX);
    if (status == DUBAN_OK) status = check_target(at, t, metric, v);
    return status != DUBAN_OK ? status : check_rollup(t, metric, v);
}

/* The task it goes on with stands in another plan, published before. */
static duban_status check_carried(const task_place *at, const task_words *t,
                                  const verdict *v) {
    if (t->carried_plan == 0 && t->carried_task == 0) return DUBAN_OK;
    const plan *from = ledger_plan(at->l, t->carried_plan);
    if (from == NULL || from == at->p || !from->published)
        return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "carried_plan", t->carried_plan);
    if (plan_find_task(from, t->carried_task) == NONE)
        return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "carried_task", t->carried_task);
    return DUBAN_OK;
}

duban_status task_rules_check(const task_place *at, const task_words *t, uint32_t id,
                              const verdict *v) {
    const plan_publish_words *words = at->words;
    if (t->id != id) return refuse_number(v, DUBAN_E_SEQUENCE, "tasks", t->id, id);
    if (id > TASKS_MAX) return refuse_number(v, DUBAN_E_LIMIT, "tasks", id, TASKS_MAX);
    if (t->metrics_n > METRICS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "metrics", t->metrics_n, METRICS_MAX);
    if (t->splits_n > SPLITS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "splits", t->splits_n, SPLITS_MAX);
    if (t->visibility >= VISIBILITY_COUNT)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "visibility", t->visibility);
    if (t->deadline != 0 && (t->deadline < words->first_day || t->deadline > DAY_MAX))
        return refuse_day(v, DUBAN_E_DATE, "deadline", t->deadline, words->first_day,
                          DAY_MAX);
    duban_status status = check_offices(at, t->leads, t->leads_n, "leads", v);
    if (status == DUBAN_OK)
        status = check_offices(at, t->responsible, t->responsible_n, "responsible", v);
    for (uint32_t i = 0; i < t->splits_n && status == DUBAN_OK; i++)
        status = check_split(at, t, i, v);
    for (uint32_t i = 0; i < t->metrics_n && status == DUBAN_OK; i++)
        status = check_metric(at, t, i, v);
    if (status == DUBAN_OK) status = project_check_gates(t->gates, t->gates_n, v);
    return status != DUBAN_OK ? status : check_carried(at, t, v);
}

#include "client/cli/show.h"
#include "client/cli/text.h"

static json_t *grades_json(const uint32_t grades[GRADE_COUNT]) {
    json_t *object = json_object();
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
        json_object_set_new(object, text_grade_code((grade)g), json_integer(grades[g]));
    return object;
}

static json_t *rates_json(const reporting *r) {
    json_t *object = json_pack("{s:i, s:i, s:i}", "expected", (int)r->expected,
                               "reported", (int)r->reported, "on_time", (int)r->on_time);
    decimal rate;
    const char *names[] = {"reported_rate", "on_time_rate"};
    const uint32_t parts[] = {r->reported, r->on_time};
    for (int i = 0; i < 2; i++) {
        bool has = reporting_share(parts[i], r->expected, &rate);
        json_object_set_new(object, names[i], has ? json_decimal(rate) : json_null());
    }
    return object;
}

static json_t *optional(bool has, decimal value) {
    return has ? json_decimal(value) : json_null();
}

static json_t *metric_json(const task_words *task, const metric_words *metric,
                           const duban_board *b) {
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:s, s:o, s:s}", "id", (int)metric->id, "label",
                  metric->label, "comparator", text_comparator_code(metric->comparator),
                  "nature", text_nature_code(metric->nature), "target",
                  optional(metric->comparator != COMPARATOR_PENDING, metric->target),
                  "unit", metric->unit);
    cell_name name = {.kind = CELL_PACE, .task = task->id, .metric = metric->id};
    const cell *c = duban_board_cell(b, &name);
    if (!c) return object;
    const pace_cell *p = &c->pace;
    json_object_set_new(object, "value", optional(p->has_value, p->value));
    json_object_set_new(object, "data_date", json_day(p->day));
    json_object_set_new(object, "actual", optional(p->has_share, p->actual));
    json_object_set_new(object, "expected", optional(p->has_share, p->expected));
    json_object_set_new(object, "margin", optional(p->has_margin, p->margin));
    json_object_set_new(object, "met", json_boolean(p->met));
    if (metric->comparator == COMPARATOR_FLOOR_STRETCH) {
        json_object_set_new(object, "stretch", json_decimal(metric->stretch));
        json_object_set_new(object, "stretch_met", json_boolean(p->stretch_met));
    }
    json_object_set_new(object, "parts", json_integer(p->parts));
    json_object_set_new(object, "parts_reported", json_integer(p->parts_reported));
    json_object_set_new(object, "grade", json_string(text_grade_code(p->grade)));
    return object;
}

static json_t *task_json(const view_task *row, const duban_board *b) {
    const task_words *task = row->task;
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "no", task->number, "title",
                               task->title, "chapter", task->chapter, "lead", row->lead);
    const light_cell *l = row->light;
    json_object_set_new(object, "grade", json_string(text_grade_code(l ? l->grade : 0)));
    json_object_set_new(object, "cause", json_string(text_cause_code(l ? l->cause : 0)));
    json_object_set_new(object, "margin",
                        l ? optional(l->has_margin, l->margin) : json_null());
    json_object_set_new(object, "missing", json_integer(l ? l->missing : 0));
    json_object_set_new(object, "running", json_integer(l ? l->running : 0));
    json_object_set_new(object, "since", json_day(l ? l->since_day : 0));
    json_object_set_new(object, "metrics_met", json_integer(l ? l->metrics_met : 0));
    json_object_set_new(object, "nodes", json_integer(row->nodes));
    json_object_set_new(object, "nodes_done", json_integer(row->nodes_done));
    json_t *metrics = json_array();
    for (uint32_t i = 0; i < task->metrics_n; i++)
        json_array_append_new(metrics, metric_json(task, &task->metrics[i], b));
    json_object_set_new(object, "metrics", metrics);
    return object;
}

static json_t *group_json(const view *v, const view_group *row) {
    json_t *object = json_pack("{s:s, s:i, s:o}", "name", row->name, "lights",
                               (int)row->lights, "grades", grades_json(row->grades));
    if (v->by == VIEW_COUNTY || v->by == VIEW_OFFICE) {
        json_object_set_new(object, "code", json_string(row->code));
        json_object_set_new(object, "round", rates_json(&row->round));
    }
    return object;
}

json_t *show_view_json(const view *v, duban_board *b) {
    json_t *rows = json_array();
    for (uint32_t i = 0; v->by == VIEW_TASK && i < v->tasks_n; i++)
        json_array_append_new(rows, task_json(&v->tasks[i], b));
    for (uint32_t i = 0; i < v->groups_n; i++)
        json_array_append_new(rows, group_json(v, &v->groups[i]));
    json_t *board = json_pack("{s:s, s:s, s:I, s:o, s:b, s:b}", "plan", v->plan->code,
                              "title", v->plan->title, "index", (json_int_t)v->index,
                              "day", json_day(v->plan->day), "drill", v->plan->drill,
                              "zones_inside_counties", v->plan->zones_inside_counties);
    json_object_set_new(board, "digest",
                        v->has_digest ? json_hash(&v->digest) : json_null());
    json_object_set_new(board, "digest_index",
                        v->digest_index ? json_integer((json_int_t)v->digest_index)
                                        : json_null());
    json_object_set_new(board, "basis", json_string("reported"));
    json_object_set_new(board, "by", json_string(view_by_code(v->by)));
    json_object_set_new(board, "round", json_period(v->round));
    json_object_set_new(board, "totals", grades_json(v->totals));
    json_object_set_new(board, "reporting", rates_json(&v->rates));
    json_object_set_new(board, "rows", rows);
    return board;
}

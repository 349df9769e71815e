#include <stdarg.h>
#include <string.h>

#include "client/cli/say.h"
#include "client/cli/show.h"
#include "client/cli/text.h"

/* A sentence being written; what does not fit is cut. */
typedef struct sentence {
    char *out;
    size_t size;
    size_t used;
} sentence;

__attribute__((format(printf, 2, 3))) static void add(sentence *t, const char *format,
                                                      ...) {
    if (t->used >= t->size) return;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->out + t->used, t->size - t->used, format, args);
    va_end(args);
    if (n > 0) t->used += (size_t)n;
}

static const cell *find(const duban_board *b, cell_kind kind, uint32_t task,
                        uint32_t metric, uint32_t office) {
    cell_name name = {.kind = kind, .task = task, .metric = metric, .office = office};
    return duban_board_cell(b, &name);
}

static const char *office_name(const duban_board *b, uint32_t number) {
    const cell *c = find(b, CELL_OFFICE, 0, 0, number);
    return c ? c->office.name : "?";
}

/* The metric that decided: value, target, data date, shares, margin. */
static void add_metric(sentence *t, const duban_board *b, const cell *light,
                       const task_words *task, bool zh) {
    const metric_words *m = view_metric(task, light->light.metric);
    const cell *c = m ? find(b, CELL_PACE, task->id, m->id, light->name.office) : NULL;
    if (!c) return;
    const pace_cell *p = &c->pace;
    char value[DECIMAL_TEXT_SIZE], target[DECIMAL_TEXT_SIZE], day[DAY_TEXT_SIZE];
    char actual[DECIMAL_TEXT_SIZE], expected[DECIMAL_TEXT_SIZE], margin[64];
    char both[SAY_SIZE];
    decimal_write(p->value, value);
    decimal_write(p->target, target);
    day_write(p->day, day);
    decimal_write_fixed(p->actual, 2, actual);
    decimal_write_fixed(p->expected, 2, expected);
    show_margin(margin, sizeof margin, p->has_margin, p->margin, m->nature,
                zh ? DUBAN_ZH : DUBAN_EN);
    add(t, zh ? "；%s" : "; %s", m->label);
    if (p->has_value)
        add(t, zh ? "为 %s%s" : " stands at %s %s", value, m->unit);
    else
        add(t, "%s", zh ? "尚无数据" : " has no data yet");
    if (m->comparator == COMPARATOR_FLOOR_STRETCH ||
        m->comparator == COMPARATOR_BETWEEN) { /* two numbers, the second of the whole */
        bool whole = decimal_compare(p->target, m->target) == 0;
        say_target(m, whole ? NULL : &p->target, zh ? DUBAN_ZH : DUBAN_EN, both);
        add(t, zh ? "，目标%s" : ", target %s", both);
    } else {
        add(t, zh ? "，目标%s %s%s" : ", target %s %s %s",
            text_comparator(m->comparator, zh ? DUBAN_ZH : DUBAN_EN), target, m->unit);
    }
    if (m->strength)
        add(t, zh ? "（%s）" : " (%s)",
            text_word(TEXT_STRENGTH, m->strength, zh ? DUBAN_ZH : DUBAN_EN));
    if (p->has_share)
        add(t, zh ? "，完成 %s%%，截至 %s 序时应为 %s%%" : ": %s%% done, %s expects %s%%",
            actual, day, expected);
    else if (p->has_value)
        add(t, zh ? "（数据截止 %s）" : " (data of %s)", day);
    if (p->has_margin) add(t, zh ? "，超欠 %s" : ", margin %s", margin);
    if (p->stretch_met)
        add(t, "%s", zh ? "，已达力争值" : ", what it strives for is met");
    if (!p->parts || light->name.office != 0) return;
    add(t, zh ? "，%u 个单位中 %u 个有数" : ", %u offices of which %u have reported",
        p->parts, p->parts_reported);
    const cell *plan = find(b, CELL_PLAN, 0, 0, 0);
    if (m->rollup != ROLLUP_SUM || !plan) return;
    if (plan->plan.zones_inside_counties)
        add(t, zh ? "（开发区已含在县区内）" : " (zones inside their counties)");
    else
        add(t, zh ? "（开发区与县区分计）" : " (zones beside the counties)");
}

static void add_override(sentence *t, const light_cell *l, bool zh) {
    char until[DAY_TEXT_SIZE] = "";
    if (l->override_until) day_write(l->override_until, until);
    if (l->computed)
        add(t, zh ? "（按规则为%s" : " (by the rules %s",
            text_grade(l->computed, zh ? DUBAN_ZH : DUBAN_EN));
    if (l->computed && *until) add(t, zh ? "，至 %s" : ", until %s", until);
    if (l->computed) add(t, "%s", zh ? "）" : ")");
}

/* The paper that decided: its title, document and who decided. */
static void add_paper(sentence *t, const duban_board *b, const light_cell *l, bool zh) {
    cell_name name = {.kind = CELL_PAPER, .node = l->paper};
    const cell *c = l->paper ? duban_board_cell(b, &name) : NULL;
    if (!c) return;
    const paper_cell *p = &c->paper;
    add(t, zh ? "；第 %u 号文书“%s”" : "; paper %u \"%s\"", (unsigned)l->paper, p->title);
    if (*p->document) add(t, zh ? "（%s）" : " (%s)", p->document);
    if (*p->authority) add(t, zh ? "，%s决定" : ", decided by %s", p->authority);
}

static void add_extended(sentence *t, const light_cell *l, bool zh) {
    char was[DAY_TEXT_SIZE], is[DAY_TEXT_SIZE];
    if (!l->extended_from) return;
    day_write(l->extended_from, was);
    add(t, zh ? "；原定 %s" : "; was due %s", was);
    if (!l->due) return;
    day_write(l->due, is);
    add(t, zh ? "，延至 %s" : ", extended to %s", is);
}

/* Who files the task's timetable. */
static uint32_t lead_of(const duban_board *b, const cell *light) {
    const cell *task = find(b, CELL_TASK, light->name.task, 0, 0);
    return task && task->task.leads_n ? task->task.leads[0] : light->light.charged;
}

static void add_cause(sentence *t, const duban_board *b, const cell *light, bool zh) {
    const light_cell *l = &light->light;
    char due[DAY_TEXT_SIZE];
    day_write(l->due, due);
    switch (l->cause) {
    case CAUSE_NO_TIMETABLE:
        add(t,
            zh ? "；工作推进方案未备案，责任在%s"
               : "; no accepted timetable, charged to %s",
            office_name(b, lead_of(b, light)));
        break;
    case CAUSE_MISSING:
        add(t, zh ? "；%u 项应报未报，%s" : "; %u items not reported, %s", l->missing,
            office_name(b, l->charged));
        break;
    case CAUSE_RUNNING:
        add(t, zh ? "；已连续 %u 期" : "; for %u rounds running", l->running);
        break;
    case CAUSE_OVERRIDE: add_override(t, l, zh); break;
    case CAUSE_OVERDUE:
    case CAUSE_DUE_SOON:
        if (l->due && !l->node) add(t, zh ? "；期限 %s" : "; due %s", due);
        break;
    default: break;
    }
}

static void add_node(sentence *t, const duban_board *b, const cell *light, bool zh) {
    if (!light->light.node) return;
    cell_name name = {
        .kind = CELL_NODE, .task = light->name.task, .node = light->light.node};
    const cell *c = duban_board_cell(b, &name);
    if (!c) return;
    char day[DAY_TEXT_SIZE];
    day_write(c->node.day, day);
    add(t, zh ? "；节点“%s”应于 %s 完成" : "; step \"%s\" due on %s", c->node.title, day);
}

void show_why(char *out, size_t out_size, const cell *light, duban_board *b,
              duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    sentence t = {out, out_size, 0};
    out[0] = '\0';
    const light_cell *l = &light->light;
    const cell *task = find(b, CELL_TASK, light->name.task, 0, 0);
    if (!task) return;
    add(&t, zh ? "第 %s 项“%s”" : "Task %s \"%s\"", task->task.number, task->task.title);
    if (light->name.office)
        add(&t, zh ? "，%s" : ", %s", office_name(b, light->name.office));
    if (l->grade == GRADE_NONE) {
        add(&t, zh ? "：尚未亮灯。" : ": no light yet.");
        return;
    }
    char since[DAY_TEXT_SIZE];
    day_write(l->since_day, since);
    add(&t, zh ? "：%s，%s" : ": %s, %s", text_grade(l->grade, lang),
        text_cause(l->cause, lang));
    add_cause(&t, b, light, zh);
    add_paper(&t, b, l, zh);
    add_extended(&t, l, zh);
    add_metric(&t, b, light, &task->task, zh);
    add_node(&t, b, light, zh);
    if (light->name.office == 0 && l->metrics)
        add(&t, zh ? "；%u 项指标中 %u 项已达标" : "; of %u metrics %u are met",
            l->metrics, l->metrics_met);
    if (l->since_day) add(&t, zh ? "；%s 起" : "; since %s", since);
    add(&t, zh ? "。（亮灯规则第 %u 版第 %u 行）" : ". (Light table version %u, row %u.)",
        l->lights_version, l->lights_row);
}

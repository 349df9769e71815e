#include "client/cli/describe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/say.h"
#include "client/cli/show.h"
#include "client/cli/text.h"

static const struct {
    const char *code, *zh, *en;
} kinds[CELL_COUNT] = {
    [CELL_PLAN] = {"plan", "台账", "plan"},
    [CELL_OFFICE] = {"office", "单位", "office"},
    [CELL_TASK] = {"task", "任务", "task"},
    [CELL_TIMETABLE] = {"timetable", "推进方案", "timetable"},
    [CELL_NODE] = {"node", "时间节点", "step"},
    [CELL_ITEM] = {"item", "应报事项", "item"},
    [CELL_VALUE] = {"value", "数值", "value"},
    [CELL_PACE] = {"pace", "进度", "pace"},
    [CELL_LIGHT] = {"light", "灯色", "light"},
    [CELL_ROUND] = {"round", "当期灯色", "light of the round"},
    [CELL_EDITION] = {"edition", "调整前", "edition before"},
    [CELL_DUTY] = {"duty", "责任", "duty"},
    [CELL_PAPER] = {"paper", "文书", "paper"},
    [CELL_PROJECT] = {"project", "项目", "project"},
    [CELL_POST] = {"post", "领导岗位", "post"},
    [CELL_TABLE] = {"table", "规则表", "table"},
    [CELL_RELEASE] = {"release", "统计发布", "release"},
};

const char *describe_kind(cell_kind kind, duban_lang lang) {
    if (kind <= CELL_NONE || kind >= CELL_COUNT) return "";
    return lang == DUBAN_ZH ? kinds[kind].zh : kinds[kind].en;
}

const char *describe_kind_code(cell_kind kind) {
    return kind > CELL_NONE && kind < CELL_COUNT ? kinds[kind].code : "";
}

/* --- places ------------------------------------------------------------------------- */

const char *describe_office(const look *where, uint32_t office) {
    cell_name name = {.kind = CELL_OFFICE, .office = office};
    cell found;
    return look_cell(where, &name, &found) ? found.office.name : "?";
}

static bool task_of(const look *where, uint32_t task, task_words *out) {
    cell_name name = {.kind = CELL_TASK, .task = task};
    cell found;
    if (!look_cell(where, &name, &found)) return false;
    *out = found.task;
    return true;
}

const char *describe_task(const look *where, uint32_t task) {
    task_words words;
    return task_of(where, task, &words) ? words.number : "?";
}

typedef struct sentence {
    char *out;
    size_t size;
} sentence;

static void add(sentence *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends what fits. */
static void add(sentence *s, const char *format, ...) {
    if (s->size + 1 >= DESCRIBE_SIZE) return;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(s->out + s->size, DESCRIBE_SIZE - s->size, format, args);
    va_end(args);
    if (n < 0) return;
    s->size += (size_t)n;
    if (s->size >= DESCRIBE_SIZE) s->size = DESCRIBE_SIZE - 1;
}

/* What is not known here is named by the number that the journal gives it. */
static void add_task(sentence *s, uint32_t task, const look *where, bool zh) {
    const char *printed = describe_task(where, task);
    if (strcmp(printed, "?") != 0)
        add(s, zh ? "第%s项" : "task %s", printed);
    else
        add(s, zh ? "任务（编号 %u）" : "task no. %u", (unsigned)task);
}

static void add_office(sentence *s, uint32_t office, const look *where, bool zh) {
    const char *name = describe_office(where, office), *gap = s->size ? " " : "";
    if (strcmp(name, "?") != 0)
        add(s, "%s%s", gap, name);
    else
        add(s, zh ? "%s单位（编号 %u）" : "%soffice no. %u", gap, (unsigned)office);
}

void describe_place(const cell_name *name, const look *where, duban_lang lang,
                    char out[DESCRIBE_SIZE]) {
    sentence s = {out, 0};
    bool zh = lang == DUBAN_ZH;
    out[0] = '\0';
    if (name->task) add_task(&s, name->task, where, zh);
    if (name->office) add_office(&s, name->office, where, zh);
    if (name->metric) add(&s, " M%u", (unsigned)name->metric);
    if (name->node)
        add(&s, zh ? "%s第%u号" : "%sno. %u", s.size ? " " : "", (unsigned)name->node);
    if (name->period.kind == PERIOD_NONE) return;
    char text[PERIOD_TEXT_SIZE];
    period_write(name->period, text);
    add(&s, "%s%s", s.size ? " " : "", text);
}

/* --- what cells say ----------------------------------------------------------------- */

static nature nature_of(const look *where, const cell_name *name, uint32_t metric) {
    task_words task;
    const metric_words *words =
        task_of(where, name->task, &task) ? view_metric(&task, metric) : NULL;
    return words ? words->nature : NATURE_CUMULATIVE;
}

static const char *unit_of(const look *where, const cell_name *name) {
    task_words task;
    const metric_words *words =
        task_of(where, name->task, &task) ? view_metric(&task, name->metric) : NULL;
    return words ? words->unit : "";
}

static void add_margin(sentence *s, bool has, decimal margin, nature of,
                       duban_lang lang) {
    char text[64];
    show_margin(text, sizeof text, has, margin, of, lang);
    if (*text) add(s, lang == DUBAN_ZH ? "，超欠 %s" : ", margin %s", text);
}

/* The day with the words before and behind it; nothing for 0. */
static void add_day(sentence *s, const char *before, int32_t day, const char *behind) {
    char text[DAY_TEXT_SIZE];
    if (!day) return;
    day_write(day, text);
    add(s, "%s%s%s", before, text, behind);
}

static void say_light(sentence *s, const cell *c, const look *where, duban_lang lang) {
    const light_cell *l = &c->light;
    if (l->grade == GRADE_NONE) return;
    add(s, lang == DUBAN_ZH ? "%s，%s" : "%s, %s", text_grade(l->grade, lang),
        text_cause(l->cause, lang));
    add_margin(s, l->has_margin, l->margin, nature_of(where, &c->name, l->metric), lang);
}

static void say_value(sentence *s, const cell *c, const look *where, duban_lang lang) {
    const value_cell *v = &c->value;
    char text[SAY_SIZE];
    if (!v->index) return;
    say_amount(v->to_date_known ? v->to_date : v->amount, unit_of(where, &c->name), text);
    add(s, "%s", text);
    add_day(s, lang == DUBAN_ZH ? "，截至 " : ", to ", v->data_date, "");
    if (v->corrections)
        add(s, lang == DUBAN_ZH ? "，更正 %u 次" : ", corrected %u times",
            (unsigned)v->corrections);
    if (v->accepted_index && v->accepted_index != v->index)
        add(s, "%s", lang == DUBAN_ZH ? "，审核后有变" : ", changed since accepted");
}

static void say_item(sentence *s, const item_cell *i, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    add(s, "%s", text_item_state(i->state, lang));
    if (i->missing) add(s, "%s", zh ? "，未报" : ", missing");
    if (i->late) add(s, "%s", zh ? "，迟报" : ", late");
    if (i->made_up) add(s, "%s", zh ? "，补报" : ", made up");
    if (i->withdrawn) add(s, "%s", zh ? "，不再应报" : ", no longer owed");
    if (i->unreviewed) add(s, "%s", zh ? "，逾期未审" : ", not reviewed in time");
    if (i->returns)
        add(s, zh ? "，退回 %u 次" : ", returned %u times", (unsigned)i->returns);
}

static void say_paper(sentence *s, const paper_cell *p, const look *where,
                      duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    add(s, "%s %s", p->form, p->state);
    if (*p->title) add(s, zh ? "“%s”" : " \"%s\"", p->title);
    for (uint32_t i = 0; i < p->tasks_n; i++)
        add(s, zh ? "，第%s项" : ", task %s", describe_task(where, p->tasks[i]));
    for (uint32_t i = 0; i < p->offices_n; i++)
        add(s, zh ? "，%s" : ", %s", describe_office(where, p->offices[i]));
    if (*p->document) add(s, zh ? "，%s" : ", %s", p->document);
    add_day(s, zh ? "，限 " : ", due ", p->limit_day, "");
    if (p->breached) add(s, "%s", zh ? "，已超时" : ", overdue");
}

static void say_duty(sentence *s, const duty_cell *d, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    add(s, "%s", text_word(TEXT_DUTY, d->why, lang));
    add_day(s, zh ? "，自 " : ", from ", d->from_day, "");
    add_day(s, zh ? "，至 " : ", until ", d->until_day, "");
    if (*d->assigned) add(s, zh ? "，分办 %s" : ", assigned to %s", d->assigned);
    add_day(s, zh ? "，" : ", exempt from ", d->exempt_day, zh ? " 起核减" : "");
}

static void say_node(sentence *s, const node_cell *n, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    if (!*n->title && !n->day) return;
    add(s, "%s", n->title);
    add_day(s, zh ? "，应于 " : ", by ", n->day, "");
    if (n->done) add(s, "%s", zh ? "，已完成" : ", done");
    if (n->overdue) add(s, "%s", zh ? "，逾期" : ", overdue");
}

static void say_pace(sentence *s, const cell *c, const look *where, duban_lang lang) {
    const pace_cell *p = &c->pace;
    char text[SAY_SIZE];
    if (!p->has_value) return;
    say_amount(p->value, unit_of(where, &c->name), text);
    add(s, "%s", text);
    add_margin(s, p->has_margin, p->margin, nature_of(where, &c->name, c->name.metric),
               lang);
}

static void say_task(sentence *s, const task_words *t, duban_lang lang) {
    add(s, "%s", t->title);
    add_day(s, lang == DUBAN_ZH ? "，期限 " : ", due ", t->deadline, "");
    for (uint32_t i = 0; i < t->metrics_n; i++) {
        char text[SAY_SIZE];
        say_target(&t->metrics[i], NULL, lang, text);
        add(s, lang == DUBAN_ZH ? "；M%u %s" : "; M%u %s", (unsigned)t->metrics[i].id,
            text);
    }
}

static void say_project(sentence *s, const project_cell *p, duban_lang lang) {
    char text[SAY_SIZE];
    add(s, "%s", p->title);
    add(s, lang == DUBAN_ZH ? "，%s" : ", %s", text_word(TEXT_STAGE, p->stage, lang));
    if (!p->invested.micro) return;
    say_amount(p->invested, p->unit, text);
    add(s, lang == DUBAN_ZH ? "，已投 %s" : ", invested %s", text);
}

static void say_rest(sentence *s, const cell *c, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    switch (c->name.kind) {
    case CELL_PLAN: add(s, "%s", c->plan.title); break;
    case CELL_OFFICE:
        add(s, "%s", c->office.name);
        add_day(s, zh ? "，" : ", ended ", c->office.ended_day, zh ? " 撤并" : "");
        break;
    case CELL_TIMETABLE:
        add(s, "%s", text_timetable_state(c->timetable.state, lang));
        break;
    case CELL_ROUND: add(s, "%s", text_grade(c->round.grade, lang)); break;
    case CELL_POST:
        add(s, "%s", c->post.title);
        add_day(s, zh ? "，自 " : ", from ", c->post.from_day, "");
        add_day(s, zh ? "，至 " : ", until ", c->post.until_day, "");
        break;
    case CELL_TABLE:
        add(s, zh ? "%s第 %u 版" : "%s version %u",
            text_word(TEXT_TABLE, c->name.node, lang), (unsigned)c->table.version);
        break;
    case CELL_RELEASE:
        add(s, "%s", c->release.code);
        add_day(s, zh ? "，" : ", released ", c->release.day, zh ? " 发布" : "");
        break;
    default: break;
    }
}

void describe_cell(const cell *value, const look *where, duban_lang lang,
                   char out[DESCRIBE_SIZE]) {
    sentence s = {out, 0};
    out[0] = '\0';
    if (!value) return;
    switch (value->name.kind) {
    case CELL_LIGHT: say_light(&s, value, where, lang); break;
    case CELL_VALUE: say_value(&s, value, where, lang); break;
    case CELL_ITEM: say_item(&s, &value->item, lang); break;
    case CELL_PAPER: say_paper(&s, &value->paper, where, lang); break;
    case CELL_DUTY: say_duty(&s, &value->duty, lang); break;
    case CELL_NODE: say_node(&s, &value->node, lang); break;
    case CELL_PACE: say_pace(&s, value, where, lang); break;
    case CELL_TASK: say_task(&s, &value->task, lang); break;
    case CELL_EDITION: say_task(&s, &value->edition.task, lang); break;
    case CELL_PROJECT: say_project(&s, &value->project, lang); break;
    default: say_rest(&s, value, lang); break;
    }
}

#include "client/cli/tell.h"

#include <string.h>

#include "client/cli/find.h"
#include "client/cli/look.h"
#include "client/cli/text.h"

#define STATEMENTS_TOLD 3
#define KEYS_TOLD       3

/* The kinds that speak of one place of one plan. */
#define PLACED(X)                                                                        \
    X(TIMETABLE, timetable, .task = ev->timetable.task)                                  \
    X(TIMETABLE_REVIEW, timetable_review, .task = ev->timetable_review.task)             \
    X(REVIEW, review, .task = ev->review.task, .office = ev->review.office,              \
      .period = ev->review.period)                                                       \
    X(AMENDMENT, amendment, .task = ev->amendment.task.id)                               \
    X(SPLITTING, splitting, .task = ev->splitting.task, .metric = ev->splitting.metric)  \
    X(CALL_IN, call_in, .task = ev->call_in.task)                                        \
    X(FILLER, filler, .task = ev->filler.task, .metric = ev->filler.metric,              \
      .office = ev->filler.office)                                                       \
    X(CONFIRMATION, confirmation, .task = ev->confirmation.task,                         \
      .metric = ev->confirmation.metric, .period = ev->confirmation.period)              \
    X(ASSIGNMENT, assignment, .task = ev->assignment.task)                               \
    X(RELEASE, release, .period = ev->release.period)                                    \
    X(UNLOCK, unlock, .task = ev->unlock.task, .office = ev->unlock.office,              \
      .period = ev->unlock.period)                                                       \
    X(OVERRIDE, override, .task = ev->override.task, .office = ev->override.office)      \
    X(PAPER, paper, .node = ev->paper.paper)                                             \
    X(PROJECT, project, .task = ev->project.task, .node = ev->project.project)           \
    X(VERIFICATION, verification, .task = ev->verification.task,                         \
      .metric = ev->verification.metric, .office = ev->verification.office,              \
      .period = ev->verification.period)                                                 \
    X(LIGHTS, lights, .kind = CELL_TABLE)                                                \
    X(FORMS, forms, .kind = CELL_TABLE)                                                  \
    X(CHECKS, checks, .kind = CELL_TABLE)                                                \
    X(WEIGHTS, weights, .kind = CELL_TABLE)                                              \
    X(PLAN_CHUNK, plan_chunk, .kind = CELL_PLAN)                                         \
    X(PLAN_PUBLISH, plan_publish, .kind = CELL_PLAN)                                     \
    X(SUBMISSION, submission, .kind = CELL_ITEM)

uint32_t tell_place(const event *ev, cell_name *name) {
    *name = (cell_name){.kind = CELL_NONE};
    switch (ev->kind) {
#define X(upper, member, ...)                                                            \
    case KIND_##upper: *name = (cell_name){__VA_ARGS__}; return ev->member.plan;
        PLACED(X)
#undef X
    default: return 0;
    }
}

static void add(char out[DESCRIBE_SIZE], const char *text) {
    size_t size = strlen(out);
    snprintf(out + size, DESCRIBE_SIZE - size, "%s", text);
}

static void tell_statement(cli *c, const look *where, const statement_words *s,
                           uint32_t signer, char out[DESCRIBE_SIZE]) {
    char text[DESCRIBE_SIZE], amount[DECIMAL_TEXT_SIZE];
    cell_name name = {
        .task = s->task, .office = s->office ? s->office : signer, .period = s->period};
    if (s->kind == STATEMENT_VALUE) name.metric = s->value.metric;
    describe_place(&name, where, c->lang, text);
    add(out, text);
    switch (s->kind) {
    case STATEMENT_VALUE:
        decimal_write(s->value.amount, amount);
        snprintf(text, sizeof text, " %s %s%s", amount, s->value.unit,
                 s->value.mode == MODE_TO_DATE ? cli_say(c, "（累计）", " to date")
                 : s->value.mode == MODE_THIS_PERIOD ? cli_say(c, "（当期）", " added")
                                                     : "");
        add(out, text);
        break;
    case STATEMENT_NODE:
        snprintf(text, sizeof text, cli_say(c, " 节点%u%s", " step %u%s"), s->node.node,
                 s->node.done ? cli_say(c, "已完成", " done")
                              : cli_say(c, "未完成", " not done"));
        add(out, text);
        break;
    case STATEMENT_NIL: add(out, cli_say(c, " 零报告", " nil")); break;
    default: add(out, cli_say(c, " 文字", " text")); break;
    }
    if (s->supersedes) {
        snprintf(text, sizeof text, cli_say(c, "（更正 %llu）", " (corrects %llu)"),
                 (unsigned long long)s->supersedes);
        add(out, text);
    }
}

static void tell_submission(cli *c, const look *where, const event *ev,
                            char out[DESCRIBE_SIZE]) {
    const submission_words *words = &ev->submission;
    uint32_t n = words->statements_n;
    for (uint32_t i = 0; i < n && i < STATEMENTS_TOLD; i++) {
        if (i) add(out, cli_say(c, "；", "; "));
        tell_statement(c, where, &words->statements[i], ev->office, out);
    }
    if (n <= STATEMENTS_TOLD) return;
    char text[64];
    snprintf(text, sizeof text, cli_say(c, "……共 %u 条", " … %u statements"), n);
    add(out, text);
}

/* The words of a paper's act, as the table of its plan has them. */
static void tell_paper(cli *c, const look *where, const paper_words *words,
                       char out[DESCRIBE_SIZE]) {
    cell_name name = {.kind = CELL_PAPER, .node = words->paper};
    cell found;
    bool zh = c->lang == DUBAN_ZH;
    const form_words *form = look_cell(where, &name, &found)
                                 ? ledger_form(where->l, where->plan, found.paper.form)
                                 : NULL;
    const char *act = words->act;
    for (uint32_t i = 0; form && i < form->acts_n; i++) {
        const form_act *one = &form->acts[i];
        bool led_here = !*one->to || strcmp(one->to, found.paper.state) == 0;
        if (strcmp(one->code, words->act) == 0 && led_here) act = zh ? one->zh : one->en;
    }
    size_t size = strlen(out);
    snprintf(out + size, DESCRIBE_SIZE - size, "%s%s%s%s%s",
             form ? (zh ? form->zh : form->en) : "", zh ? "" : " ", act,
             *words->document ? " " : "", words->document);
    for (uint32_t i = 0; i < words->tasks_n; i++) {
        add(out, cli_say(c, " 第", " task "));
        add(out, describe_task(where, words->tasks[i]));
        add(out, cli_say(c, "项", ""));
    }
    for (uint32_t i = 0; i < words->offices_n; i++) {
        add(out, " ");
        add(out, describe_office(where, words->offices[i]));
    }
}

static const char *verdict_of(cli *c, const event *ev) {
    bool yes =
        ev->kind == KIND_REVIEW ? ev->review.accepted : ev->timetable_review.accepted;
    if (ev->kind == KIND_CONFIRMATION)
        return ev->confirmation.objects ? cli_say(c, "有异议", "objected")
                                        : cli_say(c, "确认", "confirmed");
    return yes ? cli_say(c, "通过", "accepted") : cli_say(c, "退回", "returned");
}

/* Whose key came and which went; a row that revokes may name its number alone. */
static void tell_keys(cli *c, const ledger *l, const event *ev, char out[DESCRIBE_SIZE]) {
    ledger_key known;
    char text[64];
    uint32_t n = ev->keys.keys_n;
    for (uint32_t i = 0; i < n && i < KEYS_TOLD; i++) {
        const key_words *key = &ev->keys.keys[i];
        uint32_t office = key->office;
        if (!office && ledger_get_key(l, key->number, &known)) office = known.office;
        snprintf(text, sizeof text,
                 key->revoked ? cli_say(c, " 第%u号吊销", " key %u revoked")
                              : cli_say(c, " 第%u号", " key %u"),
                 key->number);
        if (i) add(out, cli_say(c, "、", ", "));
        add(out, find_office_name(l, office));
        add(out, text);
    }
    if (n <= KEYS_TOLD) return;
    snprintf(text, sizeof text, cli_say(c, "……共 %u 把", " … %u keys"), n);
    add(out, text);
}

/* What was decided, given or named, where the place alone says too little. */
static void tell_more(cli *c, const look *where, const event *ev,
                      char out[DESCRIBE_SIZE]) {
    char text[DESCRIBE_SIZE] = "";
    switch (ev->kind) {
    case KIND_REVIEW:
    case KIND_TIMETABLE_REVIEW:
    case KIND_CONFIRMATION: snprintf(text, sizeof text, " %s", verdict_of(c, ev)); break;
    case KIND_PAPER:
        add(out, " ");
        tell_paper(c, where, &ev->paper, out);
        break;
    case KIND_OVERRIDE:
        snprintf(text, sizeof text, " %s",
                 ev->override.grade ? text_grade(ev->override.grade, c->lang)
                                    : cli_say(c, "取消", "lifted"));
        break;
    case KIND_AMENDMENT:
        snprintf(text, sizeof text, " %s %s", ev->amendment.approver,
                 ev->amendment.document);
        break;
    case KIND_OFFICE_CHANGE:
        snprintf(text, sizeof text, "%s %s %s",
                 describe_office(where, ev->office_change.office),
                 text_word(TEXT_OFFICE_ACT, ev->office_change.act, c->lang),
                 ev->office_change.document);
        break;
    case KIND_CALL_IN:
        for (uint32_t i = 0; i < ev->call_in.offices_n; i++) {
            add(out, " ");
            add(out, describe_office(where, ev->call_in.offices[i]));
        }
        break;
    case KIND_POSTS:
        for (uint32_t i = 0; i < ev->posts.posts_n; i++) {
            if (i) add(out, cli_say(c, "、", ", "));
            add(out, ev->posts.posts[i].title);
        }
        break;
    case KIND_RELEASE:
        day_write(ev->release.day, text + snprintf(text, 64, " %s ", ev->release.code));
        break;
    case KIND_PROJECT: snprintf(text, sizeof text, " %s", ev->project.title); break;
    case KIND_PLAN_PUBLISH: add(out, ev->plan_publish.title); break;
    case KIND_REDACTION:
        snprintf(text, sizeof text, "%llu %s", (unsigned long long)ev->redaction.index,
                 ev->redaction.document);
        break;
    case KIND_KEYS: tell_keys(c, where->l, ev, out); break;
    case KIND_SESSION: snprintf(text, sizeof text, "%s", ev->session.purpose); break;
    case KIND_ACCESS:
        for (uint32_t i = 0; i < ev->access.rows_n; i++) {
            if (i) add(out, cli_say(c, "、", ", "));
            add(out, describe_office(where, ev->access.rows[i].office));
            add(out, " ");
            add(out, text_word(TEXT_RIGHT, ev->access.rows[i].right, c->lang));
        }
        snprintf(text, sizeof text, " %s", ev->access.document);
        break;
    case KIND_CLOCK: day_write(ev->clock_day, text); break;
    default: break;
    }
    add(out, text);
}

void tell_plan(cli *c, const event *ev, const ledger *l, char out[DESCRIBE_SIZE]) {
    cell_name name;
    plan_info info;
    uint32_t plan = tell_place(ev, &name);
    out[0] = '\0';
    if (!plan) return;
    if (l && ledger_get_plan(l, plan, &info))
        snprintf(out, DESCRIBE_SIZE, "%s", info.code);
    else
        snprintf(out, DESCRIBE_SIZE, cli_say(c, "台账（编号 %u）", "plan no. %u"),
                 (unsigned)plan);
}

void tell_stated(cli *c, const event *ev, uint32_t statement, const ledger *l,
                 char out[DESCRIBE_SIZE]) {
    look where = {.l = l, .plan = ev->submission.plan};
    out[0] = '\0';
    tell_statement(c, &where, &ev->submission.statements[statement], ev->office, out);
}

void tell_event(cli *c, const event *ev, const ledger *l, char out[DESCRIBE_SIZE]) {
    cell_name name;
    look where = {.l = l, .plan = tell_place(ev, &name)};
    plan_info info;
    char place[DESCRIBE_SIZE] = "";
    /* offices stand on every plan's board */
    bool anywhere = where.plan == 0;
    for (uint32_t p = 1; anywhere && l && ledger_get_plan(l, p, &info); p++)
        if (info.published) where.plan = p;
    tell_plan(c, ev, l, out);
    if (*out) {
        add(out, " ");
        describe_place(&name, &where, c->lang, place);
    }
    if (ev->kind == KIND_SUBMISSION)
        tell_submission(c, &where, ev, out);
    else
        add(out, place);
    tell_more(c, &where, ev, out);
    size_t size = strlen(out);
    while (size && out[size - 1] == ' ')
        out[--size] = '\0';
}

/* duban paper print: one paper as a sheet in the office's layout, to be printed, signed
 * and sealed. The layout is Chinese, as the papers are. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/paper_say.h"
#include "client/cli/paper_word.h"
#include "client/cli/say.h"
#include "client/cli/print.h"

#define PAGE_COLUMNS 72 /* of a printed line: 36 Chinese characters */
#define PAGE_INDENT  4

static void centred(FILE *f, const char *text) {
    int width = print_width(text), pad = (PAGE_COLUMNS - width) / 2;
    fprintf(f, "%*s%s\n", pad > 0 ? pad : 0, "", text);
}

static void to_right(FILE *f, const char *text) {
    int width = print_width(text), pad = PAGE_COLUMNS - PAGE_INDENT - width;
    fprintf(f, "%*s%s\n", pad > 0 ? pad : 0, "", text);
}

static void ruler(FILE *f) {
    for (int i = 0; i < PAGE_COLUMNS / 2; i++)
        fputs("━", f);
    fputc('\n', f);
}

/* Words set in lines of the page's width, the first of each paragraph indented. */
static void paragraph(FILE *f, const char *text) {
    int at = 0;
    while (*text) {
        if (at == 0) at = fprintf(f, "%*s", PAGE_INDENT, "");
        int columns, size = print_char(text, &columns);
        if (*text == '\n' || at + columns > PAGE_COLUMNS) {
            fputc('\n', f);
            at = *text == '\n' ? 0 : columns;
            if (*text == '\n') {
                text++;
                continue;
            }
        } else {
            at += columns;
        }
        fwrite(text, 1, (size_t)size, f);
        text += size;
    }
    if (at) fputc('\n', f);
}

static void field(FILE *f, const char *name, const char *value) {
    if (*value) fprintf(f, "%s：%s\n", name, value);
}

static void tasks_of(papers *p, const paper_cell *paper) {
    for (uint32_t i = 0; i < paper->tasks_n; i++) {
        task_words task;
        if (!find_task_id(p->where.l, p->where.plan, paper->tasks[i], &task)) continue;
        fprintf(p->c->out, "任务 %s：%s（牵头 %s）\n", task.number, task.title,
                find_office_name(p->where.l, task.leads_n ? task.leads[0] : 1));
    }
}

/* The acts as a table of its life. */
static void life(papers *p, const papers_row *row, const papers_act *acts, size_t n) {
    const print_column columns[] = {
        {"日期", PRINT_LEFT, 0},  {"单位", PRINT_LEFT, 24}, {"办理", PRINT_LEFT, 16},
        {"状态", PRINT_LEFT, 16}, {"文号", PRINT_LEFT, 20},
    };
    print_table *t = print_table_new(columns, 5, false);
    for (size_t i = 0; i < n; i++) {
        char day[DAY_TEXT_SIZE];
        const form_state *state =
            row->form ? forms_state(row->form, acts[i].state) : NULL;
        say_day(acts[i].day, day);
        print_table_row(t);
        print_table_cell(t, day);
        print_table_cell(t, acts[i].said ? find_office_name(p->where.l, acts[i].office)
                                         : "时钟");
        print_table_cell(t, !acts[i].said && i == 0 ? "提出"
                            : !acts[i].said         ? "时钟转入"
                            : acts[i].act ? paper_word_act(acts[i].act, DUBAN_ZH)
                                          : acts[i].said->act);
        print_table_cell(t, state ? paper_word_state(state, DUBAN_ZH) : acts[i].state);
        print_table_cell(t, acts[i].said ? acts[i].said->document : "");
    }
    print_table_write(t, p->c->out);
    print_table_free(t);
}

/* The first words that were said: what the paper is for. One that the clock proposed and
 * a hand signed without a word asks for what such papers ask. */
static const char *first_text(papers *p, const papers_row *row, const papers_act *acts,
                              size_t n) {
    for (size_t i = 0; i < n; i++)
        if (acts[i].said && acts[i].said->text.present)
            return look_text(p->c, p->a, &acts[i].said->text);
    return row->cell->opener ? "" : "请就上述事项说明情况，提出措施。";
}

static int32_t signed_day(const papers_row *row, const papers_act *acts, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (acts[i].said && *acts[i].said->document) return acts[i].day;
    return row->cell->opened_day;
}

static void page(papers *p, const papers_row *row, const papers_act *acts, size_t n) {
    FILE *f = p->c->out;
    const paper_cell *paper = row->cell;
    char text[SAY_SIZE], day[64];
    plan_cell of;
    fputc('\n', f);
    if (find_plan_cell(p->where.l, p->where.plan, &of) && of.drill)
        centred(f, "【演练】");
    centred(f, find_office_name(p->where.l, 1));
    centred(f, paper_say_form(row, DUBAN_ZH));
    snprintf(text, sizeof text, "%.120s　　第 %u 号", paper->document,
             (unsigned)row->number);
    to_right(f, text);
    ruler(f);
    paper_say_offices(p, paper->offices, paper->offices_n, text, sizeof text);
    field(f, "主送", text);
    field(f, "事由", paper_say_title(p, row));
    tasks_of(p, paper);
    field(f, "决定机关", paper->authority);
    say_chinese_day(paper->day, day);
    field(f, "日期", day);
    fputc('\n', f);
    paragraph(f, first_text(p, row, acts, n));
    say_chinese_day(paper->limit_day, day);
    if (*day) fprintf(f, "\n%*s请于%s前办理。\n", PAGE_INDENT, "", day);
    fputc('\n', f);
    to_right(f, find_office_name(p->where.l, paper->opener ? paper->opener : 1));
    say_chinese_day(signed_day(row, acts, n), day);
    to_right(f, day);
    ruler(f);
    fputs("签收：　　　　　　　经办：　　　　　　　负责人：\n\n办理经过\n", f);
    life(p, row, acts, n);
}

static duban_status print_paper(papers *p) {
    papers_act *acts = NULL;
    size_t n = 0;
    cli *c = p->c;
    const papers_row *row = papers_find(p, paper_word_number(c->args[0]));
    if (!row)
        return cli_refuse(c, DUBAN_E_UNKNOWN_PAPER, 0, "paper", c->args[0],
                          "duban paper list");
    duban_status s = papers_life(p, row, &acts, &n);
    if (s >= 0) page(p, row, acts, n);
    return s;
}

duban_status cmd_paper_print(cli *c) {
    papers p;
    arena a;
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    c->lang = DUBAN_ZH;
    arena_init(&a, 0);
    s = papers_open(c, &a, plan, &p);
    if (s >= 0) s = print_paper(&p);
    papers_close(&p);
    arena_close(&a);
    return s;
}

#include "client/cli/changes.h"

#include <string.h>

#include "client/cli/json.h"
#include "client/cli/text.h"

void changes_init(changes *ch) {
    memset(ch, 0, sizeof *ch);
}

static void keep_line(changes *ch, const char *line) {
    if (ch->lines_n == CHANGES_KEPT) {
        memmove(ch->lines[0], ch->lines[1], sizeof ch->lines[0] * (CHANGES_KEPT - 1));
        ch->lines_n--;
    }
    snprintf(ch->lines[ch->lines_n++], sizeof ch->lines[0], "%s", line);
}

static int32_t open_day(const duban_board *b) {
    cell_name name = {.kind = CELL_PLAN};
    const cell *plan = duban_board_cell(b, &name);
    return plan ? plan->plan.day : 0;
}

static void tell_one(changes *ch, cli *c, const duban_board *b, const cell *light,
                     grade before, bool tell) {
    cell_name name = {.kind = CELL_TASK, .task = light->name.task};
    const cell *task = duban_board_cell(b, &name);
    if (!task) return;
    char day[DAY_TEXT_SIZE], line[256];
    day_write(open_day(b), day);
    snprintf(line, sizeof line, "%s  %s %s  %s → %s  %s", day, task->task.number,
             task->task.title, text_grade(before, c->lang),
             text_grade(light->light.grade, c->lang),
             text_cause(light->light.cause, c->lang));
    keep_line(ch, line);
    if (!tell) return;
    if (c->json)
        json_line(c->out, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "index",
                                    (json_int_t)light->changed, "day", day, "no",
                                    task->task.number, "from", text_grade_code(before),
                                    "to", text_grade_code(light->light.grade), "cause",
                                    text_cause_code(light->light.cause)));
    else
        fprintf(c->out, "%s\n", line);
}

void changes_look(changes *ch, cli *c, duban_board *b, bool tell) {
    size_t n;
    const cell *const *cells = duban_board_cells(b, &n);
    ch->news = 0;
    for (size_t i = 0; i < n; i++) {
        const cell *one = cells[i];
        if (one->name.kind != CELL_LIGHT || one->name.office != 0) continue;
        if (one->name.task > TASKS_MAX) continue;
        uint8_t *seen = &ch->grades[one->name.task];
        if (*seen == one->light.grade) continue;
        if (*seen != GRADE_NONE) {
            tell_one(ch, c, b, one, (grade)*seen, tell);
            ch->news++;
        }
        *seen = (uint8_t)one->light.grade;
    }
    fflush(c->out);
}

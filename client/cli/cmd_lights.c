/* duban lights publish: a plan's light table, the next version. */
#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/lights.h"
#include "client/cli/offices.h"
#include "client/cli/text.h"

static duban_status read_grade(cli *c, const char *option, const char *text, grade *out) {
    char words[TEXT_LIST_SIZE];
    *out = text_read_grade(text);
    if (*out) return DUBAN_OK;
    return cli_refuse(c, DUBAN_E_WORD, 0, option, text,
                      text_list(TEXT_GRADE, c->lang, words));
}

/* --order from best to worst, and --running-from: what runs on. */
static duban_status read_order(cli *c, arena *a, lights_words *out) {
    const char *order = cli_option(c, "order"), *from = cli_option(c, "running-from");
    grade *grades = arena_alloc(a, GRADE_COUNT * sizeof *grades);
    uint32_t n = 0;
    const char *const *names = offices_list(a, order ? order : "", &n);
    duban_status s = DUBAN_OK;
    if (!grades || !names) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    if (n >= GRADE_COUNT) return cli_refuse(c, DUBAN_E_LIMIT, 0, "order", order, NULL);
    for (uint32_t i = 0; i < n && s >= 0; i++)
        s = read_grade(c, "order", names[i], &grades[i]);
    if (s >= 0 && from) s = read_grade(c, "running-from", from, &out->running_from);
    out->order = grades;
    out->order_n = n;
    return s;
}

static duban_status publish(cli *c, arena *a) {
    lights_words lights = {0};
    duban_status s = lights_load(c, a, c->args[0], &lights);
    if (s >= 0) s = read_order(c, a, &lights);
    if (s < 0) return s;
    lights.plan = find_plan_asked(c);
    if (!lights.plan) return DUBAN_E_UNKNOWN_PLAN;
    plan_cell plan;
    if (find_plan_cell(duban_slice(c->d), lights.plan, &plan))
        lights.version = plan.lights_version;
    lights.version++;
    event ev = {.kind = KIND_LIGHTS, .lights = lights};
    uint64_t index = 0;
    s = admin_send(c, &ev, NULL, 0, &index);
    if (s < 0) return s;
    if (c->json)
        json_line(c->out, json_pack("{s:i, s:I}", "version", (int)lights.version, "index",
                                    (json_int_t)index));
    else
        fprintf(c->out,
                cli_say(c, "亮灯规则表第 %u 版，共 %u 行，序号 %llu。\n",
                        "light table version %u of %u rows stands at index %llu.\n"),
                (unsigned)lights.version, (unsigned)lights.rows_n,
                (unsigned long long)index);
    return DUBAN_OK;
}

duban_status cmd_lights_publish(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = publish(c, &a);
    arena_close(&a);
    return s;
}

/* duban lights publish, show, default: a plan's light table. */
#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/lights.h"
#include "client/cli/table_out.h"
#include "client/cli/text.h"
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

/* --- show, default ------------------------------------------------------------------ */

static duban_status put_rows(cli *c, const lights_words *lights) {
    table_out_column titles[LIGHTS_COLUMNS];
    char room[DECIMAL_TEXT_SIZE];
    table_out *out;
    for (int i = 0; i < LIGHTS_COLUMNS; i++)
        titles[i] =
            (table_out_column){lights_title(i, DUBAN_EN), lights_title(i, DUBAN_ZH), 12};
    duban_status s =
        table_out_begin(c, c->json ? TABLE_OUT_JSON : TABLE_OUT_CSV, cli_option(c, "o"),
                        "lights", titles, LIGHTS_COLUMNS, &out);
    if (s < 0) return s;
    for (uint32_t r = 0; r < lights->rows_n; r++)
        for (int i = 0; i < LIGHTS_COLUMNS; i++)
            table_out_text(out, lights_cell(&lights->rows[r], i, c->lang, room));
    return table_out_end(out, NULL);
}

/* What the options of publish would have to say again. */
static void say_order(cli *c, const lights_words *lights) {
    if (c->json || (!lights->order_n && !lights->running_from)) return;
    fputs(cli_say(c, "灯色次序（由优到劣）：", "order, from best to worst: "), c->err);
    for (uint32_t i = 0; i < lights->order_n; i++)
        fprintf(c->err, "%s%s", i ? cli_say(c, "、", ", ") : "",
                text_grade(lights->order[i], c->lang));
    fprintf(
        c->err, cli_say(c, "；自%s起算连续。\n", "; rounds run on from %s.\n"),
        text_grade(lights->running_from ? lights->running_from : GRADE_YELLOW, c->lang));
}

duban_status cmd_lights_show(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    lights_words lights;
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    if (!ledger_lights(duban_slice(c->d), plan, &lights))
        return cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "lights", NULL,
                          cli_say(c, "先用 duban lights publish 发布亮灯规则表",
                                  "a table published by `duban lights publish`"));
    say_order(c, &lights);
    return put_rows(c, &lights);
}

duban_status cmd_lights_default(cli *c) {
    arena a;
    lights_words lights;
    arena_init(&a, 0);
    duban_status s = lights_load(c, &a, NULL, &lights);
    if (s >= 0) s = put_rows(c, &lights);
    arena_close(&a);
    return s;
}

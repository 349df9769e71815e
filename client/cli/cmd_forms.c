/* duban forms show, set, default: the table of papers of a plan. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/papers.h"

static duban_status put(cli *c, const forms_words *words, const char *const *notes) {
    buffer out;
    buffer_init(&out);
    duban_status s = forms_write(words, notes, c->lang, &out);
    if (s >= 0) fwrite(out.data, 1, out.size, c->out);
    buffer_close(&out);
    return s < 0 ? cli_refuse(c, s, 0, "forms", NULL, NULL) : DUBAN_OK;
}

static void put_json(cli *c, const forms_words *words) {
    for (uint32_t i = 0; i < words->forms_n; i++) {
        const form_words *form = &words->forms[i];
        json_line(c->out, json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:i}", "form",
                                    form->code, "zh", form->zh, "en", form->en, "states",
                                    (int)form->states_n, "acts", (int)form->acts_n,
                                    "triggers", (int)form->triggers_n, "proposed",
                                    form->proposed, "version", (int)words->version));
    }
}

duban_status cmd_forms_default(cli *c) {
    arena a;
    forms_table table;
    arena_init(&a, 0);
    duban_status s = forms_load(c, &a, NULL, &table);
    if (s >= 0 && c->json)
        put_json(c, &table.words);
    else if (s >= 0)
        s = put(c, &table.words, table.notes);
    arena_close(&a);
    return s;
}

/* The plan named first, else the one asked for as always; 0 when it said why not. */
static uint32_t plan_named(cli *c) {
    const ledger *l = duban_slice(c->d);
    plan_info info;
    if (!c->args_n) return find_plan_asked(c);
    uint32_t plan = l ? ledger_find_plan(l, c->args[0]) : 0;
    if (plan && ledger_get_plan(l, plan, &info) && info.published) return plan;
    cli_refuse(c, DUBAN_E_UNKNOWN_PLAN, 0, "plan", c->args[0],
               cli_say(c, "已发布的台账代码", "the code of a published plan"));
    return 0;
}

static duban_status show(cli *c, arena *a) {
    papers p;
    uint32_t plan = plan_named(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    duban_status s = papers_open(c, a, plan, &p);
    if (s >= 0 && !p.forms_version)
        s = cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "forms", NULL,
                       cli_say(c, "先用 duban forms set 设定文种表",
                               "a table set by `duban forms set`"));
    else if (s >= 0 && c->json)
        put_json(c, &p.forms);
    else if (s >= 0)
        s = put(c, &p.forms, NULL);
    papers_close(&p);
    return s;
}

duban_status cmd_forms_show(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = show(c, &a);
    arena_close(&a);
    return s;
}

static duban_status version_of(cli *c, arena *a, uint32_t plan, uint32_t *out) {
    papers p;
    duban_status s = papers_open(c, a, plan, &p);
    if (s >= 0) *out = p.forms_version;
    papers_close(&p);
    return s;
}

static duban_status set(cli *c, arena *a) {
    forms_table table;
    uint64_t index = 0;
    uint32_t version = 0, plan = plan_named(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    duban_status s = forms_load(c, a, c->args_n > 1 ? c->args[1] : NULL, &table);
    if (s >= 0) s = version_of(c, a, plan, &version);
    if (s < 0) return s;
    event ev = {.kind = KIND_FORMS, .forms = table.words};
    ev.forms.plan = plan;
    ev.forms.version = version + 1;
    s = admin_send(c, &ev, NULL, 0, &index);
    if (s < 0) return s;
    if (c->json)
        json_line(c->out,
                  json_pack("{s:i, s:i, s:I}", "version", (int)version + 1, "forms",
                            (int)table.words.forms_n, "index", (json_int_t)index));
    else
        fprintf(c->out,
                cli_say(c,
                        "文种表第 %u 版，共 %u 种，序号 %llu。接下来：duban paper acts "
                        "看每种文书怎么办。\n",
                        "table of papers version %u, %u forms, stands at index %llu. "
                        "Next: `duban paper acts` shows how each one goes.\n"),
                (unsigned)version + 1, (unsigned)table.words.forms_n,
                (unsigned long long)index);
    return DUBAN_OK;
}

duban_status cmd_forms_set(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = set(c, &a);
    arena_close(&a);
    return s;
}

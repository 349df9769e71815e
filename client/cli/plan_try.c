#include "client/cli/plan_try.h"

#include <stdlib.h>
#include <string.h>

#include "broker/ledger/heap.h"
#include "client/import/columns.h"
#include "proto/codec.h"

typedef struct trial {
    cli *c;
    const plan_files *files;
    plan_words words;
    ledger *l;
    arena a;
    arena kept;
    buffer payload;
    uint64_t number; /* of the events so far */
    int64_t now_ms;
} trial;

/* The event as the broker would read it. */
static duban_status encode(trial *t, const event *ev, event *out,
                           duban_refusal *refusal) {
    t->payload.size = 0;
    duban_status s = codec_event_write(ev, &t->payload);
    if (s < 0) return duban_refuse(refusal, s, 0, NULL, NULL, NULL);
    signed_words head = {.kind = ev->kind,
                         .algorithm = ALGORITHM_ED25519,
                         .office = 1,
                         .key = 1,
                         .number = t->number + 1,
                         .payload = {t->payload.data, t->payload.size}};
    return codec_event_read(&head, (span){0}, &t->a, out, refusal);
}

static duban_status enter(trial *t, const event *ev, duban_refusal *refusal) {
    event read;
    duban_status s = encode(t, ev, &read, refusal);
    if (s >= 0) s = ledger_check(t->l, &read, t->now_ms, refusal);
    if (s < 0) return s;
    ledger_apply(t->l, t->number++, &read, t->now_ms);
    return DUBAN_OK;
}

/* The sheet's word for a field of duban.proto. */
static const char *title_of(const trial *t, const char *field) {
    static const struct {
        const char *field;
        plan_column column;
    } names[] = {
        {"number", COLUMN_NO},
        {"chapter", COLUMN_CHAPTER},
        {"section", COLUMN_SECTION},
        {"title", COLUMN_TITLE},
        {"kind", COLUMN_KIND},
        {"leaders", COLUMN_LEADERS},
        {"leads", COLUMN_LEADS},
        {"responsible", COLUMN_RESPONSIBLE},
        {"tags", COLUMN_TAGS},
        {"deadline", COLUMN_DEADLINE},
        {"label", COLUMN_METRIC},
        {"metrics", COLUMN_METRIC},
        {"comparator", COLUMN_COMPARATOR},
        {"target", COLUMN_TARGET},
        {"target_max", COLUMN_TARGET_MAX},
        {"unit", COLUMN_UNIT},
        {"nature", COLUMN_NATURE},
        {"rollup", COLUMN_ROLLUP},
        {"definition", COLUMN_DEFINITION},
        {"first_day", COLUMN_START},
        {"opening", COLUMN_OPENING},
        {"stretch", COLUMN_TARGET_MAX},
        {"tolerance", COLUMN_TOLERANCE},
        {"reference_task", COLUMN_REFERENCE},
        {"reference_metric", COLUMN_REFERENCE},
        {"source", COLUMN_SOURCE},
        {"release", COLUMN_RELEASE},
        {"release_days", COLUMN_RELEASE_DAYS},
        {"ratio_scale", COLUMN_RATIO_SCALE},
        {"visibility", COLUMN_VISIBILITY},
        {"asked_by", COLUMN_ASKED_BY},
        {"gates", COLUMN_GATES},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].field, field) == 0)
            return column_word(names[i].column, t->c->lang);
    return field;
}

/* Says a refusal of one task, from 1; 0: of the plan as a whole. */
static duban_status say(const trial *t, const duban_refusal *why, uint32_t task) {
    duban_refusal shown = *why;
    const plan_words *w = &t->words;
    if (task && task <= w->tasks_n) {
        shown.line = w->lines[task - 1];
        snprintf(shown.field, sizeof shown.field, "%s", title_of(t, why->field));
    }
    return cli_refused(t->c, &shown);
}

/* Each task alone, so that every one with a text too long is named. */
static duban_status try_texts(trial *t, const plan_publish_words *publish) {
    const plan_words *w = &t->words;
    duban_status worst = DUBAN_OK;
    for (uint32_t i = 0; i < w->tasks_n; i++) {
        event ev = {.kind = KIND_PLAN_CHUNK,
                    .plan_chunk = {.plan = 1,
                                   .code = publish->code,
                                   .chunk = 1,
                                   .tasks = &w->tasks[i],
                                   .tasks_n = 1}};
        event read;
        duban_refusal why = {0};
        duban_status s = encode(t, &ev, &read, &why);
        if (s < 0) worst = say(t, &why, i + 1);
        arena_reset(&t->a);
    }
    return worst;
}

/* --- a small journal ---------------------------------------------------------------- */

static duban_status enter_genesis(trial *t, const office_words *city) {
    event ev = {.kind = KIND_GENESIS,
                .genesis = {.origin = "trial",
                            .city = {.number = 1,
                                     .code = city->code,
                                     .name = city->name,
                                     .aliases = city->aliases,
                                     .aliases_n = city->aliases_n,
                                     .kind = OFFICE_CITY},
                            .root_key = {1},
                            .broker_key = {2},
                            .algorithm = ALGORITHM_ED25519,
                            .rules_version = RULES_VERSION,
                            .drill = true,
                            .created_ms = t->now_ms}};
    duban_refusal why = {0};
    duban_status s = enter(t, &ev, &why);
    return s < 0 ? say(t, &why, 0) : DUBAN_OK;
}

static duban_status enter_office(trial *t, const office_words *office) {
    if (office->number == 1) return enter_genesis(t, office);
    event ev = {.kind = KIND_OFFICES};
    ev.offices.offices = office;
    ev.offices.offices_n = 1;
    duban_refusal why = {0};
    duban_status s = enter(t, &ev, &why);
    return s < 0 ? say(t, &why, 0) : DUBAN_OK;
}

/* From the table when it begins with the city office, else those that are enrolled. */
static duban_status enter_offices(trial *t, const ledger *known) {
    const offices_table *table = &t->files->offices;
    ledger_status st = {0};
    duban_status s = DUBAN_OK;
    if (known) ledger_get_status(known, &st);
    for (uint32_t number = 1; number <= st.offices && s >= 0; number++) {
        office_words office;
        if (!ledger_get_office(known, number, &office)) continue;
        /* to be entered anew it is what it was before it changed */
        office.ended_day = 0;
        office.successors_n = office.formerly_n = 0;
        s = enter_office(t, &office);
    }
    for (size_t i = 0; i < table->n && s >= 0; i++)
        if (table->offices[i].number > st.offices)
            s = enter_office(t, &table->offices[i]);
    return s;
}

static duban_status enter_plan(trial *t, const lights_words *lights,
                               const plan_publish_words *publish) {
    plan_chunks chunks;
    plan_publish_words words = *publish;
    duban_refusal why = {0};
    uint32_t task = 0;
    duban_status s = plan_words_cut(&t->a, &t->words, 1, publish->code, &chunks, &task);
    if (s < 0) {
        duban_refuse(&why, s, 0, "number", NULL, NULL);
        return say(t, &why, task);
    }
    for (uint32_t i = 0; i < chunks.n && s >= 0; i++) {
        event ev = {.kind = KIND_PLAN_CHUNK, .plan_chunk = chunks.chunks[i]};
        s = enter(t, &ev, &why);
    }
    if (s >= 0) {
        event ev = {.kind = KIND_LIGHTS, .lights = *lights};
        ev.lights.plan = ev.lights.version = 1;
        s = enter(t, &ev, &why);
    }
    if (s < 0) return say(t, &why, 0);
    words.plan = 1;
    words.chunks = chunks.n;
    words.hash = chunks.hash;
    event ev = {.kind = KIND_PLAN_PUBLISH, .plan_publish = words};
    s = enter(t, &ev, &why);
    return s < 0 ? say(t, &why, why.line) : DUBAN_OK;
}

/* Tasks as a journal takes them that knows no other plan. */
static bool own_tasks(trial *t, const plan_files *files) {
    const plan_words *from = &files->words;
    task_words *tasks = arena_alloc(&t->kept, (from->tasks_n + 1) * sizeof *tasks);
    if (!tasks) return false;
    for (uint32_t i = 0; i < from->tasks_n; i++) {
        tasks[i] = from->tasks[i];
        tasks[i].carried_plan = tasks[i].carried_task = 0;
    }
    t->words = *from;
    t->words.tasks = tasks;
    return true;
}

duban_status plan_try(cli *c, const plan_files *files, const ledger *l,
                      const lights_words *lights, const plan_publish_words *publish) {
    trial t = {.c = c,
               .files = files,
               .now_ms =
                   moment_of_day(publish->first_day > 0 ? publish->first_day : 1, 0)};
    arena_init(&t.a, 0);
    arena_init(&t.kept, 0);
    buffer_init(&t.payload);
    duban_status s =
        own_tasks(&t, files) ? ledger_new(heap_allocator(), &t.l) : DUBAN_E_NO_MEMORY;
    if (s < 0)
        s = cli_refuse(c, s, 0, NULL, NULL, NULL);
    else {
        ledger_set_slice(t.l, true);
        s = try_texts(&t, publish);
    }
    if (s >= 0) s = enter_offices(&t, l);
    if (s >= 0) s = enter_plan(&t, lights, publish);
    if (t.l) ledger_free(t.l);
    buffer_close(&t.payload);
    arena_close(&t.kept);
    arena_close(&t.a);
    return s;
}

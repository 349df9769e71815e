#include "client/cli/plan_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"
#include "client/import/columns.h"
#include "proto/codec.h"

#define TOLERANCE_DEFAULT 5 /* percent, of COMPARATOR_ABOUT */

/* A name that no office has: told once, with its first place and how often it stands. */
typedef struct unknown_name {
    const char *name;
    const char *field;
    uint32_t line;
    uint32_t places;
} unknown_name;

typedef struct making {
    arena *a;
    const plan_table *table;
    const plan_words_door *door;
    plan_words *out;
    unknown_name *unknown;
    size_t unknown_n;
    size_t unknown_room;
    bool no_memory;
} making;

static void problem(making *m, bool splits, duban_status status, uint32_t line,
                    const char *field, const char *found, const char *expected) {
    duban_refusal told = {0};
    duban_refuse(&told, status, line, field, found, expected);
    m->out->problems_n++;
    m->door->problem(m->door->ctx, splits, &told);
}

static const char *title_of(const making *m, plan_column column) {
    return column_word(column, m->door->lang);
}

static void *take(making *m, size_t size) {
    void *made = arena_alloc(m->a, size ? size : 1);
    if (!made) m->no_memory = true;
    return made;
}

static void note_unknown(making *m, uint32_t line, const char *field, const char *name) {
    for (size_t i = 0; i < m->unknown_n; i++)
        if (strcmp(m->unknown[i].name, name) == 0) {
            m->unknown[i].places++;
            return;
        }
    if (m->unknown_n == m->unknown_room) {
        size_t room = m->unknown_room ? m->unknown_room * 2 : 64;
        unknown_name *more = take(m, room * sizeof *more);
        if (!more) return;
        if (m->unknown_n) memcpy(more, m->unknown, m->unknown_n * sizeof *more);
        m->unknown = more;
        m->unknown_room = room;
    }
    m->unknown[m->unknown_n++] = (unknown_name){name, field, line, 1};
}

static void tell_unknown(making *m, bool splits) {
    bool zh = m->door->lang == DUBAN_ZH;
    for (size_t i = 0; i < m->unknown_n; i++) {
        const unknown_name *u = &m->unknown[i];
        char expected[64];
        snprintf(expected, sizeof expected,
                 zh ? "已登记的单位；此名共 %u 处" : "an enrolled office; %u places",
                 (unsigned)u->places);
        problem(m, splits, DUBAN_E_UNKNOWN_OFFICE, u->line, u->field, u->name, expected);
    }
    m->unknown_n = 0;
}

/* --- tasks -------------------------------------------------------------------------- */

/* Chinese headings join with their own signs: 一、 and （一）. */
static const char *heading(making *m, const char *no, const char *title,
                           const char *before, const char *after) {
    if (!*no) return title;
    size_t size = strlen(no) + strlen(title) + strlen(before) + strlen(after) + 1;
    char *text = take(m, size);
    if (text) snprintf(text, size, "%s%s%s%s", before, no, after, title);
    return text ? text : "";
}

/* A number that is in brackets or has its sign already keeps it. */
static bool plain_number(const char *no) {
    static const char *const signs[] = {"、", "（", "(", "."};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strstr(no, signs[i])) return false;
    return true;
}

static const uint32_t *numbers_of(making *m, const plan_row *row, plan_column column,
                                  const plan_names *names, uint32_t *n) {
    uint32_t *made = take(m, names->n * sizeof *made);
    *n = 0;
    if (!made || !m->door->office) return made;
    for (uint32_t i = 0; i < names->n; i++) {
        uint32_t number = m->door->office(m->door->ctx, names->items[i]);
        if (number == 0) note_unknown(m, row->row, title_of(m, column), names->items[i]);
        bool twice = false;
        for (uint32_t k = 0; k < *n; k++)
            twice = twice || made[k] == number;
        if (twice && number)
            problem(m, false, DUBAN_E_DUPLICATE, row->row, title_of(m, column),
                    names->items[i], NULL);
        else
            made[(*n)++] = number;
    }
    return made;
}

/* 开工=2023-06-30, as many as the row has. */
static const gate_words *gates_of(making *m, const plan_row *row, uint32_t *n) {
    gate_words *made = take(m, row->gates.n * sizeof *made);
    for (uint32_t i = 0; made && i < row->gates.n; i++) {
        const char *text = row->gates.items[i], *sign = strchr(text, '=');
        unsigned stage = 0;
        int32_t day = 0;
        char name[TYPED_SIZE] = "";
        if (sign && (size_t)(sign - text) < sizeof name)
            memcpy(name, text, (size_t)(sign - text));
        if (!text_read(TEXT_STAGE, name, &stage) || !stage ||
            sheet_day(sign + 1, &day) < 0)
            problem(m, false, DUBAN_E_WORD, row->row, title_of(m, COLUMN_GATES), text,
                    m->door->lang == DUBAN_ZH ? "开工=2023-06-30" : "started=2023-06-30");
        else
            made[(*n)++] = (gate_words){(stage_kind)stage, day};
    }
    return made;
}

static void take_carried(making *m, const plan_row *row, task_words *task) {
    if (!*row->carried || !m->door->carried) return;
    if (!m->door->carried(m->door->ctx, row->carried, &task->carried_plan,
                          &task->carried_task))
        problem(m, false, DUBAN_E_UNKNOWN_TASK, row->row, title_of(m, COLUMN_CARRIED),
                row->carried, "2022/25");
}

static void begin_task(making *m, const plan_row *row, task_words *task) {
    bool chapter = plain_number(row->chapter_no), section = plain_number(row->section_no);
    *task = (task_words){.id = m->out->tasks_n + 1,
                         .number = row->no,
                         .title = row->title,
                         .kind = row->kind,
                         .leaders = row->leaders.items,
                         .leaders_n = row->leaders.n,
                         .responsible_open = row->open,
                         .tags = row->tags.items,
                         .tags_n = row->tags.n,
                         .visibility = row->visibility,
                         .asked_by = row->asked_by};
    task->chapter = heading(m, row->chapter_no, row->chapter, "", chapter ? "、" : "");
    task->section = heading(m, row->section_no, row->section, section ? "（" : "",
                            section ? "）" : "");
    task->leads = numbers_of(m, row, COLUMN_LEADS, &row->leads, &task->leads_n);
    task->responsible =
        numbers_of(m, row, COLUMN_RESPONSIBLE, &row->responsible, &task->responsible_n);
    task->gates = gates_of(m, row, &task->gates_n);
    take_carried(m, row, task);
    if (!*row->title)
        problem(m, false, DUBAN_E_EMPTY, row->row, title_of(m, COLUMN_TITLE), "", NULL);
    if (strlen(row->no) > NUMBER_TEXT_MAX)
        problem(m, false, DUBAN_E_TOO_LARGE, row->row, title_of(m, COLUMN_NO), row->no,
                NULL);
    m->out->lines[m->out->tasks_n++] = row->row;
}

static task_words *task_named(making *m, const char *number) {
    for (uint32_t i = m->out->tasks_n; i > 0; i--)
        if (strcmp(m->out->tasks[i - 1].number, number) == 0)
            return &m->out->tasks[i - 1];
    return NULL;
}

/* A further row may leave the task's columns empty or say the same again. */
static void check_further(making *m, const plan_row *row, const task_words *task) {
    if (*row->title && strcmp(row->title, task->title) != 0)
        problem(m, false, DUBAN_E_DUPLICATE, row->row, title_of(m, COLUMN_NO), row->no,
                task->title);
}

/* --- metrics ------------------------------------------------------------------------ */

static decimal number_in(making *m, const plan_row *row, plan_column column,
                         const char *text) {
    decimal value = {0};
    if (!*text) return value;
    duban_status s = decimal_read(text, &value);
    if (s < 0) problem(m, false, s, row->row, title_of(m, column), text, NULL);
    return value;
}

static int32_t day_in(making *m, const plan_row *row, plan_column column,
                      const char *text) {
    int32_t day = 0;
    if (*text && day_read(text, &day) < 0)
        problem(m, false, DUBAN_E_DATE, row->row, title_of(m, column), text,
                "YYYY-MM-DD");
    return day;
}

static nature nature_of(const plan_row *row) {
    if (row->nature != NATURE_NONE) return row->nature;
    return row->comparator == COMPARATOR_YES_NO ? NATURE_BOOLEAN : NATURE_CUMULATIVE;
}

static rollup rollup_of(const plan_row *row, nature of) {
    if (row->rollup != ROLLUP_NONE) return row->rollup;
    return of == NATURE_CUMULATIVE ? ROLLUP_SUM : ROLLUP_LEAD_ONLY;
}

static void check_metric(making *m, const plan_row *row, const metric_words *metric) {
    bool pending = metric->comparator == COMPARATOR_PENDING;
    bool reference = metric->comparator == COMPARATOR_REFERENCE;
    if (metric->comparator == COMPARATOR_NONE)
        problem(m, false, DUBAN_E_TARGET, row->row, title_of(m, COLUMN_COMPARATOR), "",
                NULL);
    if (reference && !*row->reference)
        problem(m, false, DUBAN_E_TARGET, row->row, title_of(m, COLUMN_REFERENCE), "",
                "1/M1");
    if (!pending && !reference && !*row->target)
        problem(m, false, DUBAN_E_TARGET, row->row, title_of(m, COLUMN_TARGET), "", NULL);
    if (metric->comparator == COMPARATOR_BETWEEN &&
        (!*row->target_max || decimal_compare(metric->target_max, metric->target) < 0))
        problem(m, false, DUBAN_E_TARGET, row->row, title_of(m, COLUMN_TARGET_MAX),
                row->target_max, row->target);
    if (metric->comparator == COMPARATOR_FLOOR_STRETCH && !*row->target_max)
        problem(m, false, DUBAN_E_TARGET, row->row, title_of(m, COLUMN_TARGET_MAX), "",
                row->target);
    if (!*metric->unit && !pending && !reference && metric->nature != NATURE_BOOLEAN)
        problem(m, false, DUBAN_E_EMPTY, row->row, title_of(m, COLUMN_UNIT), "", NULL);
}

/* What only some metrics have. The upper bound of floor_stretch is striven for. */
static void take_beyond(making *m, const plan_row *row, metric_words *metric) {
    if (metric->comparator == COMPARATOR_FLOOR_STRETCH) {
        metric->stretch = metric->target_max;
        metric->target_max = (decimal){0};
    }
    if (*row->tolerance)
        metric->tolerance = number_in(m, row, COLUMN_TOLERANCE, row->tolerance);
    metric->ratio_scale = number_in(m, row, COLUMN_RATIO_SCALE, row->ratio_scale);
    metric->reference_below = row->below;
    metric->release = row->release;
    metric->release_days = (uint32_t)strtoul(row->release_days, NULL, 10);
    metric->visibility = row->metric_visibility;
    if (!*row->source || !m->door->office) return;
    metric->source = m->door->office(m->door->ctx, row->source);
    if (!metric->source)
        note_unknown(m, row->row, title_of(m, COLUMN_SOURCE), row->source);
}

static void add_metric(making *m, const plan_row *row, task_words *task,
                       metric_words *to) {
    nature of = nature_of(row);
    metric_words metric = {
        .id = task->metrics_n + 1,
        .label = row->metric,
        .comparator = row->comparator,
        .target = number_in(m, row, COLUMN_TARGET, row->target),
        .target_max = number_in(m, row, COLUMN_TARGET_MAX, row->target_max),
        .tolerance = decimal_of_int(TOLERANCE_DEFAULT),
        .strict = row->strict,
        .unit = row->unit,
        .nature = of,
        .strength = row->strength ? row->strength : STRENGTH_EXPECTED,
        .rollup = rollup_of(row, of),
        .definition = row->definition,
        .first_day = day_in(m, row, COLUMN_START, row->start),
        .deadline = day_in(m, row, COLUMN_DEADLINE, row->deadline),
        .opening = number_in(m, row, COLUMN_OPENING, row->opening),
    };
    take_beyond(m, row, &metric);
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (strcmp(task->metrics[i].label, metric.label) == 0)
            problem(m, false, DUBAN_E_DUPLICATE, row->row, title_of(m, COLUMN_METRIC),
                    metric.label, NULL);
    if (task->metrics_n == METRICS_MAX) {
        problem(m, false, DUBAN_E_LIMIT, row->row, title_of(m, COLUMN_METRIC),
                metric.label, NULL);
        return;
    }
    check_metric(m, row, &metric);
    to[task->metrics_n++] = metric;
    m->out->metrics_n++;
}

/* Room for the metrics of one task: as many as it has rows. */
static metric_words *metrics_room(making *m, const char *number) {
    size_t n = 0;
    for (size_t i = 0; i < m->table->rows_n; i++)
        n += strcmp(m->table->rows[i].no, number) == 0;
    return take(m, n * sizeof(metric_words));
}

static void take_row(making *m, const plan_row *row) {
    task_words *task = task_named(m, row->no);
    if (task) {
        check_further(m, row, task);
    } else if (m->out->tasks_n == TASKS_MAX) {
        problem(m, false, DUBAN_E_LIMIT, row->row, title_of(m, COLUMN_NO), row->no, NULL);
        return;
    } else {
        task = &m->out->tasks[m->out->tasks_n];
        begin_task(m, row, task);
        task->metrics = metrics_room(m, row->no);
    }
    if (m->no_memory) return;
    if (*row->doubts) m->out->doubts_n++;
    int32_t deadline = 0;
    if (*row->metric || row->comparator != COMPARATOR_NONE) {
        uint32_t had = task->metrics_n;
        add_metric(m, row, task, (metric_words *)task->metrics);
        if (task->metrics_n > had) deadline = task->metrics[had].deadline;
    } else {
        deadline = day_in(m, row, COLUMN_DEADLINE, row->deadline);
    }
    if (deadline > task->deadline) task->deadline = deadline;
}

/* --- references --------------------------------------------------------------------- */

static metric_words *metric_named(const task_words *task, const char *text);

/* "1/M1" or "1/label", once every task is known. */
static void find_reference(making *m, const plan_row *row) {
    char number[NUMBER_TEXT_MAX + 1] = "";
    const char *sign = strchr(row->reference, '/');
    const task_words *task = task_named(m, row->no), *other = NULL;
    metric_words *metric = task ? metric_named(task, row->metric) : NULL;
    if (!metric) return;
    if (sign && (size_t)(sign - row->reference) < sizeof number) {
        memcpy(number, row->reference, (size_t)(sign - row->reference));
        other = task_named(m, number);
    }
    const metric_words *found = other ? metric_named(other, sign + 1) : NULL;
    if (!found) {
        problem(m, false, other ? DUBAN_E_UNKNOWN_METRIC : DUBAN_E_UNKNOWN_TASK, row->row,
                title_of(m, COLUMN_REFERENCE), row->reference, "1/M1");
        return;
    }
    metric->reference_task = other->id;
    metric->reference_metric = found->id;
}

static void find_references(making *m) {
    for (size_t i = 0; i < m->table->rows_n; i++)
        if (*m->table->rows[i].reference) find_reference(m, &m->table->rows[i]);
}

/* --- splits ------------------------------------------------------------------------- */

static const char *split_title(const making *m, const char *zh, const char *en) {
    return m->door->lang == DUBAN_ZH ? zh : en;
}

static metric_words *metric_named(const task_words *task, const char *text) {
    metric_words *metrics = (metric_words *)task->metrics;
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (strcmp(metrics[i].label, text) == 0) return &metrics[i];
    if (text[0] != 'M' && text[0] != 'm') return NULL;
    char *end;
    unsigned long id = strtoul(text + 1, &end, 10);
    return *end || id == 0 || id > task->metrics_n ? NULL : &metrics[id - 1];
}

/* A row looked up. task is NULL when it was bad, metric also when that is unknown. */
typedef struct split_found {
    task_words *task;
    metric_words *metric;
    split_words words;
} split_found;

static decimal split_number(making *m, const split_row *row, const char *title,
                            const char *text) {
    decimal value = {0};
    duban_status s = text && *text ? decimal_read(text, &value) : DUBAN_OK;
    if (s < 0)
        problem(m, true, s, row->line, title, text, say_number_wanted(s, m->door->lang));
    return value;
}

static split_found look_up(making *m, const split_row *row) {
    split_found found = {0};
    task_words *task = task_named(m, row->task);
    if (!task) {
        problem(m, true, DUBAN_E_UNKNOWN_TASK, row->line,
                split_title(m, "任务号", "task"), row->task, NULL);
        return found;
    }
    metric_words *metric = metric_named(task, row->metric);
    if (!metric) {
        char known[sizeof((duban_refusal *)0)->expected];
        find_metrics_list(task, known, sizeof known);
        problem(m, true, DUBAN_E_UNKNOWN_METRIC, row->line,
                split_title(m, "指标", "metric"), row->metric, known);
        return found;
    }
    decimal value = {0};
    duban_status s = decimal_read(row->value, &value);
    if (s < 0)
        problem(m, true, s, row->line, split_title(m, "分解值", "value"), row->value,
                say_number_wanted(s, m->door->lang));
    uint32_t office = m->door->office ? m->door->office(m->door->ctx, row->office) : 0;
    if (!office && m->door->office)
        note_unknown(m, row->line, split_title(m, "单位", "office"), row->office);
    decimal opening =
        split_number(m, row, split_title(m, "期初值", "opening"), row->opening);
    decimal weight = split_number(m, row, split_title(m, "权数", "weight"), row->weight);
    found.metric = metric;
    if (s < 0 || (!office && m->door->office)) return found;
    found = (split_found){task,
                          metric,
                          {.metric = metric->id,
                           .office = office,
                           .value = value,
                           .opening = opening,
                           .weight = weight}};
    return found;
}

static bool given_before(const split_found *found, size_t n, const split_found *one) {
    for (size_t i = 0; i < n; i++)
        if (found[i].metric == one->metric &&
            found[i].words.office == one->words.office && one->words.office)
            return true;
    return false;
}

/* A metric is completely split when every row of it says so. */
static void mark_complete(const split_found *found, const split_row *rows, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (found[i].metric) found[i].metric->splits_complete = true;
    for (size_t i = 0; i < n; i++)
        if (found[i].metric && !rows[i].complete)
            found[i].metric->splits_complete = false;
}

static void check_sum(making *m, const split_found *found, const split_row *rows,
                      size_t n, size_t last) {
    const metric_words *metric = found[last].metric;
    if (!metric->splits_complete || metric->rollup != ROLLUP_SUM) return;
    decimal sum = {0};
    for (size_t i = 0; i < n; i++)
        if (found[i].metric == metric && !found[i].task) return; /* a row is bad */
    for (size_t i = 0; i < n; i++)
        if (found[i].metric == metric && !decimal_add(sum, found[i].words.value, &sum)) {
            problem(m, true, DUBAN_E_OVERFLOW, rows[i].line,
                    split_title(m, "分解值", "value"), rows[i].value, NULL);
            return;
        }
    if (decimal_compare(sum, metric->target) >= 0) return;
    char have[DECIMAL_TEXT_SIZE], want[DECIMAL_TEXT_SIZE];
    decimal_write(sum, have);
    decimal_write(metric->target, want);
    problem(m, true, DUBAN_E_SPLIT_SHORT, rows[last].line, metric->label, have, want);
}

static void check_sums(making *m, const split_found *found, const split_row *rows,
                       size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool later = false;
        for (size_t k = i + 1; k < n && !later; k++)
            later = found[k].metric == found[i].metric;
        if (found[i].metric && !later) check_sum(m, found, rows, n, i);
    }
}

static void give_to_tasks(making *m, const split_found *found, size_t n) {
    for (uint32_t t = 0; t < m->out->tasks_n && !m->no_memory; t++) {
        task_words *task = &m->out->tasks[t];
        uint32_t own = 0;
        for (size_t i = 0; i < n; i++)
            own += found[i].task == task;
        split_words *splits = take(m, own * sizeof *splits);
        if (!splits) return;
        for (size_t i = 0; i < n; i++)
            if (found[i].task == task && found[i].words.office)
                splits[task->splits_n++] = found[i].words;
        task->splits = splits;
        m->out->splits_n += task->splits_n;
    }
}

static void take_splits(making *m, const split_row *rows, size_t n) {
    split_found *found = take(m, n * sizeof *found);
    if (!found) return;
    for (size_t i = 0; i < n; i++) {
        split_found one = look_up(m, &rows[i]);
        if (one.task && given_before(found, i, &one)) {
            problem(m, true, DUBAN_E_DUPLICATE, rows[i].line,
                    split_title(m, "单位", "office"), rows[i].office, NULL);
            one = (split_found){.metric = one.metric};
        }
        found[i] = one;
    }
    tell_unknown(m, true);
    mark_complete(found, rows, n);
    check_sums(m, found, rows, n);
    give_to_tasks(m, found, n);
}

duban_status plan_words_make(arena *a, const plan_table *table, const split_row *splits,
                             size_t splits_n, const plan_words_door *door,
                             plan_words *out) {
    plan_words made = {0};
    making m = {.a = a, .table = table, .door = door, .out = &made};
    made.tasks = take(&m, table->rows_n * sizeof *made.tasks);
    made.lines = take(&m, table->rows_n * sizeof *made.lines);
    for (size_t i = 0; i < table->rows_n && !m.no_memory; i++)
        take_row(&m, &table->rows[i]);
    if (!m.no_memory) find_references(&m);
    tell_unknown(&m, false);
    if (!m.no_memory) take_splits(&m, splits, splits_n);
    if (m.no_memory) return DUBAN_E_NO_MEMORY;
    *out = made;
    return DUBAN_OK;
}

/* --- chunks ------------------------------------------------------------------------- */

static duban_status payload_of(const plan_chunk_words *chunk, buffer *out) {
    event ev = {.kind = KIND_PLAN_CHUNK, .plan_chunk = *chunk};
    return codec_event_write(&ev, out);
}

/* Bytes of a chunk that holds this task alone: never less than what it adds to another.
 */
static duban_status task_size(const plan_chunk_words *like, const task_words *task,
                              size_t *size) {
    plan_chunk_words alone = *like;
    alone.tasks = task;
    alone.tasks_n = 1;
    buffer bytes;
    buffer_init(&bytes);
    duban_status s = payload_of(&alone, &bytes);
    *size = bytes.size;
    buffer_close(&bytes);
    return s;
}

static duban_status hash_chunks(const plan_chunks *chunks, hash256 *out) {
    hash_stream stream;
    buffer bytes;
    duban_status s = DUBAN_OK;
    buffer_init(&bytes);
    hash_begin(&stream);
    for (uint32_t i = 0; i < chunks->n && s >= 0; i++) {
        bytes.size = 0;
        s = payload_of(&chunks->chunks[i], &bytes);
        hash_add(&stream, bytes.data, bytes.size);
    }
    buffer_close(&bytes);
    *out = hash_end(&stream);
    return s;
}

duban_status plan_words_cut(arena *a, const plan_words *words, uint32_t plan,
                            const char *code, plan_chunks *out, uint32_t *task) {
    plan_chunks made = {0};
    made.chunks = arena_alloc(a, PLAN_CHUNKS_MAX * sizeof *made.chunks);
    if (!made.chunks) return DUBAN_E_NO_MEMORY;
    size_t used = 0;
    for (uint32_t i = 0; i < words->tasks_n; i++) {
        plan_chunk_words next = {.plan = plan, .code = code, .chunk = made.n + 1};
        size_t size = 0;
        duban_status s = task_size(&next, &words->tasks[i], &size);
        if (s >= 0 && size > PLAN_CHUNK_SIZE_MAX) s = DUBAN_E_TOO_LARGE;
        if (s < 0) {
            *task = i + 1;
            return s;
        }
        if (made.n == 0 || used + size > PLAN_CHUNK_SIZE_MAX) {
            if (made.n == PLAN_CHUNKS_MAX) return DUBAN_E_LIMIT;
            next.tasks = &words->tasks[i];
            made.chunks[made.n++] = next;
            used = 0;
        }
        made.chunks[made.n - 1].tasks_n++;
        used += size;
    }
    duban_status s = hash_chunks(&made, &made.hash);
    if (s < 0) return s;
    *out = made;
    return DUBAN_OK;
}

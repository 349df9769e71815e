/* duban correct INDEX: a new value for one that stands, with its reason. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/fill.h"
#include "client/cli/find.h"
#include "client/cli/post.h"
#include "client/cli/typed.h"
#include "proto/codec.h"
#include "proto/entry.h"

typedef struct correction {
    cli *c;
    arena *a;
    uint64_t index;
    uint32_t office; /* that signed the submission */
    submission_words old;
    task_words task;
} correction;

/* --- the submission that is corrected ----------------------------------------------- */

static duban_status from_outbox(correction *k, bool *found) {
    duban_outbox_row *rows;
    size_t n;
    duban_refusal refusal = {0};
    duban_status s = duban_outbox(k->c->d, k->a, &rows, &n, &refusal);
    if (s < 0) return cli_refused(k->c, &refusal);
    for (size_t i = 0; i < n; i++)
        if (rows[i].state == OUTBOX_RECEIPTED && rows[i].index == k->index &&
            rows[i].ev.kind == KIND_SUBMISSION) {
            k->old = rows[i].ev.submission;
            k->office = duban_office(k->c->d);
            *found = true;
        }
    return DUBAN_OK;
}

/* Sent from another machine: the broker has it. */
static duban_status from_broker(correction *k) {
    entries_request ask = {
        .from = k->index, .max = 1, .slice = true, .office = duban_office(k->c->d)};
    entries_words answer;
    entry_words entry;
    signed_words head;
    event ev;
    duban_refusal refusal = {0};
    duban_status s = duban_entries(k->c->d, &ask, k->a, &answer, &refusal);
    if (s < 0) return cli_refused(k->c, &refusal);
    bool good = answer.entries_n > 0 && entry_read(answer.entries[0], &entry) >= 0 &&
                entry.index == k->index && entry.kind == KIND_SUBMISSION &&
                codec_signed_read(entry.signed_bytes, k->a, &head, &refusal) >= 0 &&
                codec_event_read(&head, entry.signature, k->a, &ev, &refusal) >= 0;
    if (!good)
        return cli_refuse(k->c, DUBAN_E_UNKNOWN_INDEX, 0, "index", k->c->args[0],
                          cli_say(k->c, "本单位一次报送的序号，见 duban outbox --all",
                                  "the index of a submission of this office, see "
                                  "duban outbox --all"));
    k->old = ev.submission;
    k->office = entry.office;
    return DUBAN_OK;
}

/* --- what is said instead ----------------------------------------------------------- */

static bool wanted(const correction *k, const statement_words *w) {
    const char *task = cli_option(k->c, "task"), *metric = cli_option(k->c, "metric");
    task_words named;
    if (w->kind != STATEMENT_VALUE ||
        !find_task_id(duban_slice(k->c->d), k->old.plan, w->task, &named))
        return false;
    if (task && !typed_same(task, named.number)) return false;
    if (!metric) return true;
    const metric_words *m = find_metric(&named, metric);
    return m && m->id == w->value.metric;
}

static duban_status find_statement(correction *k, const statement_words **out) {
    size_t n = 0;
    for (uint32_t i = 0; i < k->old.statements_n; i++)
        if (wanted(k, &k->old.statements[i])) {
            *out = &k->old.statements[i];
            n++;
        }
    if (n == 1) return DUBAN_OK;
    if (n == 0)
        return cli_refuse(k->c, DUBAN_E_UNKNOWN_METRIC, 0, "index", k->c->args[0],
                          cli_say(k->c, "该序号里的一个数值（--task、--metric）",
                                  "a value of that submission (--task, --metric)"));
    char found[32];
    snprintf(found, sizeof found, "%zu", n);
    return cli_refuse(k->c, DUBAN_E_USAGE, 0, "task", found, "--task NO --metric M1");
}

/* The cells of the correcting row, as if a clerk had filled them in. */
static duban_status make_row(correction *k, const statement_words *old, fill *f) {
    cli *c = k->c;
    const char *cells[FILL_COLUMNS_N];
    char metric[FIND_METRIC_SIZE], round[PERIOD_TEXT_SIZE], day[DAY_TEXT_SIZE] = "";
    char index[24];
    for (int i = 0; i < FILL_COLUMNS_N; i++)
        cells[i] = "";
    if (!find_task_id(f->l, k->old.plan, old->task, &k->task))
        return cli_refuse(c, DUBAN_E_UNKNOWN_TASK, 0, "task", NULL, NULL);
    snprintf(metric, sizeof metric, "M%u", (unsigned)old->value.metric);
    period_write(old->period, round);
    snprintf(index, sizeof index, "%" PRIu64, k->index);
    if (old->value.data_date) day_write(old->value.data_date, day);
    uint32_t office = old->office ? old->office : k->office;
    cells[FILL_TASK] = k->task.number;
    cells[FILL_METRIC] = metric;
    cells[FILL_PERIOD] = round;
    cells[FILL_SUPERSEDES] = index;
    cells[FILL_DATA_DATE] = cli_option(c, "data-date") ? cli_option(c, "data-date") : day;
    if (office != duban_office(c->d)) cells[FILL_OFFICE] = find_office_code(f->l, office);
    if (cli_option(c, "ytd")) cells[FILL_YTD] = cli_option(c, "ytd");
    if (cli_option(c, "add")) cells[FILL_ADD] = cli_option(c, "add");
    if (cli_option(c, "value")) cells[FILL_VALUE] = cli_option(c, "value");
    if (cli_option(c, "denominator"))
        cells[FILL_DENOMINATOR] = cli_option(c, "denominator");
    if (cli_option(c, "vintage")) cells[FILL_VINTAGE] = cli_option(c, "vintage");
    if (cli_option(c, "comment")) cells[FILL_COMMENT] = cli_option(c, "comment");
    duban_status s = fill_row(f, 0, cells);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    if (f->drafts)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "value", "", "--ytd, --add, --value");
    return DUBAN_OK;
}

/* The reason's words, from --reason or its file. */
static duban_status read_reason(correction *k, const char **out) {
    duban_body_made body;
    bool has = false;
    duban_status s = admin_reason(k->c, k->a, &body, &has);
    if (s < 0) return s;
    if (!has)
        return cli_refuse(k->c, DUBAN_E_REASON_NEEDED, 0, "reason", "", "--reason TEXT");
    *out = arena_copy(k->a, body.body.bytes.data, body.body.bytes.size);
    return *out ? DUBAN_OK : cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
}

static duban_status correct(correction *k) {
    cli *c = k->c;
    char *end;
    bool found = false;
    const char *reason = NULL;
    const statement_words *old = NULL;
    k->index = strtoull(c->args[0], &end, 10);
    if (*end || k->index == 0)
        return cli_refuse(c, DUBAN_E_UNKNOWN_INDEX, 0, "index", c->args[0], NULL);
    duban_status s = read_reason(k, &reason);
    if (s >= 0) s = from_outbox(k, &found);
    if (s >= 0 && !found) s = from_broker(k);
    if (s >= 0) s = find_statement(k, &old);
    if (s < 0) return s;
    fill f;
    fill_begin(&f, c, k->a, k->old.plan);
    s = make_row(k, old, &f);
    for (size_t i = 0; i < f.n; i++)
        f.items[i].reason = reason;
    if (s >= 0) s = fill_check(&f);
    if (s < 0) return s;
    post_result sent = {0};
    if (!f.bad) s = post_items(&f, NULL, 0, false, &sent);
    fill_tell(&f);
    return f.bad ? f.refusals[0].status : s;
}

duban_status cmd_correct(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    cli_say_kept(c);
    arena a;
    arena_init(&a, 0);
    correction k = {.c = c, .a = &a};
    s = correct(&k);
    arena_close(&a);
    return s;
}

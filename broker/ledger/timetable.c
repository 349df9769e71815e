#include "broker/ledger/timetable.h"

#include <assert.h>
#include <string.h>

#include "broker/ledger/fold.h"
#include "broker/ledger/permit.h"
#include "broker/ledger/refresh.h"

#define WHOLE (100 * DECIMAL_MICRO)
/* Shares have at most two decimals, so that pace stays exact in 128 bits (pace.c). */
#define SHARE_STEP (DECIMAL_MICRO / 100)

/* The last day a step may have: the plan's, or the latest deadline of the task. */
static int32_t last_step_day(const plan *p, uint32_t task) {
    const task_words *t = p->tasks[task].words;
    int32_t last = t->deadline > p->words.last_day ? t->deadline : p->words.last_day;
    for (uint32_t i = 0; i < t->metrics_n; i++)
        if (t->metrics[i].deadline > last) last = t->metrics[i].deadline;
    return last;
}

/* The first: the plan's, or the start of a metric that began before. */
int32_t timetable_first_day(const plan *p, uint32_t task) {
    const plan_task *t = &p->tasks[task];
    int32_t first = p->words.first_day;
    for (uint32_t i = 0; i < t->words->metrics_n; i++)
        if (p->metrics[t->metrics_at + i].first_day < first)
            first = p->metrics[t->metrics_at + i].first_day;
    return first;
}

static duban_status check_node(const plan *p, const timetable_words *words, uint32_t i,
                               const verdict *v) {
    int32_t first_day = timetable_first_day(p, words->task - 1);
    int32_t last_day = last_step_day(p, words->task - 1);
    const node_words *node = &words->nodes[i];
    const node_words *before = i == 0 ? NULL : &words->nodes[i - 1];
    if (node->id != i + 1) return refuse_number(v, DUBAN_E_SHARES, "id", node->id, i + 1);
    if (node->day < first_day || node->day > last_day)
        return refuse_day(v, DUBAN_E_SHARES, "day", node->day, first_day, last_day);
    if (before != NULL && node->day <= before->day)
        return refuse_day(v, DUBAN_E_SHARES, "day", node->day, before->day + 1, last_day);
    if (node->share.micro < 0 || node->share.micro > WHOLE ||
        node->share.micro % SHARE_STEP != 0)
        return refuse_decimal(v, DUBAN_E_SHARES, "share", node->share,
                              decimal_of_int(100));
    if (words->profile != PROFILE_NODES) return DUBAN_OK;
    int64_t least = before == NULL ? 0 : before->share.micro;
    if (node->share.micro <= least)
        return refuse_decimal(v, DUBAN_E_SHARES, "share", node->share, (decimal){least});
    if (i + 1 == words->nodes_n && node->share.micro != WHOLE)
        return refuse_decimal(v, DUBAN_E_SHARES, "share", node->share,
                              decimal_of_int(100));
    return DUBAN_OK;
}

/* Twelve shares that make up the year, and something in the span of every metric, which
 * lies within one. */
static duban_status check_season(const plan *p, uint32_t task,
                                 const timetable_words *words, const verdict *v) {
    plan_timetable as_filed = {.profile = PROFILE_SEASON};
    uint32_t wanted = words->profile == PROFILE_SEASON ? SEASON_MONTHS : 0;
    uint64_t sum = 0;
    if (words->season_n != wanted)
        return refuse_number(v, DUBAN_E_SHARES, "season", words->season_n, wanted);
    if (wanted == 0) return DUBAN_OK;
    for (uint32_t i = 0; i < SEASON_MONTHS; i++)
        sum += as_filed.season[i] = words->season[i];
    if (sum != SEASON_WHOLE)
        return refuse_number(v, DUBAN_E_SHARES, "season", sum, SEASON_WHOLE);
    const plan_task *t = &p->tasks[task];
    for (uint32_t i = 0; i < t->words->metrics_n; i++) {
        const plan_metric *metric = &p->metrics[t->metrics_at + i];
        int32_t deadline = fold_deadline(p, metric);
        fraction e = pace_season(&as_filed, metric->first_day, deadline, deadline);
        if (e.q <= 0)
            return refuse_day(v, DUBAN_E_SHARES, "season", deadline, metric->first_day,
                              deadline);
    }
    return DUBAN_OK;
}

static bool copy_nodes(ledger *l, const timetable_words *words) {
    pool *texts = &l->pending.texts;
    plan_node *nodes = pool_take(texts, &l->memory, words->nodes_n * sizeof *nodes);
    if (nodes == NULL) return false;
    for (uint32_t i = 0; i < words->nodes_n; i++) {
        nodes[i].day = words->nodes[i].day;
        nodes[i].share = words->nodes[i].share;
        nodes[i].title = pool_text(texts, &l->memory, words->nodes[i].title);
        if (nodes[i].title == NULL) return false;
    }
    l->pending.nodes = nodes;
    return true;
}

duban_status timetable_check(ledger *l, const timetable_words *words, uint32_t signer,
                             const verdict *v) {
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t task = plan_find_task(p, words->task);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    if (!l->slice) status = permit_timetable(l, p, task, signer, v);
    if (status != DUBAN_OK) return status;
    if (words->profile <= PROFILE_NONE || words->profile >= PROFILE_COUNT)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "profile", words->profile);
    if (words->nodes_n > NODES_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "nodes", words->nodes_n, NODES_MAX);
    if (words->profile == PROFILE_NODES && words->nodes_n == 0)
        return refuse(v, DUBAN_E_SHARES, "nodes");
    status = check_season(p, task, words, v);
    if (status != DUBAN_OK) return status;
    for (uint32_t i = 0; i < words->nodes_n; i++) {
        verdict at = {v->refusal, i + 1};
        status = check_node(p, words, i, &at);
        if (status != DUBAN_OK) return status;
    }
    if (!copy_nodes(l, words) ||
        !cells_reserve(&p->board.cells, &l->memory, 1 + words->nodes_n) ||
        !board_reserve_page(&p->board, &l->memory, 0, 1 + words->nodes_n))
        return refuse_memory(v);
    return DUBAN_OK;
}

static void put_timetable(plan *p, uint32_t task, uint64_t index) {
    const plan_timetable *table = &p->tasks[task].timetable;
    cell next = {.timetable = {.state = table->state,
                               .profile = table->profile,
                               .index = table->index,
                               .nodes = table->nodes_n,
                               .filed_day = table->filed_day,
                               .return_reason = table->return_reason}};
    board_put(&p->board, table->cell, &next, index);
}

/* The cells of the nodes: found again, added, or emptied where there are fewer now. */
static void place_nodes(plan *p, uint32_t task, uint32_t before, uint64_t index) {
    plan_timetable *table = &p->tasks[task].timetable;
    for (uint32_t i = 0; i < table->nodes_n || i < before; i++) {
        cell_name name = {.kind = CELL_NODE, .task = task + 1, .node = i + 1};
        uint32_t at = cells_find(&p->board.cells, &name);
        if (at == NONE) at = board_add(&p->board, &name, 0, index);
        if (i < table->nodes_n)
            table->nodes[i].cell = at;
        else
            board_put(&p->board, at, &(cell){.node = {.title = ""}}, index);
    }
}

void timetable_apply(ledger *l, uint64_t index, const timetable_words *words) {
    plan *p = ledger_plan(l, words->plan);
    plan_timetable *table = &p->tasks[words->task - 1].timetable;
    plan_node *nodes = l->pending.nodes;
    for (uint32_t i = 0; i < table->nodes_n && i < words->nodes_n; i++) {
        const plan_node *old = &table->nodes[i];
        if (strcmp(old->title, nodes[i].title) != 0) continue;
        nodes[i].done = old->done;
        nodes[i].done_day = old->done_day;
        nodes[i].index = old->index;
    }
    uint32_t before = table->nodes_n;
    pool old_texts = table->texts;
    table->texts = l->pending.texts;
    table->nodes = nodes;
    table->nodes_n = words->nodes_n;
    table->state = TIMETABLE_FILED;
    table->profile = words->profile;
    memset(table->season, 0, sizeof table->season);
    for (uint32_t i = 0; i < words->season_n; i++)
        table->season[i] = words->season[i];
    table->index = index;
    table->filed_day = l->day;
    table->return_reason = (body_ref){0};
    l->pending.texts = (pool){0};
    if (table->cell == NONE) {
        cell_name name = {.kind = CELL_TIMETABLE, .task = words->task};
        table->cell = board_add(&p->board, &name, 0, index);
    }
    put_timetable(p, words->task - 1, index);
    place_nodes(p, words->task - 1, before, index);
    p->board.pages[0].dirty = true;
    refresh_task(l, p, words->task - 1, index);
    pool_free(&old_texts, &l->memory); /* cells point to the new titles by now */
}

duban_status timetable_review_check(ledger *l, const timetable_review_words *words,
                                    const verdict *v) {
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t task = plan_find_task(p, words->task);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    const plan_timetable *table = &p->tasks[task].timetable;
    if (table->state == TIMETABLE_NONE || words->index > table->index)
        return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index,
                             table->index);
    if (words->index != table->index)
        return refuse_number(v, DUBAN_E_SUPERSEDED, "index", words->index, table->index);
    if (table->state != TIMETABLE_FILED)
        return refuse_number(v, DUBAN_E_STATE, "state", table->state, TIMETABLE_FILED);
    if (!words->accepted && !words->reason.present)
        return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    if (!words->accepted &&
        text_set_add(&l->media, &l->memory, words->reason.media) == NULL)
        return refuse_memory(v);
    return DUBAN_OK;
}

void timetable_review_apply(ledger *l, uint64_t index,
                            const timetable_review_words *words) {
    plan *p = ledger_plan(l, words->plan);
    plan_timetable *table = &p->tasks[words->task - 1].timetable;
    table->state = words->accepted ? TIMETABLE_ACCEPTED : TIMETABLE_RETURNED;
    if (!words->accepted) {
        table->return_reason = words->reason;
        table->return_reason.media = text_set_get(&l->media, words->reason.media);
    }
    put_timetable(p, words->task - 1, index);
    refresh_task(l, p, words->task - 1, index);
}

#include "client/sample/figures.h"

#include <string.h>

#define WHOLE 1000000 /* a share of one in millionths */

/* Share of the whole that the filed timetable expects by the end of a day, millionths. */
static int64_t filed_share(const figures *f, const char *task, int32_t first,
                           int32_t last, int32_t day) {
    int32_t day0 = first - 1;
    int64_t share0 = 0;
    profile kind = PROFILE_EVEN;
    for (size_t i = 0; i < f->tables->nodes_n; i++) {
        const sample_node *n = &f->tables->nodes[i];
        if (strcmp(n->task, task) != 0) continue;
        kind = n->profile;
        if (kind != PROFILE_NODES) break;
        int64_t share = n->share.micro / 100;
        if (day <= n->day)
            return share0 + (share - share0) * (day - day0) / (n->day - day0);
        day0 = n->day;
        share0 = share;
    }
    if (kind == PROFILE_NODES || day >= last) return WHOLE;
    return (int64_t)WHOLE * (day - first + 1) / (last - first + 1);
}

/* How well an office does, in thousandths of what is expected: some lead, some lag, and
 * most push at the year's end. */
static int64_t pace_permille(const figures *f, const task_words *task,
                             const metric_words *metric, uint32_t office, int round,
                             int rounds) {
    int of_office = chance_between(f->chance, 900, 1120, "office", office, 0, 0);
    int of_task = chance_between(f->chance, -90, 90, "task", task->id, metric->id, 0);
    int of_round = chance_between(f->chance, -50, 50, "round", office, task->id,
                                  metric->id * 100 + (uint32_t)round);
    int push = round == rounds - 1 ? 100 : 0;
    return of_office + of_task + of_round + push;
}

/* Whole things stay whole; the rest has two decimals. */
static decimal round_like(decimal like, __int128 micro) {
    int64_t step = like.micro % DECIMAL_MICRO == 0 && like.micro >= 2 * DECIMAL_MICRO
                       ? DECIMAL_MICRO
                       : DECIMAL_MICRO / 100;
    return (decimal){(int64_t)(micro / step) * step};
}

static decimal cumulative(const figures *f, const task_words *task,
                          const metric_words *metric, decimal aim, uint32_t office,
                          int round, int rounds, int32_t round_end) {
    int32_t first = metric->first_day ? metric->first_day : f->first_day;
    int32_t last = metric->deadline ? metric->deadline : f->last_day;
    decimal best = metric->opening;
    for (int r = 0; r <= round; r++) {
        int32_t end = round_end - (round - r) * 91; /* near enough for an invented past */
        if (r == round) end = round_end;
        int64_t share = filed_share(f, task->number, first, last, end);
        int64_t pace = pace_permille(f, task, metric, office, r, rounds);
        decimal value =
            round_like(aim, (__int128)aim.micro * share * pace / WHOLE / 1000);
        if (decimal_compare(value, best) > 0) best = value;
    }
    return best;
}

static decimal rate(const figures *f, const task_words *task, const metric_words *metric,
                    decimal aim, uint32_t office, int round) {
    int tenths = chance_between(f->chance, -6, 14, "rate", office, task->id,
                                metric->id * 100 + (uint32_t)round);
    if (metric->comparator == COMPARATOR_AT_MOST) {
        int part = chance_between(f->chance, 10, 80, "ceiling", office, task->id,
                                  metric->id * 100 + (uint32_t)round);
        return (decimal){aim.micro * part / 100 / 100000 * 100000};
    }
    return (decimal){aim.micro + tenths * (DECIMAL_MICRO / 10)};
}

static decimal level(const figures *f, const task_words *task, const metric_words *metric,
                     decimal aim, uint32_t office, int round, int rounds) {
    int from = chance_between(f->chance, 820, 960, "level", office, task->id, metric->id);
    int to = chance_between(f->chance, 985, 1040, "level", office, task->id,
                            metric->id + METRICS_MAX);
    int now = rounds > 1 ? from + (to - from) * round / (rounds - 1) : to;
    return round_like(aim, (__int128)aim.micro * now / 1000);
}

decimal figures_value(const figures *f, const task_words *task,
                      const metric_words *metric, decimal aim, uint32_t office, int round,
                      int rounds, int32_t round_end) {
    switch (metric->nature) {
    case NATURE_RATE: return rate(f, task, metric, aim, office, round);
    case NATURE_LEVEL: return level(f, task, metric, aim, office, round, rounds);
    case NATURE_RANK:
        return (decimal){aim.micro + chance_between(f->chance, -1, 15, "rank", office,
                                                    task->id, (uint32_t)round) *
                                         DECIMAL_MICRO};
    case NATURE_BOOLEAN: return decimal_of_int(round == rounds - 1);
    default: return cumulative(f, task, metric, aim, office, round, rounds, round_end);
    }
}

bool figures_node_done(const figures *f, const task_words *task, const sample_node *node,
                       int32_t by_day, int32_t *done_day) {
    int slip = chance_permille(f->chance, 45, "slips", task->id, node->node, 0)
                   ? chance_between(f->chance, 20, 110, "slip", task->id, node->node, 0)
                   : chance_between(f->chance, -9, 0, "slip", task->id, node->node, 0);
    int32_t day = node->day + slip;
    if (day < f->first_day) day = f->first_day;
    if (day > by_day) return false;
    *done_day = day;
    return true;
}

int figures_window_day(const figures *f, uint32_t office, int round, int window_last) {
    uint32_t r = (uint32_t)round;
    if (chance_permille(f->chance, 18, "never", office, r, 0)) return 0;
    bool careless = chance_permille(f->chance, 180, "careless", office, 0, 0);
    int late = careless ? 330 : 30;
    if (chance_permille(f->chance, late, "late", office, r, 0))
        return window_last + chance_between(f->chance, 1, 6, "late days", office, r, 0);
    return chance_between(f->chance, 2, window_last, "day", office, r, 0);
}

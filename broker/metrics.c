#include "broker/metrics.h"

#include <stdio.h>

void metrics_init(metrics *m) {
#define X(name, what) atomic_init(&m->name, 0);
    METRICS_TABLE(X)
#undef X
}

unsigned long long metrics_turned_away(const metrics *m) {
    return atomic_load(&m->pipes_full) + atomic_load(&m->pipes_crowded) +
           atomic_load(&m->pipes_overdue) + atomic_load(&m->strangers) +
           atomic_load(&m->over_quota);
}

typedef struct line {
    char text[LOG_LINE_MAX];
    size_t used;
} line;

static void add(line *l, const char *name, unsigned long long value) {
    if (value == 0) return;
    int more =
        snprintf(l->text + l->used, sizeof l->text - l->used, " %s=%llu", name, value);
    if (more > 0 && l->used + (size_t)more < sizeof l->text) l->used += (size_t)more;
}

void metrics_log(const metrics *m, const logger *log) {
    line l = {.used = 0};
#define X(name, what)                                                                    \
    add(&l, #name, atomic_load_explicit(&m->name, memory_order_relaxed));
    METRICS_TABLE(X)
#undef X
    l.text[l.used] = '\0';
    log_info(log, "metrics", "since start:%s", l.text);
}

#include "client/cell_copy.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* Goes over a cell twice: to count the bytes (to is NULL), and to copy them. */
typedef struct packer {
    unsigned char *to;
    size_t size;
} packer;

static const void *pack(packer *p, const void *from, size_t size, size_t alignment) {
    p->size = (p->size + alignment - 1) / alignment * alignment;
    unsigned char *at = p->to ? p->to + p->size : NULL;
    p->size += size;
    if (!at) return from;
    if (size) memcpy(at, from, size);
    return at;
}

static void pack_text(packer *p, const char **text) {
    const char *from = *text ? *text : "";
    *text = pack(p, from, strlen(from) + 1, 1);
}

static void pack_numbers(packer *p, const uint32_t **numbers, size_t n) {
    *numbers = pack(p, *numbers, n * sizeof **numbers, alignof(uint32_t));
}

static void pack_texts(packer *p, const char *const **texts, size_t n) {
    const char *const *from = *texts;
    const char **to = NULL;
    *texts = pack(p, from, n * sizeof *from, alignof(const char *));
    if (p->to) to = (const char **)(uintptr_t)*texts;
    for (size_t i = 0; i < n; i++) {
        const char *text = from[i];
        pack_text(p, &text);
        if (to) to[i] = text;
    }
}

static void pack_office(packer *p, office_words *o) {
    pack_text(p, &o->code);
    pack_text(p, &o->name);
    pack_texts(p, &o->aliases, o->aliases_n);
    pack_numbers(p, &o->members, o->members_n);
}

static void pack_task(packer *p, task_words *t) {
    pack_text(p, &t->number);
    pack_text(p, &t->chapter);
    pack_text(p, &t->section);
    pack_text(p, &t->title);
    pack_texts(p, &t->leaders, t->leaders_n);
    pack_numbers(p, &t->leads, t->leads_n);
    pack_numbers(p, &t->responsible, t->responsible_n);
    pack_texts(p, &t->tags, t->tags_n);
    const metric_words *from = t->metrics;
    t->metrics = pack(p, from, t->metrics_n * sizeof *from, alignof(metric_words));
    metric_words *to = p->to ? (metric_words *)(uintptr_t)t->metrics : NULL;
    for (size_t i = 0; i < t->metrics_n; i++) {
        metric_words metric = from[i];
        pack_text(p, &metric.label);
        pack_text(p, &metric.unit);
        pack_text(p, &metric.definition);
        if (to) to[i] = metric;
    }
    size_t splits_size = t->splits_n * sizeof *t->splits;
    t->splits = pack(p, t->splits, splits_size, alignof(split_words));
}

/* What the cell points to; its pointers are turned to the copies. */
static void pack_cell(packer *p, cell *c) {
    switch (c->name.kind) {
    case CELL_PLAN:
        pack_text(p, &c->plan.code);
        pack_text(p, &c->plan.title);
        break;
    case CELL_OFFICE: pack_office(p, &c->office); break;
    case CELL_TASK: pack_task(p, &c->task); break;
    case CELL_NODE: pack_text(p, &c->node.title); break;
    case CELL_TIMETABLE: pack_text(p, &c->timetable.return_reason.media); break;
    case CELL_ITEM:
        pack_text(p, &c->item.text.media);
        pack_text(p, &c->item.return_reason.media);
        break;
    default: break;
    }
}

cell *cell_copy(const cell *from) {
    cell counted = *from;
    packer count = {.size = sizeof *from};
    pack_cell(&count, &counted);

    cell *to = malloc(count.size);
    if (!to) return NULL;
    *to = *from;
    packer copy = {.to = (unsigned char *)to, .size = sizeof *to};
    pack_cell(&copy, to);
    assert(copy.size == count.size);
    return to;
}

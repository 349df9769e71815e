/* The whole state behind `ledger`, for the files of this room only.
 * Knows: what there is. Must not know: the rules. */
#ifndef DUBAN_BROKER_LEDGER_STATE_H
#define DUBAN_BROKER_LEDGER_STATE_H

#include "broker/ledger/office.h"
#include "broker/ledger/plan.h"
#include "broker/ledger/workdays.h"

/* What a check has prepared for the apply that may follow; dropped by the next check. */
typedef struct pending {
    pool texts;
    genesis_words genesis;
    office_words *offices;
    chunk chunk;
    plan *plan; /* a new draft */
    plan_node *nodes;
    struct relayout *relayouts; /* relayout.h */
    struct coming *coming;      /* amend.h */
    office_turn *turn;          /* succession.h */
    const char **formerly;
    const post_words *posts; /* posts.h: as they will stand */
    uint32_t posts_n;
    const office_change_words *ending; /* an office that ends with this entry */
    duty_filler *fillers;              /* filler.h */
    uint32_t fillers_n;
} pending;

struct ledger {
    ledger_allocator memory;
    bool slice;
    bool folding; /* a slice takes what stands in the journal: replay.c */
    bool viewing; /* ledger_set_day was called */

    bool has_genesis;
    genesis_words genesis;
    uint64_t head;
    int64_t received_ms;
    int64_t time_ms;
    int32_t day;
    office_book book;
    workdays workdays;
    text_set media;                    /* media types of bodies */
    struct role_table *roles;          /* roles.h; NULL: the defaults */
    struct post_book *posts;           /* posts.h; NULL: none */
    struct redaction_book *redactions; /* redaction.h; NULL: none */
    struct access_book *access;        /* access.h; NULL: nothing was given */
    plan **plans;                      /* plan n stands at n - 1 */
    uint32_t plans_n;
    uint32_t plans_room;
    page root; /* page 0: all of the above but the plans; it holds no cells */

    pending pending;
    ledger_trace_fn trace;
    void *trace_ctx;
};

/* NULL when there is no such plan; drafts included. */
static inline plan *ledger_plan(const ledger *l, uint32_t number) {
    return number >= 1 && number <= l->plans_n ? l->plans[number - 1] : NULL;
}

/* The plan of that number when it is published, else DUBAN_E_UNKNOWN_PLAN. */
static inline duban_status ledger_published(const ledger *l, uint32_t number,
                                            const verdict *v, plan **out) {
    plan *p = ledger_plan(l, number);
    if (p == NULL || !p->published)
        return refuse_found(v, DUBAN_E_UNKNOWN_PLAN, "plan", number);
    *out = p;
    return DUBAN_OK;
}

/* Whether what stands for that office's items is known here. A slice knows it for the
 * signer's own; of entries of the journal it takes what the broker has judged. */
static inline bool ledger_knows(const ledger *l, uint32_t office, uint32_t signer) {
    return !l->slice || (!l->folding && office == signer);
}

static inline duban_status refuse_memory(const verdict *v) {
    return refuse(v, DUBAN_E_NO_MEMORY, "");
}

#endif

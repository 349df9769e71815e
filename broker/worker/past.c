#include "broker/worker/past.h"

#include <stdlib.h>
#include <string.h>

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"
#include "proto/entry.h"

void past_init(past *p, const journal *j, const atomic_bool *stop,
               void (*between)(void *ctx), void *ctx) {
    memset(p, 0, sizeof *p);
    p->journal = j;
    p->stop = stop;
    p->between = between;
    p->ctx = ctx;
    arena_init(&p->space, 0);
}

static void let_go(past *p) {
    ledger_free(p->ledger);
    p->ledger = NULL;
    p->next = 0;
    p->day = 0;
    p->basis = BASIS_REPORTED;
}

void past_close(past *p) {
    if (p->ledger) let_go(p);
    arena_close(&p->space);
}

typedef struct fold {
    past *past;
    duban_refusal *refusal;
} fold;

static duban_status fold_one(void *ctx, uint64_t index, span entry) {
    fold *f = ctx;
    duban_status status =
        replay_entry(f->past->ledger, entry, &f->past->space, f->refusal);
    if (!status) f->past->next = index + 1;
    return status;
}

/* One piece, under a view of its own. */
static duban_status fold_piece(past *p, uint64_t to, duban_refusal *refusal) {
    fold f = {p, refusal};
    journal_reader *reader = NULL;
    duban_status status = journal_reader_open(p->journal, &reader);
    if (!status) status = journal_scan(reader, p->next, to, fold_one, &f);
    journal_reader_close(reader);
    return status;
}

/* Looks at the ledger with other eyes; from then on it folds no more. */
static duban_status look_anew(past *p, int32_t day, basis_kind basis,
                              duban_refusal *refusal) {
    duban_status status = DUBAN_OK;
    const char *field = "basis";
    ledger_status state;
    ledger_get_status(p->ledger, &state);
    p->open_day = state.day;
    p->basis = basis;
    if (basis != BASIS_REPORTED) status = ledger_set_basis(p->ledger, basis);
    if (!status && day != 0) { /* each day ahead is lived through */
        field = "day";
        p->day = day;
        status = day > state.day + VIEW_AHEAD_DAYS ? DUBAN_E_LIMIT : DUBAN_OK;
    }
    if (!status && day != 0) status = ledger_set_day(p->ledger, day);
    if (!status) return DUBAN_OK;
    let_go(p);
    return duban_refuse(refusal, status, 0, field, NULL, NULL);
}

duban_status past_stand(past *p, uint64_t index, int32_t day, basis_kind basis,
                        duban_refusal *refusal) {
    duban_status status = DUBAN_OK;
    bool viewed = p->day != 0 || p->basis != BASIS_REPORTED;
    if (p->ledger && p->next == index + 1 && p->day == day && p->basis == basis)
        return DUBAN_OK;
    if (p->ledger && (p->next > index + 1 || viewed)) let_go(p);
    if (!p->ledger) {
        status = ledger_new(heap_allocator(), &p->ledger);
        if (status) return status;
        p->next = 0;
        p->refolds++;
    }
    while (!status && p->next <= index) {
        uint64_t to = p->next + PAST_STEP;
        if (atomic_load(p->stop)) return DUBAN_E_STOPPING;
        p->between(p->ctx);
        status = fold_piece(p, to > index + 1 ? index + 1 : to, refusal);
    }
    if (status) {
        let_go(p);
        return status;
    }
    return look_anew(p, day, basis, refusal);
}

static duban_status received_at(journal_reader *reader, uint64_t index, int64_t *ms) {
    span bytes;
    entry_words entry;
    duban_status status = journal_read(reader, index, &bytes);
    if (!status) status = entry_read(bytes, &entry);
    if (!status) *ms = entry.received_ms;
    return status;
}

duban_status past_index_of_moment(const journal *j, uint64_t head, int64_t moment_ms,
                                  uint64_t *index) {
    journal_reader *reader = NULL;
    int64_t ms = 0;
    uint64_t low = 0;
    uint64_t high = head;
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = received_at(reader, 0, &ms);
    if (!status && ms > moment_ms) status = DUBAN_E_NOT_FOUND;
    while (!status && low < high) { /* low was received by then, high + 1 was not */
        uint64_t middle = low + (high - low + 1) / 2;
        status = received_at(reader, middle, &ms);
        if (status) break;
        if (ms <= moment_ms)
            low = middle;
        else
            high = middle - 1;
    }
    journal_reader_close(reader);
    if (!status) *index = low;
    return status;
}

/* Backward over one piece, under a view of its own; DUBAN_E_NOT_FOUND when none is there.
 */
static duban_status digest_in(past *p, uint64_t from, uint64_t to, uint64_t *out) {
    journal_reader *reader = NULL;
    span bytes;
    entry_words entry;
    duban_status status = journal_reader_open(p->journal, &reader);
    bool found = false;
    for (uint64_t at = to; !status && !found && at > from; at--) {
        status = journal_read(reader, at - 1, &bytes);
        if (!status) status = entry_read(bytes, &entry);
        found = !status && entry.kind == KIND_DIGEST;
        if (found) *out = at - 1;
    }
    journal_reader_close(reader);
    return !status && !found ? DUBAN_E_NOT_FOUND : status;
}

duban_status past_digest_before(past *p, uint64_t index, uint64_t *out) {
    uint64_t to = index + 1;
    duban_status status = DUBAN_E_NOT_FOUND;
    if (p->digest_at && p->digest_at <= index && index <= p->digest_of) {
        *out = p->digest_at;
        return DUBAN_OK;
    }
    while (to > 0 && status == DUBAN_E_NOT_FOUND) {
        uint64_t from = to > PAST_STEP ? to - PAST_STEP : 0;
        if (atomic_load(p->stop)) return DUBAN_E_STOPPING;
        p->between(p->ctx);
        status = digest_in(p, from, to, &p->digest_at);
        to = from;
    }
    if (status) return status;
    p->digest_of = index;
    *out = p->digest_at;
    return DUBAN_OK;
}

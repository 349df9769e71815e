/* The outbox as a list for people. */
#include <stdlib.h>
#include <string.h>

#include "client/handle.h"
#include "proto/codec.h"

static int compare_rows(const void *a, const void *b) {
    uint64_t x = ((const duban_outbox_row *)a)->number;
    uint64_t y = ((const duban_outbox_row *)b)->number;
    return x < y ? -1 : x > y;
}

static void damaged_row(const path *where, duban_outbox_row *out) {
    out->state = OUTBOX_REFUSED;
    duban_refuse(&out->refusal, DUBAN_E_CORRUPT, 0, "outbox", where->text, NULL);
}

static void answer_row(outbox_place place, const outbox_message *m, arena *a,
                       duban_outbox_row *out) {
    reply_words reply;
    bool read = m->answered && codec_reply_read(m->reply, a, &reply, NULL) == DUBAN_OK;
    if (place == PLACE_REFUSED) {
        out->state = OUTBOX_REFUSED;
        if (read)
            out->refusal = reply.refusal;
        else
            duban_refuse(&out->refusal, DUBAN_E_CORRUPT, 0, "reply", NULL, NULL);
    } else if (place == PLACE_RECEIPTS) {
        out->state = OUTBOX_RECEIPTED;
        if (read && reply.kind == REPLY_RECEIPT) {
            out->index = reply.receipt.index;
            out->received_ms = reply.receipt.received_ms;
        }
    }
}

/* *there is false when another process has just moved it: it turns up in its new place,
 * or at the next call. */
static duban_status read_row(const outbox *o, outbox_place place, uint64_t number,
                             arena *a, duban_outbox_row *out, bool *there) {
    path where;
    outbox_message m;
    *out = (duban_outbox_row){.number = number};
    *there = true;
    duban_status status = place == PLACE_DAMAGED ? outbox_damaged_path(o, number, &where)
                                                 : outbox_load(o, place, number, a, &m);
    if (status == DUBAN_E_CORRUPT)
        status = outbox_set_aside(o, place, number, &where);
    else if (!status && place != PLACE_DAMAGED) {
        out->queued_ms = m.queued_ms;
        out->ev = m.ev;
        answer_row(place, &m, a, out);
        return DUBAN_OK;
    }
    if (!status) damaged_row(&where, out);
    *there = status != DUBAN_E_NOT_FOUND;
    return *there ? status : DUBAN_OK;
}

duban_status duban_outbox(duban *d, arena *a, duban_outbox_row **rows, size_t *rows_n,
                          duban_refusal *refusal) {
    uint64_t *numbers[PLACE_COUNT];
    size_t n[PLACE_COUNT] = {0}, all = 0, used = 0;
    duban_status status = DUBAN_OK;
    /* From the last place back, since messages only move away from the first. */
    for (int p = PLACE_COUNT - 1; p >= 0 && !status; p--) {
        status = outbox_list(&d->outbox, (outbox_place)p, a, &numbers[p], &n[p]);
        all += n[p];
    }
    duban_outbox_row *out = status ? NULL : arena_alloc(a, (all + 1) * sizeof *out);
    if (!status && !out) status = DUBAN_E_NO_MEMORY;
    for (int p = 0; p < PLACE_COUNT && !status; p++)
        for (size_t i = 0; i < n[p] && !status; i++) {
            bool there;
            status = read_row(&d->outbox, (outbox_place)p, numbers[p][i], a, &out[used],
                              &there);
            if (!status && there) used++;
        }
    if (status) return duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    qsort(out, used, sizeof *out, compare_rows);
    *rows = out;
    *rows_n = used;
    return DUBAN_OK;
}

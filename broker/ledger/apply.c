#include <string.h>

#include "broker/ledger/clockwork.h"
#include "broker/ledger/draft.h"
#include "broker/ledger/events.h"
#include "broker/ledger/item.h"
#include "broker/ledger/light.h"
#include "broker/ledger/publish.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/submission.h"
#include "broker/ledger/timetable.h"

static void apply_genesis(ledger *l) {
    l->genesis = l->pending.genesis;
    office_apply_genesis(&l->book, &l->genesis);
    pool_join(&l->book.texts, &l->pending.texts);
    l->has_genesis = true;
    l->time_ms = l->genesis.created_ms;
    l->day = day_of_moment(l->genesis.created_ms, l->genesis.utc_offset_minutes);
}

static void apply_offices(ledger *l, const event *ev, uint64_t index) {
    uint32_t first = l->book.offices_n + 1;
    office_apply(&l->book, l->pending.offices, ev->offices.offices_n, &l->pending.texts,
                 index);
    for (uint32_t i = 0; i < l->plans_n; i++)
        for (uint32_t n = first; n <= l->book.offices_n && l->plans[i]->published; n++)
            refresh_office_cell(l, l->plans[i], n, index);
}

static void apply_calendar(ledger *l, const event *ev, uint64_t index) {
    workdays_apply(&l->workdays, &ev->calendar);
    clockwork_calendar(l, index);
}

static void apply_kind(ledger *l, uint64_t index, const event *ev, int64_t received_ms) {
    switch (ev->kind) {
    case KIND_GENESIS: apply_genesis(l); break;
    case KIND_OFFICES: apply_offices(l, ev, index); break;
    case KIND_KEYS: key_apply(&l->book, ev->keys.keys, ev->keys.keys_n, index); break;
    case KIND_CALENDAR: apply_calendar(l, ev, index); break;
    case KIND_PLAN_CHUNK: draft_apply(l, &ev->plan_chunk); break;
    case KIND_PLAN_PUBLISH: publish_apply(l, index, &ev->plan_publish); break;
    case KIND_LIGHTS: light_apply(l, index, &ev->lights); break;
    case KIND_TIMETABLE: timetable_apply(l, index, &ev->timetable); break;
    case KIND_TIMETABLE_REVIEW:
        timetable_review_apply(l, index, &ev->timetable_review);
        break;
    case KIND_SUBMISSION:
        submission_apply(l, index, &ev->submission, ev->office, received_ms);
        break;
    case KIND_REVIEW: review_apply(l, index, &ev->review); break;
    case KIND_CLOCK: clock_apply(l, index, ev->clock_day); break;
    case KIND_TIME: l->time_ms = ev->time_moment_ms; break;
    default: break; /* digests and conflicts change nothing */
    }
}

void events_apply(ledger *l, uint64_t index, const event *ev, int64_t received_ms) {
    apply_kind(l, index, ev, received_ms);
    key_record *key = key_find(&l->book, ev->key);
    if (key != NULL) number_note(&key->window, ev->number, index, &ev->mark);
    l->head = index;
    l->received_ms = received_ms;
    l->root.dirty = true;
}

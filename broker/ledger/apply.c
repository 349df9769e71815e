#include <string.h>

#include "broker/ledger/access.h"
#include "broker/ledger/amend.h"
#include "broker/ledger/callin.h"
#include "broker/ledger/checks.h"
#include "broker/ledger/clockwork.h"
#include "broker/ledger/draft.h"
#include "broker/ledger/events.h"
#include "broker/ledger/filler.h"
#include "broker/ledger/form.h"
#include "broker/ledger/item.h"
#include "broker/ledger/light.h"
#include "broker/ledger/override.h"
#include "broker/ledger/paper.h"
#include "broker/ledger/posts.h"
#include "broker/ledger/project.h"
#include "broker/ledger/publish.h"
#include "broker/ledger/redaction.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/release.h"
#include "broker/ledger/roles.h"
#include "broker/ledger/submission.h"
#include "broker/ledger/succession.h"
#include "broker/ledger/timetable.h"
#include "broker/ledger/verification.h"
#include "broker/ledger/weights.h"

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

static void apply_later_kind(ledger *l, uint64_t index, const event *ev) {
    uint32_t signer = ev->office;
    switch (ev->kind) {
    case KIND_AMENDMENT: amendment_apply(l, index, &ev->amendment, signer); break;
    case KIND_SPLITTING: splitting_apply(l, index, &ev->splitting, signer); break;
    case KIND_CALL_IN: call_in_apply(l, index, &ev->call_in, signer); break;
    case KIND_FILLER: filler_apply(l, index, &ev->filler, signer); break;
    case KIND_CONFIRMATION:
        confirmation_apply(l, index, &ev->confirmation, signer);
        break;
    case KIND_ASSIGNMENT: assignment_apply(l, index, &ev->assignment, signer); break;
    case KIND_OFFICE_CHANGE:
        office_change_apply(l, index, &ev->office_change, signer);
        break;
    case KIND_POSTS: posts_apply(l, index, &ev->posts, signer); break;
    case KIND_RELEASE: release_apply(l, index, &ev->release, signer); break;
    case KIND_UNLOCK: unlock_apply(l, index, &ev->unlock, signer); break;
    case KIND_OVERRIDE: override_apply(l, index, &ev->override, signer); break;
    case KIND_FORMS: forms_apply(l, index, &ev->forms, signer); break;
    case KIND_PAPER: paper_apply(l, index, &ev->paper, signer); break;
    case KIND_ROLES: roles_apply(l, index, &ev->roles, signer); break;
    case KIND_CHECKS: checks_apply(l, index, &ev->checks, signer); break;
    case KIND_WEIGHTS: weights_apply(l, index, &ev->weights, signer); break;
    case KIND_PROJECT: project_apply(l, index, &ev->project, signer); break;
    case KIND_VERIFICATION:
        verification_apply(l, index, &ev->verification, signer);
        break;
    case KIND_REDACTION: redaction_apply(l, index, &ev->redaction, signer); break;
    case KIND_SESSION: session_apply(l, index, &ev->session, signer); break;
    case KIND_ACCESS: access_apply(l, index, &ev->access, signer); break;
    default: break; /* digests and conflicts change nothing */
    }
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
    default: apply_later_kind(l, index, ev); break;
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

#include "broker/ledger/clockwork.h"
#include "broker/ledger/access.h"
#include "broker/ledger/amend.h"
#include "broker/ledger/callin.h"
#include "broker/ledger/checks.h"
#include "broker/ledger/digest.h"
#include "broker/ledger/draft.h"
#include "broker/ledger/events.h"
#include "broker/ledger/filler.h"
#include "broker/ledger/form.h"
#include "broker/ledger/item.h"
#include "broker/ledger/light.h"
#include "broker/ledger/override.h"
#include "broker/ledger/paper.h"
#include "broker/ledger/permit.h"
#include "broker/ledger/posts.h"
#include "broker/ledger/project.h"
#include "broker/ledger/publish.h"
#include "broker/ledger/redaction.h"
#include "broker/ledger/release.h"
#include "broker/ledger/roles.h"
#include "broker/ledger/submission.h"
#include "broker/ledger/succession.h"
#include "broker/ledger/timetable.h"
#include "broker/ledger/verification.h"
#include "broker/ledger/weights.h"

static duban_status check_genesis(ledger *l, const event *ev, const verdict *v) {
    const genesis_words *words = &ev->genesis;
    if (l->has_genesis) return refuse(v, DUBAN_E_STATE, "genesis");
    if (ev->key != KEY_ROOT)
        return refuse_number(v, DUBAN_E_UNKNOWN_KEY, "key", ev->key, KEY_ROOT);
    if (ev->office != OFFICE_OF_CITY)
        return refuse_number(v, DUBAN_E_KEY_OFFICE, "office", ev->office, OFFICE_OF_CITY);
    if (ev->number != 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "number", ev->number, 1);
    if (words->rules_version != RULES_VERSION)
        return refuse_number(v, DUBAN_E_VERSION, "rules_version", words->rules_version,
                             RULES_VERSION);
    if (!key_algorithm(words->algorithm))
        return refuse_number(v, DUBAN_E_ALGORITHM, "algorithm", words->algorithm,
                             ALGORITHM_ED25519);
    if (*words->origin == '\0') return refuse(v, DUBAN_E_EMPTY, "origin");
    if (words->utc_offset_minutes < -UTC_OFFSET_MAX ||
        words->utc_offset_minutes > UTC_OFFSET_MAX)
        return refuse(v, DUBAN_E_DATE, "utc_offset_minutes");
    if (words->created_ms <= 0 ||
        words->created_ms >= moment_of_day(DAY_MAX, words->utc_offset_minutes))
        return refuse(v, DUBAN_E_DATE, "created_ms");
    l->pending.genesis = *words;
    return office_check_genesis(&l->book, &l->memory, &l->pending.texts,
                                &l->pending.genesis, v);
}

static duban_status check_signer(const ledger *l, const event *ev, const verdict *v) {
    const key_record *key = key_find(&l->book, ev->key);
    if (key == NULL) return refuse_found(v, DUBAN_E_UNKNOWN_KEY, "key", ev->key);
    if (key->office != ev->office)
        return refuse_number(v, DUBAN_E_KEY_OFFICE, "office", ev->office, key->office);
    number_state state = number_look(&key->window, ev->number, &ev->mark);
    uint64_t index = 0;
    number_find(&key->window, ev->number, &index);
    /* what stands already had permission, whatever became of the key since */
    if (state == NUMBER_SAME)
        return refuse_number(v, DUBAN_E_EXISTS, "number", ev->number, index);
    if (key->revoked) return refuse_found(v, DUBAN_E_REVOKED, "key", ev->key);
    duban_status status = permit_kind(l, ev, v);
    if (status != DUBAN_OK) return status;
    if (state == NUMBER_OTHER)
        return refuse_number(v, DUBAN_E_NUMBER_USED, "number", ev->number, index);
    if (state == NUMBER_BELOW)
        return refuse_number(v, DUBAN_E_NUMBER_OLD, "number", ev->number,
                             key->window.last + 1);
    if (ev->key == KEY_BROKER && ev->number != key->window.last + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "number", ev->number,
                             key->window.last + 1);
    return DUBAN_OK;
}

/* A moment before the last entry, or of a day that is not open yet, is the caller's bug.
 */
static duban_status check_received(const ledger *l, const event *ev, int64_t received_ms,
                                   const verdict *v) {
    if (received_ms < l->received_ms)
        return refuse_number(v, DUBAN_E_CLOCK, "received_ms", (uint64_t)received_ms,
                             (uint64_t)l->received_ms);
    if (ev->kind == KIND_CLOCK || ev->kind == KIND_TIME || ev->kind == KIND_DIGEST)
        return DUBAN_OK; /* a missed day's clock and digest come later than that day */
    int32_t day = day_of_moment(received_ms, l->genesis.utc_offset_minutes);
    if (day > l->day)
        return refuse_day(v, DUBAN_E_CLOCK, "received_ms", day, l->day, l->day);
    return DUBAN_OK;
}

static duban_status check_offices(ledger *l, const event *ev, const verdict *v) {
    duban_status status =
        office_check(&l->book, &l->memory, ev->offices.offices, ev->offices.offices_n,
                     &l->pending.texts, &l->pending.offices, v);
    for (uint32_t i = 0; i < l->plans_n && status == DUBAN_OK; i++)
        if (l->plans[i]->published &&
            !cells_reserve(&l->plans[i]->board.cells, &l->memory, ev->offices.offices_n))
            status = refuse_memory(v);
    return status;
}

static duban_status check_time(const ledger *l, int64_t moment_ms, const verdict *v) {
    if (moment_ms <= l->time_ms)
        return refuse_number(v, DUBAN_E_CLOCK, "moment_ms", (uint64_t)moment_ms,
                             (uint64_t)l->time_ms + 1);
    if (moment_ms >= moment_of_day(DAY_MAX, l->genesis.utc_offset_minutes))
        return refuse(v, DUBAN_E_DATE, "moment_ms");
    return DUBAN_OK;
}

static duban_status check_digest(ledger *l, const digest_words *words, const verdict *v) {
    if (l->slice) return DUBAN_OK;
    if (words->index != l->head)
        return refuse_number(v, DUBAN_E_DIGEST, "index", words->index, l->head);
    hash256 digest;
    uint32_t pages;
    duban_status status = ledger_digest(l, &digest, &pages);
    if (status != DUBAN_OK) return refuse(v, status, "");
    if (words->pages != pages)
        return refuse_number(v, DUBAN_E_DIGEST, "pages", words->pages, pages);
    if (hash_equal(&words->digest, &digest)) return DUBAN_OK;
    char found[HASH_TEXT_SIZE];
    char expected[HASH_TEXT_SIZE];
    hash_print(&words->digest, found);
    hash_print(&digest, expected);
    return refuse_text(v, DUBAN_E_DIGEST, "digest", found, expected);
}

static duban_status check_conflict(const ledger *l, const conflict_words *words,
                                   const verdict *v) {
    if (l->slice) return DUBAN_OK;
    uint64_t index;
    const key_record *key = key_find(&l->book, words->key);
    if (key == NULL) return refuse_found(v, DUBAN_E_UNKNOWN_KEY, "key", words->key);
    if (number_find(&key->window, words->number, &index) && index != words->index)
        return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index, index);
    return DUBAN_OK;
}

static duban_status check_later_kind(ledger *l, const event *ev, const verdict *v) {
    uint32_t signer = ev->office;
    switch (ev->kind) {
    case KIND_AMENDMENT: return amendment_check(l, &ev->amendment, signer, v);
    case KIND_SPLITTING: return splitting_check(l, &ev->splitting, signer, v);
    case KIND_CALL_IN: return call_in_check(l, &ev->call_in, signer, v);
    case KIND_FILLER: return filler_check(l, &ev->filler, signer, v);
    case KIND_CONFIRMATION: return confirmation_check(l, &ev->confirmation, signer, v);
    case KIND_ASSIGNMENT: return assignment_check(l, &ev->assignment, signer, v);
    case KIND_OFFICE_CHANGE: return office_change_check(l, &ev->office_change, signer, v);
    case KIND_POSTS: return posts_check(l, &ev->posts, signer, v);
    case KIND_RELEASE: return release_check(l, &ev->release, signer, v);
    case KIND_UNLOCK: return unlock_check(l, &ev->unlock, signer, v);
    case KIND_OVERRIDE: return override_check(l, &ev->override, signer, v);
    case KIND_FORMS: return forms_check(l, &ev->forms, signer, v);
    case KIND_PAPER: return paper_check(l, &ev->paper, signer, v);
    case KIND_ROLES: return roles_check(l, &ev->roles, signer, v);
    case KIND_CHECKS: return checks_check(l, &ev->checks, signer, v);
    case KIND_WEIGHTS: return weights_check(l, &ev->weights, signer, v);
    case KIND_PROJECT: return project_check(l, &ev->project, signer, v);
    case KIND_VERIFICATION: return verification_check(l, &ev->verification, signer, v);
    case KIND_REDACTION: return redaction_check(l, &ev->redaction, signer, v);
    case KIND_SESSION: return session_check(l, &ev->session, signer, v);
    case KIND_ACCESS: return access_check(l, &ev->access, signer, v);
    default: return refuse_found(v, DUBAN_E_UNKNOWN_KIND, "kind", ev->kind);
    }
}

static duban_status check_kind(ledger *l, const event *ev, const verdict *v) {
    switch (ev->kind) {
    case KIND_OFFICES: return check_offices(l, ev, v);
    case KIND_KEYS:
        return key_check(&l->book, &l->memory, ev->keys.keys, ev->keys.keys_n, v);
    case KIND_CALENDAR: return workdays_check(&l->workdays, &l->memory, &ev->calendar, v);
    case KIND_PLAN_CHUNK: return draft_check(l, &ev->plan_chunk, ev->payload, v);
    case KIND_PLAN_PUBLISH: return publish_check(l, &ev->plan_publish, v);
    case KIND_LIGHTS: return light_check(l, &ev->lights, v);
    case KIND_TIMETABLE: return timetable_check(l, &ev->timetable, ev->office, v);
    case KIND_TIMETABLE_REVIEW:
        return timetable_review_check(l, &ev->timetable_review, v);
    case KIND_SUBMISSION: return submission_check(l, &ev->submission, ev->office, v);
    case KIND_REVIEW: return review_check(l, &ev->review, ev->office, v);
    case KIND_CLOCK: return clock_check(l, ev->clock_day, v);
    case KIND_TIME: return check_time(l, ev->time_moment_ms, v);
    case KIND_DIGEST: return check_digest(l, &ev->digest, v);
    case KIND_CONFLICT: return check_conflict(l, &ev->conflict, v);
    default: return check_later_kind(l, ev, v);
    }
}

duban_status events_check(ledger *l, const event *ev, int64_t received_ms,
                          const verdict *v) {
    if (l->viewing) return refuse(v, DUBAN_E_STATE, "");
    if (ev->kind <= KIND_NONE || ev->kind >= KIND_COUNT)
        return refuse_found(v, DUBAN_E_UNKNOWN_KIND, "kind", ev->kind);
    duban_status status = DUBAN_OK;
    if (ev->kind == KIND_GENESIS) {
        status = check_genesis(l, ev, v);
    } else if (!l->has_genesis) {
        status = refuse(v, DUBAN_E_NO_GENESIS, "");
    } else {
        if (!l->slice) status = check_signer(l, ev, v);
        if (status == DUBAN_OK && !l->slice)
            status = check_received(l, ev, received_ms, v);
        if (status == DUBAN_OK) status = check_kind(l, ev, v);
    }
    if (status != DUBAN_OK || ev->kind == KIND_GENESIS) return status;
    key_record *key = key_find(&l->book, ev->key);
    if (key != NULL && !number_reserve(&key->window, &l->memory)) return refuse_memory(v);
    return DUBAN_OK;
}

#include "broker/slice.h"

#include "broker/ledger/replay.h"
#include "proto/entry.h"

static bool names_office(const event *ev, uint32_t office) {
    if (ev->kind == KIND_REVIEW) return ev->review.office == office;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        if (ev->submission.statements[i].office == office) return true;
    return false;
}

static bool is_shared(event_kind kind) {
    switch (kind) {
    case KIND_GENESIS:
    case KIND_OFFICES:
    case KIND_KEYS:
    case KIND_CALENDAR:
    case KIND_PLAN_CHUNK:
    case KIND_PLAN_PUBLISH:
    case KIND_LIGHTS:
    case KIND_TIMETABLE:
    case KIND_TIMETABLE_REVIEW:
    case KIND_CLOCK:
    case KIND_TIME: return true;
    default: return false;
    }
}

duban_status slice_holds(span entry, uint32_t office, arena *a, bool *holds) {
    entry_words words;
    event ev;
    uint64_t index = 0;
    int64_t received_ms = 0;
    if (entry_read(entry, &words)) return DUBAN_E_CORRUPT;
    if (is_shared(words.kind)) {
        *holds = true;
        return DUBAN_OK;
    }
    if (words.kind != KIND_SUBMISSION && words.kind != KIND_REVIEW) {
        *holds = false;
        return DUBAN_OK;
    }
    if (words.office == office) {
        *holds = true;
        return DUBAN_OK;
    }
    arena_reset(a);
    if (replay_read(entry, a, &ev, &index, &received_ms, NULL)) return DUBAN_E_CORRUPT;
    *holds = names_office(&ev, office);
    return DUBAN_OK;
}

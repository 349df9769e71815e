#include "broker/worker/slice.h"

#include "broker/ledger/replay.h"
#include "proto/entry.h"

typedef enum slice_rule {
    NOBODYS, /* the broker's own book-keeping */
    SHARED,  /* everybody's */
    THEIRS   /* of those who signed it or are named by it */
} slice_rule;

static const slice_rule rules[KIND_COUNT] = {
    [KIND_GENESIS] = SHARED,
    [KIND_OFFICES] = SHARED,
    [KIND_KEYS] = SHARED,
    [KIND_CALENDAR] = SHARED,
    [KIND_PLAN_CHUNK] = SHARED,
    [KIND_PLAN_PUBLISH] = SHARED,
    [KIND_LIGHTS] = SHARED,
    [KIND_TIMETABLE] = SHARED,
    [KIND_TIMETABLE_REVIEW] = SHARED,
    [KIND_SUBMISSION] = THEIRS,
    [KIND_REVIEW] = THEIRS,
    [KIND_CLOCK] = SHARED,
    [KIND_TIME] = SHARED,
    [KIND_DIGEST] = NOBODYS,
    [KIND_CONFLICT] = NOBODYS,
    [KIND_AMENDMENT] = SHARED,
    [KIND_SPLITTING] = SHARED,
    [KIND_CALL_IN] = SHARED,
    [KIND_FILLER] = SHARED,
    [KIND_CONFIRMATION] = THEIRS,
    [KIND_ASSIGNMENT] = THEIRS,
    [KIND_OFFICE_CHANGE] = SHARED,
    [KIND_POSTS] = SHARED,
    [KIND_RELEASE] = SHARED,
    [KIND_UNLOCK] = SHARED,
    [KIND_OVERRIDE] = SHARED,
    [KIND_FORMS] = SHARED,
    [KIND_PAPER] = SHARED,
    [KIND_ROLES] = SHARED,
    [KIND_CHECKS] = SHARED,
    [KIND_WEIGHTS] = SHARED,
    [KIND_PROJECT] = SHARED,
    [KIND_VERIFICATION] = THEIRS,
    [KIND_REDACTION] = SHARED,
    [KIND_SESSION] = NOBODYS,
    [KIND_ACCESS] = SHARED,
};

static bool names_office(const event *ev, uint32_t office) {
    switch (ev->kind) {
    case KIND_REVIEW: return ev->review.office == office;
    case KIND_VERIFICATION: return ev->verification.office == office;
    case KIND_SUBMISSION:
        for (uint32_t i = 0; i < ev->submission.statements_n; i++)
            if (ev->submission.statements[i].office == office) return true;
        return false;
    default: return false; /* speaks of the signer alone */
    }
}

duban_status slice_holds(span entry, uint32_t office, arena *a, bool *holds) {
    entry_words words;
    event ev;
    uint64_t index = 0;
    int64_t received_ms = 0;
    if (entry_read(entry, &words) || words.kind >= KIND_COUNT) return DUBAN_E_CORRUPT;
    if (rules[words.kind] != THEIRS || words.office == office) {
        *holds = rules[words.kind] != NOBODYS;
        return DUBAN_OK;
    }
    arena_reset(a);
    if (replay_read(entry, a, &ev, &index, &received_ms, NULL)) return DUBAN_E_CORRUPT;
    *holds = names_office(&ev, office);
    return DUBAN_OK;
}

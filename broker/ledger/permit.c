#include "broker/ledger/permit.h"

typedef enum signer_sort { BY_CITY, BY_BROKER, BY_OFFICE } signer_sort;

static const signer_sort by_kind[KIND_COUNT] = {
    [KIND_GENESIS] = BY_CITY,
    [KIND_OFFICES] = BY_CITY,
    [KIND_KEYS] = BY_CITY,
    [KIND_CALENDAR] = BY_CITY,
    [KIND_PLAN_CHUNK] = BY_CITY,
    [KIND_PLAN_PUBLISH] = BY_CITY,
    [KIND_LIGHTS] = BY_CITY,
    [KIND_TIMETABLE] = BY_OFFICE,
    [KIND_TIMETABLE_REVIEW] = BY_CITY,
    [KIND_SUBMISSION] = BY_OFFICE,
    [KIND_REVIEW] = BY_OFFICE,
    [KIND_CLOCK] = BY_BROKER,
    [KIND_TIME] = BY_CITY,
    [KIND_DIGEST] = BY_BROKER,
    [KIND_CONFLICT] = BY_BROKER,
};

static duban_status denied(const ledger *l, uint32_t signer, uint32_t expected,
                           const verdict *v) {
    return refuse_text(v, DUBAN_E_NOT_ALLOWED, "office", office_code(&l->book, signer),
                       office_code(&l->book, expected));
}

duban_status permit_kind(const ledger *l, const event *ev, const verdict *v) {
    switch (by_kind[ev->kind]) {
    case BY_CITY:
        if (ev->office != OFFICE_OF_CITY) return denied(l, ev->office, OFFICE_OF_CITY, v);
        return DUBAN_OK;
    case BY_BROKER:
        if (ev->key != KEY_BROKER) return denied(l, ev->office, OFFICE_BROKER, v);
        return DUBAN_OK;
    default:
        if (ev->key == KEY_BROKER) return denied(l, ev->office, OFFICE_OF_CITY, v);
        return DUBAN_OK;
    }
}

duban_status permit_timetable(const ledger *l, const plan *p, uint32_t task,
                              uint32_t signer, const verdict *v) {
    if (signer == OFFICE_OF_CITY || plan_is_lead(p, task, signer)) return DUBAN_OK;
    return denied(l, signer, p->tasks[task].lead, v);
}

duban_status permit_statement(const ledger *l, const plan *p, uint32_t task,
                              uint32_t office, uint32_t signer, const verdict *v) {
    if (signer == office || signer == OFFICE_OF_CITY || plan_is_lead(p, task, signer))
        return DUBAN_OK;
    return denied(l, signer, office, v);
}

duban_status permit_review(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                           uint32_t signer, const verdict *v) {
    uint32_t lead = p->tasks[task].lead;
    if (signer == OFFICE_OF_CITY || (signer == lead && signer != office)) return DUBAN_OK;
    return denied(l, signer, lead == office ? OFFICE_OF_CITY : lead, v);
}

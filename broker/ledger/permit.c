#include "broker/ledger/permit.h"

typedef enum signer_sort { CITY_SIGNS, BROKER_SIGNS, OFFICE_SIGNS } signer_sort;

static const signer_sort by_kind[KIND_COUNT] = {
    [KIND_GENESIS] = CITY_SIGNS,
    [KIND_OFFICES] = CITY_SIGNS,
    [KIND_KEYS] = CITY_SIGNS,
    [KIND_CALENDAR] = CITY_SIGNS,
    [KIND_PLAN_CHUNK] = CITY_SIGNS,
    [KIND_PLAN_PUBLISH] = CITY_SIGNS,
    [KIND_LIGHTS] = CITY_SIGNS,
    [KIND_TIMETABLE] = OFFICE_SIGNS,
    [KIND_TIMETABLE_REVIEW] = CITY_SIGNS,
    [KIND_SUBMISSION] = OFFICE_SIGNS,
    [KIND_REVIEW] = OFFICE_SIGNS,
    [KIND_CLOCK] = BROKER_SIGNS,
    [KIND_TIME] = CITY_SIGNS,
    [KIND_DIGEST] = BROKER_SIGNS,
    [KIND_CONFLICT] = BROKER_SIGNS,
    [KIND_AMENDMENT] = CITY_SIGNS,
    [KIND_SPLITTING] = OFFICE_SIGNS,
    [KIND_CALL_IN] = OFFICE_SIGNS,
    [KIND_FILLER] = OFFICE_SIGNS,
    [KIND_CONFIRMATION] = OFFICE_SIGNS,
    [KIND_ASSIGNMENT] = OFFICE_SIGNS,
    [KIND_OFFICE_CHANGE] = CITY_SIGNS,
    [KIND_POSTS] = CITY_SIGNS,
    [KIND_RELEASE] = OFFICE_SIGNS,
    [KIND_UNLOCK] = OFFICE_SIGNS,
    [KIND_OVERRIDE] = CITY_SIGNS,
    [KIND_FORMS] = CITY_SIGNS,
    [KIND_PAPER] = OFFICE_SIGNS,
    [KIND_ROLES] = CITY_SIGNS,
    [KIND_CHECKS] = CITY_SIGNS,
    [KIND_WEIGHTS] = CITY_SIGNS,
    [KIND_PROJECT] = OFFICE_SIGNS,
    [KIND_VERIFICATION] = OFFICE_SIGNS,
    [KIND_REDACTION] = CITY_SIGNS,
};

static duban_status denied(const ledger *l, uint32_t signer, uint32_t expected,
                           const verdict *v) {
    return refuse_text(v, DUBAN_E_NOT_ALLOWED, "office", office_code(&l->book, signer),
                       office_code(&l->book, expected));
}

duban_status permit_kind(const ledger *l, const event *ev, const verdict *v) {
    switch (by_kind[ev->kind]) {
    case CITY_SIGNS:
        if (ev->office != OFFICE_OF_CITY) return denied(l, ev->office, OFFICE_OF_CITY, v);
        return DUBAN_OK;
    case BROKER_SIGNS:
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

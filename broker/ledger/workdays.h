/* The journal's calendar of working days, one year's exceptions replaced at a time.
 * Knows: lists of days and the rules of Calendar. Must not know: plans. */
#ifndef DUBAN_BROKER_LEDGER_WORKDAYS_H
#define DUBAN_BROKER_LEDGER_WORKDAYS_H

#include "broker/ledger/memory.h"
#include "broker/ledger/refuse.h"

typedef struct day_list {
    int32_t *days; /* ascending */
    uint32_t n;
    uint32_t room;
} day_list;

#define DUE_MEMO 256

typedef struct workdays {
    day_list off;
    day_list on;
    /* answers of workdays_due_from remembered until the calendar changes; no state */
    struct {
        int32_t deadline;
        uint32_t within;
        int32_t from;
        bool known;
    } memo[DUE_MEMO];
} workdays;

void workdays_free(workdays *w, const ledger_allocator *m);
calendar workdays_calendar(const workdays *w);

/* DUBAN_E_DATE for a year or a day outside it, DUBAN_E_DUPLICATE for a day given twice,
 * DUBAN_E_LIMIT, DUBAN_E_NO_MEMORY. Reserves what workdays_apply needs. */
duban_status workdays_check(workdays *w, const ledger_allocator *m,
                            const calendar_words *words, const verdict *v);
void workdays_apply(workdays *w, const calendar_words *words);

/* The first day from which at most `within` working days are left up to the deadline. */
int32_t workdays_due_from(workdays *w, int32_t deadline, uint32_t within);

#endif

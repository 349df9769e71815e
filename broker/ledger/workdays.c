#include "broker/ledger/workdays.h"

#include <string.h>

void workdays_free(workdays *w, const ledger_allocator *m) {
    memory_free(m, w->off.days, w->off.room, sizeof(int32_t));
    memory_free(m, w->on.days, w->on.room, sizeof(int32_t));
    *w = (workdays){0};
}

calendar workdays_calendar(const workdays *w) {
    return (calendar){w->off.days, w->off.n, w->on.days, w->on.n};
}

static bool listed(const int32_t *days, uint32_t n, int32_t day) {
    for (uint32_t i = 0; i < n; i++)
        if (days[i] == day) return true;
    return false;
}

static duban_status check_days(const calendar_words *words, const int32_t *days,
                               uint32_t n, const char *field, const verdict *v) {
    int32_t first = day_of_date((date){(int32_t)words->year, 1, 1});
    int32_t last = day_of_date((date){(int32_t)words->year, 12, 31});
    for (uint32_t i = 0; i < n; i++) {
        verdict at = {v->refusal, i + 1};
        if (days[i] < first || days[i] > last)
            return refuse_day(&at, DUBAN_E_DATE, field, days[i], first, last);
        if (listed(days, i, days[i])) return refuse(&at, DUBAN_E_DUPLICATE, field);
    }
    return DUBAN_OK;
}

static bool list_reserve(day_list *list, const ledger_allocator *m, uint32_t more) {
    int32_t *days = memory_room(m, list->days, &list->room, list->n + more, sizeof *days);
    if (days == NULL) return false;
    list->days = days;
    return true;
}

duban_status workdays_check(workdays *w, const ledger_allocator *m,
                            const calendar_words *words, const verdict *v) {
    if (words->year < 1970 || words->year > 2169)
        return refuse_found(v, DUBAN_E_DATE, "year", words->year);
    if (words->days_off_n > CALENDAR_DAYS_MAX ||
        words->working_days_n > CALENDAR_DAYS_MAX)
        return refuse(v, DUBAN_E_LIMIT, "days_off");
    duban_status status =
        check_days(words, words->days_off, words->days_off_n, "days_off", v);
    if (status == DUBAN_OK)
        status = check_days(words, words->working_days, words->working_days_n,
                            "working_days", v);
    if (status != DUBAN_OK) return status;
    for (uint32_t i = 0; i < words->working_days_n; i++)
        if (listed(words->days_off, words->days_off_n, words->working_days[i]))
            return refuse(&(verdict){v->refusal, i + 1}, DUBAN_E_DUPLICATE,
                          "working_days");
    if (!list_reserve(&w->off, m, words->days_off_n) ||
        !list_reserve(&w->on, m, words->working_days_n))
        return refuse(v, DUBAN_E_NO_MEMORY, "");
    return DUBAN_OK;
}

static void list_insert(day_list *list, int32_t day) {
    uint32_t at = list->n;
    while (at > 0 && list->days[at - 1] > day)
        at--;
    memmove(list->days + at + 1, list->days + at, (list->n - at) * sizeof day);
    list->days[at] = day;
    list->n++;
}

static void list_replace(day_list *list, int32_t year, const int32_t *days, uint32_t n) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->n; i++)
        if (date_of_day(list->days[i]).year != year) list->days[kept++] = list->days[i];
    list->n = kept;
    for (uint32_t i = 0; i < n; i++)
        list_insert(list, days[i]);
}

void workdays_apply(workdays *w, const calendar_words *words) {
    list_replace(&w->off, (int32_t)words->year, words->days_off, words->days_off_n);
    list_replace(&w->on, (int32_t)words->year, words->working_days,
                 words->working_days_n);
    memset(w->memo, 0, sizeof w->memo);
}

int32_t workdays_due_from(workdays *w, int32_t deadline, uint32_t within) {
    uint32_t at = ((uint32_t)deadline * 31 + within) % DUE_MEMO;
    if (!w->memo[at].known || w->memo[at].deadline != deadline ||
        w->memo[at].within != within) {
        calendar cal = workdays_calendar(w);
        w->memo[at].deadline = deadline;
        w->memo[at].within = within;
        w->memo[at].from = calendar_add(&cal, deadline, -(int32_t)within);
        w->memo[at].known = true;
    }
    return w->memo[at].from;
}

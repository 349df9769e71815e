/* Days, periods and the working-day calendar (product.md "Rounds, windows, calendar").
 * Knows: the Gregorian calendar and lists of exceptions. Must not know: the clock.
 *
 * A day is a count of days since 1970-01-01 in the journal's time zone; 0 means "none"
 * where a header says so. */
#ifndef DUBAN_PROTO_PERIOD_H
#define DUBAN_PROTO_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

typedef enum period_kind {
    PERIOD_NONE,
    PERIOD_DAY,
    PERIOD_XUN,
    PERIOD_MONTH,
    PERIOD_FIRST_TWO,
    PERIOD_QUARTER,
    PERIOD_HALF,
    PERIOD_THREE_QUARTERS,
    PERIOD_YEAR,
    PERIOD_KIND_COUNT
} period_kind;

/* Canonical: first_day is a day on which a period of that kind begins. */
typedef struct period {
    period_kind kind;
    int32_t first_day;
} period;

#define PERIOD_TEXT_SIZE 16
#define DAY_TEXT_SIZE    16
#define MOMENT_TEXT_SIZE 40

typedef struct date {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
} date;

int32_t day_of_date(date value);
date date_of_day(int32_t day);
/* 0 is Monday, 6 Sunday. */
int weekday_of_day(int32_t day);

/* YYYY-MM-DD, strict, within DAY_MIN..DAY_MAX. DUBAN_E_DATE. */
duban_status day_read(const char *text, int32_t *out);
void day_write(int32_t day, char out[DAY_TEXT_SIZE]);

/* YYYY-MM-DD, YYYY-MM-DDTHH:MM or with :SS or :SS.mmm, read in the given offset; a
 * trailing Z or +08:00 behind the time overrides it; a bare day means its last
 * millisecond when end_of_day. DUBAN_E_DATE. */
duban_status moment_read(const char *text, int32_t utc_offset_minutes, bool end_of_day,
                         int64_t *out_ms);
/* 2023-04-07T09:00:00+08:00; with .mmm behind the seconds when they are not whole. */
void moment_write(int64_t ms, int32_t utc_offset_minutes, char out[MOMENT_TEXT_SIZE]);
int32_t day_of_moment(int64_t ms, int32_t utc_offset_minutes);
int64_t moment_of_day(int32_t day, int32_t utc_offset_minutes); /* its first ms */

/* The period of that kind that holds day; first_day 0 and kind NONE when there is none
 * (FIRST_TWO outside January and February, THREE_QUARTERS in the fourth quarter). */
period period_of_day(period_kind kind, int32_t day);
int32_t period_last_day(period value);
/* Kind known, first_day where such a period begins, within DAY_MIN..DAY_MAX. */
bool period_valid(period value);
/* The next period of the same kind; of FIRST_TWO and THREE_QUARTERS the next year's. */
period period_next(period value);
bool period_equal(period a, period b);

/* The rounds of a plan's cycle (product.md "Rounds"). They are the periods of that kind;
 * only a cycle FIRST_TWO names the months as statistics do: 1—2月 is one round, and March
 * to December are months. Kind NONE and first_day 0 when no round holds that day. */
period period_of_cycle(period_kind cycle, int32_t day);
/* The round after that one; it begins on the next day, but for THREE_QUARTERS. */
period period_next_of_cycle(period_kind cycle, period value);

/* Text: 2023, 2023H1, 2023Q2, 2023M05, 2023M05X2, 2023M01-02, 2023Q1-3, 2023-05-07.
 * DUBAN_E_UNKNOWN_PERIOD when it is none of these. */
duban_status period_read(const char *text, period *out);
/* "" for kind NONE; any other period must be valid. */
void period_write(period value, char out[PERIOD_TEXT_SIZE]);

/* --- working days ------------------------------------------------------------------- */

/* Exceptions to Monday-to-Friday; both arrays ascending, borrowed from the caller. They
 * may name days on which they change nothing; a day in both is worked. */
typedef struct calendar {
    const int32_t *days_off;
    size_t days_off_n;
    const int32_t *working_days;
    size_t working_days_n;
} calendar;

bool calendar_works(const calendar *cal, int32_t day);
/* The n-th working day counted from the day after `from`: n = 1 is the first working day
 * after it; n = 0 is the last working day at or before it; n = -1 the one before that. */
int32_t calendar_add(const calendar *cal, int32_t from, int32_t n);
/* Working days d with from < d <= to; negative when to < from. */
int32_t calendar_between(const calendar *cal, int32_t from, int32_t to);

#endif

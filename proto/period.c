#include "proto/period.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/limits.h"

#define MS_OF_MINUTE 60000LL
#define MS_OF_DAY    86400000LL

/* --- days --------------------------------------------------------------------------- */

/* Both directions count in years that begin on 1 March, so that the leap day is a year's
 * last, and in eras of 400 years, which all have 146,097 days. Day -719,468 is
 * 0000-03-01. */
#define ERA_YEARS 400
#define ERA_DAYS  146097
#define ERA_START 719468

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

int32_t day_of_date(date value) {
    int64_t year = (int64_t)value.year - (value.month <= 2);
    int64_t era = floor_div(year, ERA_YEARS);
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t month = (value.month + 9) % 12; /* March is 0 */
    int64_t day_of_year = (153 * month + 2) / 5 + value.day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * ERA_DAYS + day_of_era - ERA_START);
}

date date_of_day(int32_t day) {
    int64_t shifted = (int64_t)day + ERA_START;
    int64_t era = floor_div(shifted, ERA_DAYS);
    int64_t day_of_era = shifted - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    return (date){
        .year = (int32_t)(year_of_era + era * ERA_YEARS + (month >= 10)),
        .month = (int32_t)(month < 10 ? month + 3 : month - 9),
        .day = (int32_t)(day_of_year - (153 * month + 2) / 5 + 1),
    };
}

int weekday_of_day(int32_t day) {
    int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */
    return (int)(since_monday - floor_div(since_monday, 7) * 7);
}

/* --- text --------------------------------------------------------------------------- */

/* Reads exactly that many ASCII digits. */
static bool read_digits(const char **text, int digits, int32_t *out) {
    int32_t value = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    *text += digits;
    *out = value;
    return true;
}

static bool read_char(const char **text, char c) {
    if (**text != c) return false;
    (*text)++;
    return true;
}

static bool read_date(const char **text, int32_t *out) {
    date d;
    if (!read_digits(text, 4, &d.year) || !read_char(text, '-')) return false;
    if (!read_digits(text, 2, &d.month) || !read_char(text, '-')) return false;
    if (!read_digits(text, 2, &d.day)) return false;
    if (d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31) return false;
    int32_t day = day_of_date(d);
    date back = date_of_day(day);
    if (back.month != d.month) return false; /* such as 30 February */
    if (day < DAY_MIN || day > DAY_MAX) return false;
    *out = day;
    return true;
}

duban_status day_read(const char *text, int32_t *out) {
    int32_t day;
    if (!read_date(&text, &day) || *text != '\0') return DUBAN_E_DATE;
    *out = day;
    return DUBAN_OK;
}

void day_write(int32_t day, char out[DAY_TEXT_SIZE]) {
    date d = date_of_day(day);
    int n = snprintf(out, DAY_TEXT_SIZE, "%04d-%02d-%02d", (int)d.year, (int)d.month,
                     (int)d.day);
    assert(n > 0 && n < DAY_TEXT_SIZE);
}

/* --- moments ------------------------------------------------------------------------ */

/* HH:MM, HH:MM:SS or HH:MM:SS.mmm behind the T. */
static bool read_time(const char **text, int64_t *out_ms) {
    int32_t hour, minute, second = 0, ms = 0;
    if (!read_digits(text, 2, &hour) || !read_char(text, ':')) return false;
    if (!read_digits(text, 2, &minute)) return false;
    if (read_char(text, ':')) {
        if (!read_digits(text, 2, &second)) return false;
        if (read_char(text, '.') && !read_digits(text, 3, &ms)) return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    *out_ms = (hour * 60 + minute) * MS_OF_MINUTE + second * 1000 + ms;
    return true;
}

/* Z, +08:00, or nothing, which leaves the offset as it is. */
static bool read_offset(const char **text, int32_t *minutes) {
    if (**text == '\0') return true;
    if (read_char(text, 'Z')) {
        *minutes = 0;
        return true;
    }
    bool negative = **text == '-';
    int32_t hour, minute;
    if (!read_char(text, '+') && !read_char(text, '-')) return false;
    if (!read_digits(text, 2, &hour) || !read_char(text, ':')) return false;
    if (!read_digits(text, 2, &minute)) return false;
    if (minute > 59 || hour * 60 + minute > UTC_OFFSET_MAX) return false;
    *minutes = negative ? -(hour * 60 + minute) : hour * 60 + minute;
    return true;
}

duban_status moment_read(const char *text, int32_t utc_offset_minutes, bool end_of_day,
                         int64_t *out_ms) {
    int32_t day, offset = utc_offset_minutes;
    int64_t ms = end_of_day ? MS_OF_DAY - 1 : 0;
    if (!read_date(&text, &day)) return DUBAN_E_DATE;
    if (read_char(&text, 'T'))
        if (!read_time(&text, &ms) || !read_offset(&text, &offset)) return DUBAN_E_DATE;
    if (*text != '\0') return DUBAN_E_DATE;
    *out_ms = moment_of_day(day, offset) + ms;
    return DUBAN_OK;
}

void moment_write(int64_t ms, int32_t utc_offset_minutes, char out[MOMENT_TEXT_SIZE]) {
    int32_t day = day_of_moment(ms, utc_offset_minutes);
    int64_t rest = ms - moment_of_day(day, utc_offset_minutes);
    int minutes = (int)(rest / MS_OF_MINUTE);
    int seconds = (int)(rest / 1000 % 60);
    char day_text[DAY_TEXT_SIZE], fraction[8] = "";
    day_write(day, day_text);
    if (rest % 1000) snprintf(fraction, sizeof fraction, ".%03d", (int)(rest % 1000));
    int offset = utc_offset_minutes < 0 ? -utc_offset_minutes : utc_offset_minutes;
    int n = snprintf(out, MOMENT_TEXT_SIZE, "%sT%02d:%02d:%02d%s%c%02d:%02d", day_text,
                     minutes / 60, minutes % 60, seconds, fraction,
                     utc_offset_minutes < 0 ? '-' : '+', offset / 60, offset % 60);
    assert(n > 0 && n < MOMENT_TEXT_SIZE);
}

int32_t day_of_moment(int64_t ms, int32_t utc_offset_minutes) {
    return (int32_t)floor_div(ms + utc_offset_minutes * MS_OF_MINUTE, MS_OF_DAY);
}

int64_t moment_of_day(int32_t day, int32_t utc_offset_minutes) {
    return day * MS_OF_DAY - utc_offset_minutes * MS_OF_MINUTE;
}

/* --- periods ------------------------------------------------------------------------ */

static period period_at(period_kind kind, int32_t year, int32_t month, int32_t day) {
    return (period){kind, day_of_date((date){year, month, day})};
}

period period_of_day(period_kind kind, int32_t day) {
    date d = date_of_day(day);
    switch (kind) {
    case PERIOD_DAY: return (period){kind, day};
    case PERIOD_XUN:
        return period_at(kind, d.year, d.month, d.day <= 10 ? 1 : d.day <= 20 ? 11 : 21);
    case PERIOD_MONTH: return period_at(kind, d.year, d.month, 1);
    case PERIOD_FIRST_TWO:
        if (d.month <= 2) return period_at(kind, d.year, 1, 1);
        break;
    case PERIOD_QUARTER: return period_at(kind, d.year, (d.month - 1) / 3 * 3 + 1, 1);
    case PERIOD_HALF: return period_at(kind, d.year, (d.month - 1) / 6 * 6 + 1, 1);
    case PERIOD_THREE_QUARTERS:
        if (d.month <= 9) return period_at(kind, d.year, 1, 1);
        break;
    case PERIOD_YEAR: return period_at(kind, d.year, 1, 1);
    case PERIOD_NONE:
    case PERIOD_KIND_COUNT: break;
    }
    return (period){PERIOD_NONE, 0};
}

/* The day before the first of the month that comes `months` after that of first_day. */
static int32_t last_day_after_months(int32_t first_day, int32_t months) {
    date d = date_of_day(first_day);
    int32_t month = d.month - 1 + months;
    return day_of_date((date){d.year + month / 12, month % 12 + 1, 1}) - 1;
}

int32_t period_last_day(period value) {
    switch (value.kind) {
    case PERIOD_XUN:
        if (date_of_day(value.first_day).day < 21) return value.first_day + 9;
        return last_day_after_months(value.first_day, 1);
    case PERIOD_MONTH: return last_day_after_months(value.first_day, 1);
    case PERIOD_FIRST_TWO: return last_day_after_months(value.first_day, 2);
    case PERIOD_QUARTER: return last_day_after_months(value.first_day, 3);
    case PERIOD_HALF: return last_day_after_months(value.first_day, 6);
    case PERIOD_THREE_QUARTERS: return last_day_after_months(value.first_day, 9);
    case PERIOD_YEAR: return last_day_after_months(value.first_day, 12);
    case PERIOD_NONE:
    case PERIOD_DAY:
    case PERIOD_KIND_COUNT: break;
    }
    return value.first_day;
}

bool period_valid(period value) {
    if (value.first_day < DAY_MIN || value.first_day > DAY_MAX) return false;
    if (value.kind <= PERIOD_NONE || value.kind >= PERIOD_KIND_COUNT) return false;
    return period_equal(period_of_day(value.kind, value.first_day), value);
}

period period_next(period value) {
    if (value.kind == PERIOD_FIRST_TWO || value.kind == PERIOD_THREE_QUARTERS)
        return period_at(value.kind, date_of_day(value.first_day).year + 1, 1, 1);
    return period_of_day(value.kind, period_last_day(value) + 1);
}

bool period_equal(period a, period b) {
    return a.kind == b.kind && a.first_day == b.first_day;
}

period period_of_cycle(period_kind cycle, int32_t day) {
    bool month = cycle == PERIOD_FIRST_TWO && date_of_day(day).month > 2;
    return period_of_day(month ? PERIOD_MONTH : cycle, day);
}

period period_next_of_cycle(period_kind cycle, period value) {
    if (cycle != PERIOD_FIRST_TWO) return period_next(value);
    return period_of_cycle(cycle, period_last_day(value) + 1);
}

/* M05, M05X2 or M01-02 behind the year; M is read already. */
static bool read_month(const char **text, int32_t year, period *out) {
    int32_t month, third;
    if (!read_digits(text, 2, &month) || month < 1 || month > 12) return false;
    if (read_char(text, 'X')) {
        if (!read_digits(text, 1, &third) || third < 1 || third > 3) return false;
        *out = period_at(PERIOD_XUN, year, month, 1 + 10 * (third - 1));
        return true;
    }
    bool first_two = month == 1 && strcmp(*text, "-02") == 0;
    if (first_two) *text += 3;
    *out = period_at(first_two ? PERIOD_FIRST_TWO : PERIOD_MONTH, year, month, 1);
    return true;
}

/* Q2 or Q1-3 behind the year; Q is read already. */
static bool read_quarter(const char **text, int32_t year, period *out) {
    int32_t quarter;
    if (!read_digits(text, 1, &quarter) || quarter < 1 || quarter > 4) return false;
    bool three = quarter == 1 && strcmp(*text, "-3") == 0;
    if (three) *text += 2;
    *out = period_at(three ? PERIOD_THREE_QUARTERS : PERIOD_QUARTER, year,
                     3 * (quarter - 1) + 1, 1);
    return true;
}

static bool read_period(const char **text, period *out) {
    const char *start = *text;
    int32_t year, half;
    if (!read_digits(text, 4, &year)) return false;
    if (read_char(text, 'M')) return read_month(text, year, out);
    if (read_char(text, 'Q')) return read_quarter(text, year, out);
    if (read_char(text, 'H')) {
        if (!read_digits(text, 1, &half) || half < 1 || half > 2) return false;
        *out = period_at(PERIOD_HALF, year, 6 * (half - 1) + 1, 1);
        return true;
    }
    if (**text == '-') {
        *text = start;
        out->kind = PERIOD_DAY;
        return read_date(text, &out->first_day);
    }
    *out = period_at(PERIOD_YEAR, year, 1, 1);
    return true;
}

duban_status period_read(const char *text, period *out) {
    period value = {PERIOD_NONE, 0};
    if (!read_period(&text, &value) || *text != '\0') return DUBAN_E_UNKNOWN_PERIOD;
    if (!period_valid(value)) return DUBAN_E_UNKNOWN_PERIOD;
    *out = value;
    return DUBAN_OK;
}

void period_write(period value, char out[PERIOD_TEXT_SIZE]) {
    assert(value.kind == PERIOD_NONE || period_valid(value));
    date d = date_of_day(value.first_day);
    int year = (int)d.year, month = (int)d.month, n = 0;
    out[0] = '\0';
    switch (value.kind) {
    case PERIOD_DAY: day_write(value.first_day, out); return;
    case PERIOD_XUN:
        n = snprintf(out, PERIOD_TEXT_SIZE, "%04dM%02dX%d", year, month, d.day / 10 + 1);
        break;
    case PERIOD_MONTH:
        n = snprintf(out, PERIOD_TEXT_SIZE, "%04dM%02d", year, month);
        break;
    case PERIOD_FIRST_TWO: n = snprintf(out, PERIOD_TEXT_SIZE, "%04dM01-02", year); break;
    case PERIOD_QUARTER:
        n = snprintf(out, PERIOD_TEXT_SIZE, "%04dQ%d", year, month / 3 + 1);
        break;
    case PERIOD_HALF:
        n = snprintf(out, PERIOD_TEXT_SIZE, "%04dH%d", year, month / 6 + 1);
        break;
    case PERIOD_THREE_QUARTERS:
        n = snprintf(out, PERIOD_TEXT_SIZE, "%04dQ1-3", year);
        break;
    case PERIOD_YEAR: n = snprintf(out, PERIOD_TEXT_SIZE, "%04d", year); break;
    case PERIOD_NONE:
    case PERIOD_KIND_COUNT: break;
    }
    assert(n >= 0 && n < PERIOD_TEXT_SIZE);
}

/* --- working days ------------------------------------------------------------------- */

/* Position of the first of the n ascending days that is not below day. */
static size_t lower_bound(const int32_t *days, size_t n, int32_t day) {
    size_t low = 0;
    while (n > 0) {
        size_t half = n / 2;
        if (days[low + half] < day) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

static bool contains(const int32_t *days, size_t n, int32_t day) {
    size_t at = lower_bound(days, n, day);
    return at < n && days[at] == day;
}

bool calendar_works(const calendar *cal, int32_t day) {
    if (contains(cal->working_days, cal->working_days_n, day)) return true;
    return weekday_of_day(day) < 5 && !contains(cal->days_off, cal->days_off_n, day);
}

int32_t calendar_add(const calendar *cal, int32_t from, int32_t n) {
    int32_t day = from;
    if (n > 0) {
        for (int32_t left = n; left > 0; left -= calendar_works(cal, day))
            day++;
        return day;
    }
    while (!calendar_works(cal, day))
        day--;
    for (int32_t left = n; left < 0; left += calendar_works(cal, day))
        day--;
    return day;
}

/* Mondays to Fridays from the Monday before 1970 up to and including day. */
static int32_t weekdays_until(int32_t day) {
    int64_t days = (int64_t)day + 4; /* 1969-12-29 up to day */
    int64_t weeks = floor_div(days, 7);
    int64_t rest = days - weeks * 7;
    return (int32_t)(weeks * 5 + (rest < 5 ? rest : 5));
}

int32_t calendar_between(const calendar *cal, int32_t from, int32_t to) {
    if (to < from) return -calendar_between(cal, to, from);
    int32_t count = weekdays_until(to) - weekdays_until(from);
    const int32_t *off = cal->days_off, *on = cal->working_days;
    size_t i = lower_bound(on, cal->working_days_n, from + 1);
    for (int32_t last = from; i < cal->working_days_n && on[i] <= to; last = on[i++])
        count += on[i] != last && weekday_of_day(on[i]) >= 5;
    i = lower_bound(off, cal->days_off_n, from + 1);
    for (int32_t last = from; i < cal->days_off_n && off[i] <= to; last = off[i++])
        count -= off[i] != last && weekday_of_day(off[i]) < 5 &&
                 !contains(on, cal->working_days_n, off[i]);
    return count;
}

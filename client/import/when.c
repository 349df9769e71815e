#include "client/import/when.h"

#include <stdio.h>
#include <string.h>

#include "client/import/numeral.h"

static const char *const signs[] = {"—",  "——", "–",  "-", "~",
                                    "～", "至", "到", "―", NULL};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void set_date(char out[DATE_TEXT_SIZE], uint32_t year, uint32_t month,
                     uint32_t day) {
    snprintf(out, DATE_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)(year % 10000),
             (unsigned)(month % 100), (unsigned)(day % 100));
}

static uint32_t last_day(uint32_t year, uint32_t month) {
    static const uint32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Up to four digits at the position; their count. */
static size_t small_number(piece p, size_t at, uint32_t *number) {
    size_t i = at;
    uint32_t value = 0;
    while (i < p.size && i < at + 5 && is_digit(p.at[i]))
        value = value * 10 + (uint32_t)(p.at[i++] - '0');
    if (i == at || i - at > 4) return 0;
    *number = value;
    return i - at;
}

/* Month and day behind a year; sets the deadline to the end of what is named. */
static size_t read_month(piece p, size_t at, uint32_t year, term *out) {
    uint32_t month, day;
    size_t n = small_number(p, at, &month);
    if (n == 0 || month < 1 || month > 12) return at;
    if (!piece_starts(piece_from(p, at + n), "月")) return at;
    at += n + strlen("月");
    size_t d = small_number(p, at, &day);
    bool dated = d && day >= 1 && day <= last_day(year, month) &&
                 piece_starts(piece_from(p, at + d), "日");
    if (!dated) {
        set_date(out->deadline, year, month, last_day(year, month));
        return at;
    }
    set_date(out->deadline, year, month, day);
    return at + d + strlen("日");
}

static const char *const half[] = {"上半年", NULL};
static const char *const year_ends[] = {"年底", "年末",   "年内", "全年",
                                        "今年", "本年度", NULL};
static const char *const next_years[] = {"明年", "下一年", "次年", NULL};

static bool read_years(piece p, size_t position, uint32_t plan, term *out) {
    uint32_t first, last;
    size_t at = position, n = small_number(p, at, &first);
    if (n == 0) return false;
    at += n;
    if (n == 4 && piece_starts(piece_from(p, at), "年") && first >= 1990 &&
        first < 2200) {
        at += strlen("年");
        last = first;
    } else if (n != 4 || first < 1990 || first >= 2200) {
        if (plan == 0) return false;
        size_t end = read_month(p, position, plan, out);
        out->end = end;
        return end > position;
    }
    size_t sign = piece_word_at(p, at, signs);
    size_t m = sign ? small_number(p, at + sign, &last) : 0;
    if (m == 4 && piece_starts(piece_from(p, at + sign + m), "年") && last > first) {
        set_date(out->start, first, 1, 1);
        set_date(out->deadline, last, 12, 31);
        out->end = at + sign + m + strlen("年");
        return true;
    }
    if (!piece_ends(piece_cut(p, 0, at), "年")) return false;
    set_date(out->deadline, first, 12, 31);
    if (piece_word_at(p, at, half)) set_date(out->deadline, first, 6, 30);
    out->end = read_month(p, at, first, out);
    return true;
}

/* “十四五”期间: five years up to 1950 + 5 n. */
static bool read_five_years(piece p, size_t position, term *out) {
    numeral n;
    char value[DECIMAL_TEXT_SIZE];
    size_t from =
        position + (piece_starts(piece_from(p, position), "“") ? strlen("“") : 0);
    piece head = piece_cut(p, from, from + 2 * strlen("十"));
    if (!piece_starts(head, "十") || !numeral_at(head, 0, &n)) return false;
    memcpy(value, n.value, sizeof value);
    size_t at = from + head.size;
    if (n.end != head.size || !piece_starts(piece_from(p, at), "五")) return false;
    at += strlen("五");
    if (piece_starts(piece_from(p, at), "”")) at += strlen("”");
    static const char *const tails[] = {"期间", "末", "时期", "规划期", NULL};
    size_t tail = piece_word_at(p, at, tails);
    if (tail == 0) return false;
    uint32_t plan = 0;
    if (!small_number(piece_of(value), 0, &plan)) return false;
    set_date(out->deadline, 1950 + 5 * plan, 12, 31);
    out->end = at + tail;
    return true;
}

/* 3年内, 三年内: how long, but not from when. */
static bool read_span(piece p, size_t position, term *out) {
    numeral n;
    if (!numeral_at(p, position, &n) || n.class != UNIT_TIME) return false;
    static const char *const tails[] = {"内", "之内", "时间内", NULL};
    size_t tail = piece_word_at(p, n.end, tails);
    if (tail == 0) return false;
    out->unclear = true;
    out->end = n.end + tail;
    return true;
}

static bool read_words(piece p, size_t position, uint32_t year, term *out) {
    size_t n = piece_word_at(p, position, next_years);
    if (n) {
        out->unclear = true;
        out->end = position + n;
        return true;
    }
    if (year == 0) return false;
    n = piece_word_at(p, position, half);
    if (n) set_date(out->deadline, year, 6, 30);
    size_t m = piece_word_at(p, position, year_ends);
    if (m > n) set_date(out->deadline, year, 12, 31);
    if (m < n) m = n;
    out->end = position + m;
    return m > 0;
}

bool term_at(piece p, size_t position, uint32_t year, term *out) {
    term t = {.words = {"", 0}};
    if (!read_span(p, position, &t) && !read_years(p, position, year, &t) &&
        !read_five_years(p, position, &t) && !read_words(p, position, year, &t))
        return false;
    static const char *const tails[] = {"底前", "末前", "底", "末", "前", NULL};
    t.end += piece_word_at(p, t.end, tails);
    t.words = piece_cut(p, position, t.end);
    *out = t;
    return true;
}

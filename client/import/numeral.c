#include "client/import/numeral.h"

#include <stdio.h>
#include <string.h>

#define INTEGER_DIGITS_MAX 12 /* VALUE_ABS_MAX is 10^12 */
#define CHINESE_SIZE_MAX   36 /* bytes of a number in words */

/* Longest first does not matter: piece_word_at takes the longest. */
static const char *const counts[] = {
    "个",   "家",   "人",     "名",   "户",   "套", "所", "处", "座", "条",   "项",
    "场",   "件",   "辆",     "台",   "张",   "种", "类", "对", "支", "片",   "间",
    "艘",   "架",   "册",     "颗",   "株",   "棵", "只", "头", "口", "眼",   "宗",
    "笔",   "起",   "栋",     "幢",   "盏",   "首", "篇", "次", "例", "枚",   "位",
    "人次", "场次", "班次",   "批次", "户次", "份", "部", "门", "趟", "艘次", "车次",
    "床",   "床位", "标准箱", "TEU",  "匹",   "羽", "尾", "盘", "块", "亩次", "架次",
    "村",   "镇",   "社区",   "街道", "乡镇", "档", "幅", NULL};
static const char *const sizes[] = {
    "公里",   "千米", "米",     "平方公里", "平方米", "平米",     "立方米",
    "亩",     "公顷", "吨",     "斤",       "公斤",   "千克",     "千瓦",
    "千瓦时", "兆瓦", "兆瓦时", "度电",     "升",     "吨标准煤", "方",
    "MW",     "GW",   "kW",     "KW",       "km",     "TWh",      "GWh",
    "kWh",    "倍",   "立方",   "平方千米", "米³",    NULL};
static const char *const moneys[] = {"元",   "美元",     "欧元", "港元",
                                     "日元", "元人民币", NULL};
static const char *const percents[] = {"%", "个百分点", "百分点", "‰", "个千分点", NULL};
static const char *const softs[] = {"天",          "小时",     "分钟",   "分",
                                    "岁",          "个工作日", "工作日", "秒",
                                    "微克/立方米", "毫克/升",  "度",     NULL};
static const char *const times[] = {"年",   "月",   "日",     "个月", "号",
                                    "周",   "周年", "世纪",   "时",   "季度",
                                    "年级", "旬",   "个季度", "点",   NULL};
static const char *const names[] = {"千伏",   "伏",   "级",   "届",   "代", "号线",
                                    "环",     "路",   "楼",   "部门", "期", "线",
                                    "万千伏", "赫兹", "条例", "强",   NULL};
static const char *const grades[] = {"星级",   "A级",     "AA级", "AAA级",
                                     "AAAA级", "AAAAA级", NULL};
static const char *const digits_words[] = {"位数", NULL};
static const char *const titles[] = {"连冠", NULL};
static const char *const multipliers[] = {"万亿", "亿", "千万", "百万", "十万",
                                          "万",   "千", "百",   "十",   NULL};
static const char *const ranges[] = {"—",  "——", "–", "-", "~", "～", "至",
                                     "到", "―",  "−", "‐", "‑", NULL};
static const char *const mores[] = {"多", "余", "几", NULL};

typedef struct unit_list {
    const char *const *words;
    unit_class class;
} unit_list;

static const unit_list unit_lists[] = {
    {counts, UNIT_COUNT},     {sizes, UNIT_SIZE},   {moneys, UNIT_MONEY},
    {percents, UNIT_PERCENT}, {softs, UNIT_SOFT},   {times, UNIT_TIME},
    {names, UNIT_NAME},       {grades, UNIT_GRADE}, {digits_words, UNIT_DIGITS},
    {titles, UNIT_TITLES},
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_latin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t unit_word(piece p, size_t at, unit_class *class) {
    size_t best = 0;
    for (size_t i = 0; i < sizeof unit_lists / sizeof unit_lists[0]; i++) {
        size_t n = piece_word_at(p, at, unit_lists[i].words);
        if (n <= best) continue;
        best = n;
        *class = unit_lists[i].class;
    }
    return best;
}

/* The size of the unit at the position, 万 and 亿 included. */
static size_t unit_at(piece p, size_t at, unit_class *class) {
    unit_class plain = UNIT_NONE, scaled = UNIT_NONE;
    size_t direct = unit_word(p, at, &plain);
    size_t multiplier = piece_word_at(p, at, multipliers);
    size_t behind = multiplier ? unit_word(p, at + multiplier, &scaled) : 0;
    if (direct >= multiplier + behind && direct) {
        *class = plain;
        return direct;
    }
    if (behind || multiplier) {
        *class = behind ? scaled : UNIT_NONE;
        return multiplier + behind;
    }
    return 0;
}

/* --- digits ------------------------------------------------------------------------- */

/* Copies the digits at the position; 0 when there are none or too many. */
static size_t digits_at(piece p, size_t at, char out[DECIMAL_TEXT_SIZE]) {
    size_t i = at, whole;
    while (i < p.size && is_digit(p.at[i]))
        i++;
    whole = i - at;
    if (whole == 0 || whole > INTEGER_DIGITS_MAX) return 0;
    if (i + 1 < p.size && p.at[i] == '.' && is_digit(p.at[i + 1])) {
        size_t point = i++;
        while (i < p.size && is_digit(p.at[i]))
            i++;
        if (i - point - 1 > DECIMAL_SCALE_MAX) return 0;
    }
    size_t from = at;
    while (from + 1 < i && p.at[from] == '0' && is_digit(p.at[from + 1]))
        from++;
    snprintf(out, DECIMAL_TEXT_SIZE, "%.*s", (int)(i - from), p.at + from);
    return i - at;
}

int numeral_compare(const char *a, const char *b) {
    size_t x = strcspn(a, "."), y = strcspn(b, ".");
    if (x != y) return x < y ? -1 : 1;
    int order = strncmp(a, b, x);
    if (order) return order < 0 ? -1 : 1;
    a += x, b += y;
    if (*a) a++;
    if (*b) b++;
    for (; *a || *b; a += *a != 0, b += *b != 0) {
        char c = *a ? *a : '0', d = *b ? *b : '0';
        if (c != d) return c < d ? -1 : 1;
    }
    return 0;
}

/* --- Chinese numerals --------------------------------------------------------------- */

static const char *const chinese_words[] = {"〇", "零", "一", "二", "两", "三",
                                            "四", "五", "六", "七", "八", "九",
                                            "十", "百", "千", NULL};

static int chinese_digit(piece p) {
    static const int values[] = {0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000};
    for (size_t i = 0; chinese_words[i]; i++)
        if (piece_starts(p, chinese_words[i])) return values[i];
    return -1;
}

/* 三百五十 as 350. 0 when it is no number in words; 二三 (two or three) is none. */
static size_t chinese_at(piece p, size_t at, char out[DECIMAL_TEXT_SIZE]) {
    unsigned long total = 0;
    int digit = -1;
    size_t i = at;
    for (; i < p.size && i - at < CHINESE_SIZE_MAX; i += strlen("一")) {
        int value = chinese_digit(piece_from(p, i));
        if (value < 0) break;
        if (value >= 10) {
            total += (unsigned long)value * (unsigned long)(digit > 0 ? digit : 1);
            digit = -1;
        } else {
            if (digit > 0) return 0;
            digit = value;
        }
    }
    if (i == at) return 0;
    if (digit > 0) total += (unsigned long)digit;
    if (total == 0) return 0;
    snprintf(out, DECIMAL_TEXT_SIZE, "%lu", total);
    return i - at;
}

/* --- both --------------------------------------------------------------------------- */

static size_t number_at(piece p, size_t at, bool chinese, char out[DECIMAL_TEXT_SIZE]) {
    return chinese ? chinese_at(p, at, out) : digits_at(p, at, out);
}

static void set_unit(numeral *n, piece unit, unit_class class) {
    if (piece_is(unit, "个百分点")) unit = piece_of("百分点");
    unit = piece_limit(unit, UNIT_SIZE_MAX);
    memcpy(n->unit, unit.at, unit.size);
    n->unit[unit.size] = '\0';
    n->class = class;
}

/* 10—15个, 5%至6%, 1.5万—2万人: takes the second number if its unit agrees. */
static void read_range(piece p, numeral *n) {
    size_t sign = piece_word_at(p, n->end, ranges);
    char second[DECIMAL_TEXT_SIZE];
    if (sign == 0) return;
    size_t at = n->end + sign;
    size_t size = number_at(p, at, n->chinese, second);
    if (size == 0) return;
    unit_class class = UNIT_NONE;
    size_t unit_size = unit_at(p, at + size, &class);
    piece unit = piece_cut(p, at + size, at + size + unit_size);
    bool agrees = n->unit[0] == '\0' || piece_is(unit, n->unit) ||
                  (n->class == UNIT_NONE && piece_starts(unit, n->unit));
    if (!agrees || class == UNIT_TIME || class == UNIT_NAME) {
        if (class == UNIT_TIME && n->unit[0] == '\0') n->class = UNIT_TIME;
        return;
    }
    memcpy(n->value_max, second, sizeof second);
    n->end = at + size + unit_size;
    set_unit(n, unit, class);
}

/* 5A景区, 5A级景区 */
static bool read_a_grade(piece p, size_t at, numeral *n) {
    size_t i = at;
    if (i >= p.size || p.at[i] != 'A' || strchr(n->value, '.')) return false;
    i++;
    if (i < p.size && (is_latin(p.at[i]) || is_digit(p.at[i]))) return false;
    if (piece_starts(piece_from(p, i), "级")) i += strlen("级");
    set_unit(n, piece_of("A级"), UNIT_GRADE);
    n->end = i;
    return true;
}

static void read_unit(piece p, size_t at, numeral *n) {
    unit_class class = UNIT_NONE;
    size_t more = piece_word_at(p, at, mores);
    size_t size = unit_at(p, at + more, &class);
    if (size == 0) more = 0;
    if (!n->chinese && size == 0 && read_a_grade(p, at, n)) return;
    set_unit(n, piece_cut(p, at + more, at + more + size), class);
    n->end = at + more + size;
    n->more = more > 0;
    size_t tail = piece_word_at(p, n->end, mores);
    if (class == UNIT_NONE && size && tail) { /* 2万多人 */
        unit_class behind = UNIT_NONE;
        size_t unit = unit_word(p, n->end + tail, &behind);
        if (unit == 0) return;
        n->more = true;
        char whole[2 * UNIT_SIZE_MAX + 1];
        size_t head = strlen(n->unit);
        memcpy(whole, n->unit, head);
        memcpy(whole + head, p.at + n->end + tail, unit);
        whole[head + unit] = '\0';
        n->end += tail + unit;
        set_unit(n, piece_of(whole), behind);
    }
}

bool numeral_at(piece p, size_t position, numeral *out) {
    numeral n = {.begin = position};
    piece rest = piece_from(p, position);
    if (rest.size == 0) return false;
    static const char percent_head[] = "百分之";
    bool percent = piece_starts(rest, percent_head);
    size_t at = position + (percent ? strlen(percent_head) : 0);
    n.chinese = at < p.size && !is_digit(p.at[at]);
    size_t size = number_at(p, at, n.chinese, n.value);
    if (size == 0) return false;
    if (percent) {
        n.end = at + size;
        set_unit(&n, piece_of("%"), UNIT_PERCENT);
        *out = n;
        return true;
    }
    read_unit(p, at + size, &n);
    if (!n.more) read_range(p, &n);
    *out = n;
    return true;
}

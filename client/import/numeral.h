/* Numbers as Chinese notices print them, with their unit: 1.2万人, 2—3个, 5%, 四星级,
 * 两位数, 十五所, 百分之三.
 * Knows: digits, 万 and 亿, measure words, ranges. Must not know: what is promised.
 *
 * Values are decimal text, exactly as printed; 万 and 亿 stay with the unit. */
#ifndef DUBAN_IMPORT_NUMERAL_H
#define DUBAN_IMPORT_NUMERAL_H

#include "client/import/piece.h"
#include "proto/decimal.h"
#include "proto/limits.h"

typedef enum unit_class {
    UNIT_NONE,    /* no unit follows */
    UNIT_UNKNOWN, /* a character that is no known unit */
    UNIT_COUNT,   /* 个 家 人 … */
    UNIT_SIZE,    /* 公里 亩 吨 千瓦 … */
    UNIT_MONEY,   /* 元 */
    UNIT_PERCENT,
    UNIT_SOFT,   /* 天 小时 分 岁: a target only where a comparator says so */
    UNIT_TIME,   /* 年 月 日 */
    UNIT_NAME,   /* 千伏, 条 of a policy: part of a name */
    UNIT_GRADE,  /* 四星级, 5A级 */
    UNIT_DIGITS, /* 两位数: the value is the smallest such number */
    UNIT_TITLES, /* 六连冠 */
} unit_class;

typedef struct numeral {
    size_t begin; /* of the number */
    size_t end;   /* behind its unit */
    char value[DECIMAL_TEXT_SIZE];
    char value_max[DECIMAL_TEXT_SIZE]; /* "" unless it is a range */
    char unit[UNIT_SIZE_MAX + 1];      /* as printed, without 多 or 余 */
    unit_class class;
    bool chinese; /* printed in Chinese numerals */
    bool more;    /* 多 or 余 behind it */
} numeral;

/* The number that begins at the position; false when none begins there. A number too long
 * to be a value is none. The position must not lie inside a number or a Latin word. */
bool numeral_at(piece p, size_t position, numeral *out);

/* -1, 0, 1. Decimal texts without sign. */
int numeral_compare(const char *a, const char *b);

#endif

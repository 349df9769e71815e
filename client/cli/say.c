#include "client/cli/say.h"

#include <stdio.h>
#include <string.h>

#include "client/cli/text.h"

void say_amount(decimal value, const char *unit, char out[SAY_SIZE]) {
    char text[DECIMAL_TEXT_SIZE];
    decimal_write(value, text);
    bool close = unit[0] == '%' || unit[0] == '\0';
    snprintf(out, SAY_SIZE, "%s%s%s", text, close ? "" : " ", unit);
}

const char *say_number_wanted(duban_status status, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    switch (status) {
    case DUBAN_E_SCALE: return zh ? "至多 6 位小数" : "at most 6 decimals";
    case DUBAN_E_OVERFLOW:
        return zh ? "绝对值不超过 10¹²" : "at most 10¹², either way from 0";
    default: return zh ? "数字" : "a number";
    }
}

void say_day(int32_t day, char out[DAY_TEXT_SIZE]) {
    if (day)
        day_write(day, out);
    else
        out[0] = '\0';
}

static const char *word_of(const metric_words *metric, duban_lang lang) {
    bool zh = lang == DUBAN_ZH;
    if (metric->strict && metric->comparator == COMPARATOR_AT_LEAST)
        return zh ? "大于" : "more than";
    if (metric->strict && metric->comparator == COMPARATOR_AT_MOST)
        return zh ? "小于" : "less than";
    return text_comparator(metric->comparator, lang);
}

/* "不低于参照指标", "at least 0.5 % above the metric compared with" */
static void say_compared(const metric_words *metric, duban_lang lang,
                         char out[SAY_SIZE]) {
    bool zh = lang == DUBAN_ZH, below = metric->reference_below;
    char amount[SAY_SIZE];
    say_amount(metric->target, metric->unit, amount);
    snprintf(out, SAY_SIZE, zh ? "%s参照指标" : "%s the metric compared with",
             text_comparator(below ? COMPARATOR_AT_MOST : COMPARATOR_AT_LEAST, lang));
    if (metric->target.micro)
        snprintf(out + strlen(out), SAY_SIZE - strlen(out), " %s%.180s",
                 metric->target.micro > 0 ? "+" : "", amount);
}

void say_target(const metric_words *metric, const decimal *split, duban_lang lang,
                char out[SAY_SIZE]) {
    char amount[SAY_SIZE], low[DECIMAL_TEXT_SIZE];
    const char *word = word_of(metric, lang);
    if (metric->comparator == COMPARATOR_PENDING ||
        metric->comparator == COMPARATOR_YES_NO) {
        snprintf(out, SAY_SIZE, "%s", word);
        return;
    }
    if (metric->comparator == COMPARATOR_REFERENCE) {
        say_compared(metric, lang, out);
        return;
    }
    if (metric->comparator == COMPARATOR_FLOOR_STRETCH) {
        say_amount(split ? *split : metric->target, metric->unit, amount);
        decimal_write(metric->stretch, low);
        snprintf(out, SAY_SIZE, lang == DUBAN_ZH ? "不低于 %.200s" : "at least %.200s",
                 amount);
        if (!split)
            snprintf(out + strlen(out), SAY_SIZE - strlen(out),
                     lang == DUBAN_ZH ? "，力争 %s" : ", striving for %s", low);
        return;
    }
    if (metric->comparator == COMPARATOR_BETWEEN && !split) {
        say_amount(metric->target_max, metric->unit, amount);
        decimal_write(metric->target, low);
        snprintf(out, SAY_SIZE, "%s–%.200s", low, amount);
        return;
    }
    if (metric->comparator == COMPARATOR_BETWEEN)
        word = text_comparator(COMPARATOR_AT_LEAST, lang);
    say_amount(split ? *split : metric->target, metric->unit, amount);
    snprintf(out, SAY_SIZE, "%s %.200s", word, amount);
}

bool say_list(char *out, size_t out_size, const char *separator, const char *item) {
    static const char more[] = "…";
    size_t used = strlen(out), gap = used ? strlen(separator) : 0;
    if (used >= sizeof more - 1 && strcmp(out + used - (sizeof more - 1), more) == 0)
        return false;
    bool fits = used + gap + strlen(item) + strlen(separator) + sizeof more <= out_size;
    if (used + gap + sizeof more > out_size) return false;
    snprintf(out + used, out_size - used, "%s%s", gap ? separator : "",
             fits ? item : more);
    return fits;
}

void say_chinese_day(int32_t day, char out[64]) {
    out[0] = '\0';
    if (!day) return;
    date d = date_of_day(day);
    snprintf(out, 64, "%d年%d月%d日", (int)d.year, (int)d.month, (int)d.day);
}

void say_period(period value, duban_lang lang, char out[64]) {
    static const char *const quarters[] = {"一", "二", "三", "四"};
    static const char *const xun[] = {"上旬", "中旬", "下旬"};
    char typed[PERIOD_TEXT_SIZE];
    date d = date_of_day(value.first_day);
    int year = (int)d.year, month = (int)d.month;
    period_write(value, typed);
    snprintf(out, 64, "%s", typed);
    if (lang != DUBAN_ZH) return;
    switch (value.kind) {
    case PERIOD_DAY: say_chinese_day(value.first_day, out); break;
    case PERIOD_XUN:
        snprintf(out, 64, "%d年%d月%s", year, month, xun[(d.day - 1) / 10]);
        break;
    case PERIOD_MONTH: snprintf(out, 64, "%d年%d月", year, month); break;
    case PERIOD_FIRST_TWO: snprintf(out, 64, "%d年1—2月", year); break;
    case PERIOD_QUARTER:
        snprintf(out, 64, "%d年第%s季度", year, quarters[(month - 1) / 3]);
        break;
    case PERIOD_HALF:
        snprintf(out, 64, "%d年%s半年", year, month < 7 ? "上" : "下");
        break;
    case PERIOD_THREE_QUARTERS: snprintf(out, 64, "%d年前三季度", year); break;
    case PERIOD_YEAR: snprintf(out, 64, "%d年", year); break;
    default: break;
    }
}

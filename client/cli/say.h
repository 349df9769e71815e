/* Short texts that several commands print.
 * Knows: words in two languages. Must not know: commands, the slice. */
#ifndef DUBAN_CLIENT_CLI_SAY_H
#define DUBAN_CLIENT_CLI_SAY_H

#include "proto/words.h"

#define SAY_SIZE 256

/* "不低于 5.5%", "2–3 个", "大于 30 位"; split (may be NULL) stands for the target. */
void say_target(const metric_words *metric, const decimal *split, duban_lang lang,
                char out[SAY_SIZE]);
/* "320 亿元" */
void say_amount(decimal value, const char *unit, char out[SAY_SIZE]);
/* What a number that was refused with that status should have been. */
const char *say_number_wanted(duban_status status, duban_lang lang);
/* A day, "" for 0. */
void say_day(int32_t day, char out[DAY_TEXT_SIZE]);
/* As documents write it: "2023年5月4日", "" for 0. */
void say_chinese_day(int32_t day, char out[64]);
/* "2023年第二季度", "2023年上半年"; in English as it is typed. */
void say_period(period value, duban_lang lang, char out[64]);

/* Appends an item to a list, with the separator in front unless it is the first. What
 * does not fit whole is left out and "…" stands for it; false from then on. */
bool say_list(char *out, size_t out_size, const char *separator, const char *item);

#endif

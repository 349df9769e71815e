/* The light table that comes with Duban: a DEFAULT, product.md "Lights are data", for
 * cities that publish none of their own (`duban plan publish --lights FILE`). It is sent
 * like any other table and stands in the journal; no rule of the ledger knows it.
 *
 * Worst first, behind what is decided of the whole: a confirmed finding beats what is
 * closed or met, which beat what is exempt or tolerated; and a task whose timetable was
 * not accepted is grey, charged to the lead. Margins: points for cumulative metrics and
 * rates, percent for levels, places for ranks. */
#ifndef DUBAN_CLIENT_CLI_LIGHTS_DEFAULT_H
#define DUBAN_CLIENT_CLI_LIGHTS_DEFAULT_H

#define LIGHTS_DEFAULT                                                                   \
    "灯色,原因,性质,超欠低于,期限内工作日,"                              \
    "未报期数,连续期数,逾期,完成,未备案,无数据,"                       \
    "认定问题,办结,核减,容错\n"                                                \
    "红灯,督查认定问题,,,,,,,,,,是,,,\n"                                        \
    "完成,已办结销号,,,,,,,,,,,是,,\n"                                           \
    "完成,已完成,,,,,,,是,,,,,,\n"                                                 \
    "灰灯,已核减,,,,,,,,,,,,是,\n"                                                 \
    "灰灯,容错免责,,,,,,,,,,,,,是\n"                                              \
    "灰灯,未备案,,,,,,,,是,,,,,\n"                                                 \
    "红灯,逾期,,,,,,是,,,,,,,\n"                                                    \
    "红灯,欠序时进度,累计,-30,,,,,,,,,,,\n"                                     \
    "红灯,欠序时进度,增速,-2,,,,,,,,,,,\n"                                      \
    "红灯,欠序时进度,时点,-15,,,,,,,,,,,\n"                                     \
    "红灯,欠序时进度,位次,-3,,,,,,,,,,,\n"                                      \
    "红灯,连续亮灯,,,,,2,,,,,,,,\n"                                                \
    "黄灯,欠序时进度,累计,-10,,,,,,,,,,,\n"                                     \
    "黄灯,欠序时进度,增速,-0.5,,,,,,,,,,,\n"                                    \
    "黄灯,欠序时进度,时点,-5,,,,,,,,,,,\n"                                      \
    "黄灯,欠序时进度,位次,-1,,,,,,,,,,,\n"                                      \
    "黄灯,未报,,,,1,,,,,,,,,\n"                                                      \
    "蓝灯,欠序时进度,累计,0,,,,,,,,,,,\n"                                       \
    "蓝灯,欠序时进度,增速,0,,,,,,,,,,,\n"                                       \
    "蓝灯,欠序时进度,时点,0,,,,,,,,,,,\n"                                       \
    "蓝灯,欠序时进度,位次,0,,,,,,,,,,,\n"                                       \
    "蓝灯,临近期限,,,5,,,,,,,,,,\n"                                                \
    "灰灯,尚无数据,,,,,,,,,是,,,,\n"                                              \
    "绿灯,达到序时进度,,,,,,,,,,,,,\n"

#endif

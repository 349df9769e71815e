/* A light table as people write it:
 * 灯色,原因,性质,超欠低于,超欠不低于,期限内工作日,未报期数,
 * 连续期数,逾期,完成,未备案,无数据,认定问题,办结,核减,容错
 * or grade,cause,nature,margin_below,margin_from,due_within,missing_min,running_min,
 * overdue,met,no_timetable,no_data,finding,closed,exempt,tolerated.
 * An empty cell is no condition; the first row whose conditions all hold wins. The order
 * of grades and the one that runs on are options of the command, --order and
 * --running-from.
 * Knows: that table. Must not know: what a light is for. */
#ifndef DUBAN_CLIENT_CLI_LIGHTS_H
#define DUBAN_CLIENT_CLI_LIGHTS_H

#include "client/cli/cli.h"

/* Reads a table; rows live in the arena. name is what messages call it. Says every bad
 * row on standard error, then DUBAN_E_ROWS. out->plan and version are left to the caller.
 */
duban_status lights_read(cli *c, arena *a, const char *name, const char *bytes,
                         size_t size, lights_words *out);
/* The file, or the default table when path is NULL. */
duban_status lights_load(cli *c, arena *a, const char *path, lights_words *out);

/* What a row says in a column of that table, from 0, "" for no condition; borrowed from
 * room or static. */
#define LIGHTS_COLUMNS 16
const char *lights_cell(const light_row *row, int column, duban_lang lang,
                        char room[DECIMAL_TEXT_SIZE]);
const char *lights_title(int column, duban_lang lang);

#endif

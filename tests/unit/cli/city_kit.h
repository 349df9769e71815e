/* A small city for tests of commands: four offices in a ledger, a plan's cells on a
 * board, what is said caught in memory. */
#ifndef DUBAN_TESTS_UNIT_CLI_CITY_KIT_H
#define DUBAN_TESTS_UNIT_CLI_CITY_KIT_H

#include "client/cli/act.h"

#define KIT_CELLS_MAX 64

/* Offices: 1 city 市政府办公室, 2 east 东县, 3 west 西县, 4 lead 牵头局. */
typedef struct city_kit {
    cli c;
    act k;
    ledger *l;
    cell cells[KIT_CELLS_MAX];
    uint32_t n;
    char *said; /* on standard error, after kit_said */
    size_t said_size;
} city_kit;

void kit_open(city_kit *kit, duban_lang lang);
void kit_close(city_kit *kit);
/* A further cell; kit_fold puts all of them on the board. */
cell *kit_add(city_kit *kit, cell_kind kind, uint32_t task, uint32_t metric,
              uint32_t office, uint32_t node);
void kit_fold(city_kit *kit);
/* All that was said so far. */
const char *kit_said(city_kit *kit);

int32_t kit_day(const char *text);
decimal kit_number(const char *text);

/* Task 1 of the kit's plan: a sum of 200 split over east and west, a rate of 5.5. */
task_words kit_task(void);

#endif

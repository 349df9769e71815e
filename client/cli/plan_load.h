/* The files of a plan, read for `plan check` and `plan publish`: every problem of every
 * row is said on standard error.
 * Knows: those files. Must not know: how a plan is sent. */
#ifndef DUBAN_CLIENT_CLI_PLAN_LOAD_H
#define DUBAN_CLIENT_CLI_PLAN_LOAD_H

#include "client/cli/cli.h"
#include "client/cli/offices.h"
#include "client/cli/plan_words.h"

typedef struct plan_files {
    plan_table table; /* freed by plan_load_close */
    plan_words words; /* borrows from the table and the arena */
    offices_table offices;
    bool has_table;
} plan_files;

/* Reads the plan, --splits when given, --offices when given (else names are looked up in
 * l, which may be NULL: then they are not looked up). DUBAN_E_ROWS when there was any
 * problem, with *out filled as far as it went; plan_load_close in every case. */
duban_status plan_load(cli *c, arena *a, const char *path, const ledger *l,
                       plan_files *out);
void plan_load_close(plan_files *files);

/* A plan.csv alone. Says what is wrong. */
duban_status plan_load_table(cli *c, const char *path, plan_table *out);

#endif

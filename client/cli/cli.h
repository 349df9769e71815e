/* One run of `duban`: its language, its output, its options, its home.
 * Knows: terminals and the command table. Must not know: sockets, rules. */
#ifndef DUBAN_CLIENT_CLI_CLI_H
#define DUBAN_CLIENT_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "client/duban.h"

#define CLI_OPTIONS_MAX 48 /* options given on one command line */
#define CLI_ARGS_MAX    64 /* arguments that are no options */
#define CLI_PATH_MAX    1024

typedef struct cli cli;

/* One option of a command. value is NULL for a switch, else what stands for its value in
 * help ("FILE"). A table ends with a NULL name. */
typedef struct option_def {
    const char *name;
    const char *value;
    const char *zh;
    const char *en;
} option_def;

/* One row of the table that drives dispatch, help, the man page and shell completion. */
typedef struct command {
    const char *name; /* "plan import" */
    const char *args; /* "FILE", "" when none */
    int args_min;
    int args_max;
    const char *zh;
    const char *en;
    const option_def *options; /* NULL when none */
    duban_status (*run)(cli *c);
} command;

typedef struct option_given {
    const char *name;
    const char *value; /* NULL for a switch */
} option_given;

struct cli {
    duban_lang lang;
    bool json;
    bool color;
    bool quiet;
    char home[CLI_PATH_MAX];
    const char *url_command; /* NULL: what the home says */
    const char *url_feed;
    FILE *out;
    FILE *err;
    const command *command;
    option_given options[CLI_OPTIONS_MAX];
    int options_n;
    const char *args[CLI_ARGS_MAX];
    int args_n;
    duban *d;    /* opened by cli_open, closed by main */
    bool synced; /* the slice was brought up to date in this run */
};

/* Every command, ended by a NULL name. */
extern const command cli_commands[];
/* Options that every command takes. */
extern const option_def cli_global_options[];

/* The sentence in the reader's language. */
const char *cli_say(const cli *c, const char *zh, const char *en)
    __attribute__((format_arg(2), format_arg(3)));
/* Value of an option, NULL when it was not given. A switch gives "". The last one wins.
 */
const char *cli_option(const cli *c, const char *name);
/* The n-th value given for an option, n from 0; NULL beyond the last. */
const char *cli_option_nth(const cli *c, const char *name, int n);
bool cli_flag(const cli *c, const char *name);

/* Opens the home into c->d; says on standard error what is missing. A sealed key stays
 * sealed: for what signs nothing. */
duban_status cli_open_sealed(cli *c);
/* The same, and asks for the passphrase of a sealed key. */
duban_status cli_open(cli *c);
/* cli_open, then duban_sync; being unreachable is fine when a slice is there. */
duban_status cli_open_synced(cli *c);
/* For what the slice alone answers: notes that it may be old when the broker was away. */
void cli_say_kept(const cli *c);

/* Prints a refusal on standard error (as JSON too when asked) and returns its status. */
duban_status cli_refused(cli *c, const duban_refusal *refusal);
/* Makes a refusal of our own and prints it. found and expected may be NULL. */
duban_status cli_refuse(cli *c, duban_status status, uint32_t line, const char *field,
                        const char *found, const char *expected);
/* Exit code of cli.md: 0 done, 1 refused, 2 usage, 3 unreachable, 4 integrity. */
int cli_exit_code(duban_status status);

/* Reads a whole file, "-" for standard input, at most size_max bytes; a NUL stands behind
 * them. The caller frees *data. Says what failed. */
duban_status cli_read_file(cli *c, const char *path, size_t size_max, char **data,
                           size_t *size);
/* Writes a whole file by rename. */
duban_status cli_write_file(cli *c, const char *path, const void *data, size_t size,
                            unsigned mode);

/* Plan asked for with --plan, else DUBAN_PLAN, else the newest published plan of the
 * slice. NULL with a message when there is none. Borrowed until the next sync. */
const char *cli_plan_code(cli *c);

#endif

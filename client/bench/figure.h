/* Options that are numbers, and figures as a table or as JSON: what every bench shares.
 * Knows: the command line. Must not know: what is measured. */
#ifndef DUBAN_CLIENT_BENCH_FIGURE_H
#define DUBAN_CLIENT_BENCH_FIGURE_H

#include "client/cli/cli.h"

typedef struct bench_figure {
    const char *name; /* in JSON */
    const char *zh;
    const char *en;
    double value;
    int decimals;
} bench_figure;

/* The option's number, or `otherwise` when it was not given. Says what is wrong. */
duban_status bench_number(cli *c, const char *name, double otherwise, double min,
                          double max, double *out);
/* The figures as one JSON object, or as a table for people. */
void bench_tell(cli *c, const char *bench, const bench_figure *figures, size_t n);
/* Moves a print_progress; done lies in 0..1. */
void bench_step(void *ctx, double done);

#endif

#include "client/bench/figure.h"

#include <stdlib.h>

#include "client/cli/json.h"
#include "client/cli/print.h"

duban_status bench_number(cli *c, const char *name, double otherwise, double min,
                          double max, double *out) {
    const char *text = cli_option(c, name);
    char *end;
    *out = otherwise;
    if (!text) return DUBAN_OK;
    *out = strtod(text, &end);
    if (*end || end == text || !(*out >= min && *out <= max)) {
        char range[64];
        snprintf(range, sizeof range, "%.15g..%.15g", min, max);
        return cli_refuse(c, DUBAN_E_USAGE, 0, name, text, range);
    }
    return DUBAN_OK;
}

static json_t *json_figure(const bench_figure *f) {
    char text[64];
    if (f->decimals == 0) return json_integer((json_int_t)(f->value + 0.5));
    snprintf(text, sizeof text, "%.*f", f->decimals, f->value);
    return json_real(strtod(text, NULL));
}

/* The figures as one JSON object, or as a table for people. */
void bench_tell(cli *c, const char *bench, const bench_figure *figures, size_t n) {
    if (c->json) {
        json_t *all =
            json_pack("{s:s, s:s}", "bench", bench, "signing", "in the pipeline");
        for (size_t i = 0; i < n; i++)
            json_object_set_new(all, figures[i].name, json_figure(&figures[i]));
        json_dumpf(all, c->out, JSON_COMPACT | JSON_REAL_PRECISION(12));
        fputc('\n', c->out);
        json_decref(all);
        return;
    }
    const print_column columns[] = {
        {cli_say(c, "项目", "figure"), PRINT_LEFT, 0},
        {cli_say(c, "数值", "value"), PRINT_RIGHT, 0},
    };
    print_table *t = print_table_new(columns, 2, c->color);
    for (size_t i = 0; i < n; i++) {
        print_table_row(t);
        print_table_cell(t, cli_say(c, figures[i].zh, figures[i].en));
        print_table_cell_format(t, "%.*f", figures[i].decimals, figures[i].value);
    }
    print_table_write(t, c->out);
    print_table_free(t);
}

void bench_step(void *ctx, double done) {
    print_progress_step(ctx, (unsigned long long)(done * 1000), 1000);
}

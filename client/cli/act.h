/* One act of an office: what is asked for is found by the names people use, the event is
 * sent through the one door with its bodies, and where it stands is printed.
 * Knows: the slice, the plan's board at the broker. Must not know: what any event says.
 *
 * An act looks at the board and not at the slice, so that it speaks of what stands for
 * everybody now. Every function that fails has said why. What is found is borrowed until
 * act_run ends. */
#ifndef DUBAN_CLIENT_CLI_ACT_H
#define DUBAN_CLIENT_CLI_ACT_H

#include "client/cli/cli.h"
#include "client/cli/json.h"
#include "client/cli/look.h"

#define ACT_BODIES_MAX 8

typedef struct act {
    cli *c;
    arena a;
    const ledger *l; /* the slice as it was at the beginning */
    uint32_t plan;   /* 0: the act is of no plan */
    look where;      /* the plan's board */
    plan_cell info;
    duban_body_made bodies[ACT_BODIES_MAX];
    size_t bodies_n;
} act;

typedef duban_status (*act_fn)(act *k);

/* Opens the home, brings the slice up to date and runs fn. */
duban_status act_run(cli *c, act_fn fn);
/* The same with the plan named by the first argument and its board. */
duban_status act_run_plan(cli *c, act_fn fn);
/* Fetches another plan's board instead; text NULL: the plan --plan names or the newest.
 */
duban_status act_plan(act *k, const char *text);
/* The newest published plan's board, for what stands on every board; none is fine. */
duban_status act_any_plan(act *k);

/* The n-th argument, NULL beyond the last. */
const char *act_arg(const act *k, int n);
/* DUBAN_E_USAGE unless the option was given. */
duban_status act_needs(act *k, const char *option);

duban_status act_task(act *k, const char *text, task_words *out);
/* False when there is no such task. */
bool act_task_id(const act *k, uint32_t id, task_words *out);
duban_status act_office(act *k, const char *field, const char *text, uint32_t *out);
/* "a,b;c" or what several options say. */
duban_status act_offices(act *k, const char *field, const char *text,
                         const uint32_t **out, uint32_t *n);
duban_status act_metric(act *k, const task_words *task, const char *text,
                        const metric_words **out);
duban_status act_period(act *k, const char *text, period *out);
duban_status act_day(act *k, const char *field, const char *text, int32_t *out);
/* An option that holds a day; needed or left as it was. */
duban_status act_day_option(act *k, const char *option, bool needed, int32_t *out);
duban_status act_number(act *k, const char *field, const char *text, decimal *out);
duban_status act_count(act *k, const char *field, const char *text, uint32_t *out);
/* A code: what a person is called instead of by name. Borrowed from the arguments. */
const char *act_text(const act *k, const char *option);

/* The option's text (or --reason-file's for "reason") becomes a body of this act. Without
 * it DUBAN_E_REASON_NEEDED when needed, else *out stays as it was. */
duban_status act_body(act *k, const char *option, bool needed, body_ref *out);
/* Names after 、, ；, comma or semicolon apart, trimmed. NULL: no memory, said. */
const char *const *act_list(act *k, const char *text, uint32_t *n);

/* Sends with the bodies made so far. index may be NULL. */
duban_status act_send(act *k, event *ev, uint64_t *index);
/* Sends and says so: one line, or one object with kind, index and what `more` holds
 * (taken; may be NULL). */
duban_status act_send_say(act *k, event *ev, json_t *more);

#endif

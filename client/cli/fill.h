/* The sheet a clerk fills in, and one statement given by options: both become items, one
 * statement each, ready to be checked and sent.
 * Knows: the sheet's columns, the slice. Must not know: how items are sent.
 *
 * A row may carry a value, a node, a nil report and words at once: it becomes as many
 * items. Words of one task, office and period are one statement however many rows they
 * stand on; they are joined, each under its metric's label. A row in which nothing was
 * filled in is a draft. */
#ifndef DUBAN_CLIENT_CLI_FILL_H
#define DUBAN_CLIENT_CLI_FILL_H

#include "client/cli/cli.h"
#include "client/cli/sheet.h"

typedef enum fill_column {
    FILL_TASK,
    FILL_TITLE,
    FILL_METRIC,
    FILL_PERIOD,
    FILL_LAST, /* for the reader: passed over */
    FILL_YTD,
    FILL_ADD,
    FILL_VALUE,
    FILL_DENOMINATOR,
    FILL_UNIT,
    FILL_DATA_DATE,
    FILL_VINTAGE,
    FILL_NODE,
    FILL_DONE,
    FILL_PROGRESS,
    FILL_PROBLEM,
    FILL_NEXT,
    FILL_NIL,
    FILL_COMMENT, /* on the value, what a warning of the checks asks for */
    FILL_SUPERSEDES,
    FILL_REASON,
    FILL_OFFICE,
    FILL_NOTE, /* for the reader: passed over */
    FILL_COLUMNS_N
} fill_column;

extern const sheet_column fill_columns[FILL_COLUMNS_N + 1];

#define FILL_TEXTS 3 /* progress, problem, next */

/* One statement with its words. */
typedef struct fill_item {
    uint32_t line;  /* row, 0 when given by options */
    fill_column at; /* where its value stands */
    statement_words words;
    const char *texts[FILL_TEXTS]; /* of a text; NULL where there is none */
    const char *nil;
    const char *comment; /* of a value; NULL: none */
    const char *reason;  /* of a correction */
    duban_body_made bodies[FILL_TEXTS];
    size_t bodies_n;
    bool bad;
    bool same; /* this very value stands already: nothing to send */
} fill_item;

/* Codes of the persons a submission names, from options or the home's config. */
typedef struct fill_persons {
    char filler[CODE_SIZE_MAX + 1];
    char reviewer[CODE_SIZE_MAX + 1];
    char signer[CODE_SIZE_MAX + 1];
} fill_persons;

typedef struct fill {
    cli *c;
    arena *a;
    const ledger *l;
    uint32_t plan;
    fill_persons persons;
    const char *titles[FILL_COLUMNS_N]; /* what messages call the columns */
    fill_item *items;
    size_t n;
    size_t room;
    size_t drafts; /* rows with nothing filled in */
    size_t same;   /* items that stand already */
    duban_refusal *refusals;
    size_t bad; /* how many refusals */
    size_t bad_room;
} fill;

/* plan by number; everything lives in the arena. */
void fill_begin(fill *f, cli *c, arena *a, uint32_t plan);
/* One row: cells by fill_column, never NULL. Bad places are kept. DUBAN_E_NO_MEMORY. */
duban_status fill_row(fill *f, uint32_t line, const char *const *cells);
/* A whole sheet. DUBAN_E_SHEET, DUBAN_E_COLUMN, …: said. */
duban_status fill_sheet(fill *f, const char *path);
/* Makes the bodies and tries every item against the slice; marks the bad ones and keeps
 * why, and those of which the very same stands: a sheet may be sent again as it grows.
 * Failures of the machine are said. */
duban_status fill_check(fill *f);
/* Marks an item bad that was refused later, its refusal in words of the message. */
void fill_refused(fill *f, fill_item *item, const duban_refusal *why);
/* Says every bad place on standard error, in order of rows. */
void fill_tell(fill *f);

/* Prints what the plan's checks only note of a submission. */
void fill_say_notes(const fill *f, const submission_words *sub);

/* The submission of one item alone; reason is used when it supersedes something. */
submission_words fill_submission(const fill *f, const fill_item *item,
                                 const duban_body_made *reason);

#endif

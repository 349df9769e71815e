/* What offices should be reminded of: reports due soon, missing or returned, papers that
 * wait, reports not reviewed, timetables not filed or returned.
 * Knows: the board and its papers. Must not know: how it is printed. */
#ifndef DUBAN_CLIENT_CLI_REMIND_H
#define DUBAN_CLIENT_CLI_REMIND_H

#include "client/cli/papers.h"

typedef enum remind_kind {
    REMIND_DUE_SOON,
    REMIND_MISSING,
    REMIND_RETURNED,
    REMIND_UNANSWERED, /* a paper waits */
    REMIND_UNREVIEWED,
    REMIND_NO_TIMETABLE,
    REMIND_TIMETABLE_RETURNED,
    REMIND_COUNT
} remind_kind;

typedef struct remind_line {
    remind_kind kind;
    uint32_t office; /* who is reminded */
    uint32_t task;   /* id, 0 for a paper that speaks of none */
    period round;    /* of an item */
    uint32_t of;     /* REMIND_UNREVIEWED: whose report it is */
    const papers_row *paper;
    const form_act *act; /* REMIND_UNANSWERED: what is waited for */
    int32_t since;       /* 0: not known */
    int32_t by;          /* 0: no limit */
    bool late;           /* by has passed */
} remind_line;

typedef struct remind_ask {
    uint32_t office;   /* 0: everybody's */
    const char *mine;  /* code within the office, NULL: all of it */
    int32_t soon_days; /* working days that are soon */
} remind_ask;

typedef struct remind_list {
    remind_line *lines; /* in the arena, by office, then kind, then task */
    size_t n;
} remind_list;

/* Reads the board behind p (papers_open, papers_of_board). DUBAN_E_NO_MEMORY. */
duban_status remind_find(const papers *p, const remind_ask *ask, remind_list *out);
/* Whether that office has assigned the task to that code (分办). */
bool remind_is_mine(const papers *p, uint32_t task, uint32_t office, const char *code);

const char *remind_code(remind_kind kind); /* "missing", for JSON */
const char *remind_word(remind_kind kind, duban_lang lang);

#endif

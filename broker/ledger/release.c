#include "broker/ledger/release.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/item.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/trace.h"

typedef struct release_record {
    uint32_t code; /* its number: codes[code - 1] */
    period period;
    int32_t day;
    uint32_t cell;
} release_record;

/* Of one item; a later one of the same item replaces it. */
typedef struct unlock_record {
    uint32_t task;
    uint32_t office;
    period period;
    int32_t until_day;
    const char *code; /* in texts */
} unlock_record;

struct release_book {
    text_set texts;
    const char **codes; /* in texts, numbered as they were first released */
    uint32_t codes_n;
    uint32_t codes_room;
    release_record *releases;
    uint32_t releases_n;
    uint32_t releases_room;
    unlock_record *unlocks;
    uint32_t unlocks_n;
    uint32_t unlocks_room;
};

/* The plan's book, made when there is none; NULL when out of memory. */
static struct release_book *book_of(plan *p, const ledger_allocator *m) {
    if (p->releases == NULL) {
        p->releases = m->resize(m->ctx, NULL, 0, sizeof *p->releases);
        if (p->releases != NULL) memset(p->releases, 0, sizeof *p->releases);
    }
    return p->releases;
}

void release_free(plan *p, const ledger_allocator *m) {
    struct release_book *book = p->releases;
    if (book == NULL) return;
    memory_free(m, book->codes, book->codes_room, sizeof *book->codes);
    memory_free(m, book->releases, book->releases_room, sizeof *book->releases);
    memory_free(m, book->unlocks, book->unlocks_room, sizeof *book->unlocks);
    text_set_free(&book->texts, m);
    m->resize(m->ctx, book, sizeof *book, 0);
    p->releases = NULL;
}

/* What the cells do not say: for whom an item is unlocked. */
void release_page(const plan *p, page_writer *w) {
    const struct release_book *book = p->releases;
    if (book == NULL || book->unlocks_n == 0) return;
    page_put_u32(w, book->unlocks_n);
    for (uint32_t i = 0; i < book->unlocks_n; i++) {
        const unlock_record *one = &book->unlocks[i];
        page_put_u32(w, one->task);
        page_put_u32(w, one->office);
        page_put_u32(w, (uint32_t)one->period.kind);
        page_put_u32(w, (uint32_t)one->period.first_day);
        page_put_text(w, one->code);
    }
}

/* --- what waits --------------------------------------------------------------------- */

/* Position of the code among those released, NONE when it is not. */
static uint32_t find_code(const struct release_book *book, const char *code) {
    for (uint32_t i = 0; i < book->codes_n; i++)
        if (strcmp(book->codes[i], code) == 0) return i;
    return NONE;
}

static release_record *find_release(const struct release_book *book, const char *code,
                                    period value) {
    uint32_t at = book == NULL ? NONE : find_code(book, code);
    if (at == NONE) return NULL;
    for (uint32_t i = book->releases_n; i > 0; i--)
        if (book->releases[i - 1].code == at + 1 &&
            period_equal(book->releases[i - 1].period, value))
            return &book->releases[i - 1];
    return NULL;
}

/* The metric's words of that round when they wait for a release, else NULL. */
static const metric_words *waiting_metric(const plan *p, uint32_t metric,
                                          uint32_t round) {
    const metric_words *words = plan_metric_on(p, metric, p->rounds[round].last_day);
    return words->release == NULL || *words->release == '\0' ? NULL : words;
}

/* Likewise of a series that is asked for in the round. */
static const metric_words *waiting(const plan *p, uint32_t series, uint32_t round) {
    const metric_words *words = waiting_metric(p, p->series[series].metric, round);
    return words != NULL && plan_asks(p, series, round) ? words : NULL;
}

bool release_waits(const plan *p, uint32_t duty, uint32_t round) {
    const plan_duty *d = &p->duties[duty];
    for (uint32_t i = d->series_at; i < d->series_at + d->series_all; i++)
        if (waiting(p, i, round) != NULL) return true;
    return false;
}

/* A plan published later asks from the day of publication on. */
static int32_t due_day(const ledger *l, const plan *p, const metric_words *words,
                       const release_record *release) {
    calendar cal = workdays_calendar(&l->workdays);
    int32_t from = release->day < p->published_day ? p->published_day : release->day;
    if (words->release_days == 0) return from;
    return calendar_add(&cal, from, (int32_t)words->release_days);
}

/* What the releases say of one item. */
typedef struct outlook {
    uint32_t metrics; /* that wait */
    bool open;        /* of one the day is not named yet */
    int32_t first;    /* the first release, 0: none named */
    int32_t last;     /* the last due */
} outlook;

static outlook look(const ledger *l, const plan *p, uint32_t duty, uint32_t round) {
    const plan_duty *d = &p->duties[duty];
    outlook out = {0};
    for (uint32_t i = d->series_at; i < d->series_at + d->series_all; i++) {
        const metric_words *words = waiting(p, i, round);
        if (words == NULL) continue;
        out.metrics++;
        const release_record *release =
            find_release(p->releases, words->release, p->rounds[round].period);
        if (release == NULL) {
            out.open = true;
            continue;
        }
        int32_t due = due_day(l, p, words, release);
        if (out.first == 0 || release->day < out.first) out.first = release->day;
        if (due > out.last) out.last = due;
    }
    return out;
}

void release_window(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                    int32_t *open_day, int32_t *close_day) {
    const plan_round *r = &p->rounds[round];
    outlook out = look(l, p, duty, round);
    uint32_t owed;
    *open_day = r->open_day;
    *close_day = r->close_day;
    if (out.metrics == 0) return;
    plan_owes(p, duty, round, &owed);
    if (out.metrics == owed) *open_day = out.first;
    if (out.metrics == owed || out.last > r->close_day) *close_day = out.last;
    if (*close_day < l->day) *close_day = l->day;
    if (out.open) *close_day = 0;
}

bool release_over(const ledger *l, const plan *p, uint32_t metric, uint32_t round) {
    const plan_metric *m = &p->metrics[metric];
    if (waiting_metric(p, metric, round) == NULL)
        return l->day > p->rounds[round].close_day;
    if (round >= p->rounds_begun) return false;
    for (uint32_t i = 0; i < m->series_n; i++) {
        const item_cell *item = item_find(p, p->series[m->series[i]].duty, round);
        if (item != NULL && !item_over(item, l->day)) return false;
    }
    return true;
}

int32_t release_embargo(const ledger *l, const plan *p, uint32_t metric, uint32_t round) {
    const metric_words *words = waiting_metric(p, metric, round);
    if (words == NULL) return 0;
    const release_record *release =
        find_release(p->releases, words->release, p->rounds[round].period);
    if (release == NULL) return DAY_MAX;
    return release->day > l->day ? release->day : 0;
}

/* --- releases ----------------------------------------------------------------------- */

/* Whether a metric of that round waits for the code. */
static bool names_code(const plan *p, const char *code, uint32_t round) {
    for (uint32_t i = 0; i < p->metrics_n; i++) {
        const metric_words *words = waiting_metric(p, i, round);
        if (words != NULL && strcmp(words->release, code) == 0) return true;
    }
    return false;
}

/* A release that stands may be moved while its day has not come, to a day that is not
 * over. */
static duban_status check_move(const ledger *l, const release_words *words,
                               const release_record *stands, const verdict *v) {
    if (stands == NULL) return DUBAN_OK;
    if (stands->day <= l->day)
        return refuse_day(v, DUBAN_E_STATE, "day", words->day, stands->day, stands->day);
    if (words->day < l->day)
        return refuse_day(v, DUBAN_E_DATE, "day", words->day, l->day, DAY_MAX);
    return DUBAN_OK;
}

static bool reserve_release(ledger *l, plan *p, const char *code) {
    const ledger_allocator *m = &l->memory;
    struct release_book *book = book_of(p, m);
    if (book == NULL || text_set_add(&book->texts, m, code) == NULL) return false;
    const char **codes =
        memory_room(m, book->codes, &book->codes_room, book->codes_n + 1, sizeof *codes);
    if (codes == NULL) return false;
    book->codes = codes;
    release_record *releases = memory_room(m, book->releases, &book->releases_room,
                                           book->releases_n + 1, sizeof *releases);
    if (releases == NULL) return false;
    book->releases = releases;
    return cells_reserve(&p->board.cells, m, 1) && board_reserve_page(&p->board, m, 0, 1);
}

duban_status release_check(ledger *l, const release_words *words, uint32_t signer,
                           const verdict *v) {
    (void)signer;
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t round = plan_find_round(p, words->period);
    if (round == NONE) return item_refuse_period(v, words->period);
    if (!names_code(p, words->code, round))
        return refuse_text(v, DUBAN_E_UNKNOWN_RELEASE, "code", words->code, NULL);
    int32_t first = p->rounds[round].period.first_day;
    if (words->day < first || words->day > DAY_MAX - RELEASE_DAYS_MAX)
        return refuse_day(v, DUBAN_E_DATE, "day", words->day, first,
                          DAY_MAX - RELEASE_DAYS_MAX);
    status =
        check_move(l, words, find_release(p->releases, words->code, words->period), v);
    if (status != DUBAN_OK) return status;
    return reserve_release(l, p, words->code) ? DUBAN_OK : refuse_memory(v);
}

/* What was stated before keeps back until the day that is now known. */
static void hold_back(plan *p, const release_words *words, uint64_t index) {
    uint32_t at = plan_find_round(p, words->period);
    const plan_round *round = &p->rounds[at];
    if (round->values == NULL) return;
    for (uint32_t i = 0; i < p->series_n; i++) {
        const metric_words *metric = waiting_metric(p, p->series[i].metric, at);
        if (metric == NULL || strcmp(metric->release, words->code) != 0 ||
            round->values[i] == NONE)
            continue;
        cell next = *board_at(&p->board, round->values[i]);
        if (next.value.embargo_day == 0) continue;
        next.value.embargo_day = words->day;
        board_put(&p->board, round->values[i], &next, index);
    }
}

static release_record *add_release(plan *p, const release_words *words, uint64_t index) {
    struct release_book *book = p->releases;
    uint32_t code = find_code(book, words->code);
    if (code == NONE) {
        code = book->codes_n++;
        book->codes[code] = text_set_get(&book->texts, words->code);
    }
    cell_name name = {.kind = CELL_RELEASE, .node = code + 1, .period = words->period};
    release_record *added = &book->releases[book->releases_n++];
    *added = (release_record){.code = code + 1, .period = words->period};
    added->cell = board_add(&p->board, &name, 0, index);
    return added;
}

void release_apply(ledger *l, uint64_t index, const release_words *words,
                   uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    release_record *release = find_release(p->releases, words->code, words->period);
    if (release == NULL) release = add_release(p, words, index);
    release->day = words->day;
    const char *code = p->releases->codes[release->code - 1];
    board_put(&p->board, release->cell, &(cell){.release = {code, words->day}}, index);
    char in_period[PERIOD_TEXT_SIZE];
    char day[DAY_TEXT_SIZE];
    period_write(words->period, in_period);
    day_write(words->day, day);
    trace_say(l, "%" PRIu64 " release %s/%s %s -> %s", index, p->code, code, in_period,
              day);
    hold_back(p, words, index);
    item_move_windows(l, p, index);
    refresh_all(l, p, index);
}

/* --- locks -------------------------------------------------------------------------- */

static unlock_record *find_unlock(const struct release_book *book, uint32_t task,
                                  uint32_t office, period value) {
    for (uint32_t i = 0; book != NULL && i < book->unlocks_n; i++) {
        unlock_record *one = &book->unlocks[i];
        if (one->task == task && one->office == office &&
            period_equal(one->period, value))
            return one;
    }
    return NULL;
}

/* Who may is asked of the event as a whole (permit.h). */
static duban_status permitted(const ledger *l, const plan *p, uint32_t task,
                              uint32_t office, uint32_t signer, const verdict *v) {
    (void)l, (void)p, (void)task, (void)office, (void)signer, (void)v;
    return DUBAN_OK;
}

static bool reserve_unlock(ledger *l, plan *p, const char *code) {
    const ledger_allocator *m = &l->memory;
    struct release_book *book = book_of(p, m);
    if (book == NULL || text_set_add(&book->texts, m, code) == NULL) return false;
    unlock_record *unlocks = memory_room(m, book->unlocks, &book->unlocks_room,
                                         book->unlocks_n + 1, sizeof *unlocks);
    if (unlocks == NULL) return false;
    book->unlocks = unlocks;
    return true;
}

duban_status unlock_check(ledger *l, const unlock_words *words, uint32_t signer,
                          const verdict *v) {
    plan *p = NULL;
    uint32_t duty;
    uint32_t round;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status == DUBAN_OK)
        status = item_look(l, p, words->task, words->office, words->period, signer,
                           permitted, v, &duty, &round);
    if (status != DUBAN_OK) return status;
    if (!p->words.locks) return refuse_text(v, DUBAN_E_STATE, "plan", p->code, NULL);
    if (words->until_day < l->day || words->until_day > DAY_MAX)
        return refuse_day(v, DUBAN_E_DATE, "until_day", words->until_day, l->day,
                          DAY_MAX);
    if (words->code == NULL || *words->code == '\0')
        return refuse(v, DUBAN_E_EMPTY, "code");
    if (!words->reason.present) return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    return reserve_unlock(l, p, words->code) ? DUBAN_OK : refuse_memory(v);
}

void unlock_apply(ledger *l, uint64_t index, const unlock_words *words, uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    struct release_book *book = p->releases;
    uint32_t round = plan_find_round(p, words->period);
    uint32_t duty = plan_find_duty(p, words->task - 1, words->office);
    unlock_record *one = find_unlock(book, words->task, words->office, words->period);
    if (one == NULL) one = &book->unlocks[book->unlocks_n++];
    *one = (unlock_record){.task = words->task,
                           .office = words->office,
                           .period = words->period,
                           .until_day = words->until_day,
                           .code = text_set_get(&book->texts, words->code)};
    uint32_t at = p->rounds[round].items[duty];
    cell next = *board_at(&p->board, at);
    next.item.unlocked_until = words->until_day;
    board_put(&p->board, at, &next, index);
    p->board.pages[0].dirty = true;
    char day[DAY_TEXT_SIZE];
    day_write(words->until_day, day);
    trace_item(l, p, duty, round, "unlock", day, index);
}

duban_status unlock_admits(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                           const char *filler, const verdict *v) {
    const item_cell *item = item_find(p, duty, round);
    const plan_duty *d = &p->duties[duty];
    if (!p->words.locks || !item_over(item, l->day) || item->state == ITEM_RETURNED)
        return DUBAN_OK;
    period value = p->rounds[round].period;
    const unlock_record *one = find_unlock(p->releases, d->task + 1, d->office, value);
    if (one != NULL && l->day <= one->until_day) {
        if (filler != NULL && strcmp(filler, one->code) == 0) return DUBAN_OK;
        return refuse_text(v, DUBAN_E_ROUND_LOCKED, "filler", filler, one->code);
    }
    char in_period[PERIOD_TEXT_SIZE];
    char closed[DAY_TEXT_SIZE];
    period_write(value, in_period);
    day_write(item->close_day, closed);
    return refuse_text(v, DUBAN_E_ROUND_LOCKED, "period", in_period, closed);
}

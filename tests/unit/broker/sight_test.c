/* Whoever may not see everything, and follows a plan from frame to frame, holds at the
 * head what a board asked for at the head would show it: after any history of all that a
 * city says, with polls at any time, frames of any size and brokers that start anew. */
#include "tests/unit/ledger/everything_draws.h"

#include "broker/board/sight.h"
#include "proto/codec.h"

#define SEEDS        30
#define DAYS         110
#define EVENTS_A_DAY 6
#define PLANS_OF     2 /* of the drawn city */
#define LARGE        ((size_t)1 << 26)

/* --- a reader's fold: bytes of cells by name -------------------------------------- */

typedef struct kept {
    cell_name name;
    buffer bytes;
} kept;

typedef struct fold {
    kept *rows;
    uint32_t n;
    uint32_t room;
} fold;

static void fold_clear(fold *f) {
    for (uint32_t i = 0; i < f->n; i++)
        buffer_close(&f->rows[i].bytes);
    free(f->rows);
    memset(f, 0, sizeof *f);
}

static bool same_name(const cell_name *a, const cell_name *b) {
    return a->kind == b->kind && a->task == b->task && a->metric == b->metric &&
           a->office == b->office && a->node == b->node &&
           a->period.kind == b->period.kind && a->period.first_day == b->period.first_day;
}

static uint32_t fold_find(const fold *f, const cell_name *name) {
    uint32_t at = 0;
    while (at < f->n && !same_name(&f->rows[at].name, name))
        at++;
    return at;
}

static void fold_put(fold *f, const cell *value) {
    uint32_t at = fold_find(f, &value->name);
    if (value->withheld) {
        if (at == f->n) return;
        buffer_close(&f->rows[at].bytes);
        f->rows[at] = f->rows[--f->n];
        return;
    }
    if (at == f->room) {
        f->room = f->room ? 2 * f->room : 256;
        f->rows = realloc(f->rows, f->room * sizeof *f->rows);
        assert_non_null(f->rows);
    }
    if (at == f->n) {
        f->rows[f->n++].name = value->name;
        buffer_init(&f->rows[at].bytes);
    }
    f->rows[at].bytes.size = 0;
    assert_int_equal(codec_cell_write(value, &f->rows[at].bytes), DUBAN_OK);
}

/* The board at the head, as the broker answers a question for it. */
static void fold_board(const ledger *l, uint32_t of, viewer who, fold *out) {
    viewing view;
    frame_batch batch;
    ledger_status state;
    ledger_get_status(l, &state);
    fold_clear(out);
    frames_init(&batch);
    assert_int_equal(viewing_begin(&view, l, of, state.day, who), DUBAN_OK);
    assert_int_equal(frames_board(l, of, 0, 0, LARGE, view.eyes, &batch), DUBAN_OK);
    assert_int_equal(batch.left, 0);
    for (uint32_t i = 0; i < batch.n; i++)
        fold_put(out, &batch.cells[i]);
    frames_close(&batch);
    viewing_end(&view);
}

static void expect_equal(const fold *told, const fold *shown, viewer who) {
    for (uint32_t i = 0; i < shown->n; i++) {
        const cell_name *name = &shown->rows[i].name;
        uint32_t at = fold_find(told, name);
        if (at == told->n)
            fail_msg("right %d of office %u lacks cell %d of task %u", who.right,
                     who.office, name->kind, name->task);
        assert_int_equal(told->rows[at].bytes.size, shown->rows[i].bytes.size);
        assert_memory_equal(told->rows[at].bytes.data, shown->rows[i].bytes.data,
                            shown->rows[i].bytes.size);
    }
    for (uint32_t i = 0; i < told->n; i++)
        if (fold_find(shown, &told->rows[i].name) == shown->n)
            fail_msg("right %d of office %u still has cell %d of task %u", who.right,
                     who.office, told->rows[i].name.kind, told->rows[i].name.task);
}

/* --- polls -------------------------------------------------------------------------- */

typedef struct follower_of {
    viewer who;
    uint32_t plan;
    uint64_t cursor;
    bool all; /* nothing was told yet */
    fold told;
} follower_of;

#define EYES    6
#define READERS ((uint32_t)(EYES * PLANS_OF))

typedef struct scene {
    world w;
    sight sights[PLANS_OF + 1];
    follower_of readers[READERS];
    frame_batch batch;
    arena space;
    uint32_t fetches;
    uint32_t withheld;
    uint32_t shared; /* answers that were made for another reader */
    uint32_t compared;
    uint32_t smaller; /* boards that lacked something */
} scene;

static void compare(scene *s, follower_of *r) {
    fold shown = {0};
    fold whole = {0};
    fold_board(s->w.k.ledger, r->plan, r->who, &shown);
    fold_board(s->w.k.ledger, r->plan, VISIBLE_WHOLE, &whole);
    expect_equal(&r->told, &shown, r->who);
    s->compared++;
    s->smaller += shown.n < whole.n;
    fold_clear(&shown);
    fold_clear(&whole);
}

/* Makes the batch for r, seen through those eyes; whether it is one for every office. */
static bool make_batch(scene *s, const follower_of *r, viewer eyes, size_t bytes) {
    bool open = false;
    duban_status status =
        sight_changes(&s->sights[r->plan], s->w.k.ledger, r->plan, r->cursor, r->all,
                      eyes, bytes, LARGE, &s->space, &s->batch, &open);
    assert_int_equal(status, DUBAN_OK);
    return open;
}

/* One answer, as the feed makes it: an office gets what was made for another reader that
 * stands where it does, when that is for every office. */
static void poll_once(scene *s, follower_of *r) {
    static const size_t sizes[] = {300, 4000, LARGE};
    const ledger *l = s->w.k.ledger;
    uint64_t newest = ledger_plan_changed(l, r->plan);
    size_t bytes = sizes[kit_below(&s->w.r, COUNT(sizes))];
    if (!r->all && newest <= r->cursor) { /* no news: the cursor moves on */
        r->cursor = head(&s->w);
        return;
    }
    bool shared = r->who.right == RIGHT_OFFICE && one_in(&s->w, 2) &&
                  make_batch(s, r, VISIBLE_WHOLE, bytes);
    if (!shared) make_batch(s, r, r->who, bytes);
    s->shared += shared;
    if (s->batch.too_large) {
        s->fetches++;
        fold_board(l, r->plan, r->who, &r->told);
        r->cursor = head(&s->w);
    } else {
        for (uint32_t i = 0; i < s->batch.n; i++) {
            s->withheld += s->batch.cells[i].withheld;
            fold_put(&r->told, &s->batch.cells[i]);
        }
        r->cursor = s->batch.cut ? s->batch.to : head(&s->w);
    }
    r->all = false;
}

static void poll(scene *s, follower_of *r) {
    uint32_t answers = one_in(&s->w, 4) ? 1 : 400;
    for (uint32_t i = 0; i < answers && (r->all || r->cursor < head(&s->w)); i++)
        poll_once(s, r);
    if (r->cursor == head(&s->w)) compare(s, r);
}

/* --- a year ------------------------------------------------------------------------- */

static void open_scene(scene *s, uint64_t seed) {
    memset(s, 0, sizeof *s);
    s->w.r.state = seed * 104729;
    arena_init(&s->space, 0);
    frames_init(&s->batch);
    kit_open(&s->w.k);
    kit_must(&s->w.k, CITY, kit_genesis());
    kit_must(&s->w.k, CITY, kit_offices());
    kit_must(&s->w.k, CITY, kit_keys(&s->w.k));
    assert_true(publish(&s->w, 1));
    assert_true(publish(&s->w, 2));
    for (uint32_t of = 1; of <= PLANS_OF; of++) {
        event lights = kit_lights(1);
        lights.lights.plan = of;
        kit_must(&s->w.k, CITY, lights);
        event forms = {.kind = KIND_FORMS,
                       .forms = {of, 1, city_forms, COUNT(city_forms)}};
        kit_must(&s->w.k, CITY, decoded(&s->w.k, forms));
    }
    for (uint32_t i = 0; i < READERS; i++) {
        const viewer eyes[EYES] = {VISIBLE_TO_PUBLIC,    VISIBLE_TO_OFFICE(2),
                                   VISIBLE_TO_OFFICE(3), VISIBLE_TO_OFFICE(4),
                                   VISIBLE_TO_OFFICE(5), VISIBLE_WHOLE};
        s->readers[i].who = eyes[i % EYES];
        s->readers[i].plan = 1 + i / EYES;
        s->readers[i].all = true;
    }
}

static void close_scene(scene *s) {
    for (uint32_t i = 0; i < READERS; i++)
        fold_clear(&s->readers[i].told);
    for (uint32_t i = 0; i <= PLANS_OF; i++)
        sight_close(&s->sights[i]);
    frames_close(&s->batch);
    arena_close(&s->space);
    kit_close(&s->w.k);
}

static void restart(scene *s) {
    for (uint32_t i = 0; i <= PLANS_OF; i++)
        sight_close(&s->sights[i]);
}

static void live_a_day(scene *s) {
    ledger_status status;
    ledger_get_status(s->w.k.ledger, &status);
    s->w.k.now_ms = moment_of_day(status.day + 1, 480);
    kit_must(&s->w.k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = status.day + 1});
    for (uint32_t i = 0; i < EVENTS_A_DAY; i++) {
        event ev;
        uint32_t signer;
        if (any_event(&s->w, &ev, &signer)) (void)kit_send(&s->w.k, signer, ev);
        for (uint32_t r = 0; r < READERS; r++)
            if (one_in(&s->w, 9)) poll(s, &s->readers[r]);
        if (one_in(&s->w, 60)) restart(s);
    }
}

static void what_a_reader_has_folded_is_the_board_it_may_see(void **state) {
    (void)state;
    uint32_t fetches = 0, withheld = 0, shared = 0, compared = 0, smaller = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        scene *s = malloc(sizeof *s);
        assert_non_null(s);
        open_scene(s, seed);
        for (uint32_t d = 0; d < DAYS; d++)
            live_a_day(s);
        for (uint32_t r = 0; r < READERS; r++) {
            while (s->readers[r].cursor < head(&s->w))
                poll(s, &s->readers[r]);
            compare(s, &s->readers[r]);
        }
        fetches += s->fetches;
        withheld += s->withheld;
        shared += s->shared;
        compared += s->compared;
        smaller += s->smaller;
        close_scene(s);
        free(s);
    }
    print_message(
        "%u boards compared, %u of them with less than all; %u fetches, %u cells "
        "withheld, %u answers made for another reader\n",
        compared, smaller, fetches, withheld, shared);
    assert_true(smaller > 0 && fetches > 0 && withheld > 0 && shared > 0);
    assert_true(fetches < compared);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_reader_has_folded_is_the_board_it_may_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

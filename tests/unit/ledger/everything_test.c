/* The property of the whole rule book: whatever a city says, in events of all kinds that
 * follow a seed alone, either stands or changes nothing; what stands folds to the same
 * state from its bytes, in a slice it breaks nothing, and memory that runs out is a
 * refusal. */
#include "tests/unit/ledger/everything_draws.h"

#define PLANS        2
#define DAYS         60
#define EVENTS_A_DAY 25
#ifndef SEEDS /* more of them by hand */
#define SEEDS      30
#define FIRST_SEED 1
#endif

/* --- what is asserted of each ------------------------------------------------------- */

static bool equal(hash256 a, hash256 b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Whichever allocation fails, the check says so and nothing has changed. */
static void memory_may_run_out(world *w, const event *ev) {
    hash256 before = kit_digest(&w->k);
    for (uint64_t at = 1;; at++) {
        duban_refusal why = {0};
        w->k.memory.calls = 0;
        w->k.memory.fail_at = at;
        duban_status status = ledger_check(w->k.ledger, ev, w->k.now_ms, &why);
        w->k.memory.fail_at = 0;
        if (w->k.memory.calls < at) break;
        if (status == DUBAN_OK) continue;
        assert_status(status, DUBAN_E_NO_MEMORY);
        hash256 after = kit_digest(&w->k);
        assert_true(equal(before, after));
    }
}

/* Whether an office's slice holds the event, as a broker gives it
 * (broker/worker/slice.c). */
static bool concerns(const event *ev, uint32_t office) {
    if (ev->kind == KIND_DIGEST || ev->kind == KIND_CONFLICT || ev->kind == KIND_SESSION)
        return false;
    if (ev->office == office) return true;
    switch (ev->kind) {
    case KIND_REVIEW: return ev->review.office == office;
    case KIND_VERIFICATION: return ev->verification.office == office;
    case KIND_CONFIRMATION:
    case KIND_ASSIGNMENT: return false;
    case KIND_SUBMISSION:
        for (uint32_t i = 0; i < ev->submission.statements_n; i++)
            if (ev->submission.statements[i].office == office) return true;
        return false;
    default: return true;
    }
}

/* The newest entry, for all whose slice holds it. */
static void feed_slices(world *w) {
    span entry = {w->k.entries[w->k.entries_n - 1].data,
                  w->k.entries[w->k.entries_n - 1].size};
    arena a;
    arena_init(&a, 0);
    for (uint32_t office = CITY; office < KIT_OFFICES; office++) {
        duban_refusal why = {0};
        event ev;
        uint64_t index;
        int64_t received_ms;
        arena_reset(&a);
        assert_int_equal(replay_read(entry, &a, &ev, &index, &received_ms, NULL),
                         DUBAN_OK);
        if (!concerns(&ev, office)) continue;
        duban_status status = replay_entry(w->slices[office], entry, &a, &why);
        if (status != DUBAN_OK)
            fail_msg("slice %u, entry %llu of kind %d: %s %s %s %s", office,
                     (unsigned long long)index, ev.kind, duban_status_name(status),
                     why.field, why.found, why.expected);
    }
    arena_close(&a);
}

static void offer(world *w, uint32_t signer, event ev) {
    hash256 before = kit_digest(&w->k);
    event whole = kit_sign(&w->k, signer, ev);
    if (one_in(w, 40)) memory_may_run_out(w, &whole);
    if (kit_take(&w->k, &whole) != DUBAN_OK) {
        w->refused++;
        hash256 after = kit_digest(&w->k);
        assert_true(equal(before, after));
        return;
    }
    w->taken[ev.kind]++;
    feed_slices(w);
}

static bool round_trips(void *ctx, const cell *value) {
    kit *k = ctx;
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(codec_cell_write(value, &bytes), DUBAN_OK);
    assert_int_equal(bytes.size, codec_cell_size(value));
    frame_words out;
    frame_words frame = {.origin = "o", .plan = "p", .cells = value, .cells_n = 1};
    buffer framed;
    buffer_init(&framed);
    assert_int_equal(codec_frame_write(&frame, &framed), DUBAN_OK);
    duban_refusal why = {0};
    duban_status status =
        codec_frame_read((span){framed.data, framed.size}, &k->arena, &out, &why);
    if (status != DUBAN_OK)
        fail_msg("cell %d: %s %s", value->name.kind, why.field, why.found);
    assert_int_equal(out.cells_n, 1);
    assert_true(codec_cell_equal(value, &out.cells[0]));
    buffer_close(&framed);
    buffer_close(&bytes);
    return true;
}

/* --- a year ------------------------------------------------------------------------- */

static void open_world(world *w, uint64_t seed) {
    memset(w, 0, sizeof *w);
    w->r.state = seed * 7919;
    kit_open(&w->k);
    for (uint32_t office = CITY; office < KIT_OFFICES; office++) {
        assert_int_equal(
            ledger_new(kit_allocator(&w->slice_memory[office]), &w->slices[office]),
            DUBAN_OK);
        ledger_set_slice(w->slices[office], true);
    }
    kit_must(&w->k, CITY, kit_genesis());
    feed_slices(w);
    kit_must(&w->k, CITY, kit_offices());
    feed_slices(w);
    kit_must(&w->k, CITY, kit_keys(&w->k));
    feed_slices(w);
}

static void close_world(world *w) {
    for (uint32_t office = CITY; office < KIT_OFFICES; office++) {
        ledger_free(w->slices[office]);
        assert_int_equal(w->slice_memory[office].bytes, 0);
    }
    kit_close(&w->k);
}

/* Slices are fed what the kit sends past offer. */
static void feed_since(world *w, size_t from) {
    size_t all = w->k.entries_n;
    for (w->k.entries_n = from + 1; w->k.entries_n <= all; w->k.entries_n++)
        feed_slices(w);
    w->k.entries_n = all;
}

static void begin(world *w) {
    size_t from = w->k.entries_n;
    assert_true(publish(w, 1));
    assert_true(publish(w, 2));
    for (uint32_t of = 1; of <= PLANS; of++) {
        event lights = kit_lights(1);
        lights.lights.plan = of;
        kit_must(&w->k, CITY, lights);
        kit_must(
            &w->k, CITY,
            decoded(&w->k, (event){.kind = KIND_FORMS,
                                   .forms = {of, 1, city_forms, COUNT(city_forms)}}));
    }
    feed_since(w, from);
}

static void live(world *w, uint32_t days, uint32_t events) {
    for (uint32_t d = 0; d < days; d++) {
        ledger_status status;
        ledger_get_status(w->k.ledger, &status);
        w->k.now_ms = moment_of_day(status.day + 1, 480);
        event ev = {.kind = KIND_CLOCK, .clock_day = status.day + 1};
        uint32_t before = w->taken[KIND_CLOCK];
        offer(w, BROKER, ev);
        assert_int_equal(w->taken[KIND_CLOCK], before + 1);
        for (uint32_t i = 0; i < events; i++) {
            uint32_t signer;
            if (any_event(w, &ev, &signer)) offer(w, signer, ev);
        }
    }
}

static void expect_as_it_was_said(world *w) {
    hash256 now = kit_digest(&w->k);
    hash256 folded = kit_digest_of_replay(&w->k);
    assert_true(equal(now, folded));
    for (uint32_t of = 1; of <= PLANS; of++)
        ledger_cells(w->k.ledger, of, 0, true, round_trips, &w->k);
}

/* Other days and bases may be looked at, whatever was said. */
static void expect_views(world *w) {
    assert_int_equal(ledger_set_day(w->k.ledger, kit_day_of("2023-01-15")), DUBAN_OK);
    assert_int_equal(ledger_set_day(w->k.ledger, today(w) + 100), DUBAN_OK);
    assert_int_equal(ledger_set_basis(w->k.ledger, BASIS_ACCEPTED), DUBAN_OK);
    assert_int_equal(ledger_set_basis(w->k.ledger, BASIS_VERIFIED), DUBAN_OK);
}

static void everything_a_city_says_stands_or_changes_nothing(void **state) {
    (void)state;
    uint32_t taken[KIND_COUNT] = {0};
    uint32_t refused = 0;
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
        world w;
        open_world(&w, seed);
        begin(&w);
        live(&w, DAYS, EVENTS_A_DAY);
        expect_as_it_was_said(&w);
        expect_views(&w);
        for (uint32_t kind = 0; kind < KIND_COUNT; kind++)
            taken[kind] += w.taken[kind];
        refused += w.refused;
        close_world(&w);
    }
    assert_true(refused > 0);
    for (size_t i = 0; i < COUNT(draws); i++)
        if (taken[draws[i].kind] == 0) fail_msg("kind %d never stood", draws[i].kind);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_a_city_says_stands_or_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

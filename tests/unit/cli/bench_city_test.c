/* The stream of the measuring city: what it may have on its way at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/bench/city.h"
#include "proto/codec.h"

#define COUNTY_KEYS (BENCH_COUNTIES * BENCH_COUNTY_KEYS)

static int begin(void **state) {
    bench_city *city = malloc(sizeof *city);
    if (!city || sign_init() < 0) return -1;
    bench_city_init(city);
    *state = city;
    return 0;
}

static int end(void **state) {
    bench_city_close(*state);
    free(*state);
    return 0;
}

static void no_key_has_more_on_its_way_than_its_window(void **state) {
    bench_city *city = *state;
    bench_job job, first;
    size_t taken = 1;
    assert_int_equal(bench_stream_begin(city, 1), DUBAN_OK);
    assert_true(bench_stream_take(city, &first));
    while (bench_stream_take(city, &job)) {
        taken++;
        assert_true(job.key->next - job.key->low <= NUMBER_WINDOW);
        assert_int_equal(job.key->office, job.block->office);
    }
    assert_int_equal(taken, COUNTY_KEYS * NUMBER_WINDOW);
    bench_stream_done(city, &first, 1000);
    assert_true(bench_stream_take(city, &job));
    assert_ptr_equal(job.key, first.key);
    assert_false(bench_stream_take(city, &job));
}

static void an_answer_out_of_order_frees_no_number_below_the_oldest(void **state) {
    bench_city *city = *state;
    bench_job jobs[2] = {{0}}, job;
    assert_int_equal(bench_stream_begin(city, 1), DUBAN_OK);
    assert_true(bench_stream_take(city, &jobs[0]));
    do
        assert_true(bench_stream_take(city, &job));
    while (job.key != jobs[0].key);
    jobs[1] = job;
    bench_stream_done(city, &jobs[1], 7);
    assert_int_equal(jobs[0].key->low, jobs[0].number);
    bench_stream_done(city, &jobs[0], 8);
    assert_int_equal(jobs[0].key->low, jobs[1].number + 1);
}

static void a_cell_on_its_way_is_not_stated_again_before_its_answer(void **state) {
    bench_city *city = *state;
    size_t blocks = BENCH_METRICS / BENCH_BATCH * BENCH_COUNTIES * BENCH_ROUNDS;
    bench_job job;
    assert_int_equal(bench_stream_begin(city, BENCH_BATCH), DUBAN_OK);
    bench_job *jobs = calloc(blocks, sizeof *jobs);
    assert_non_null(jobs);
    for (size_t i = 0; i < blocks; i++) {
        assert_true(bench_stream_take(city, &jobs[i]));
        for (size_t k = 0; k < i; k++)
            assert_ptr_not_equal(jobs[k].block, jobs[i].block);
    }
    assert_false(bench_stream_take(city, &job));
    bench_stream_done(city, &jobs[5], 42);
    assert_true(bench_stream_take(city, &job));
    assert_ptr_equal(job.block, jobs[5].block);
    free(jobs);
}

/* Reads the submission that a job becomes. */
static void read_job(const bench_city *city, const bench_job *job, arena *a, event *ev) {
    statement_words *statements = calloc(city->batch, sizeof *statements);
    sign_signature signature;
    signed_words head;
    buffer bytes;
    buffer_init(&bytes);
    assert_non_null(statements);
    assert_int_equal(bench_stream_write(city, job, statements, &bytes, &signature),
                     DUBAN_OK);
    assert_int_equal(
        sign_verify(&job->key->pair.public_key, bytes.data, bytes.size, &signature),
        DUBAN_OK);
    char *kept = arena_copy(a, bytes.data, bytes.size);
    span all = {(const uint8_t *)kept, bytes.size};
    assert_int_equal(codec_signed_read(all, a, &head, NULL), DUBAN_OK);
    assert_int_equal(codec_event_read(&head, (span){0}, a, ev, NULL), DUBAN_OK);
    buffer_close(&bytes);
    free(statements);
}

static void a_second_statement_names_what_it_corrects_and_why(void **state) {
    bench_city *city = *state;
    bench_job job;
    event ev;
    arena a;
    arena_init(&a, 0);
    assert_int_equal(bench_stream_begin(city, BENCH_BATCH), DUBAN_OK);
    assert_true(bench_stream_take(city, &job));
    read_job(city, &job, &a, &ev);
    assert_int_equal(ev.submission.statements_n, BENCH_BATCH);
    assert_int_equal(ev.submission.statements[0].supersedes, 0);
    assert_false(ev.submission.reason.present);
    assert_false(job.with_body);
    const bench_block *block = job.block;
    bench_stream_done(city, &job, 77);
    do
        assert_true(bench_stream_take(city, &job));
    while (job.block != block);
    assert_true(job.with_body); /* nobody has sent the reason yet */
    read_job(city, &job, &a, &ev);
    assert_int_equal(ev.submission.statements[BENCH_BATCH - 1].supersedes, 77);
    assert_true(ev.submission.reason.present);
    bench_stream_done(city, &job, 78);
    assert_true(bench_stream_take(city, &job));
    assert_false(job.with_body);
    arena_close(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_key_has_more_on_its_way_than_its_window, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            an_answer_out_of_order_frees_no_number_below_the_oldest, begin, end),
        cmocka_unit_test_setup_teardown(
            a_cell_on_its_way_is_not_stated_again_before_its_answer, begin, end),
        cmocka_unit_test_setup_teardown(a_second_statement_names_what_it_corrects_and_why,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

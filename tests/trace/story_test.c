/* A year of the small city, line by line: what the ledger says it did, and the digest it
 * ends with, against tests/trace/NAME.golden. DUBAN_GOLDEN=write writes them anew, which
 * only a new rules version may need. */
#include "tests/unit/ledger/ledger_kit.h"

typedef struct story {
    kit k;
    char *text;
    size_t size;
    FILE *out;
} story;

static void hear(void *ctx, const char *line) {
    story *s = ctx;
    fprintf(s->out, "%s\n", line);
}

static void story_begin(story *s) {
    kit_open(&s->k);
    s->out = open_memstream(&s->text, &s->size);
    assert_non_null(s->out);
    ledger_set_trace(s->k.ledger, hear, s);
}

static char *read_file(const char *path) {
    FILE *in = fopen(path, "rb");
    if (in == NULL) fail_msg("%s is missing", path);
    static char text[1 << 20];
    size_t size = fread(text, 1, sizeof text - 1, in);
    text[size] = '\0';
    fclose(in);
    return text;
}

/* Names the first line that differs. */
static void compare(const char *found, const char *expected, const char *path) {
    for (uint32_t line = 1; *found != '\0' || *expected != '\0'; line++) {
        size_t a = strcspn(found, "\n");
        size_t b = strcspn(expected, "\n");
        if (a != b || memcmp(found, expected, a) != 0)
            fail_msg("%s:%u\n  found    %.*s\n  expected %.*s", path, line, (int)a, found,
                     (int)b, expected);
        found += a + (found[a] == '\n');
        expected += b + (expected[b] == '\n');
    }
}

static void story_end(story *s, const char *path) {
    char digest[HASH_TEXT_SIZE];
    hash256 live = kit_digest(&s->k);
    hash256 folded = kit_digest_of_replay(&s->k);
    assert_memory_equal(&live, &folded, sizeof live);
    hash_print(&live, digest);
    fprintf(s->out, "digest %s of %u pages\n", digest, ledger_pages(s->k.ledger));
    fclose(s->out);
    const char *mode = getenv("DUBAN_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *golden = fopen(path, "wb");
        assert_non_null(golden);
        assert_int_equal(fwrite(s->text, 1, s->size, golden), s->size);
        assert_int_equal(fclose(golden), 0);
    } else {
        compare(s->text, read_file(path), path);
    }
    free(s->text);
    kit_close(&s->k);
}

static void first_quarter(kit *k) {
    kit_until(k, "2023-04-06");
    kit_must_say(k, DONG, kit_value(1, 1, DONG, "2023Q1", "15.5", MODE_TO_DATE));
    kit_must_say(k, DONG, kit_value(4, 1, DONG, "2023Q1", "96.1", MODE_NONE));
    kit_must_say(k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    statement_words both[] = {kit_value(6, 1, TJJ, "2023Q1", "0.3", MODE_NONE),
                              kit_value(6, 2, TJJ, "2023Q1", "198.5", MODE_NONE)};
    kit_must(k, TJJ, kit_submission(both, 2));
    kit_must_say(k, FGW, kit_node(3, FGW, "2023Q1", 1, true));
    kit_must_say(k, CITY, kit_value(5, 1, CITY, "2023Q1", "90", MODE_NONE));
    kit_until(k, "2023-04-10");
    uint64_t report = kit_item(k, 1, DONG, "2023Q1").index;
    kit_must(k, FGW, kit_review(1, DONG, "2023Q1", report, false));
    kit_must_say(k, DONG, kit_value(1, 1, DONG, "2023Q1", "14.9", MODE_TO_DATE));
    kit_must(k, FGW, kit_review(1, DONG, "2023Q1", k->last, true));
    kit_until(k, "2023-04-24"); /* the window closed on the 17th: guan comes late */
    kit_must_say(k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "3", MODE_TO_DATE));
    kit_must_say(k, GUAN, kit_nil(4, GUAN, "2023Q1", "measured in June"));
}

static void second_quarter(kit *k) {
    kit_until(k, "2023-07-05");
    kit_must_say(k, DONG, kit_value(1, 1, DONG, "2023Q2", "16", MODE_THIS_PERIOD));
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "15.1", MODE_TO_DATE);
    s.supersedes = kit_value_cell(k, 1, 1, DONG, "2023Q1").index;
    kit_must(k, DONG, kit_correction(&s, 1));
    kit_must_say(k, FGW, kit_text(3, FGW, "2023Q2", "half of it is done"));
    kit_must_say(k, FGW, kit_text(1, FGW, "2023Q2", "collated"));
    kit_must_say(k, TJJ, kit_value(2, 1, TJJ, "2023Q2", "5.6", MODE_NONE));
    kit_until(k, "2023-07-20");
}

static void two_quarters_of_a_small_city(void **state) {
    (void)state;
    story s;
    story_begin(&s);
    kit_running_city(&s.k);
    first_quarter(&s.k);
    second_quarter(&s.k);
    kit_must(&s.k, CITY, kit_lights(2));
    kit_must(&s.k, BROKER,
             (event){.kind = KIND_DIGEST,
                     .digest = {s.k.last, kit_digest(&s.k), ledger_pages(s.k.ledger)}});
    uint64_t first = 0;
    assert_true(ledger_number_index(s.k.ledger, DONG, 1, &first));
    kit_must(&s.k, BROKER,
             (event){.kind = KIND_CONFLICT, .conflict = {DONG, 1, first, {{0}}}});
    kit_must(&s.k, CITY,
             (event){.kind = KIND_TIME, .time_moment_ms = s.k.now_ms + 86400000});
    story_end(&s, "tests/trace/two_quarters.golden");
}

static void a_generated_year(void **state) {
    (void)state;
    story s;
    story_begin(&s);
    kit_running_city(&s.k);
    kit_random r = {2023};
    for (uint32_t i = 0; i < 700; i++) {
        uint32_t office;
        event ev = kit_random_event(&s.k, &r, &office);
        kit_send(&s.k, office, ev);
        if (i % 2 == 0) continue;
        ledger_status status;
        char next[DAY_TEXT_SIZE];
        ledger_get_status(s.k.ledger, &status);
        day_write(status.day + 1, next);
        kit_until(&s.k, next);
    }
    story_end(&s, "tests/trace/generated_year.golden");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_quarters_of_a_small_city),
        cmocka_unit_test(a_generated_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

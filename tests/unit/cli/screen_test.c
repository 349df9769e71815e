#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/screen.h"

#define BODY "head\n\none\ntwo\n"
#define NEWS "old\nnew\n"

/* The frame as drawn, without the codes of every frame's begin, line ends and end. */
static char *drawn(screen_frame frame, int rows, int columns) {
    char *text = NULL, *plain;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    screen_draw(f, &frame, (screen_size){rows, columns});
    fclose(f);
    plain = calloc(1, size + 1);
    assert_non_null(plain);
    for (char *from = text, *to = plain; *from;) {
        static const char *const codes[] = {"\033[H", "\033[J", "\033[K"};
        size_t skip = 0;
        for (size_t i = 0; i < 3; i++)
            if (strncmp(from, codes[i], 3) == 0) skip = 3;
        from += skip;
        if (!skip) *to++ = *from++;
    }
    free(text);
    return plain;
}

static void expect(screen_frame frame, int rows, int columns, const char *expected) {
    char *text = drawn(frame, rows, columns);
    assert_string_equal(text, expected);
    free(text);
}

static void everything_is_shown_where_there_is_room(void **state) {
    (void)state;
    expect((screen_frame){BODY, NEWS, "foot"}, 20, 40,
           "head\n\none\ntwo\n\nold\nnew\nfoot");
    expect((screen_frame){BODY, "", ""}, 20, 40, "head\n\none\ntwo");
}

static void the_oldest_news_go_first_then_the_end_of_the_table(void **state) {
    (void)state;
    screen_frame frame = {BODY, NEWS, "foot"};
    expect(frame, 8, 40, "head\n\none\ntwo\n\nold\nnew\nfoot");
    expect(frame, 7, 40, "head\n\none\ntwo\n\nnew\nfoot");
    expect(frame, 6, 40, "head\n\none\ntwo\nfoot");
    expect(frame, 5, 40, "head\n\none\ntwo\nfoot");
    expect(frame, 4, 40, "head\n\n…\nfoot");
    expect(frame, 1, 40, "foot");
}

static void a_line_is_cut_at_the_window_and_its_colour_ended(void **state) {
    (void)state;
    expect((screen_frame){"黄灯任务\nabcdefg\n", "", ""}, 9, 5, "黄灯\nabcde");
    expect((screen_frame){"\033[33m黄灯任务\033[0m\n", "", ""}, 9, 4,
           "\033[33m黄灯\033[0m");
    expect((screen_frame){"a\xff"
                          "bc\n",
                          "", ""},
           9, 3,
           "a\xff"
           "b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_shown_where_there_is_room),
        cmocka_unit_test(the_oldest_news_go_first_then_the_end_of_the_table),
        cmocka_unit_test(a_line_is_cut_at_the_window_and_its_colour_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

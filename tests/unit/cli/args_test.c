#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/args.h"

static cli silent(FILE *nothing) {
    return (cli){.lang = DUBAN_EN, .out = nothing, .err = nothing};
}

static duban_status find(cli *c, const char **words) {
    int n = 0;
    while (words[n])
        n++;
    duban_status s = args_find(c, n, (char **)words);
    return s < 0 ? s : args_check(c);
}

#define FIND(c, ...) find(c, (const char *[]){"duban", __VA_ARGS__, NULL})

static int setup(void **state) {
    *state = fopen("/dev/null", "w");
    return *state ? 0 : -1;
}

static int teardown(void **state) {
    return fclose(*state);
}

static void the_longest_name_wins(void **state) {
    cli c = silent(*state);
    assert_int_equal(FIND(&c, "plan", "check", "plan.csv"), DUBAN_OK);
    assert_string_equal(c.command->name, "plan check");
    assert_int_equal(c.args_n, 1);
    assert_string_equal(c.args[0], "plan.csv");
}

static void options_may_stand_anywhere_and_the_last_one_wins(void **state) {
    cli c = silent(*state);
    assert_int_equal(FIND(&c, "submit", "--task", "25", "--ytd=320", "--task", "26"),
                     DUBAN_OK);
    assert_string_equal(cli_option(&c, "task"), "26");
    assert_string_equal(cli_option_nth(&c, "task", 0), "25");
    assert_null(cli_option_nth(&c, "task", 2));
    assert_string_equal(cli_option(&c, "ytd"), "320");
    assert_null(cli_option(&c, "add"));
    assert_false(cli_flag(&c, "offline"));
}

static void a_negative_value_is_no_option(void **state) {
    cli c = silent(*state);
    assert_int_equal(FIND(&c, "submit", "--task", "3", "--value", "-0.7"), DUBAN_OK);
    assert_string_equal(cli_option(&c, "value"), "-0.7");
}

static void two_dashes_end_options(void **state) {
    cli c = silent(*state);
    assert_int_equal(FIND(&c, "submit", "--", "--sheet.csv"), DUBAN_OK);
    assert_string_equal(c.args[0], "--sheet.csv");
}

static void wrong_usage_is_refused(void **state) {
    cli unknown = silent(*state), option = silent(*state), value = silent(*state);
    cli swtch = silent(*state), many = silent(*state), few = silent(*state);
    assert_int_equal(FIND(&unknown, "plan", "eat"), DUBAN_E_USAGE);
    assert_int_equal(FIND(&option, "due", "--nonsense"), DUBAN_E_USAGE);
    assert_int_equal(FIND(&value, "due", "--period"), DUBAN_E_USAGE);
    assert_int_equal(FIND(&swtch, "due", "--all=yes"), DUBAN_E_USAGE);
    assert_int_equal(FIND(&many, "due", "what", "else"), DUBAN_E_USAGE);
    assert_int_equal(FIND(&few, "plan", "check"), DUBAN_E_USAGE);
    assert_int_equal(cli_exit_code(DUBAN_E_USAGE), 2);
}

static void exit_codes_are_those_of_the_guide(void **state) {
    (void)state;
    assert_int_equal(cli_exit_code(DUBAN_OK), 0);
    assert_int_equal(cli_exit_code(DUBAN_E_ROWS), 1);
    assert_int_equal(cli_exit_code(DUBAN_E_NOT_ALLOWED), 1);
    assert_int_equal(cli_exit_code(DUBAN_E_UNREACHABLE), 3);
    assert_int_equal(cli_exit_code(DUBAN_E_TIMEOUT), 3);
    assert_int_equal(cli_exit_code(DUBAN_E_DIGEST), 4);
    assert_int_equal(cli_exit_code(DUBAN_E_DIVERGED), 4);
}

static void every_command_has_its_words_in_both_languages(void **state) {
    (void)state;
    for (const command *row = cli_commands; row->name; row++) {
        assert_true(row->zh && *row->zh && row->en && *row->en);
        assert_non_null(row->run);
        assert_true(row->args_min <= row->args_max);
        for (const option_def *o = row->options; o && o->name; o++)
            assert_true(*o->zh && *o->en);
        for (const command *other = row + 1; other->name; other++)
            assert_string_not_equal(row->name, other->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_name_wins),
        cmocka_unit_test(options_may_stand_anywhere_and_the_last_one_wins),
        cmocka_unit_test(a_negative_value_is_no_option),
        cmocka_unit_test(two_dashes_end_options),
        cmocka_unit_test(wrong_usage_is_refused),
        cmocka_unit_test(exit_codes_are_those_of_the_guide),
        cmocka_unit_test(every_command_has_its_words_in_both_languages),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

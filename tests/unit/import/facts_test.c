/* The real notice against the facts taken from it by hand, and the same notice
 * renumbered, shuffled and with other values and names, by seed, against facts changed
 * the same way. */
#include "tests/unit/import/import_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/cells.h"

#define NOTICE SHARED "/seeds/003_71e554ef59740864.txt"
#define FACTS  SHARED "/facts/tasks-2023.json"

static json_t *facts_read(void) {
    json_error_t error;
    json_t *root = json_load_file(FACTS, 0, &error);
    assert_non_null(root);
    json_t *tasks = json_incref(json_object_get(root, "tasks"));
    json_decref(root);
    return tasks;
}

static void real_notice_agrees_with_the_facts(void **state) {
    (void)state;
    size_t size = 0;
    char *text = kit_file(NOTICE, &size);
    json_t *facts = facts_read();
    plan_table table;
    assert_int_equal(import_notice(text, size, DUBAN_ZH, NULL, &table), DUBAN_OK);
    assert_int_equal(table.year, 2023);
    kit_score score = kit_compare(&table, facts, true);
    kit_print("as printed", &score);
    assert_int_equal(json_array_size(facts), 160);
    assert_int_equal(score.metrics, 123);
    kit_assert_good(&score);
    plan_table_free(&table);
    json_decref(facts);
    free(text);
}

static void real_table_reads_back_as_written(void **state) {
    (void)state;
    size_t size = 0;
    char *text = kit_file(NOTICE, &size);
    plan_table table, again;
    plan_refusals refusals;
    buffer first, second;
    buffer_init(&first);
    buffer_init(&second);
    assert_int_equal(import_notice(text, size, DUBAN_ZH, NULL, &table), DUBAN_OK);
    assert_int_equal(plan_table_write_csv(&table, DUBAN_ZH, &first), DUBAN_OK);
    assert_int_equal(
        plan_table_read_csv(first.data, first.size, DUBAN_ZH, &refusals, &again),
        DUBAN_OK);
    assert_int_equal(again.rows_n, table.rows_n);
    assert_int_equal(plan_table_write_csv(&again, DUBAN_ZH, &second), DUBAN_OK);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    plan_refusals_free(&refusals);
    plan_table_free(&table);
    plan_table_free(&again);
    buffer_close(&first);
    buffer_close(&second);
    free(text);
}

/* --- the same notice, changed by seed ----------------------------------------------- */

#define LINES_MAX  600
#define BLOCKS_MAX 200
#define SWAPS_MAX  128

/* A task with its sub-items: lines that move together. */
typedef struct block {
    int line, lines_n; /* of the notice, from 1 */
    int records[4];    /* of the facts */
    int records_n;
} block;

typedef struct shuffle {
    kit_random random;
    char *lines[LINES_MAX];
    int lines_n;
    block blocks[BLOCKS_MAX];
    int blocks_n;
    char *names[SWAPS_MAX]; /* office i is now called as office order[i] was */
    char *codes[SWAPS_MAX];
    int order[SWAPS_MAX];
    int names_n;
    int values_changed, comparators_changed, names_changed, tasks_moved;
    json_t *facts;
} shuffle;

static char *join(const char *a, size_t n, const char *b, const char *c) {
    char *text = malloc(n + strlen(b) + strlen(c) + 1);
    assert_non_null(text);
    memcpy(text, a, n);
    strcpy(text + n, b);
    return strcat(text, c);
}

static void replace_at(char **line, size_t at, size_t size, const char *with) {
    char *changed = join(*line, at, with, *line + at + size);
    free(*line);
    *line = changed;
}

static void cut_lines(shuffle *s, const char *text) {
    while (*text) {
        size_t n = strcspn(text, "\n");
        assert_true(s->lines_n + 1 < LINES_MAX);
        s->lines[++s->lines_n] = join(text, n, "", "");
        text += n + (text[n] == '\n');
    }
}

static void find_blocks(shuffle *s) {
    size_t i;
    json_t *task;
    json_array_foreach(s->facts, i, task) {
        int line = (int)json_integer_value(json_object_get(task, "line"));
        if (json_is_integer(json_object_get(task, "sub"))) {
            block *b = &s->blocks[s->blocks_n - 1];
            b->lines_n++;
            b->records[b->records_n++] = (int)i;
            continue;
        }
        assert_true(s->blocks_n < BLOCKS_MAX);
        s->blocks[s->blocks_n++] =
            (block){.line = line, .lines_n = 1, .records = {(int)i}, .records_n = 1};
    }
}

/* Digits of the same length and scale: 1.2 may become 7.4, 2550 may become 1873. */
static void new_digits(shuffle *s, const char *old, size_t n, char *out) {
    for (size_t i = 0; i < n; i++) {
        if (old[i] == '.')
            out[i] = '.';
        else if (i == 0 || i + 1 == n)
            out[i] = (char)('1' + kit_below(&s->random, 9));
        else
            out[i] = (char)('0' + kit_below(&s->random, 10));
    }
    out[n] = '\0';
}

static bool is_digit_or_point(char c) {
    return (c >= '0' && c <= '9') || c == '.';
}

/* Where printed stands in a line as a number of its own and not yet changed. */
static char *find_printed(char *line, const char *printed, const char *done) {
    for (char *at = strstr(line, printed); at; at = strstr(at + 1, printed)) {
        if (at > line && (is_digit_or_point(at[-1]) || at[-1] == '-')) continue;
        if (done[at - line] == 0) return at;
    }
    return NULL;
}

/* 以上 behind a number may become 左右 or 以内, which are as long. */
static void change_comparator(shuffle *s, json_t *metric, char *behind) {
    static const char *const tails[] = {"以上", "左右", "以内"};
    static const char *const signs[] = {">=", "~", "<="};
    if (strncmp(behind, tails[0], strlen(tails[0])) != 0) return;
    uint32_t choice = kit_below(&s->random, 3);
    memcpy(behind, tails[choice], strlen(tails[choice]));
    s->comparators_changed += choice > 0;
    json_object_set_new(metric, "comparator", json_string(signs[choice]));
}

/* Changes the digits of one printed number and perhaps its comparator; both stay as long.
 */
static void change_metric(shuffle *s, json_t *metric, char *line, char *done) {
    const char *printed = json_string_value(json_object_get(metric, "printed"));
    if (printed[0] < '0' || printed[0] > '9' || strchr(printed, 'A')) return;
    char *at = find_printed(line, printed, done);
    assert_non_null(at);
    size_t n = strspn(at, "0123456789.");
    char low[32], high[32];
    json_t *max = json_object_get(metric, "value_max");
    if (json_is_number(max)) {
        char *second = at + n + strcspn(at + n, "0123456789");
        size_t m = strspn(second, "0123456789.");
        snprintf(low, sizeof low, "%u", 1 + kit_below(&s->random, n == 1 ? 3 : 8));
        for (size_t i = 1; i < n; i++)
            strcat(low, "1");
        snprintf(high, sizeof high, "9");
        for (size_t i = 1; i < m; i++)
            strcat(high, "7");
        memcpy(at, low, n);
        memcpy(second, high, m);
        memset(done + (second - line), 1, m);
        json_object_set_new(metric, "value_max", json_real(strtod(high, NULL)));
    } else {
        new_digits(s, at, n, low);
        memcpy(at, low, n);
        change_comparator(s, metric, at + strlen(printed));
    }
    memset(done + (at - line), 1, n);
    s->values_changed +=
        json_number_value(json_object_get(metric, "value")) != strtod(low, NULL);
    json_object_set_new(metric, "value", json_real(strtod(low, NULL)));
}

/* Names and thresholds change too: 220千伏, 投资过50亿元. Years and 5G stay. */
static void change_other(shuffle *s, const char *printed, char *line, char *done) {
    char low[32];
    if (printed[0] < '1' || printed[0] > '9') return;
    size_t n = strspn(printed, "0123456789.");
    if (n == strlen(printed) || (unsigned char)printed[n] < 0x80 || n > 3) return;
    char *at = find_printed(line, printed, done);
    if (!at || strncmp(at + n, "、", strlen("、")) == 0) return;
    new_digits(s, at, n, low);
    memcpy(at, low, n);
    memset(done + (at - line), 1, n);
}

static void change_values(shuffle *s) {
    size_t i, j;
    json_t *task, *metric, *other;
    json_array_foreach(s->facts, i, task) {
        char *line = s->lines[json_integer_value(json_object_get(task, "line"))];
        char *done = calloc(strlen(line) + 1, 1);
        assert_non_null(done);
        json_array_foreach(json_object_get(task, "metrics"), j, metric)
            change_metric(s, metric, line, done);
        json_array_foreach(json_object_get(task, "numbers_not_targets"), j, other)
            change_other(s, json_string_value(json_object_get(other, "printed")), line,
                         done);
        free(done);
    }
}

/* Departments without a second name trade names. */
static void choose_names(shuffle *s) {
    size_t size = 0;
    char *text = kit_file(SHARED "/facts/units.csv", &size);
    arena a;
    arena_init(&a, 0);
    cells_reader reader = cells_begin(&a, (piece){text, size});
    cells_row row;
    while (cells_next(&reader, &row)) {
        if (!piece_is(row.cells[2], "department") || row.cells[4].size) continue;
        if (piece_has(row.cells[1], "（")) continue;
        assert_true(s->names_n < SWAPS_MAX);
        s->order[s->names_n] = s->names_n;
        s->codes[s->names_n] = join(row.cells[0].at, row.cells[0].size, "", "");
        s->names[s->names_n++] = join(row.cells[1].at, row.cells[1].size, "", "");
    }
    for (int i = s->names_n - 1; i > 0; i--) {
        int j = (int)kit_below(&s->random, (uint32_t)i + 1), old = s->order[i];
        s->order[i] = s->order[j];
        s->order[j] = old;
    }
    arena_close(&a);
    free(text);
}

/* The name that stands at the position, the longest; -1 when none does. */
static int name_at(const shuffle *s, const char *at) {
    int best = -1;
    for (int i = 0; i < s->names_n; i++)
        if (strncmp(at, s->names[i], strlen(s->names[i])) == 0 &&
            (best < 0 || strlen(s->names[i]) > strlen(s->names[best])))
            best = i;
    return best;
}

static void rename_line(shuffle *s, char **line) {
    const char *duties = strstr(*line, "（牵头");
    if (!duties) return;
    for (size_t at = (size_t)(duties - *line); (*line)[at];) {
        int i = name_at(s, *line + at);
        if (i < 0) {
            at++;
            continue;
        }
        const char *other = s->names[s->order[i]];
        s->names_changed += s->order[i] != i;
        replace_at(line, at, strlen(s->names[i]), other);
        at += strlen(other);
    }
}

static void rename_codes(const shuffle *s, json_t *codes) {
    size_t i;
    json_t *code;
    json_array_foreach(codes, i, code) {
        for (int j = 0; j < s->names_n; j++) {
            if (strcmp(json_string_value(code), s->codes[j]) != 0) continue;
            json_array_set_new(codes, i, json_string(s->codes[s->order[j]]));
            break;
        }
    }
}

static void change_names(shuffle *s) {
    choose_names(s);
    size_t i;
    json_t *task;
    json_array_foreach(s->facts, i, task) {
        rename_line(s, &s->lines[json_integer_value(json_object_get(task, "line"))]);
        rename_codes(s, json_object_get(task, "lead_unit_codes"));
        rename_codes(s, json_object_get(task, "responsible_unit_codes"));
    }
}

/* Block i moves to the place of block order[i] and takes its number and line. */
static char *permute(shuffle *s) {
    int order[BLOCKS_MAX], line = 1, number = 0;
    for (int i = 0; i < s->blocks_n; i++)
        order[i] = i;
    for (int i = s->blocks_n - 1; i > 0; i--) {
        int j = (int)kit_below(&s->random, (uint32_t)i + 1), old = order[i];
        order[i] = order[j];
        order[j] = old;
    }
    FILE *out;
    char *text = NULL;
    size_t size = 0, slot = 0;
    out = open_memstream(&text, &size);
    assert_non_null(out);
    int written = 0;
    while (line <= s->lines_n) {
        const block *here = slot < (size_t)s->blocks_n ? &s->blocks[slot] : NULL;
        if (!here || here->line != line) {
            fprintf(out, "%s\n", s->lines[line++]);
            written++;
            continue;
        }
        const block *moved = &s->blocks[order[slot++]];
        s->tasks_moved += moved != here;
        number++;
        for (int i = 0; i < moved->lines_n; i++) {
            const char *words = s->lines[moved->line + i];
            json_t *record = json_array_get(s->facts, (size_t)moved->records[i]);
            if (i == 0)
                fprintf(out, "　　%d%s\n", number, strchr(words, '.'));
            else
                fprintf(out, "%s\n", words);
            json_object_set_new(record, "no", json_integer(number));
            json_object_set_new(record, "line", json_integer(++written));
        }
        line += here->lines_n;
    }
    fclose(out);
    return text;
}

static void shuffled_notices_agree_with_the_facts_shuffled(void **state) {
    (void)state;
    char *text = kit_file(NOTICE, NULL);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        shuffle *s = calloc(1, sizeof *s);
        assert_non_null(s);
        s->random.state = seed;
        s->facts = facts_read();
        cut_lines(s, text);
        find_blocks(s);
        change_values(s);
        change_names(s);
        char *changed = permute(s);
        assert_in_range(s->values_changed, 90, 123);
        assert_in_range(s->comparators_changed, 10, 60);
        assert_in_range(s->names_changed, 300, 2000);
        assert_in_range(s->tasks_moved, 140, 158);
        plan_table table = kit_import(changed);
        kit_score score = kit_compare(&table, s->facts, true);
        char what[32];
        snprintf(what, sizeof what, "seed %u", (unsigned)seed);
        kit_print(what, &score);
        assert_int_equal(score.metrics, 123);
        kit_assert_good(&score);
        plan_table_free(&table);
        free(changed);
        for (int i = 1; i <= s->lines_n; i++)
            free(s->lines[i]);
        for (int i = 0; i < s->names_n; i++) {
            free(s->names[i]);
            free(s->codes[i]);
        }
        json_decref(s->facts);
        free(s);
    }
    free(text);
}

int main(void) {
    FILE *notice = fopen(NOTICE, "rb");
    if (!notice) {
        puts("skipped: there is no " NOTICE);
        return 77;
    }
    fclose(notice);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_notice_agrees_with_the_facts),
        cmocka_unit_test(real_table_reads_back_as_written),
        cmocka_unit_test(shuffled_notices_agree_with_the_facts_shuffled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

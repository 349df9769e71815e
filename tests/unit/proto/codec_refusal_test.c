/* What the codec refuses in payloads, with the field, the line, what was found and
 * expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/proto/codec_kit.h"

/* Reads b as the payload of that kind and expects a refusal; found or expected NULL: not
 * looked at. Closes b. */
static void refused(event_kind kind, buffer *b, duban_status status, uint32_t line,
                    const char *field, const char *found, const char *expected) {
    arena a;
    arena_init(&a, 0);
    event ev = {.office = 77};
    duban_refusal r = {0};
    signed_words head = {.kind = kind, .payload = {b->data, b->size}};
    duban_status got = codec_event_read(&head, (span){0}, &a, &ev, &r);
    if (got != status)
        fail_msg("%s instead of %s (%s)", duban_status_name(got),
                 duban_status_name(status), r.field);
    assert_int_equal(r.status, status);
    assert_int_equal(r.line, line);
    assert_string_equal(r.field, field);
    if (found) assert_string_equal(r.found, found);
    if (expected) assert_string_equal(r.expected, expected);
    assert_int_equal(ev.office, 77);
    assert_int_equal(codec_event_read(&head, (span){0}, &a, &ev, NULL), status);
    arena_close(&a);
    buffer_close(b);
}

static buffer payload_of(const event *ev) {
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_event_write(ev, &b), DUBAN_OK);
    return b;
}

/* --- submissions -------------------------------------------------------------------- */

static statement_words good_statement(void) {
    return (statement_words){
        .task = 25,
        .period = {PERIOD_QUARTER, day_of_date((date){2023, 4, 1})},
        .kind = STATEMENT_VALUE,
        .value = {.metric = 1, .amount = {5500000}, .unit = "亿元"},
    };
}

/* A submission of three statements whose third is bad. */
static buffer with_third(statement_words third) {
    statement_words all[] = {good_statement(), good_statement(), third};
    event ev = {.kind = KIND_SUBMISSION,
                .submission = {.plan = 1, .statements = all, .statements_n = 3}};
    return payload_of(&ev);
}

static void submission_refused(statement_words third, duban_status status,
                               const char *field, const char *found,
                               const char *expected) {
    buffer b = with_third(third);
    refused(KIND_SUBMISSION, &b, status, 3, field, found, expected);
}

static void a_text_too_long_is_refused(void **state) {
    (void)state;
    char unit[UNIT_SIZE_MAX + 2];
    statement_words s = good_statement();
    memset(unit, 'a', sizeof unit);
    unit[UNIT_SIZE_MAX + 1] = '\0';
    s.value.unit = unit;
    submission_refused(s, DUBAN_E_TOO_LARGE, "unit", "49 B", "<= 48 B");
}

static void text_with_control_characters_or_bad_utf8_is_refused(void **state) {
    (void)state;
    static const char *const units[] = {
        "\n",
        "a\tb",
        "\x1F",
        "\x7F",
        "\xC2\x80",
        "\xC2\x9F",
        "\x80",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFF",
        "亿\xE5\x85",
        "\xE5",
        "a\xF0\x9F\x98",
        "\xE4\xBA\x41",
        "\xFE\xFE\xFF\xFF",
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        statement_words s = good_statement();
        s.value.unit = units[i];
        submission_refused(s, DUBAN_E_TEXT, "unit", NULL, "UTF-8");
    }
    statement_words s = good_statement();
    s.value.unit = "亿\x07元";
    submission_refused(s, DUBAN_E_TEXT, "unit", "0x07, byte 4", "UTF-8");
}

static void characters_at_the_edges_of_utf8_are_taken(void **state) {
    (void)state;
    static const char *const units[] = {
        " ",
        "~",
        "\xC2\xA0",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
        "",
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        statement_words s = good_statement();
        s.value.unit = units[i];
        buffer b = with_third(s);
        arena a;
        event ev;
        arena_init(&a, 0);
        signed_words head = {.kind = KIND_SUBMISSION, .payload = {b.data, b.size}};
        assert_int_equal(codec_event_read(&head, (span){0}, &a, &ev, NULL), DUBAN_OK);
        assert_string_equal(ev.submission.statements[2].value.unit, units[i]);
        arena_close(&a);
        buffer_close(&b);
    }
}

/* A submission whose statement's value has those unit bytes. */
static buffer with_unit_bytes(const void *unit, size_t size) {
    buffer value, period_bytes, statement, b;
    buffer_init(&value);
    buffer_init(&period_bytes);
    buffer_init(&statement);
    buffer_init(&b);
    raw_varint(&value, 1, 1);
    raw_sized(&value, 2, "", 0);
    raw_sized(&value, 4, unit, size);
    raw_varint(&period_bytes, 1, PERIOD_YEAR);
    raw_varint(&statement, 1, 25);
    raw_sized(&statement, 3, period_bytes.data, period_bytes.size);
    raw_sized(&statement, 4, value.data, value.size);
    raw_sized(&b, 2, statement.data, statement.size);
    buffer_close(&value);
    buffer_close(&period_bytes);
    buffer_close(&statement);
    return b;
}

static void a_nul_inside_a_text_does_not_end_it_unseen(void **state) {
    (void)state;
    static const struct {
        const char *unit;
        size_t size;
        const char *found;
    } rows[] = {
        {"\0", 1, "0x00, byte 1"},
        {"亿元\0", 7, "0x00, byte 7"},
        {"%\0and more", 10, "0x00, byte 2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer b = with_unit_bytes(rows[i].unit, rows[i].size);
        refused(KIND_SUBMISSION, &b, DUBAN_E_TEXT, 1, "unit", rows[i].found, "UTF-8");
    }
    /* Too long by its true size, not by where the first NUL stands. */
    char unit[UNIT_SIZE_MAX + 1] = "";
    buffer b = with_unit_bytes(unit, sizeof unit);
    refused(KIND_SUBMISSION, &b, DUBAN_E_TOO_LARGE, 1, "unit", "49 B", "<= 48 B");
}

static void a_nul_in_a_repeated_text_is_seen_too(void **state) {
    (void)state;
    buffer office, b;
    buffer_init(&office);
    buffer_init(&b);
    raw_sized(&office, 2, "guanxian", 8);
    raw_sized(&office, 4, "good", 4);
    raw_sized(&office, 4, "b\0d", 3);
    raw_sized(&b, 1, office.data, office.size);
    refused(KIND_OFFICES, &b, DUBAN_E_TEXT, 1, "aliases", "0x00, byte 2", "UTF-8");
    buffer_close(&office);
}

static void codes_have_letters_digits_and_three_signs(void **state) {
    (void)state;
    static const char *const codes[] = {
        "a b", "县", "a/b", "a\nb", "é", "a,b", "", "123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        event ev = {.kind = KIND_PLAN_PUBLISH, .plan_publish = {.code = codes[i]}};
        buffer b = payload_of(&ev);
        bool control = strchr(codes[i], '\n') != NULL;
        refused(KIND_PLAN_PUBLISH, &b, control ? DUBAN_E_TEXT : DUBAN_E_CODE, 0, "code",
                control ? NULL : codes[i], control ? NULL : "[0-9A-Za-z._-]{1,32}");
    }
}

static void a_code_with_bad_bytes_is_not_printed_back(void **state) {
    (void)state;
    event ev = {.kind = KIND_PLAN_PUBLISH, .plan_publish = {.code = "20\x1B[2J"}};
    buffer b = payload_of(&ev);
    refused(KIND_PLAN_PUBLISH, &b, DUBAN_E_TEXT, 0, "code", "0x1B, byte 3", NULL);
}

static void unknown_enum_values_are_refused(void **state) {
    (void)state;
    static const uint64_t modes[] = {3, 4, 255, INT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        statement_words s = good_statement();
        s.value.mode = (value_mode)modes[i];
        submission_refused(s, DUBAN_E_MALFORMED, "mode", i == 4 ? "-1" : NULL, "0..2");
    }
    event ev = {.kind = KIND_KEYS};
    key_words key = {.algorithm = ALGORITHM_COUNT};
    ev.keys.keys = &key;
    ev.keys.keys_n = 1;
    buffer b = payload_of(&ev);
    refused(KIND_KEYS, &b, DUBAN_E_ALGORITHM, 1, "algorithm", "3", "0..2");
}

static void days_outside_the_calendar_are_refused(void **state) {
    (void)state;
    static const int32_t days[] = {DAY_MAX + 1, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        statement_words s = good_statement();
        s.value.data_date = days[i];
        submission_refused(s, DUBAN_E_DATE, "data_date", NULL, "0..73049");
        event ev = {
            .kind = KIND_CALENDAR,
            .calendar = {.year = 2023, .working_days = days, .working_days_n = 4}};
        buffer b = payload_of(&ev);
        refused(KIND_CALENDAR, &b, DUBAN_E_DATE, 1, "working_days", "73050", NULL);
    }
    event ev = {.kind = KIND_TIME, .time_moment_ms = MOMENT_MS_MAX + 1};
    buffer b = payload_of(&ev);
    refused(KIND_TIME, &b, DUBAN_E_DATE, 0, "moment_ms", NULL, NULL);
    ev.time_moment_ms = INT64_MIN;
    b = payload_of(&ev);
    refused(KIND_TIME, &b, DUBAN_E_DATE, 0, "moment_ms", "-9223372036854775808", NULL);
}

static void windows_and_offsets_are_bounded(void **state) {
    (void)state;
    event ev = {.kind = KIND_PLAN_PUBLISH,
                .plan_publish = {.code = "2023", .window_first = -367}};
    buffer b = payload_of(&ev);
    refused(KIND_PLAN_PUBLISH, &b, DUBAN_E_OVERFLOW, 0, "window_first", "-367",
            "-366..366");
    event genesis = {.kind = KIND_GENESIS,
                     .genesis = {.utc_offset_minutes = 841, .city = {.code = "city"}}};
    b = payload_of(&genesis);
    refused(KIND_GENESIS, &b, DUBAN_E_OVERFLOW, 0, "utc_offset_minutes", "841",
            "-840..840");
}

static void periods_that_begin_nowhere_are_refused(void **state) {
    (void)state;
    statement_words s = good_statement();
    s.period.first_day++;
    submission_refused(s, DUBAN_E_UNKNOWN_PERIOD, "period", "5, 19449", NULL);
    s.period = (period){(period_kind)9, 0};
    submission_refused(s, DUBAN_E_UNKNOWN_PERIOD, "period", "9, 0", NULL);
    s.period = (period){(period_kind)-1, INT32_MIN};
    submission_refused(s, DUBAN_E_UNKNOWN_PERIOD, "period", "-1, -2147483648", NULL);
    s.period = (period){PERIOD_NONE, 0};
    submission_refused(s, DUBAN_E_UNKNOWN_PERIOD, "period", "", NULL);
}

/* A submission whose value has that amount, or none when NULL. */
static buffer with_amount(const buffer *amount) {
    buffer value, period_bytes, statement, b;
    buffer_init(&value);
    buffer_init(&period_bytes);
    buffer_init(&statement);
    buffer_init(&b);
    raw_varint(&value, 1, 1);
    if (amount) raw_sized(&value, 2, amount->data, amount->size);
    raw_varint(&period_bytes, 1, PERIOD_YEAR);
    raw_sized(&statement, 3, period_bytes.data, period_bytes.size);
    raw_sized(&statement, 4, value.data, value.size);
    raw_sized(&b, 2, statement.data, statement.size);
    buffer_close(&value);
    buffer_close(&period_bytes);
    buffer_close(&statement);
    return b;
}

static void decimals_out_of_range_are_refused(void **state) {
    (void)state;
    static const struct {
        int64_t mantissa;
        uint64_t scale;
        duban_status status;
        const char *found, *expected;
    } rows[] = {
        {1, 7, DUBAN_E_SCALE, "7", "0..6"},
        {0, UINT32_MAX, DUBAN_E_SCALE, "4294967295", "0..6"},
        {1000000000001, 0, DUBAN_E_OVERFLOW, "1000000000001 / 10^0", "-10^12..10^12"},
        {-1000000000000000001, 6, DUBAN_E_OVERFLOW, "-1000000000000000001 / 10^6", NULL},
        {INT64_MIN, 6, DUBAN_E_OVERFLOW, NULL, NULL},
        {INT64_MAX, 0, DUBAN_E_OVERFLOW, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer amount;
        buffer_init(&amount);
        int64_t m = rows[i].mantissa;
        raw_varint(&amount, 1, (uint64_t)m << 1 ^ (uint64_t)(m >> 63));
        raw_varint(&amount, 2, rows[i].scale);
        buffer b = with_amount(&amount);
        refused(KIND_SUBMISSION, &b, rows[i].status, 1, "amount", rows[i].found,
                rows[i].expected);
        buffer_close(&amount);
    }
}

static void a_value_without_an_amount_is_not_a_zero(void **state) {
    (void)state;
    buffer b = with_amount(NULL);
    refused(KIND_SUBMISSION, &b, DUBAN_E_EMPTY, 1, "amount", NULL, NULL);
    buffer zero;
    buffer_init(&zero);
    b = with_amount(&zero);
    arena a;
    event ev;
    arena_init(&a, 0);
    signed_words head = {.kind = KIND_SUBMISSION, .payload = {b.data, b.size}};
    assert_int_equal(codec_event_read(&head, (span){0}, &a, &ev, NULL), DUBAN_OK);
    assert_true(ev.submission.statements[0].value.amount.micro == 0);
    arena_close(&a);
    buffer_close(&b);
}

static void a_statement_that_says_nothing_is_refused(void **state) {
    (void)state;
    statement_words s = good_statement();
    s.kind = STATEMENT_NONE;
    submission_refused(s, DUBAN_E_EMPTY, "what", "", "value, node, text, nil");
}

static void bodies_need_a_whole_hash_and_a_size_that_fits(void **state) {
    (void)state;
    statement_words s = good_statement();
    s.kind = STATEMENT_NIL;
    s.nil_reason = (body_ref){.present = true, .size = BODY_SIZE_MAX + 1, .media = ""};
    submission_refused(s, DUBAN_E_TOO_LARGE, "size", "524289", "0..524288");
    for (size_t size = 0; size <= 33; size += 11) {
        buffer ref, b;
        buffer_init(&ref);
        buffer_init(&b);
        raw_sized(&ref, 1, "0123456789012345678901234567890123456789", size);
        raw_sized(&b, 3, ref.data, ref.size);
        char found[16];
        snprintf(found, sizeof found, "%zu B", size);
        refused(KIND_SUBMISSION, &b, DUBAN_E_MALFORMED, 0, "hash", found, "32 B");
        buffer_close(&ref);
    }
}

/* --- counts ------------------------------------------------------------------------- */

static void more_than_the_limit_is_refused(void **state) {
    (void)state;
    static statement_words statements[STATEMENTS_MAX + 1];
    for (size_t i = 0; i <= STATEMENTS_MAX; i++)
        statements[i] = good_statement();
    event ev = {.kind = KIND_SUBMISSION,
                .submission = {.statements = statements, .statements_n = STATEMENTS_MAX}};
    buffer b = payload_of(&ev);
    arena a;
    arena_init(&a, 0);
    event got;
    signed_words head = {.kind = KIND_SUBMISSION, .payload = {b.data, b.size}};
    assert_int_equal(codec_event_read(&head, (span){0}, &a, &got, NULL), DUBAN_OK);
    assert_int_equal(got.submission.statements_n, STATEMENTS_MAX);
    arena_close(&a);
    buffer_close(&b);
    ev.submission.statements_n++;
    b = payload_of(&ev);
    refused(KIND_SUBMISSION, &b, DUBAN_E_LIMIT, 0, "statements", "401", "<= 400");
}

static void a_limit_inside_a_list_names_its_line(void **state) {
    (void)state;
    static uint32_t leads[DUTIES_MAX + 1];
    task_words tasks[] = {{.number = "1"}, {.number = "2", .leads = leads}};
    tasks[1].leads_n = DUTIES_MAX + 1;
    event ev = {.kind = KIND_PLAN_CHUNK,
                .plan_chunk = {.code = "2023", .tasks = tasks, .tasks_n = 2}};
    buffer b = payload_of(&ev);
    refused(KIND_PLAN_CHUNK, &b, DUBAN_E_LIMIT, 2, "leads", "129", "<= 128");
}

static void a_metric_without_a_target_is_pending_or_refused(void **state) {
    (void)state;
    for (int pending = 0; pending < 2; pending++) {
        buffer metric, task, b;
        buffer_init(&metric);
        buffer_init(&task);
        buffer_init(&b);
        raw_varint(&metric, 1, 1);
        raw_varint(&metric, 3, pending ? COMPARATOR_PENDING : COMPARATOR_AT_MOST);
        raw_sized(&task, 13, metric.data, metric.size);
        raw_sized(&b, 2, "2023", 4);
        raw_sized(&b, 4, task.data, task.size);
        if (pending) {
            arena a;
            event ev;
            arena_init(&a, 0);
            signed_words head = {.kind = KIND_PLAN_CHUNK, .payload = {b.data, b.size}};
            assert_int_equal(codec_event_read(&head, (span){0}, &a, &ev, NULL), 0);
            arena_close(&a);
            buffer_close(&b);
        } else {
            refused(KIND_PLAN_CHUNK, &b, DUBAN_E_TARGET, 1, "target", NULL, NULL);
        }
        buffer_close(&metric);
        buffer_close(&task);
    }
}

/* --- keys --------------------------------------------------------------------------- */

static duban_status read_key(size_t size, bool revoked) {
    buffer key, b;
    buffer_init(&key);
    buffer_init(&b);
    raw_varint(&key, 1, 5);
    raw_sized(&key, 4, "0123456789012345678901234567890123456789", size);
    if (revoked) raw_varint(&key, 5, 1);
    raw_sized(&b, 1, key.data, key.size);
    arena a;
    arena_init(&a, 0);
    event ev;
    signed_words head = {.kind = KIND_KEYS, .payload = {b.data, b.size}};
    duban_status status = codec_event_read(&head, (span){0}, &a, &ev, NULL);
    arena_close(&a);
    buffer_close(&key);
    buffer_close(&b);
    return status;
}

static void keys_have_32_bytes_or_none_when_revoked(void **state) {
    (void)state;
    assert_int_equal(read_key(32, false), DUBAN_OK);
    assert_int_equal(read_key(32, true), DUBAN_OK);
    assert_int_equal(read_key(0, true), DUBAN_OK);
    assert_int_equal(read_key(0, false), DUBAN_E_KEY_FORMAT);
    assert_int_equal(read_key(31, false), DUBAN_E_KEY_FORMAT);
    assert_int_equal(read_key(33, true), DUBAN_E_KEY_FORMAT);
}

static void a_genesis_needs_its_city_and_keys(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b);
    raw_sized(&b, 1, "duban.example", 13);
    refused(KIND_GENESIS, &b, DUBAN_E_EMPTY, 0, "city", NULL, NULL);
    buffer office;
    buffer_init(&office);
    buffer_init(&b);
    raw_sized(&office, 2, "city", 4);
    raw_sized(&b, 3, office.data, office.size);
    refused(KIND_GENESIS, &b, DUBAN_E_KEY_FORMAT, 0, "root_key", "0 B",
            "ED25519 32 B, SM2 33 B");
    buffer_close(&office);
}

static void a_public_key_has_the_size_of_its_algorithm(void **state) {
    (void)state;
    static const struct {
        uint64_t algorithm;
        size_t size;
        bool good;
    } rows[] = {{ALGORITHM_ED25519, 32, true},  {ALGORITHM_SM2, 33, true},
                {ALGORITHM_ED25519, 33, false}, {ALGORITHM_SM2, 32, false},
                {ALGORITHM_ED25519, 31, false}, {ALGORITHM_SM2, 34, false},
                {ALGORITHM_SM2, 65, false},     {ALGORITHM_ED25519, 0, false}};
    static const uint8_t bytes[65] = {2, 7};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer key, b;
        char found[16];
        buffer_init(&key);
        buffer_init(&b);
        raw_varint(&key, 1, 5);
        raw_varint(&key, 3, rows[i].algorithm);
        raw_sized(&key, 4, bytes, rows[i].size);
        raw_sized(&b, 1, key.data, key.size);
        buffer_close(&key);
        snprintf(found, sizeof found, "%zu B", rows[i].size);
        if (!rows[i].good) {
            refused(KIND_KEYS, &b, DUBAN_E_KEY_FORMAT, 1, "public_key", found,
                    "ED25519 32 B, SM2 33 B");
            continue;
        }
        arena a;
        event ev;
        arena_init(&a, 0);
        signed_words head = {.kind = KIND_KEYS, .payload = {b.data, b.size}};
        assert_int_equal(codec_event_read(&head, (span){0}, &a, &ev, NULL), DUBAN_OK);
        assert_memory_equal(ev.keys.keys[0].public_key, bytes, rows[i].size);
        arena_close(&a);
        buffer_close(&b);
    }
}

/* --- unknown fields and broken bytes ------------------------------------------------ */

static void unknown_fields_in_payloads_are_refused_at_any_depth(void **state) {
    (void)state;
    buffer b = with_third(good_statement());
    raw_varint(&b, 99, 1);
    refused(KIND_SUBMISSION, &b, DUBAN_E_UNKNOWN_FIELD, 0, "Submission", "#99", NULL);
    buffer statement;
    buffer_init(&statement);
    raw_sized(&statement, 77, "x", 1);
    b = with_third(good_statement());
    raw_sized(&b, 2, statement.data, statement.size);
    refused(KIND_SUBMISSION, &b, DUBAN_E_UNKNOWN_FIELD, 4, "Statement", "#77", NULL);
    buffer amount;
    buffer_init(&amount);
    raw_varint(&amount, 3, 1);
    b = with_amount(&amount);
    refused(KIND_SUBMISSION, &b, DUBAN_E_UNKNOWN_FIELD, 1, "Decimal", "#3", NULL);
    statement.size = 0;
    amount.size = 0;
    raw_varint(&amount, 1, PERIOD_YEAR);
    raw_varint(&amount, 4, 1);
    raw_sized(&statement, 3, amount.data, amount.size);
    b = with_third(good_statement());
    raw_sized(&b, 2, statement.data, statement.size);
    refused(KIND_SUBMISSION, &b, DUBAN_E_UNKNOWN_FIELD, 4, "Period", "#4", NULL);
    buffer_close(&amount);
    buffer_close(&statement);
}

static void bytes_that_are_no_message_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10}, /* endless tag */
        {"\x12\x7F", 2},                                  /* longer than what follows */
        {"\x0A\x01x", 3},                                 /* plan as bytes */
        {"\x10\x01", 2},                                  /* statements as a number */
        {"\x12\x02\x1A\x05", 4},                          /* a period cut short */
        {"\x0B", 1},                                      /* a group */
        {"\x00\x00", 2},                                  /* field 0 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer b;
        buffer_init(&b);
        memcpy(buffer_reserve(&b, rows[i].size), rows[i].bytes, rows[i].size);
        b.size = rows[i].size;
        refused(KIND_SUBMISSION, &b, DUBAN_E_MALFORMED, 0, "Submission", NULL, NULL);
    }
}

static void memory_used_up_is_said_and_not_taken_for_bad_bytes(void **state) {
    (void)state;
    for (size_t bytes_max = 64; bytes_max < 4096; bytes_max += 8) {
        buffer b = with_third(good_statement());
        arena a;
        arena_init(&a, bytes_max);
        event ev;
        signed_words head = {.kind = KIND_SUBMISSION, .payload = {b.data, b.size}};
        duban_status status = codec_event_read(&head, (span){0}, &a, &ev, NULL);
        assert_true(status == DUBAN_OK || status == DUBAN_E_NO_MEMORY);
        if (bytes_max < 256) assert_int_equal(status, DUBAN_E_NO_MEMORY);
        assert_true(a.bytes <= bytes_max);
        arena_close(&a);
        buffer_close(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_too_long_is_refused),
        cmocka_unit_test(text_with_control_characters_or_bad_utf8_is_refused),
        cmocka_unit_test(characters_at_the_edges_of_utf8_are_taken),
        cmocka_unit_test(a_nul_inside_a_text_does_not_end_it_unseen),
        cmocka_unit_test(a_nul_in_a_repeated_text_is_seen_too),
        cmocka_unit_test(codes_have_letters_digits_and_three_signs),
        cmocka_unit_test(a_code_with_bad_bytes_is_not_printed_back),
        cmocka_unit_test(unknown_enum_values_are_refused),
        cmocka_unit_test(days_outside_the_calendar_are_refused),
        cmocka_unit_test(windows_and_offsets_are_bounded),
        cmocka_unit_test(periods_that_begin_nowhere_are_refused),
        cmocka_unit_test(decimals_out_of_range_are_refused),
        cmocka_unit_test(a_value_without_an_amount_is_not_a_zero),
        cmocka_unit_test(a_statement_that_says_nothing_is_refused),
        cmocka_unit_test(bodies_need_a_whole_hash_and_a_size_that_fits),
        cmocka_unit_test(more_than_the_limit_is_refused),
        cmocka_unit_test(a_limit_inside_a_list_names_its_line),
        cmocka_unit_test(a_metric_without_a_target_is_pending_or_refused),
        cmocka_unit_test(keys_have_32_bytes_or_none_when_revoked),
        cmocka_unit_test(a_genesis_needs_its_city_and_keys),
        cmocka_unit_test(a_public_key_has_the_size_of_its_algorithm),
        cmocka_unit_test(unknown_fields_in_payloads_are_refused_at_any_depth),
        cmocka_unit_test(bytes_that_are_no_message_are_refused),
        cmocka_unit_test(memory_used_up_is_said_and_not_taken_for_bad_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

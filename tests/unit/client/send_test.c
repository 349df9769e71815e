/* Sending: the same bytes until an answer comes, one receipt, nothing lost. */
#include "client_kit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/home.h"
#include "proto/codec.h"

#define TIMEOUT_MS 5000
#define SHORT_MS   150

static kit_broker *broker_of(const kit_act *acts, size_t n) {
    kit_script script = {.acts = acts, .acts_n = n};
    return kit_broker_new(&script);
}

static kit_broker *refusing(duban_status status, size_t times) {
    static kit_act acts[512];
    assert_true(times <= sizeof acts / sizeof acts[0]);
    for (size_t i = 0; i < times; i++)
        acts[i] = ACT_REFUSE;
    kit_script script = {.acts = acts, .acts_n = times, .refuse_with = status};
    return kit_broker_new(&script);
}

static duban_status send(duban *d, uint32_t task, duban_ticket *ticket,
                         duban_refusal *refusal) {
    kit_event value;
    kit_value(&value, task, task);
    return duban_send(d, &value.ev, NULL, 0, ticket, refusal);
}

static void queue(duban *d, uint32_t task) {
    kit_event value;
    duban_ticket ticket;
    kit_value(&value, task, task);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
}

/* Rows by state; the arena is closed, so nothing of them is kept. */
static size_t count_rows(duban *d, duban_outbox_state state) {
    arena a;
    duban_outbox_row *rows;
    size_t n, count = 0;
    arena_init(&a, 0);
    assert_int_equal(duban_outbox(d, &a, &rows, &n, NULL), DUBAN_OK);
    for (size_t i = 0; i < n; i++)
        count += rows[i].state == state;
    arena_close(&a);
    return count;
}

static void a_receipt_ends_it(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket;
    const kit_seen *seen;
    kit_home("home");
    kit_broker *b = broker_of(NULL, 0);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    kit_value(&value, 25, 320);
    assert_int_equal(duban_send(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    assert_int_equal(ticket.number, 1);
    assert_int_equal(ticket.sent, DUBAN_RECEIPTED);
    assert_int_equal(ticket.index, 101);
    assert_int_equal(value.ev.office, KIT_OFFICE);
    assert_int_equal(value.ev.key, KIT_KEY);
    assert_int_equal(value.ev.number, 1);
    assert_int_equal(kit_broker_seen(b, &seen), 1);
    assert_int_equal(count_rows(d, OUTBOX_RECEIPTED), 1);

    arena a;
    duban_outbox_row *rows;
    size_t n;
    arena_init(&a, 0);
    assert_int_equal(duban_outbox(d, &a, &rows, &n, NULL), DUBAN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].index, 101);
    assert_int_equal(rows[0].received_ms, ticket.received_ms);
    assert_int_equal(rows[0].ev.submission.statements[0].value.amount.micro, 320000000);
    assert_memory_equal(&rows[0].ev.mark, &value.ev.mark, sizeof value.ev.mark);
    arena_close(&a);
    duban_close(d);
    kit_broker_free(b);
}

static void a_lost_answer_brings_the_same_bytes_again_and_one_receipt(void **state) {
    (void)state;
    const kit_act acts[] = {ACT_SILENT};
    duban_ticket ticket;
    duban_refusal refusal = {0};
    const kit_seen *seen;
    size_t left, refused;
    kit_home("home");
    kit_broker *b = broker_of(acts, 1);
    duban *d = kit_open("home", kit_broker_url(b), SHORT_MS);
    assert_int_equal(send(d, 25, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_QUEUED);
    assert_int_equal(refusal.status, DUBAN_E_TIMEOUT);
    duban_close(d);
    /* Another process later. */
    d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(duban_flush(d, 0, &left, &refused, &refusal), DUBAN_OK);
    assert_int_equal(left, 0);
    assert_int_equal(refused, 0);
    assert_int_equal(refusal.status, DUBAN_OK);
    assert_int_equal(kit_broker_seen(b, &seen), 2);
    assert_true(hash_equal(&seen[0].request, &seen[1].request));
    assert_int_equal(count_rows(d, OUTBOX_RECEIPTED), 1);
    assert_int_equal(count_rows(d, OUTBOX_QUEUED), 0);
    assert_int_equal(duban_flush(d, 0, &left, &refused, NULL), DUBAN_OK);
    assert_int_equal(kit_broker_seen(b, &seen), 2);
    duban_close(d);
    kit_broker_free(b);
}

static void a_busy_broker_and_a_quota_are_asked_again_with_the_same_bytes(void **state) {
    (void)state;
    const kit_act acts[] = {ACT_BUSY, ACT_QUOTA, ACT_BUSY};
    duban_ticket ticket;
    const kit_seen *seen;
    kit_home("home");
    kit_broker *b = broker_of(acts, 3);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(send(d, 25, &ticket, NULL), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_RECEIPTED);
    assert_int_equal(kit_broker_seen(b, &seen), 4);
    for (int i = 1; i < 4; i++)
        assert_true(hash_equal(&seen[0].request, &seen[i].request));
    duban_close(d);
    kit_broker_free(b);
}

static void offline_is_queued_and_goes_out_in_order_later(void **state) {
    (void)state;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    const kit_seen *seen;
    size_t left = 99, refused = 99;
    char url[64];
    kit_home("home");
    kit_broker *b = broker_of(NULL, 0);
    snprintf(url, sizeof url, "%s", kit_broker_url(b));
    kit_broker_free(b); /* nobody listens there now */
    duban *d = kit_open("home", url, TIMEOUT_MS);
    int64_t begin = file_now_ms();
    for (uint32_t task = 1; task <= 20; task++) {
        assert_int_equal(send(d, task, &ticket, &refusal), DUBAN_OK);
        assert_int_equal(ticket.sent, DUBAN_QUEUED);
        assert_int_equal(ticket.number, task);
        assert_int_equal(refusal.status, DUBAN_E_UNREACHABLE);
    }
    /* Offline work is not slowed down by attempts to connect. */
    assert_in_range(file_now_ms() - begin, 0, TIMEOUT_MS);
    assert_int_equal(duban_flush(d, 0, &left, &refused, &refusal), DUBAN_OK);
    assert_int_equal(left, 20);
    assert_int_equal(refused, 0);
    assert_int_equal(refusal.status, DUBAN_E_UNREACHABLE);
    duban_close(d);

    b = broker_of(NULL, 0);
    d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    /* What is new waits its turn. */
    assert_int_equal(send(d, 21, &ticket, NULL), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_RECEIPTED);
    assert_int_equal(kit_broker_seen(b, &seen), 21);
    for (uint64_t i = 0; i < 21; i++)
        assert_int_equal(seen[i].number, i + 1);
    assert_int_equal(count_rows(d, OUTBOX_RECEIPTED), 21);
    duban_close(d);
    kit_broker_free(b);
}

static void a_refusal_is_told_kept_and_not_sent_again(void **state) {
    (void)state;
    duban_ticket ticket = {.number = 55};
    duban_refusal refusal = {0};
    const kit_seen *seen;
    arena a;
    duban_outbox_row *rows;
    size_t n, left, refused;
    kit_home("home");
    kit_broker *b = refusing(DUBAN_E_WRONG_UNIT, 1);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(send(d, 25, &ticket, &refusal), DUBAN_E_WRONG_UNIT);
    assert_int_equal(refusal.line, 3);
    assert_string_equal(refusal.field, "field");
    assert_string_equal(refusal.found, "found");
    assert_string_equal(refusal.expected, "expected");
    arena_init(&a, 0);
    assert_int_equal(duban_outbox(d, &a, &rows, &n, NULL), DUBAN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].state, OUTBOX_REFUSED);
    assert_int_equal(rows[0].refusal.status, DUBAN_E_WRONG_UNIT);
    assert_int_equal(rows[0].ev.submission.statements[0].task, 25);
    arena_close(&a);
    assert_int_equal(duban_flush(d, 0, &left, &refused, NULL), DUBAN_OK);
    assert_int_equal(left + refused, 0);
    assert_int_equal(send(d, 25, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.number, 2);
    assert_int_equal(kit_broker_seen(b, &seen), 2);
    duban_close(d);
    kit_broker_free(b);
}

static void flush_counts_refusals_and_goes_on_behind_them(void **state) {
    (void)state;
    const kit_act acts[] = {ACT_RECEIPT, ACT_REFUSE, ACT_RECEIPT, ACT_REFUSE};
    kit_script script = {.acts = acts, .acts_n = 4, .refuse_with = DUBAN_E_NO_ITEM};
    duban_refusal refusal = {0};
    size_t left, refused;
    kit_home("home");
    kit_broker *b = kit_broker_new(&script);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    for (uint32_t task = 1; task <= 5; task++)
        queue(d, task);
    assert_int_equal(duban_flush(d, 0, &left, &refused, &refusal), DUBAN_OK);
    assert_int_equal(left, 0);
    assert_int_equal(refused, 2);
    assert_int_equal(refusal.status, DUBAN_E_NO_ITEM);
    assert_int_equal(count_rows(d, OUTBOX_RECEIPTED), 3);
    assert_int_equal(count_rows(d, OUTBOX_REFUSED), 2);
    duban_close(d);
    kit_broker_free(b);
}

static void what_says_nothing_of_the_message_leaves_it_queued(void **state) {
    (void)state;
    const duban_status statuses[] = {
        DUBAN_E_STOPPING, DUBAN_E_DISK_FULL, DUBAN_E_NO_MEMORY,   DUBAN_E_COMMIT,
        DUBAN_E_ORIGIN,   DUBAN_E_NOT_READY, DUBAN_E_CLOCK_AHEAD,
    };
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        duban_ticket ticket;
        duban_refusal refusal = {0};
        char name[32];
        snprintf(name, sizeof name, "home%zu", i);
        kit_home(name);
        kit_broker *b = refusing(statuses[i], 1);
        duban *d = kit_open(name, kit_broker_url(b), TIMEOUT_MS);
        assert_int_equal(send(d, 25, &ticket, &refusal), DUBAN_OK);
        assert_int_equal(ticket.sent, DUBAN_QUEUED);
        assert_int_equal(refusal.status, statuses[i]);
        assert_int_equal(count_rows(d, OUTBOX_QUEUED), 1);
        duban_close(d);
        kit_broker_free(b);
    }
}

static void a_receipt_for_other_bytes_and_garbage_are_no_receipts(void **state) {
    (void)state;
    const kit_act acts[] = {ACT_GARBAGE, ACT_FORGED};
    const duban_status expected[] = {DUBAN_E_MALFORMED, DUBAN_E_PROOF};
    duban_refusal refusal = {0};
    size_t left, refused;
    kit_home("home");
    kit_broker *b = broker_of(acts, 2);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    queue(d, 25);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(duban_flush(d, 0, &left, &refused, &refusal), DUBAN_OK);
        assert_int_equal(left, 1);
        assert_int_equal(refusal.status, expected[i]);
    }
    /* A forged receipt is a lie of the log's: said at the end, and kept. */
    assert_int_equal(duban_settle(d, &refusal), DUBAN_E_PROOF);
    assert_int_equal(access(duban_evidence(d), F_OK), 0);
    duban_close(d);
    d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(duban_flush(d, 0, &left, &refused, &refusal), DUBAN_OK);
    assert_int_equal(left, 0);
    duban_close(d);
    kit_broker_free(b);
}

static void a_wait_outlasts_lost_answers(void **state) {
    (void)state;
    const kit_act acts[] = {ACT_SILENT, ACT_SILENT, ACT_RECEIPT, ACT_SILENT};
    const kit_seen *seen;
    size_t left, refused;
    kit_home("home");
    kit_broker *b = broker_of(acts, 4);
    duban *d = kit_open("home", kit_broker_url(b), SHORT_MS);
    queue(d, 1);
    queue(d, 2);
    assert_int_equal(duban_flush(d, 60000, &left, &refused, NULL), DUBAN_OK);
    assert_int_equal(left, 0);
    size_t n = kit_broker_seen(b, &seen); /* more when the machine is slow */
    assert_true(n >= 5);
    assert_int_equal(seen[2].number, 1);
    assert_int_equal(seen[n - 1].number, 2);
    for (size_t i = 1; i < n; i++) {
        assert_true(seen[i - 1].number <= seen[i].number);
        if (seen[i - 1].number == seen[i].number)
            assert_true(hash_equal(&seen[i - 1].request, &seen[i].request));
    }
    duban_close(d);
    kit_broker_free(b);
}

static void what_is_held_up_is_passed_over_within_the_window_only(void **state) {
    (void)state;
    const kit_seen *seen;
    duban_refusal refusal = {0};
    size_t left, refused;
    kit_home("home");
    kit_broker *b = refusing(DUBAN_E_CLOCK_AHEAD, NUMBER_WINDOW + 6);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    for (uint32_t task = 1; task <= NUMBER_WINDOW + 6; task++)
        queue(d, task);
    assert_int_equal(duban_flush(d, 0, &left, &refused, &refusal), DUBAN_OK);
    assert_int_equal(left, NUMBER_WINDOW + 6);
    assert_int_equal(refusal.status, DUBAN_E_CLOCK_AHEAD);
    size_t n = kit_broker_seen(b, &seen);
    assert_int_equal(n, NUMBER_WINDOW);
    assert_int_equal(seen[n - 1].number, NUMBER_WINDOW);
    duban_close(d);
    kit_broker_free(b);
}

/* --- before anything is signed
 * ---------------------------------------------------------- */

static void the_same_value_is_not_queued_twice(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    kit_home("home");
    duban *d = kit_open("home", "tcp://127.0.0.1:1", TIMEOUT_MS);
    queue(d, 25);
    kit_value(&value, 25, 7);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_SUPERSEDES_NEEDED);
    assert_int_equal(refusal.line, 1);
    assert_string_equal(refusal.found, "outbox 1");
    assert_int_equal(duban_send(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_SUPERSEDES_NEEDED);
    value.statement.office = KIT_OFFICE; /* said, not left to the signer: the same */
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_SUPERSEDES_NEEDED);
    value.statement.value.metric = 2;
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    duban_close(d);
    /* Another process knows it too, until the answer is there. */
    kit_broker *b = broker_of(NULL, 0);
    d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    kit_value(&value, 25, 7);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_SUPERSEDES_NEEDED);
    assert_int_equal(duban_send(d, &value.ev, NULL, 0, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_RECEIPTED);
    duban_close(d);
    kit_broker_free(b);
}

static void a_home_that_lost_its_outbox_asks_for_its_last_number(void **state) {
    (void)state;
    duban_ticket ticket;
    kit_script script = {.last_number = 41};
    sign_public key;
    duban_options options = {.home = kit_path("home")};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    kit_broker *b = kit_broker_new(&script);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(send(d, 25, &ticket, NULL), DUBAN_OK);
    assert_int_equal(ticket.number, 42);
    assert_int_equal(duban_office(d), KIT_OFFICE);
    assert_int_equal(duban_key(d), KIT_KEY);
    duban_close(d);
    kit_broker_free(b);
}

static void a_broker_cannot_use_up_the_numbers_of_a_key(void **state) {
    (void)state;
    static const uint64_t told[] = {UINT64_MAX, UINT64_MAX - 1, NUMBER_TOLD_MAX + 1};
    duban_ticket ticket;
    kit_home("home");
    for (uint64_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        kit_script script = {.last_number = told[i]};
        kit_broker *b = kit_broker_new(&script);
        duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
        info_words info;
        assert_int_equal(duban_info(d, &info, NULL), DUBAN_OK);
        assert_true(info.last_number == told[i]);
        assert_int_equal(send(d, 25, &ticket, NULL), DUBAN_OK);
        assert_int_equal(ticket.number, i + 1);
        duban_close(d);
        kit_broker_free(b);
    }
}

static void a_home_that_is_not_enrolled_cannot_queue(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket = {.number = 5};
    duban_refusal refusal = {0};
    sign_public key;
    duban_options options = {.home = kit_path("home")};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    duban *d = kit_open("home", "tcp://127.0.0.1:1", TIMEOUT_MS);
    kit_value(&value, 25, 7);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_NOT_READY);
    assert_int_equal(refusal.status, DUBAN_E_NOT_READY);
    assert_int_equal(duban_send(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_NOT_READY);
    assert_int_equal(ticket.number, 5);
    assert_int_equal(count_rows(d, OUTBOX_QUEUED), 0);
    duban_close(d);
}

static void what_the_codec_refuses_is_refused_before_it_is_queued(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    kit_home("home");
    duban *d = kit_open("home", NULL, TIMEOUT_MS);
    kit_value(&value, 25, 7);
    value.statement.value.unit = "亿\x01元";
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, &refusal), DUBAN_E_TEXT);
    assert_int_equal(refusal.status, DUBAN_E_TEXT);
    assert_int_equal(refusal.line, 1);
    assert_string_equal(refusal.field, "unit");
    assert_int_equal(count_rows(d, OUTBOX_QUEUED), 0);
    duban_close(d);
}

/* --- bodies
 * ------------------------------------------------------------------------------ */

static void bodies_go_with_their_message(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket;
    duban_body_made body;
    kit_home("home");
    duban *d = kit_open("home", NULL, TIMEOUT_MS);
    assert_int_equal(duban_body_make("更正", 6, "text/plain", &body), DUBAN_OK);
    kit_value(&value, 25, 7);
    value.ev.submission.reason = body.ref;
    assert_int_equal(duban_queue(d, &value.ev, &body, 1, &ticket, NULL), DUBAN_OK);

    arena a;
    outbox_message m;
    request_words request;
    arena_init(&a, 0);
    outbox o;
    sign_public key;
    key = *duban_public_key(d);
    assert_int_equal(outbox_open(kit_path("home/outbox"), &key, &o), DUBAN_OK);
    assert_int_equal(outbox_load(&o, PLACE_QUEUED, 1, &a, &m), DUBAN_OK);
    assert_int_equal(codec_request_read(m.bytes, &a, &request, NULL), DUBAN_OK);
    assert_int_equal(request.submit.bodies_n, 1);
    assert_memory_equal(request.submit.bodies[0].bytes.data, "更正", 6);
    assert_true(hash_equal(&m.ev.submission.reason.hash, &body.ref.hash));
    arena_close(&a);
    duban_close(d);
}

static void salts_make_equal_bodies_differ(void **state) {
    (void)state;
    duban_body_made a, b;
    assert_int_equal(duban_body_make("same", 4, NULL, &a), DUBAN_OK);
    assert_int_equal(duban_body_make("same", 4, NULL, &b), DUBAN_OK);
    assert_false(hash_equal(&a.ref.hash, &b.ref.hash));
}

static void empty_and_large_bodies_are_refused(void **state) {
    (void)state;
    static uint8_t bytes[BODY_SIZE_MAX + 1];
    duban_body_made body;
    assert_int_equal(duban_body_make(bytes, 0, NULL, &body), DUBAN_E_EMPTY);
    assert_int_equal(duban_body_make(bytes, sizeof bytes, NULL, &body),
                     DUBAN_E_TOO_LARGE);
    assert_int_equal(duban_body_make(bytes, BODY_SIZE_MAX, NULL, &body), DUBAN_OK);
}

static void more_than_a_request_holds_is_not_queued(void **state) {
    (void)state;
    static uint8_t bytes[BODY_SIZE_MAX];
    kit_event value;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    duban_body_made bodies[3];
    body_ref evidence[3];
    kit_home("home");
    duban *d = kit_open("home", NULL, TIMEOUT_MS);
    kit_value(&value, 25, 7);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(duban_body_make(bytes, sizeof bytes, "image/png", &bodies[i]),
                         DUBAN_OK);
        evidence[i] = bodies[i].ref;
    }
    value.ev.submission.evidence = evidence;
    value.ev.submission.evidence_n = 3;
    assert_int_equal(duban_queue(d, &value.ev, bodies, 3, &ticket, &refusal),
                     DUBAN_E_TOO_LARGE);
    assert_int_equal(refusal.status, DUBAN_E_TOO_LARGE);
    assert_int_equal(count_rows(d, OUTBOX_QUEUED), 0);
    duban_close(d);
}

static void check_kept(uint64_t size) {
    char wanted[128];
    buffer bytes;
    buffer_init(&bytes);
    int n = snprintf(wanted, sizeof wanted, "%s\n%llu\n", KIT_ORIGIN,
                     (unsigned long long)size);
    assert_int_equal(file_read(kit_path("home/checkpoint"), 4096, &bytes), DUBAN_OK);
    assert_true(bytes.size > (size_t)n);
    assert_memory_equal(bytes.data, wanted, (size_t)n);
    buffer_close(&bytes);
}

static void the_largest_checkpoint_proved_is_kept(void **state) {
    (void)state;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    kit_home("home");
    kit_broker *b = broker_of(NULL, 0);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(send(d, 25, &ticket, NULL), DUBAN_OK);
    assert_int_not_equal(access(kit_path("home/checkpoint"), F_OK), 0);
    assert_int_equal(duban_settle(d, &refusal), DUBAN_OK);
    check_kept(102);
    assert_int_equal(send(d, 26, &ticket, NULL), DUBAN_OK);
    assert_int_equal(send(d, 27, &ticket, NULL), DUBAN_OK);
    check_kept(102);
    assert_int_equal(duban_settle(d, &refusal), DUBAN_OK);
    check_kept(104);
    duban_close(d);
    kit_broker_free(b);
}

static void what_cannot_be_proved_just_now_waits_for_the_next_time(void **state) {
    (void)state;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    kit_home("home");
    kit_broker *b = broker_of(NULL, 0);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(send(d, 25, &ticket, NULL), DUBAN_OK);
    assert_int_equal(duban_settle(d, &refusal), DUBAN_OK);
    assert_int_equal(send(d, 26, &ticket, NULL), DUBAN_OK);
    kit_broker_free(b);
    assert_int_equal(duban_settle(d, &refusal), DUBAN_OK);
    check_kept(102);
    duban_close(d);
}

static void a_receipt_is_kept_as_a_text_that_proves_itself(void **state) {
    (void)state;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    arena a;
    span text, again;
    arena_init(&a, 0);
    kit_home("home");
    kit_broker *b = broker_of(NULL, 0);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(send(d, 25, &ticket, NULL), DUBAN_OK);
    kit_broker_free(b);
    const char *file = kit_path("home/outbox/receipts/00000000000000000001.receipt");
    assert_int_equal(access(file, F_OK), 0);
    assert_int_equal(duban_receipt(d, ticket.index, false, &a, &text, &refusal),
                     DUBAN_OK);
    assert_memory_equal(text.data, "duban-receipt/1\n", 16);
    /* From the message and its answer, when the file is gone. */
    assert_int_equal(unlink(file), 0);
    assert_int_equal(duban_receipt(d, ticket.index, false, &a, &again, &refusal),
                     DUBAN_OK);
    assert_int_equal(again.size, text.size);
    assert_memory_equal(again.data, text.data, text.size);
    duban_close(d);
    arena_close(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
        T(a_receipt_ends_it),
        T(a_lost_answer_brings_the_same_bytes_again_and_one_receipt),
        T(a_busy_broker_and_a_quota_are_asked_again_with_the_same_bytes),
        T(offline_is_queued_and_goes_out_in_order_later),
        T(a_refusal_is_told_kept_and_not_sent_again),
        T(flush_counts_refusals_and_goes_on_behind_them),
        T(what_says_nothing_of_the_message_leaves_it_queued),
        T(a_receipt_for_other_bytes_and_garbage_are_no_receipts),
        T(a_wait_outlasts_lost_answers),
        T(what_is_held_up_is_passed_over_within_the_window_only),
        T(the_same_value_is_not_queued_twice),
        T(a_home_that_lost_its_outbox_asks_for_its_last_number),
        T(a_broker_cannot_use_up_the_numbers_of_a_key),
        T(a_home_that_is_not_enrolled_cannot_queue),
        T(what_the_codec_refuses_is_refused_before_it_is_queued),
        T(bodies_go_with_their_message),
        T(salts_make_equal_bodies_differ),
        T(empty_and_large_bodies_are_refused),
        T(more_than_a_request_holds_is_not_queued),
        T(the_largest_checkpoint_proved_is_kept),
        T(what_cannot_be_proved_just_now_waits_for_the_next_time),
        T(a_receipt_is_kept_as_a_text_that_proves_itself),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

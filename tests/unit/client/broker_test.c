/* The library against a real broker: founding, enrolling, submitting offline and online,
 * the slice, the feed, and kill -9 of the broker in between. duband is looked for beside
 * this program; without it the test is skipped. */
#include "client_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <unistd.h>

#include "client/file.h"
#include "proto/codec.h"
#include "proto/entry.h"

#define START_MS   20000
#define TIMEOUT_MS 10000
#define COUNTY     2
#define PLAN       "2023"

/* --- duband as a child
 * -------------------------------------------------------------------- */

static char program[4096];
static char urls[3][64]; /* command, feed, publish */
static pid_t broker_pid;

static bool find_program(void) {
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 16);
    if (size < 0) return false;
    program[size] = '\0';
    strcpy(strrchr(program, '/'), "/duband");
    return access(program, X_OK) == 0;
}

/* Ports that are free now; three at once, so that they differ. */
static void choose_ports(void) {
    int sockets[3];
    for (int i = 0; i < 3; i++) {
        struct sockaddr_in at = {.sin_family = AF_INET};
        socklen_t size = sizeof at;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(bind(sockets[i], (struct sockaddr *)&at, sizeof at), 0);
        assert_int_equal(getsockname(sockets[i], (struct sockaddr *)&at, &size), 0);
        snprintf(urls[i], sizeof urls[i], "tcp://127.0.0.1:%d", ntohs(at.sin_port));
    }
    for (int i = 0; i < 3; i++)
        close(sockets[i]);
}

/* Only between fork and exec is there code of ours in the child: NNG may be running. */
static void start_broker(void) {
    char log[512], data[512];
    snprintf(log, sizeof log, "%s", kit_path("duband.log"));
    snprintf(data, sizeof data, "%s", kit_path("data"));
    broker_pid = fork();
    assert_true(broker_pid >= 0);
    if (broker_pid > 0) return;
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(file, STDERR_FILENO);
    dup2(file, STDOUT_FILENO);
    execl(program, "duband", "--data", data, "--listen", urls[0], "--feed", urls[1],
          "--publish", urls[2], (char *)NULL);
    _exit(127);
}

static int stop_broker(int how) {
    int result;
    assert_int_equal(kill(broker_pid, how), 0);
    assert_int_equal(waitpid(broker_pid, &result, 0), broker_pid);
    broker_pid = 0;
    return result;
}

static duban *open_home(const char *name) {
    duban *d = NULL;
    duban_options options = {.home = kit_path(name),
                             .command = urls[0],
                             .feed = urls[1],
                             .timeout_ms = TIMEOUT_MS};
    assert_int_equal(duban_open(&options, &d, NULL), DUBAN_OK);
    return d;
}

static void await_broker(duban *d, info_words *info) {
    int64_t end_ms = file_now_ms() + START_MS;
    duban_status status;
    do {
        status = duban_info(d, info, NULL);
        int result;
        assert_int_equal(waitpid(broker_pid, &result, WNOHANG), 0);
    } while (status && file_now_ms() < end_ms);
    assert_int_equal(status, DUBAN_OK);
}

/* --- a small city ------------------------------------------------------------------- */

static void must(duban *d, event *ev, const char *what) {
    duban_ticket ticket;
    duban_refusal refusal = {0};
    duban_status status = duban_send(d, ev, NULL, 0, &ticket, &refusal);
    if (status || ticket.sent != DUBAN_RECEIPTED)
        fail_msg("%s: %s field %s line %u found %s expected %s", what,
                 duban_status_name(status ? status : refusal.status), refusal.field,
                 refusal.line, refusal.found, refusal.expected);
}

static int32_t day(int32_t year, int32_t month, int32_t of_month) {
    return day_of_date((date){year, month, of_month});
}

static void set_time(duban *city, int32_t to) {
    event ev = {.kind = KIND_TIME, .time_moment_ms = moment_of_day(to, 480) + 32400000};
    must(city, &ev, "time");
}

static void enroll(duban *city, const sign_public *county_key) {
    const office_words office = {
        .number = COUNTY, .code = "guanxian", .name = "冠县", .kind = OFFICE_COUNTY};
    key_words key = {.number = COUNTY, .office = COUNTY, .algorithm = ALGORITHM_ED25519};
    memcpy(key.public_key, county_key->bytes, sign_public_size(county_key->algorithm));
    event ev = {.kind = KIND_OFFICES, .offices = {&office, 1}};
    must(city, &ev, "offices");
    ev = (event){.kind = KIND_KEYS, .keys = {&key, 1}};
    must(city, &ev, "keys");
}

/* One task, led by the county: a total of 100 亿元 over the year, with quarters. */
static void publish(duban *city) {
    const uint32_t leads[] = {COUNTY};
    const metric_words metric = {.id = 1,
                                 .label = "投资",
                                 .comparator = COMPARATOR_COUNT,
                                 .target = decimal_of_int(100),
                                 .tolerance = decimal_of_int(5),
                                 .unit = "亿元",
                                 .nature = NATURE_CUMULATIVE,
                                 .strength = STRENGTH_EXPECTED,
                                 .rollup = ROLLUP_LEAD_ONLY,
                                 .definition = ""};
    const task_words task = {.id = 1,
                             .number = "25",
                             .chapter = "一",
                             .section = "",
                             .title = "完成投资",
                             .kind = TASK_INDICATOR,
                             .leads = leads,
                             .leads_n = 1,
                             .metrics = &metric,
                             .metrics_n = 1};
    event ev = {.kind = KIND_PLAN_CHUNK,
                .plan_chunk = {
                    .plan = 1, .code = PLAN, .chunk = 1, .tasks = &task, .tasks_n = 1}};
    must(city, &ev, "chunk");
    hash256 hash = hash_of(ev.payload.data, ev.payload.size);
    ev = (event){.kind = KIND_PLAN_PUBLISH,
                 .plan_publish = {.plan = 1,
                                  .code = PLAN,
                                  .title = "2023年台账",
                                  .first_day = day(2023, 1, 1),
                                  .last_day = day(2023, 12, 31),
                                  .cycle = PERIOD_QUARTER,
                                  .chunks = 1,
                                  .hash = hash}};
    must(city, &ev, "publish");
}

typedef struct value_event {
    statement_words statement;
    event ev;
} value_event;

static void value(value_event *out, const char *quarter, int64_t whole,
                  uint64_t supersedes) {
    period p;
    assert_int_equal(period_read(quarter, &p), DUBAN_OK);
    out->statement = (statement_words){.task = 1,
                                       .period = p,
                                       .kind = STATEMENT_VALUE,
                                       .value = {.metric = 1,
                                                 .amount = decimal_of_int(whole),
                                                 .mode = MODE_TO_DATE,
                                                 .unit = "亿元"},
                                       .supersedes = supersedes};
    out->ev = (event){
        .kind = KIND_SUBMISSION,
        .submission = {
            .plan = 1, .statements = &out->statement, .statements_n = 1, .filler = "t1"}};
}

static void text(value_event *out, const char *quarter, const duban_body_made *body) {
    value(out, quarter, 0, 0);
    out->statement.kind = STATEMENT_TEXT;
    out->statement.text = (text_words){.progress = body->ref};
}

static const genesis_words founding = {
    .origin = KIT_ORIGIN,
    .utc_offset_minutes = 480,
    .city = {.code = "city", .name = "市政府办公室"},
    .drill = true,
    .created_ms = 1672502400000, /* 2023-01-01T00:00+08:00 */
};

static int begin(void **state) {
    sign_public key;
    info_words info;
    if (kit_begin(state)) return -1;
    choose_ports();
    duban_options options = {.home = kit_path("county")};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    options.home = kit_path("city");
    sign_public city_key;
    assert_int_equal(duban_home_init(&options, NULL, &city_key, NULL), DUBAN_OK);
    duban *city = open_home("city");
    assert_int_equal(duban_found(city, kit_path("data"), &founding, NULL), DUBAN_OK);
    start_broker();
    await_broker(city, &info);
    assert_int_equal(info.office, 1);
    assert_int_equal(info.key, 1);
    enroll(city, &key);
    publish(city);
    set_time(city, day(2023, 4, 3));
    duban_close(city);
    return 0;
}

static int end(void **state) {
    if (broker_pid) stop_broker(SIGKILL);
    return kit_end(state);
}

/* --- what is on the board ----------------------------------------------------------- */

static hash256 cells_hash(duban_board *b) {
    size_t n;
    buffer bytes;
    const cell *const *cells = duban_board_cells(b, &n);
    buffer_init(&bytes);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(codec_cell_write(cells[i], &bytes), DUBAN_OK);
    hash256 hash = hash_of(bytes.data, bytes.size);
    assert_true(n > 0);
    buffer_close(&bytes);
    return hash;
}

static void follow_to_the_head(duban *d, duban_board *b, uint64_t head_min) {
    duban_board_head head;
    int64_t end_ms = file_now_ms() + START_MS;
    do {
        bool changed;
        duban_refusal refusal = {0};
        duban_status status = duban_board_follow(d, PLAN, 1000, b, &changed, &refusal);
        if (status && status != DUBAN_E_UNREACHABLE)
            fail_msg("follow: %s %s", duban_status_name(status), refusal.field);
        duban_board_get_head(b, &head);
    } while ((head.cursor.index < head.head || head.cursor.index < head_min) &&
             file_now_ms() < end_ms);
    assert_true(head.cursor.index >= head_min);
}

static void board_equals_fetched(duban *d, duban_board *folded) {
    duban_board *fetched;
    duban_board_head head;
    board_request ask = {.plan = PLAN, .as_of = AS_OF_INDEX};
    duban_board_get_head(folded, &head);
    ask.index = head.cursor.index;
    assert_int_equal(duban_board_new(&fetched), DUBAN_OK);
    assert_int_equal(duban_board_fetch(d, &ask, fetched, NULL), DUBAN_OK);
    hash256 x = cells_hash(folded), y = cells_hash(fetched);
    assert_true(hash_equal(&x, &y));
    duban_board_free(fetched);
}

/* --- claims ------------------------------------------------------------------------- */

static void a_county_submits_and_the_board_shows_it(void **state) {
    (void)state;
    value_event v;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    duban *d = open_home("county");
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    assert_int_equal(duban_office(d), COUNTY);
    assert_int_equal(duban_key(d), COUNTY);
    duban_board *b;
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    follow_to_the_head(d, b, 1);

    value(&v, "2023Q1", 25, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_RECEIPTED);
    assert_int_equal(ticket.number, 1);
    follow_to_the_head(d, b, ticket.index);
    cell_name name = {.kind = CELL_VALUE,
                      .task = 1,
                      .metric = 1,
                      .office = COUNTY,
                      .period = v.statement.period};
    const cell *found = duban_board_cell(b, &name);
    assert_non_null(found);
    assert_int_equal(found->value.amount.micro, 25000000);
    assert_int_equal(found->value.index, ticket.index);
    board_equals_fetched(d, b);
    duban_board_free(b);
    duban_close(d);
}

static void offline_the_slice_refuses_and_the_outbox_keeps(void **state) {
    (void)state;
    value_event v;
    duban_ticket ticket;
    duban_refusal refusal = {0};
    info_words info;
    size_t left, refused;
    duban *d = open_home("county");
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    duban_close(d);
    assert_true(WIFSIGNALED(stop_broker(SIGKILL)));

    d = open_home("county");
    assert_int_equal(duban_sync(d, &refusal), DUBAN_E_UNREACHABLE);
    assert_non_null(duban_slice(d));
    assert_int_equal(duban_office(d), COUNTY);
    value(&v, "2023Q1", 25, 0);
    v.statement.value.unit = "万元";
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_WRONG_UNIT);
    assert_int_equal(refusal.line, 1);
    assert_string_equal(refusal.expected, "亿元");
    value(&v, "2024Q1", 25, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_UNKNOWN_PERIOD);
    value(&v, "2023Q1", 25, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_QUEUED);
    assert_int_equal(refusal.status, DUBAN_E_UNREACHABLE);
    /* A drill's day may have come since: the second quarter is left to the broker. */
    value(&v, "2023Q2", 50, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal), DUBAN_OK);

    start_broker();
    assert_int_equal(duban_flush(d, START_MS, &left, &refused, &refusal), DUBAN_OK);
    assert_int_equal(left, 0);
    await_broker(d, &info);
    assert_int_equal(info.last_number, 2 - refused);
    duban_close(d);
}

static void online_a_stale_slice_decides_again_after_a_sync(void **state) {
    (void)state;
    value_event v;
    duban_ticket first, ticket;
    duban_refusal refusal = {0};
    duban *d = open_home("county");
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    value(&v, "2023Q1", 25, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &first, NULL), DUBAN_OK);
    /* The slice has not seen the report yet, but the broker's word counts. */
    value(&v, "2023Q1", 26, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_SUPERSEDES_NEEDED);
    /* A correction of what the slice has not seen. */
    duban_body_made reason;
    assert_int_equal(duban_body_make("更正", 6, "text/plain", &reason), DUBAN_OK);
    value(&v, "2023Q1", 26, first.index);
    v.ev.submission.reason = reason.ref;
    assert_int_equal(duban_send(d, &v.ev, &reason, 1, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_RECEIPTED);
    /* The body is there for who has its hash. */
    arena a;
    body_words body;
    arena_init(&a, 0);
    assert_int_equal(duban_body(d, &reason.ref.hash, &a, &body, NULL), DUBAN_OK);
    assert_int_equal(body.bytes.size, 6);
    assert_memory_equal(body.bytes.data, "更正", 6);
    /* Now the slice knows, and refuses by itself. */
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    assert_true(WIFSIGNALED(stop_broker(SIGKILL)));
    value(&v, "2023Q1", 27, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_SUPERSEDES_NEEDED);
    arena_close(&a);
    duban_close(d);
}

static uint64_t slice_head(const char *home) {
    ledger_status about;
    duban *d = open_home(home);
    const ledger *l = duban_slice(d);
    uint64_t head = 0;
    if (l) {
        ledger_get_status(l, &about);
        head = about.head;
    }
    duban_close(d);
    return head;
}

static void a_torn_slice_is_cut_and_fetched_again(void **state) {
    (void)state;
    struct stat about;
    duban *d = open_home("county");
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    duban_close(d);
    uint64_t head = slice_head("county");
    assert_true(head > 0);
    char name[512];
    snprintf(name, sizeof name, "%s", kit_path("county/slice/entries"));
    assert_int_equal(stat(name, &about), 0);
    hash256 whole;
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(file_read(name, 1 << 20, &bytes), DUBAN_OK);
    whole = hash_of(bytes.data, bytes.size);
    const off_t lengths[] = {about.st_size - 1, about.st_size / 2, 300, 11, 1, 0};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        assert_int_equal(truncate(name, lengths[i]), 0);
        assert_true(slice_head("county") < head);
        d = open_home("county");
        assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
        duban_close(d);
        assert_int_equal(slice_head("county"), head);
        bytes.size = 0;
        assert_int_equal(file_read(name, 1 << 20, &bytes), DUBAN_OK);
        hash256 again = hash_of(bytes.data, bytes.size);
        assert_true(hash_equal(&again, &whole));
    }
    /* A flipped bit in the middle, and a lost cursor. */
    int file = open(name, O_RDWR);
    uint8_t byte;
    assert_int_equal(pread(file, &byte, 1, about.st_size / 3), 1);
    byte ^= 4;
    assert_int_equal(pwrite(file, &byte, 1, about.st_size / 3), 1);
    close(file);
    d = open_home("county");
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    duban_close(d);
    assert_int_equal(slice_head("county"), head);
    assert_int_equal(unlink(kit_path("county/slice/cursor")), 0);
    d = open_home("county");
    assert_null(duban_slice(d));
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    duban_close(d);
    assert_int_equal(slice_head("county"), head);
    buffer_close(&bytes);
}

static void a_key_enrolled_later_gets_its_offices_slice(void **state) {
    (void)state;
    sign_public key;
    duban_options options = {.home = kit_path("late")};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    duban *late = open_home("late");
    duban *city = open_home("city");
    assert_int_equal(duban_sync(late, NULL), DUBAN_E_SESSION_NEEDED);
    assert_int_equal(duban_office(late), 0);
    key_words words = {
        .number = COUNTY + 1, .office = COUNTY, .algorithm = ALGORITHM_ED25519};
    memcpy(words.public_key, key.bytes, SIGN_PUBLIC_SIZE);
    event ev = {.kind = KIND_KEYS, .keys = {&words, 1}};
    must(city, &ev, "keys");
    assert_int_equal(duban_sync(late, NULL), DUBAN_OK);
    assert_int_equal(duban_office(late), COUNTY);
    assert_int_equal(duban_key(late), COUNTY + 1);
    /* A report by the office's other key is in the slice of both. */
    duban *county = open_home("county");
    value_event v;
    duban_ticket ticket;
    value(&v, "2023Q1", 25, 0);
    assert_int_equal(duban_send(county, &v.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    assert_int_equal(duban_sync(late, NULL), DUBAN_OK);
    cell found;
    cell_name name = {.kind = CELL_VALUE,
                      .task = 1,
                      .metric = 1,
                      .office = COUNTY,
                      .period = v.statement.period};
    assert_true(ledger_cell(duban_slice(late), 1, &name, &found));
    assert_int_equal(found.value.index, ticket.index);
    duban_close(county);
    duban_close(city);
    duban_close(late);
}

static void another_journal_at_the_same_place_is_divergence(void **state) {
    (void)state;
    info_words info;
    duban_refusal refusal = {0};
    value_event v;
    duban_ticket ticket;
    duban *d = open_home("county");
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    stop_broker(SIGKILL);
    char other[512], data[512];
    snprintf(data, sizeof data, "%s", kit_path("data"));
    snprintf(other, sizeof other, "%s", kit_path("data-before"));
    assert_int_equal(rename(data, other), 0);
    sign_public key;
    genesis_words elsewhere = founding;
    elsewhere.origin = "duban.example/elsewhere";
    duban_options options = {.home = kit_path("stranger")};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    duban *stranger = open_home("stranger");
    assert_int_equal(duban_found(stranger, data, &elsewhere, NULL), DUBAN_OK);
    start_broker();
    await_broker(stranger, &info);
    assert_int_equal(duban_sync(d, &refusal), DUBAN_E_DIVERGED);
    assert_string_equal(refusal.found, elsewhere.origin);
    value(&v, "2023Q1", 25, 0);
    assert_int_equal(duban_send(d, &v.ev, NULL, 0, &ticket, &refusal), DUBAN_OK);
    assert_int_equal(ticket.sent, DUBAN_QUEUED);
    assert_int_equal(refusal.status, DUBAN_E_ORIGIN);
    duban_close(stranger);
    duban_close(d);
}

/* Every number of a key in the journal, counted. */
static void count_numbers(duban *d, uint32_t key, uint32_t *counts, size_t counts_n) {
    arena a;
    entries_words page;
    uint64_t next = 0;
    arena_init(&a, 0);
    do {
        entries_request ask = {.from = next, .max = 1000};
        assert_int_equal(duban_entries(d, &ask, &a, &page, NULL), DUBAN_OK);
        for (uint32_t i = 0; i < page.entries_n; i++) {
            entry_words entry;
            assert_int_equal(entry_read(page.entries[i], &entry), DUBAN_OK);
            if (entry.key != key) continue;
            assert_true(entry.number < counts_n);
            counts[entry.number]++;
        }
        assert_true(page.next > next || page.next > page.head);
        next = page.next;
    } while (next <= page.head);
    arena_close(&a);
}

static void kill_9_of_the_broker_loses_no_receipt_and_doubles_nothing(void **state) {
    (void)state;
    enum { ROUNDS = 6, EACH = 12 };
    size_t left, refused;
    duban_refusal refusal = {0};
    duban *d = open_home("county");
    duban_board *b;
    assert_int_equal(duban_sync(d, NULL), DUBAN_OK);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < EACH; i++) {
            char words[64];
            value_event t;
            duban_ticket ticket;
            duban_body_made body;
            int size = snprintf(words, sizeof words, "第%d轮第%d次进展", round, i);
            assert_int_equal(duban_body_make(words, (size_t)size, "text/plain", &body),
                             DUBAN_OK);
            text(&t, "2023Q1", &body);
            duban_status status = duban_send(d, &t.ev, &body, 1, &ticket, &refusal);
            if (status) fail_msg("%s %s", duban_status_name(status), refusal.field);
            if (i == EACH / 2) stop_broker(SIGKILL);
        }
        start_broker();
        assert_int_equal(duban_flush(d, START_MS, &left, &refused, &refusal), DUBAN_OK);
        assert_int_equal(left, 0);
        assert_int_equal(refused, 0);
        follow_to_the_head(d, b, 1);
    }
    arena a;
    duban_outbox_row *rows;
    size_t n;
    uint32_t counts[ROUNDS * EACH + 1] = {0};
    arena_init(&a, 0);
    assert_int_equal(duban_outbox(d, &a, &rows, &n, NULL), DUBAN_OK);
    assert_int_equal(n, ROUNDS * EACH);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(rows[i].state, OUTBOX_RECEIPTED);
        if (i) assert_true(rows[i].index > rows[i - 1].index);
    }
    duban *city = open_home("city"); /* may read the journal */
    count_numbers(city, COUNTY, counts, sizeof counts / sizeof counts[0]);
    duban_close(city);
    for (size_t i = 1; i <= n; i++)
        assert_int_equal(counts[i], 1);
    board_equals_fetched(d, b);
    arena_close(&a);
    duban_board_free(b);
    duban_close(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
        T(a_county_submits_and_the_board_shows_it),
        T(offline_the_slice_refuses_and_the_outbox_keeps),
        T(online_a_stale_slice_decides_again_after_a_sync),
        T(a_torn_slice_is_cut_and_fetched_again),
        T(a_key_enrolled_later_gets_its_offices_slice),
        T(another_journal_at_the_same_place_is_divergence),
        T(kill_9_of_the_broker_loses_no_receipt_and_doubles_nothing),
#undef T
    };
    if (!find_program()) {
        fprintf(stderr, "skipped: no duband beside this test (%s)\n", program);
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

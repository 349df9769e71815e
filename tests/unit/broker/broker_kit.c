#include "tests/unit/broker/broker_kit.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <nng/protocol/reqrep0/req.h>

#include "proto/keyfile.h"

extern char **environ;

#define REPLY_TIMEOUT_MS 10000

/* --- founding ----------------------------------------------------------------------- */

static void put_field(buffer *out, uint8_t tag, const void *bytes, size_t size) {
    unsigned char *to = buffer_reserve(out, size + 8);
    size_t used = 0;
    assert_non_null(to);
    to[used++] = tag;
    for (size_t left = size;; left >>= 7) {
        to[used++] = (unsigned char)((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
        if (left <= 0x7F) break;
    }
    memcpy(to + used, bytes, size);
    out->size += used + size;
}

static void write_file(const char *folder, const char *name, const buffer *bytes) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->size, file), bytes->size);
    assert_int_equal(fclose(file), 0);
}

static void write_genesis(rig *r, signer *root) {
    static letter l;
    buffer bytes;
    event ev = {.kind = KIND_GENESIS};
    ev.genesis = (genesis_words){.origin = r->origin,
                                 .utc_offset_minutes = 480,
                                 .algorithm = ALGORITHM_ED25519,
                                 .rules_version = 1,
                                 .drill = r->drill,
                                 .created_ms = r->created_ms};
    ev.genesis.city = (office_words){
        .number = 1, .code = "city", .name = "样例市人民政府办公室", .kind = OFFICE_CITY};
    memcpy(ev.genesis.root_key, root->key.public_key.bytes, 32);
    memcpy(ev.genesis.broker_key, r->broker.public_key.bytes, 32);
    letter_sign(&l, r->origin, root, &ev, 0);
    buffer_init(&bytes);
    put_field(&bytes, 0x0a, l.bytes, l.size);
    put_field(&bytes, 0x12, l.signature, l.signature_size);
    write_file(r->folder, "genesis", &bytes);
    buffer_close(&bytes);
}

void rig_found(rig *r, signer *root, bool drill, int64_t created_ms) {
    char path[128];
    assert_int_equal(sign_init(), DUBAN_OK);
    memset(r, 0, sizeof *r);
    memset(root, 0, sizeof *root);
    arena_init(&r->space, 0);
    r->drill = drill;
    r->created_ms = created_ms;
    r->pid = -1;
    r->output = -1;
    snprintf(r->origin, sizeof r->origin, "%s", RIG_ORIGIN);
    snprintf(r->folder, sizeof r->folder, "/tmp/duban_broker_XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    sign_key_random(&r->broker);
    sign_key_random(&root->key);
    root->office = 1;
    root->number = 1;
    r->root = root;
    snprintf(path, sizeof path, "%s/broker.key", r->folder);
    assert_int_equal(keyfile_write(path, &r->broker, r->origin), DUBAN_OK);
    write_genesis(r, root);
}

/* --- the process -------------------------------------------------------------------- */

static void program_path(char *out, size_t size) {
    char self[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    assert_non_null(slash);
    *slash = '\0';
    assert_true((size_t)snprintf(out, size, "%s/duband", self) < size);
}

static void spawn(rig *r, const char *argument) {
    char program[600];
    int ends[2];
    posix_spawn_file_actions_t actions;
    program_path(program, sizeof program);
    const char *argv[] = {program,
                          "--data",
                          r->folder,
                          "--listen",
                          "tcp://127.0.0.1:0",
                          "--feed",
                          "tcp://127.0.0.1:0",
                          "--publish",
                          "tcp://127.0.0.1:0",
                          argument,
                          NULL};
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    assert_int_equal(
        posix_spawn(&r->pid, program, &actions, NULL, (char *const *)argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    r->output = ends[0];
    r->text_size = 0;
    r->text[0] = '\0';
}

/* Reads more of what duband says; false at its end. */
static bool hear(rig *r) {
    struct pollfd at = {.fd = r->output, .events = POLLIN};
    if (poll(&at, 1, 30000) <= 0) fail_msg("duband is silent: %s", r->text);
    size_t room = sizeof r->text - 1 - r->text_size;
    char spill[4096];
    ssize_t n = room ? read(r->output, r->text + r->text_size, room)
                     : read(r->output, spill, sizeof spill);
    if (n <= 0) return false;
    if (room) r->text_size += (size_t)n;
    r->text[r->text_size] = '\0';
    return true;
}

void rig_start(rig *r) {
    char origin[64];
    unsigned long long head = 0;
    spawn(r, NULL);
    const char *line = NULL;
    while (!line || !strchr(line, '\n')) {
        if (!hear(r)) fail_msg("duband ended: %s", r->text);
        line = strstr(r->text, "duband ready ");
    }
    assert_int_equal(sscanf(line,
                            "duband ready command=%127s feed=%127s publish=%127s "
                            "origin=%63s head=%llu",
                            r->command, r->feed, r->publish, origin, &head),
                     5);
    assert_string_equal(origin, r->origin);
    r->ready_head = head;
}

int rig_wait(rig *r) {
    int status = 0;
    while (hear(r)) {
    }
    close(r->output);
    r->output = -1;
    assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
    r->pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int rig_run(rig *r, const char *argument) {
    spawn(r, argument);
    return rig_wait(r);
}

int rig_end(rig *r, int signal) {
    assert_int_equal(kill(r->pid, signal), 0);
    return rig_wait(r);
}

void rig_close(rig *r) {
    char command[160];
    if (r->pid > 0) rig_end(r, SIGKILL);
    arena_close(&r->space);
    snprintf(command, sizeof command, "rm -rf '%s'", r->folder);
    assert_int_equal(system(command), 0);
}

/* --- speaking ----------------------------------------------------------------------- */

nng_socket rig_dial(const char *url) {
    nng_socket socket;
    assert_int_equal(nng_req0_open(&socket), 0);
    nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, REPLY_TIMEOUT_MS);
    nng_socket_set_ms(socket, NNG_OPT_SENDTIMEO, REPLY_TIMEOUT_MS);
    assert_int_equal(nng_dial(socket, url, NULL, 0), 0);
    return socket;
}

bool rig_take(rig *r, nng_socket socket, reply_words *out) {
    nng_msg *message = NULL;
    duban_refusal refusal = {.status = DUBAN_OK};
    if (nng_recvmsg(socket, &message, 0) != 0) return false;
    size_t size = nng_msg_len(message);
    char *copy = arena_copy(&r->space, nng_msg_body(message), size);
    nng_msg_free(message);
    assert_non_null(copy);
    duban_status status =
        codec_reply_read((span){(uint8_t *)copy, size}, &r->space, out, &refusal);
    if (status) fail_msg("reply: %s %s", duban_status_name(status), refusal.field);
    return true;
}

bool rig_exchange_bytes(rig *r, nng_socket socket, span bytes, reply_words *out) {
    assert_int_equal(nng_send(socket, (void *)(uintptr_t)bytes.data, bytes.size, 0), 0);
    return rig_take(r, socket, out);
}

void rig_send(nng_socket socket, const request_words *request) {
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(codec_request_write(request, &bytes), DUBAN_OK);
    assert_int_equal(nng_send(socket, bytes.data, bytes.size, 0), 0);
    buffer_close(&bytes);
}

static reply_words ask_once(rig *r, nng_socket socket, const request_words *request) {
    reply_words reply;
    rig_send(socket, request);
    if (!rig_take(r, socket, &reply)) fail_msg("no reply");
    return reply;
}

/* A session of the root key over that socket. */
static void open_session(rig *r, nng_socket socket) {
    buffer payload, bytes;
    sign_signature signature;
    buffer_init(&payload);
    buffer_init(&bytes);
    request_words ask = {.kind = REQUEST_CHALLENGE};
    reply_words reply = ask_once(r, socket, &ask);
    event ev = {.kind = KIND_SESSION, .session = {reply.challenge, RIGHT_JOURNAL, ""}};
    assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = r->origin,
                         .kind = KIND_SESSION,
                         .algorithm = ALGORITHM_ED25519,
                         .office = r->root->office,
                         .key = r->root->number,
                         .payload = {payload.data, payload.size}};
    assert_int_equal(codec_signed_write(&head, &bytes), DUBAN_OK);
    assert_int_equal(sign_bytes(&r->root->key, bytes.data, bytes.size, &signature),
                     DUBAN_OK);
    ask = (request_words){
        .kind = REQUEST_SESSION,
        .session = {{bytes.data, bytes.size}, {signature.bytes, sizeof signature.bytes}}};
    reply = ask_once(r, socket, &ask);
    assert_int_equal(reply.kind, REPLY_SESSION);
    memcpy(r->token, reply.session.token.data, reply.session.token.size);
    r->token_size = reply.session.token.size;
    r->token_of = (uint32_t)nng_socket_id(socket);
    buffer_close(&payload);
    buffer_close(&bytes);
}

static bool needs_session(duban_status status) {
    return status == DUBAN_E_SESSION_NEEDED || status == DUBAN_E_SESSION_ENDED;
}

reply_words rig_ask(rig *r, nng_socket socket, const request_words *request) {
    request_words ask = *request;
    if (r->token_size && r->token_of == (uint32_t)nng_socket_id(socket))
        ask.token = (span){r->token, r->token_size};
    reply_words reply = ask_once(r, socket, &ask);
    if (!needs_session(reply.refusal.status) || !r->root) return reply;
    open_session(r, socket);
    ask.token = (span){r->token, r->token_size};
    return ask_once(r, socket, &ask);
}

void letter_sign(letter *l, const char *origin, signer *by, const event *ev,
                 uint64_t number) {
    buffer payload;
    buffer bytes;
    sign_signature signature;
    buffer_init(&payload);
    buffer_init(&bytes);
    assert_int_equal(codec_event_write(ev, &payload), DUBAN_OK);
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = origin,
                         .kind = ev->kind,
                         .algorithm = ALGORITHM_ED25519,
                         .office = by->office,
                         .key = by->number,
                         .number = number ? number : ++by->used,
                         .payload = {payload.data, payload.size}};
    assert_int_equal(codec_signed_write(&head, &bytes), DUBAN_OK);
    assert_true(bytes.size <= sizeof l->bytes);
    sign_bytes(&by->key, bytes.data, bytes.size, &signature);
    memcpy(l->bytes, bytes.data, bytes.size);
    l->size = bytes.size;
    memcpy(l->signature, signature.bytes, sizeof signature.bytes);
    l->signature_size = sizeof signature.bytes;
    buffer_close(&payload);
    buffer_close(&bytes);
}

request_words letter_request(const letter *l, const body_words *bodies, uint32_t n) {
    request_words request = {.kind = REQUEST_SUBMIT};
    request.submit = (submit_words){.signed_bytes = {l->bytes, l->size},
                                    .signature = {l->signature, l->signature_size},
                                    .bodies = bodies,
                                    .bodies_n = n};
    return request;
}

reply_words rig_submit(rig *r, nng_socket socket, signer *by, const event *ev) {
    static letter l;
    letter_sign(&l, r->origin, by, ev, 0);
    request_words request = letter_request(&l, NULL, 0);
    return rig_ask(r, socket, &request);
}

uint64_t rig_accept(rig *r, nng_socket socket, signer *by, const event *ev) {
    reply_words reply = rig_submit(r, socket, by, ev);
    if (reply.kind != REPLY_RECEIPT)
        fail_msg("refused: %s line %u %s found %s expected %s",
                 duban_status_name(reply.refusal.status), (unsigned)reply.refusal.line,
                 reply.refusal.field, reply.refusal.found, reply.refusal.expected);
    return reply.receipt.index;
}

/* --- the small plan ----------------------------------------------------------------- */

static void enroll(city *c) {
    signer *who[] = {&c->lead, &c->north, &c->south};
    office_words offices[] = {
        {.number = 2, .code = "lead", .name = "样例市工业局", .kind = OFFICE_DEPARTMENT},
        {.number = 3, .code = "north", .name = "北县", .kind = OFFICE_COUNTY},
        {.number = 4, .code = "south", .name = "南县", .kind = OFFICE_COUNTY}};
    key_words keys[3];
    memset(keys, 0, sizeof keys);
    for (uint32_t i = 0; i < 3; i++) {
        *who[i] = (signer){.office = i + 2, .number = i + 2};
        sign_key_random(&who[i]->key);
        keys[i] =
            (key_words){.number = i + 2, .office = i + 2, .algorithm = ALGORITHM_ED25519};
        memcpy(keys[i].public_key, who[i]->key.public_key.bytes, 32);
    }
    event ev = {.kind = KIND_OFFICES, .offices = {.offices = offices, .offices_n = 3}};
    rig_accept(&c->rig, c->socket, &c->root, &ev);
    event keys_ev = {.kind = KIND_KEYS, .keys = {.keys = keys, .keys_n = 3}};
    rig_accept(&c->rig, c->socket, &c->root, &keys_ev);
}

static void chunk_hash(const event *chunk, hash256 *out) {
    buffer payload;
    buffer_init(&payload);
    assert_int_equal(codec_event_write(chunk, &payload), DUBAN_OK);
    *out = hash_of(payload.data, payload.size);
    buffer_close(&payload);
}

static void put_plan(city *c) {
    static const uint32_t lead[] = {2};
    static const uint32_t counties[] = {3, 4};
    const metric_words metric = {.id = 1,
                                 .label = "企业",
                                 .comparator = COMPARATOR_COUNT,
                                 .target = decimal_of_int(730),
                                 .tolerance = decimal_of_int(5),
                                 .unit = "家",
                                 .nature = NATURE_CUMULATIVE,
                                 .strength = STRENGTH_EXPECTED,
                                 .rollup = ROLLUP_SUM,
                                 .definition = "",
                                 .splits_complete = true};
    const split_words splits[] = {
        {.metric = 1, .office = 3, .value = decimal_of_int(365)},
        {.metric = 1, .office = 4, .value = decimal_of_int(365)}};
    const task_words tasks[] = {{.id = 1,
                                 .number = "1",
                                 .chapter = "一、工业",
                                 .section = "",
                                 .title = "新增企业",
                                 .kind = TASK_INDICATOR,
                                 .leads = lead,
                                 .leads_n = 1,
                                 .responsible = counties,
                                 .responsible_n = 2,
                                 .metrics = &metric,
                                 .metrics_n = 1,
                                 .splits = splits,
                                 .splits_n = 2},
                                {.id = 2,
                                 .number = "2",
                                 .chapter = "一、工业",
                                 .section = "",
                                 .title = "出台办法",
                                 .kind = TASK_POLICY,
                                 .leads = lead,
                                 .leads_n = 1}};
    event chunk = {
        .kind = KIND_PLAN_CHUNK,
        .plan_chunk = {
            .plan = 1, .code = "2023", .chunk = 1, .tasks = tasks, .tasks_n = 2}};
    event publish = {.kind = KIND_PLAN_PUBLISH};
    publish.plan_publish =
        (plan_publish_words){.plan = 1,
                             .code = "2023",
                             .title = "样例",
                             .first_day = day_of_date((date){2023, 1, 1}),
                             .last_day = day_of_date((date){2023, 12, 31}),
                             .cycle = PERIOD_QUARTER,
                             .chunks = 1};
    chunk_hash(&chunk, &publish.plan_publish.hash);
    rig_accept(&c->rig, c->socket, &c->root, &chunk);
    rig_accept(&c->rig, c->socket, &c->root, &publish);
}

static void put_lights(city *c) {
    static const light_row rows[] = {
        {.grade = GRADE_DONE, .cause = CAUSE_MET, .met = true},
        {.grade = GRADE_YELLOW, .cause = CAUSE_MISSING, .missing_min = 1},
        {.grade = GRADE_GREEN, .cause = CAUSE_ON_PACE}};
    event ev = {.kind = KIND_LIGHTS,
                .lights = {.plan = 1, .version = 1, .rows = rows, .rows_n = 3}};
    rig_accept(&c->rig, c->socket, &c->root, &ev);
}

void city_begin(city *c) {
    memset(c, 0, sizeof *c);
    rig_found(&c->rig, &c->root, true,
              moment_of_day(day_of_date((date){2023, 1, 1}), 480));
    rig_start(&c->rig);
    c->socket = rig_dial(c->rig.command);
    enroll(c);
    put_plan(c);
    put_lights(c);
}

void city_end(city *c) {
    nng_close(c->socket);
    rig_close(&c->rig);
}

#define BIG_CHUNK_TASKS 25

void city_big_plan(city *c) {
    static const uint32_t lead[] = {2};
    static char text[751];
    static char numbers[BIG_CHUNK_TASKS][12];
    task_words tasks[BIG_CHUNK_TASKS];
    buffer payloads;
    event ev = {.kind = KIND_PLAN_CHUNK};
    memset(text, 'x', sizeof text - 1);
    buffer_init(&payloads);
    for (uint32_t chunk = 1; chunk <= BIG_PLAN_TASKS / BIG_CHUNK_TASKS; chunk++) {
        for (uint32_t i = 0; i < BIG_CHUNK_TASKS; i++) {
            uint32_t id = (chunk - 1) * BIG_CHUNK_TASKS + i + 1;
            snprintf(numbers[i], sizeof numbers[i], "%u", (unsigned)id);
            tasks[i] = (task_words){.id = id,
                                    .number = numbers[i],
                                    .chapter = text,
                                    .section = text,
                                    .title = text,
                                    .kind = TASK_POLICY,
                                    .leads = lead,
                                    .leads_n = 1};
        }
        ev.plan_chunk = (plan_chunk_words){.plan = 2,
                                           .code = "big",
                                           .chunk = chunk,
                                           .tasks = tasks,
                                           .tasks_n = BIG_CHUNK_TASKS};
        assert_int_equal(codec_event_write(&ev, &payloads), DUBAN_OK);
        rig_accept(&c->rig, c->socket, &c->root, &ev);
    }
    event publish = {.kind = KIND_PLAN_PUBLISH};
    publish.plan_publish =
        (plan_publish_words){.plan = 2,
                             .code = "big",
                             .title = "大",
                             .first_day = day_of_date((date){2023, 1, 1}),
                             .last_day = day_of_date((date){2023, 12, 31}),
                             .cycle = PERIOD_QUARTER,
                             .chunks = BIG_PLAN_TASKS / BIG_CHUNK_TASKS,
                             .hash = hash_of(payloads.data, payloads.size)};
    buffer_close(&payloads);
    rig_accept(&c->rig, c->socket, &c->root, &publish);
}

event city_value(uint32_t office, int64_t value, statement_words *room,
                 uint64_t supersedes) {
    *room = (statement_words){.task = 1,
                              .office = office,
                              .period = {PERIOD_QUARTER, day_of_date((date){2023, 1, 1})},
                              .kind = STATEMENT_VALUE,
                              .value = {.metric = 1,
                                        .amount = decimal_of_int(value),
                                        .mode = MODE_TO_DATE,
                                        .unit = "家"},
                              .supersedes = supersedes};
    event ev = {.kind = KIND_SUBMISSION};
    ev.submission = (submission_words){
        .plan = 1, .statements = room, .statements_n = 1, .filler = "a01"};
    return ev;
}

uint64_t city_time(city *c, const char *moment) {
    event ev = {.kind = KIND_TIME};
    assert_int_equal(moment_read(moment, 480, false, &ev.time_moment_ms), DUBAN_OK);
    return rig_accept(&c->rig, c->socket, &c->root, &ev);
}

int rig_dial_plain(const char *url) {
    static const uint8_t greeting[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0}; /* REQ */
    uint8_t theirs[8];
    struct sockaddr_in at = {.sin_family = AF_INET};
    struct timeval patience = {.tv_sec = 30};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons((uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(send(fd, greeting, sizeof greeting, MSG_NOSIGNAL), sizeof greeting);
    assert_int_equal(recv(fd, theirs, sizeof theirs, MSG_WAITALL), sizeof theirs);
    return fd;
}

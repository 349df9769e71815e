/* What the broker says of a disk that is full and of files that are not its own. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/unit/broker/broker_kit.h"

static int begin(void **state) {
    city *c = malloc(sizeof *c);
    if (!c) return -1;
    city_begin(c);
    *state = c;
    return 0;
}

static int end(void **state) {
    city_end(*state);
    free(*state);
    return 0;
}

static event with_text(uint32_t office, statement_words *room, const body_words *body) {
    event ev = city_value(office, 0, room, 0);
    room->kind = STATEMENT_TEXT;
    memset(&room->text, 0, sizeof room->text);
    room->text.progress =
        (body_ref){.present = true,
                   .hash = hash_of_two(body->salt, BODY_SALT_SIZE, body->bytes.data,
                                       body->bytes.size),
                   .size = (uint32_t)body->bytes.size,
                   .media = ""};
    return ev;
}

#define FOUNDED_MS 1672531200000 /* 2023-01-01 */

static off_t size_of_file(const rig *r, const char *name) {
    char path[160];
    struct stat at;
    snprintf(path, sizeof path, "%s/%s", r->folder, name);
    assert_int_equal(stat(path, &at), 0);
    return at.st_size;
}

/* Texts of 60 kB until one is refused; returns that refusal. */
static duban_refusal fill_disk(city *c) {
    enum { TEXTS_MAX = 400 };
    static letter l;
    static uint8_t words[60000];
    statement_words room;
    memset(words, 'x', sizeof words);
    for (uint32_t i = 0; i < TEXTS_MAX; i++) {
        memcpy(words, &(char[8]){'0' + i / 100, '0' + i / 10 % 10, '0' + i % 10}, 3);
        body_words body = {.bytes = {words, sizeof words}};
        event ev = with_text(3, &room, &body);
        letter_sign(&l, c->rig.origin, &c->north, &ev, 0);
        request_words request = letter_request(&l, &body, 1);
        reply_words reply = rig_ask(&c->rig, c->socket, &request);
        if (reply.kind != REPLY_RECEIPT) return reply.refusal;
    }
    fail_msg("the disk was never full");
    return (duban_refusal){.status = DUBAN_OK};
}

static void a_full_disk_is_refused_by_its_name_and_is_no_damage(void **state) {
    city *c = *state;
    struct rlimit before;
    struct rlimit small;
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    nng_close(c->socket);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = (rlim_t)size_of_file(&c->rig, "journal/journal.mdb") + (4 << 20);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rig_start(&c->rig);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    c->socket = rig_dial(c->rig.command);
    duban_refusal refusal = fill_disk(c);
    assert_int_equal(refusal.status, DUBAN_E_COMMIT);
    assert_string_equal(refusal.found, "DISK_FULL");
    assert_int_equal(rig_wait(&c->rig), 1);
    assert_non_null(strstr(c->rig.text, "DISK_FULL"));
    assert_non_null(strstr(c->rig.text, "Free some space"));
    nng_close(c->socket);
    rig_start(&c->rig); /* nothing but room was wanting */
    c->socket = rig_dial(c->rig.command);
}

static void the_heads_of_another_journal_are_said_to_be_that(void **state) {
    (void)state;
    static rig old;
    static rig new;
    signer root;
    char command[256];
    rig_found(&old, &root, true, FOUNDED_MS);
    rig_start(&old);
    assert_int_equal(rig_end(&old, SIGTERM), 0);
    rig_found(&new, &root, true, FOUNDED_MS);
    snprintf(command, sizeof command,
             "mkdir '%s/journal' && cp '%s/journal/heads' '%s/journal'", new.folder,
             old.folder, new.folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(rig_run(&new, NULL), 4);
    assert_non_null(strstr(new.text, "another or an older"));
    rig_close(&old);
    rig_close(&new);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_full_disk_is_refused_by_its_name_and_is_no_damage, begin, end),
        cmocka_unit_test(the_heads_of_another_journal_are_said_to_be_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

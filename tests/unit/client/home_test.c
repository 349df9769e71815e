/* Homes: made once, readable by their owner alone, config lines kept as people wrote
 * them; founding a journal. */
#include "client_kit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "client/home.h"
#include "proto/codec.h"
#include "proto/keyfile.h"

static void write_config(const char *text) {
    FILE *file = fopen(kit_path("home/config"), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void check_config(const char *text) {
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(file_read(kit_path("home/config"), 4096, &bytes), DUBAN_OK);
    assert_int_equal(bytes.size, strlen(text));
    assert_memory_equal(bytes.data, text, bytes.size);
    buffer_close(&bytes);
}

static void make_home(const uint8_t *seed, sign_public *key) {
    duban_options options = {.home = kit_path("home")};
    assert_int_equal(duban_home_init(&options, seed, key, NULL), DUBAN_OK);
}

static void a_home_and_its_key_are_its_owners_alone(void **state) {
    (void)state;
    sign_public key;
    struct stat about;
    duban_options options = {.home = kit_path("deep/down/home"), .command = "tcp://x:1"};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    assert_int_equal(stat(kit_path("deep/down/home"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    assert_int_equal(stat(kit_path("deep/down/home/key"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    duban *d = kit_open("deep/down/home", NULL, 0);
    assert_true(sign_public_equal(duban_public_key(d), &key));
    duban_close(d);
}

static void a_seed_makes_its_key(void **state) {
    (void)state;
    uint8_t seed[32] = {1, 2, 3};
    sign_public key;
    sign_key expected;
    make_home(seed, &key);
    sign_key_of_seed(seed, &expected);
    assert_true(sign_public_equal(&key, &expected.public_key));
}

static void a_second_key_is_not_made(void **state) {
    (void)state;
    sign_public key, again = {0};
    duban_refusal refusal = {0};
    duban_options options = {.home = kit_path("home")};
    make_home(NULL, &key);
    assert_int_equal(duban_home_init(&options, NULL, &again, &refusal), DUBAN_E_EXISTS);
    assert_int_equal(refusal.status, DUBAN_E_EXISTS);
    assert_int_equal(again.algorithm, ALGORITHM_NONE);
    duban *d = kit_open("home", NULL, 0);
    assert_true(sign_public_equal(duban_public_key(d), &key));
    duban_close(d);
}

static void a_folder_without_a_key_is_not_ready(void **state) {
    (void)state;
    duban *d = NULL;
    duban_refusal refusal = {0};
    duban_options options = {.home = kit_path("")};
    assert_int_equal(duban_open(&options, &d, &refusal), DUBAN_E_NOT_READY);
    assert_int_equal(refusal.status, DUBAN_E_NOT_READY);
    assert_null(d);
}

static void a_key_that_others_may_read_is_refused(void **state) {
    (void)state;
    sign_public key;
    duban *d = NULL;
    duban_options options = {.home = kit_path("home")};
    make_home(NULL, &key);
    assert_int_equal(chmod(kit_path("home/key"), 0644), 0);
    assert_int_equal(duban_open(&options, &d, NULL), DUBAN_E_KEY_MODE);
}

static void config_lines_are_read_as_people_write_them(void **state) {
    (void)state;
    sign_public key;
    char text[32];
    home h;
    make_home(NULL, &key);
    write_config("# 注释 comment = no\n"
                 "command=tcp://a:1\n"
                 "  feed   =\ttcp://b:2 \r\n"
                 "\n"
                 "no equals sign\n"
                 "= nothing\n"
                 "command = tcp://later:3\n"
                 "office = 12\n"
                 "key = 12x\n"
                 "empty =\n"
                 "last = line");
    assert_int_equal(home_open(kit_path("home"), &h), DUBAN_OK);
    assert_true(home_get(&h, "command", text, sizeof text));
    assert_string_equal(text, "tcp://later:3");
    assert_true(home_get(&h, "feed", text, sizeof text));
    assert_string_equal(text, "tcp://b:2");
    assert_true(home_get(&h, "last", text, sizeof text));
    assert_string_equal(text, "line");
    assert_false(home_get(&h, "comment", text, sizeof text));
    assert_false(home_get(&h, "empty", text, sizeof text));
    assert_false(home_get(&h, "command", text, 5));
    assert_string_equal(text, "");
    assert_int_equal(home_get_number(&h, "office"), 12);
    assert_int_equal(home_get_number(&h, "key"), 0);
    assert_int_equal(home_get_number(&h, "none"), 0);
    home_close(&h);
}

static void a_changed_line_leaves_the_others_as_they_were(void **state) {
    (void)state;
    sign_public key;
    home h;
    make_home(NULL, &key);
    write_config("# mine\nlang = zh\noffice = 1\nodd line");
    assert_int_equal(home_open(kit_path("home"), &h), DUBAN_OK);
    assert_int_equal(home_set_number(&h, "office", 1), DUBAN_OK);
    assert_false(h.changed);
    assert_int_equal(home_set_number(&h, "office", 7), DUBAN_OK);
    assert_int_equal(home_set(&h, "feed", "tcp://b:2"), DUBAN_OK);
    assert_int_equal(home_set(&h, "bad", "two\nlines"), DUBAN_E_TEXT);
    assert_int_equal(home_save(&h), DUBAN_OK);
    check_config("# mine\nlang = zh\noffice = 7\nodd line\nfeed = tcp://b:2\n");
    home_close(&h);
}

static void an_endless_config_is_refused(void **state) {
    (void)state;
    static char text[CONFIG_SIZE_MAX + 2];
    sign_public key;
    home h;
    make_home(NULL, &key);
    memset(text, '#', CONFIG_SIZE_MAX + 1);
    write_config(text);
    assert_int_equal(home_open(kit_path("home"), &h), DUBAN_E_TOO_LARGE);
}

/* --- founding
 * ---------------------------------------------------------------------------- */

static const genesis_words founding = {
    .origin = KIT_ORIGIN,
    .utc_offset_minutes = 480,
    .city = {.code = "city", .name = "市政府办公室"},
    .drill = true,
    .created_ms = 1672531200000,
};

/* The Submit in data/genesis, read by wrapping it into a Request by hand. */
static void read_genesis(arena *a, submit_words *out) {
    buffer bytes;
    request_words request;
    buffer_init(&bytes);
    assert_int_equal(file_read(kit_path("data/genesis"), REQUEST_SIZE_MAX, &bytes),
                     DUBAN_OK);
    assert_in_range(bytes.size, 128, 16383);
    uint8_t *whole = arena_alloc(a, bytes.size + 5);
    whole[0] = 1 << 3;
    whole[1] = 1; /* version 1 */
    whole[2] = 2 << 3 | 2;
    whole[3] = (uint8_t)(bytes.size | 0x80);
    whole[4] = (uint8_t)(bytes.size >> 7);
    memcpy(whole + 5, bytes.data, bytes.size);
    assert_int_equal(codec_request_read((span){whole, bytes.size + 5}, a, &request, NULL),
                     DUBAN_OK);
    assert_int_equal(request.kind, REQUEST_SUBMIT);
    *out = request.submit;
    buffer_close(&bytes);
}

static void a_founded_journal_has_a_key_and_a_genesis_signed_by_its_root(void **state) {
    (void)state;
    sign_public key;
    char name[KEYFILE_NAME_SIZE];
    arena a;
    submit_words submit;
    signed_words head;
    event ev;
    sign_key broker;
    sign_public root;
    sign_signature signature;
    make_home(NULL, &key);
    duban *d = kit_open("home", NULL, 0);
    assert_int_equal(duban_found(d, kit_path("data"), &founding, NULL), DUBAN_OK);
    assert_int_equal(duban_office(d), 1);
    assert_int_equal(duban_key(d), 1);
    assert_int_equal(keyfile_read(kit_path("data/broker.key"), &broker, name), DUBAN_OK);
    assert_string_equal(name, KIT_ORIGIN);
    arena_init(&a, 0);
    read_genesis(&a, &submit);
    root = key;
    assert_int_equal(submit.signature.size, sizeof signature.bytes);
    memcpy(signature.bytes, submit.signature.data, sizeof signature.bytes);
    assert_int_equal(sign_verify(&root, submit.signed_bytes.data,
                                 submit.signed_bytes.size, &signature),
                     DUBAN_OK);
    assert_int_equal(codec_signed_read(submit.signed_bytes, &a, &head, NULL), DUBAN_OK);
    assert_int_equal(codec_event_read(&head, submit.signature, &a, &ev, NULL), DUBAN_OK);
    assert_int_equal(ev.kind, KIND_GENESIS);
    assert_int_equal(ev.office, 1);
    assert_int_equal(ev.key, 1);
    assert_int_equal(ev.number, 1);
    assert_memory_equal(ev.genesis.root_key, key.bytes, SIGN_PUBLIC_SIZE);
    assert_memory_equal(ev.genesis.broker_key, broker.public_key.bytes, 32);
    assert_true(ev.genesis.drill);
    assert_int_equal(ev.genesis.created_ms, founding.created_ms);
    assert_int_equal(ev.genesis.city.number, 1);
    assert_int_equal(ev.genesis.city.kind, OFFICE_CITY);
    arena_close(&a);
    duban_close(d);
}

static void a_journal_is_founded_once(void **state) {
    (void)state;
    sign_public key;
    duban_refusal refusal = {0};
    duban_options other = {.home = kit_path("other")};
    make_home(NULL, &key);
    duban *d = kit_open("home", NULL, 0);
    assert_int_equal(duban_found(d, kit_path("data"), &founding, NULL), DUBAN_OK);
    assert_int_equal(duban_found(d, kit_path("data2"), &founding, &refusal),
                     DUBAN_E_EXISTS);
    assert_int_equal(refusal.status, DUBAN_E_EXISTS);
    duban_close(d);
    assert_int_equal(duban_home_init(&other, NULL, &key, NULL), DUBAN_OK);
    d = kit_open("other", NULL, 0);
    assert_int_equal(duban_found(d, kit_path("data"), &founding, NULL), DUBAN_E_EXISTS);
    duban_close(d);
}

static void a_founding_that_broke_off_is_taken_up_again(void **state) {
    (void)state;
    sign_public key;
    sign_key broker, kept;
    char name[KEYFILE_NAME_SIZE];
    make_home(NULL, &key);
    assert_int_equal(file_make_folder(kit_path("data")), DUBAN_OK);
    sign_key_random(&broker);
    assert_int_equal(keyfile_write(kit_path("data/broker.key"), &broker, KIT_ORIGIN),
                     DUBAN_OK);
    duban *d = kit_open("home", NULL, 0);
    assert_int_equal(duban_found(d, kit_path("data"), &founding, NULL), DUBAN_OK);
    assert_int_equal(keyfile_read(kit_path("data/broker.key"), &kept, name), DUBAN_OK);
    assert_memory_equal(kept.seed, broker.seed, sizeof kept.seed);
    duban_close(d);
}

static void a_genesis_the_codec_refuses_founds_nothing(void **state) {
    (void)state;
    sign_public key;
    duban_refusal refusal = {0};
    struct stat about;
    genesis_words bad = founding;
    bad.city.code = "城市";
    make_home(NULL, &key);
    duban *d = kit_open("home", NULL, 0);
    assert_int_equal(duban_found(d, kit_path("data"), &bad, &refusal), DUBAN_E_CODE);
    assert_int_equal(refusal.status, DUBAN_E_CODE);
    assert_int_not_equal(stat(kit_path("data/genesis"), &about), 0);
    assert_int_equal(duban_found(d, kit_path("data"), &founding, NULL), DUBAN_OK);
    duban_close(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
        T(a_home_and_its_key_are_its_owners_alone),
        T(a_seed_makes_its_key),
        T(a_second_key_is_not_made),
        T(a_folder_without_a_key_is_not_ready),
        T(a_key_that_others_may_read_is_refused),
        T(config_lines_are_read_as_people_write_them),
        T(a_changed_line_leaves_the_others_as_they_were),
        T(an_endless_config_is_refused),
        T(a_founded_journal_has_a_key_and_a_genesis_signed_by_its_root),
        T(a_journal_is_founded_once),
        T(a_founding_that_broke_off_is_taken_up_again),
        T(a_genesis_the_codec_refuses_founds_nothing),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

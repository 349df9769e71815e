/* The key file: what is written reads back, everything else is refused with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/keyfile.h"
#include "proto/passphrase.h"

static char folder[] = "/tmp/duban-keyfile-XXXXXX";
static char path[64];

static int in_a_new_folder(void **state) {
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/key", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails when a temporary file was left behind */
}

static void write_text(const char *text, size_t size, mode_t mode) {
    unlink(path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_same_key(const sign_key *a, const sign_key *b) {
    assert_memory_equal(a->seed, b->seed, sizeof a->seed);
    assert_true(sign_public_equal(&a->public_key, &b->public_key));
}

static void a_written_key_reads_back_with_its_name_and_mode_0600(void **state) {
    (void)state;
    sign_key key, back;
    char name[KEYFILE_NAME_SIZE], longest[KEYFILE_NAME_SIZE];
    memset(longest, 'n', sizeof longest);
    longest[ORIGIN_SIZE_MAX] = '\0';
    const char *names[] = {"duban.example/2023", "东阿县", "n", longest};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct stat about;
        sign_key_random(&key);
        assert_int_equal(keyfile_write(path, &key, names[i]), DUBAN_OK);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 07777, 0600);
        assert_int_equal(keyfile_read(path, &back, name), DUBAN_OK);
        assert_same_key(&key, &back);
        assert_string_equal(name, names[i]);
        assert_int_equal(unlink(path), 0);
    }
}

static void a_file_that_is_there_already_is_never_overwritten(void **state) {
    (void)state;
    sign_key first, second, back;
    char name[KEYFILE_NAME_SIZE];
    sign_key_random(&first);
    sign_key_random(&second);
    assert_int_equal(keyfile_write(path, &first, "first"), DUBAN_OK);
    assert_int_equal(keyfile_write(path, &second, "second"), DUBAN_E_EXISTS);
    assert_int_equal(keyfile_read(path, &back, name), DUBAN_OK);
    assert_same_key(&back, &first);
}

static void names_with_spaces_controls_or_plus_are_refused(void **state) {
    (void)state;
    sign_key key;
    char long_name[KEYFILE_NAME_SIZE + 1];
    sign_key_random(&key);
    memset(long_name, 'n', sizeof long_name);
    long_name[KEYFILE_NAME_SIZE] = '\0';
    const char *names[] = {"", "two words", "a+b", "line\n", "tab\t", "\x7f", long_name};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(keyfile_write(path, &key, names[i]), DUBAN_E_KEY_FORMAT);
        assert_int_equal(access(path, F_OK), -1);
    }
}

#define SEED "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static void files_that_others_may_touch_are_refused(void **state) {
    (void)state;
    const char text[] = "duban-key/1 ed25519 " SEED " clerk\n";
    sign_key key;
    char name[KEYFILE_NAME_SIZE];
    const mode_t refused[] = {0640, 0604, 0660, 0602, 0610, 0644, 0777};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        write_text(text, sizeof text - 1, refused[i]);
        assert_int_equal(keyfile_read(path, &key, name), DUBAN_E_KEY_MODE);
    }
    write_text(text, sizeof text - 1, 0400);
    assert_int_equal(keyfile_read(path, &key, name), DUBAN_OK);
    assert_int_equal(keyfile_read(folder, &key, name), DUBAN_E_KEY_MODE);
}

static void every_flaw_of_the_line_has_its_status(void **state) {
    (void)state;
    const struct {
        const char *text;
        duban_status status;
    } rows[] = {
        {"", DUBAN_E_KEY_FORMAT},
        {"\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 " SEED " clerk", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 " SEED " clerk\n\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 " SEED " clerk\r\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 " SEED " \n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 " SEED "\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519  clerk\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 AAAA clerk\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1 ed25519 " SEED "AAAA clerk\n", DUBAN_E_KEY_FORMAT},
        {"duban-key/1  ed25519 " SEED " clerk\n", DUBAN_E_ALGORITHM},
        {"duban-key/1 ed448 " SEED " clerk\n", DUBAN_E_ALGORITHM},
        {"duban-key/3 ed25519 " SEED " clerk\n", DUBAN_E_VERSION},
        {"duban-key/2 ed25519 " SEED " clerk\n", DUBAN_E_KEY_FORMAT},
        {"another-key/1 ed25519 " SEED " clerk\n", DUBAN_E_KEY_FORMAT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sign_key key, untouched;
        char name[KEYFILE_NAME_SIZE] = "untouched";
        memset(&key, 7, sizeof key);
        untouched = key;
        write_text(rows[i].text, strlen(rows[i].text), 0600);
        assert_int_equal(keyfile_read(path, &key, name), rows[i].status);
        assert_memory_equal(&key, &untouched, sizeof key);
        assert_string_equal(name, "untouched");
    }
    sign_key key;
    char name[KEYFILE_NAME_SIZE], large[4096];
    memset(large, 'x', sizeof large);
    write_text(large, sizeof large, 0600);
    assert_int_equal(keyfile_read(path, &key, name), DUBAN_E_KEY_FORMAT);
    const char with_nul[] = "duban-key/1 ed25519 " SEED " cl\0erk\n";
    write_text(with_nul, sizeof with_nul - 1, 0600);
    assert_int_equal(keyfile_read(path, &key, name), DUBAN_E_KEY_FORMAT);
}

static void missing_files_and_folders_are_not_found(void **state) {
    (void)state;
    sign_key key;
    char name[KEYFILE_NAME_SIZE], missing[80];
    sign_key_random(&key);
    assert_int_equal(keyfile_read(path, &key, name), DUBAN_E_NOT_FOUND);
    snprintf(missing, sizeof missing, "%s/no/key", folder);
    assert_int_equal(keyfile_write(missing, &key, "clerk"), DUBAN_E_NOT_FOUND);
}

/* --- sealed with a passphrase ------------------------------------------------------- */

#define PASSPHRASE "correct horse 电池"

static void read_text(char *text, size_t room) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t got = fread(text, 1, room - 1, file);
    text[got] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void a_sealed_key_opens_with_its_passphrase_alone(void **state) {
    (void)state;
    sign_key key, back;
    keyfile_about about;
    struct stat st;
    char name[KEYFILE_NAME_SIZE] = "", text[1024], secret[64];
    sign_key_random(&key);
    assert_int_equal(keyfile_write_sealed(path, &key, "东阿县", PASSPHRASE), DUBAN_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    read_text(text, sizeof text);
    base64_encode(key.seed, sizeof key.seed, secret, sizeof secret);
    assert_null(strstr(text, secret));
    assert_int_equal(keyfile_look(path, &about), DUBAN_OK);
    assert_true(about.sealed);
    assert_true(sign_public_equal(&about.public_key, &key.public_key));
    assert_string_equal(about.name, "东阿县");
    assert_int_equal(keyfile_read(path, &back, name), DUBAN_E_PASSPHRASE);
    assert_int_equal(keyfile_unseal(path, "correct horse", &back, name),
                     DUBAN_E_PASSPHRASE);
    assert_int_equal(keyfile_unseal(path, "", &back, name), DUBAN_E_PASSPHRASE);
    assert_string_equal(name, "");
    assert_int_equal(keyfile_unseal(path, PASSPHRASE, &back, name), DUBAN_OK);
    assert_same_key(&key, &back);
    assert_string_equal(name, "东阿县");
}

static void two_sealings_of_one_key_have_nothing_in_common(void **state) {
    (void)state;
    sign_key key;
    char one[1024], two[1024];
    sign_key_random(&key);
    assert_int_equal(keyfile_write_sealed(path, &key, "n", PASSPHRASE), DUBAN_OK);
    read_text(one, sizeof one);
    assert_int_equal(keyfile_replace(path, &key, "n", PASSPHRASE), DUBAN_OK);
    read_text(two, sizeof two);
    size_t head = strlen("duban-key/2 ed25519 ") + 44 + strlen(" argon2id m=65536,t=3 ");
    assert_int_equal(strlen(one), strlen(two));
    assert_memory_equal(one, two, head); /* version, public key, costs */
    assert_memory_not_equal(one + head, two + head, 24);
    assert_string_not_equal(strchr(one + head + 25, ' '), strchr(two + head + 25, ' '));
}

static void no_byte_of_a_sealed_file_can_be_changed(void **state) {
    (void)state;
    sign_key key, back;
    char name[KEYFILE_NAME_SIZE], text[1024];
    sign_key_random(&key);
    assert_int_equal(keyfile_write_sealed(path, &key, "clerk", PASSPHRASE), DUBAN_OK);
    read_text(text, sizeof text);
    size_t size = strlen(text);
    /* Every 7th byte and all of the name: each costs a derivation. */
    for (size_t i = 0; i < size; i += i + 8 < size ? 7 : 1) {
        char kept = text[i];
        text[i] = (char)(kept == 'B' ? 'C' : 'B');
        write_text(text, size, 0600);
        duban_status status = keyfile_unseal(path, PASSPHRASE, &back, name);
        text[i] = kept;
        assert_int_not_equal(status, DUBAN_OK);
    }
    write_text(text, size, 0600);
    assert_int_equal(keyfile_unseal(path, PASSPHRASE, &back, name), DUBAN_OK);
}

static void a_hostile_file_cannot_ask_for_the_machines_memory(void **state) {
    (void)state;
    static const struct {
        const char *costs;
        duban_status status;
    } rows[] = {
        {"m=262145,t=3", DUBAN_E_TOO_LARGE},
        {"m=4294967295,t=1", DUBAN_E_TOO_LARGE},
        {"m=65536,t=17", DUBAN_E_TOO_LARGE},
        {"m=65536,t=4294967295", DUBAN_E_TOO_LARGE},
        {"m=4294967296,t=3", DUBAN_E_KEY_FORMAT},
        {"m=99999999999999999999,t=3", DUBAN_E_KEY_FORMAT},
        {"m=7,t=3", DUBAN_E_KEY_FORMAT},
        {"m=65536,t=0", DUBAN_E_KEY_FORMAT},
        {"m=065536,t=3", DUBAN_E_KEY_FORMAT},
        {"m=-1,t=3", DUBAN_E_KEY_FORMAT},
        {"t=3,m=65536", DUBAN_E_KEY_FORMAT},
        {"m=65536", DUBAN_E_KEY_FORMAT},
        {"m=65536,t=3,p=4", DUBAN_E_KEY_FORMAT},
    };
    sign_key key, back;
    char name[KEYFILE_NAME_SIZE], text[1024], hostile[1100];
    sign_key_random(&key);
    assert_int_equal(keyfile_write_sealed(path, &key, "clerk", PASSPHRASE), DUBAN_OK);
    read_text(text, sizeof text);
    char *costs = strstr(text, "m=65536,t=3");
    assert_non_null(costs);
    *costs = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int size = snprintf(hostile, sizeof hostile, "%s%s%s", text, rows[i].costs,
                            costs + strlen("m=65536,t=3"));
        write_text(hostile, (size_t)size, 0600);
        assert_int_equal(keyfile_unseal(path, PASSPHRASE, &back, name), rows[i].status);
    }
}

static void passphrases_have_a_least_and_a_most(void **state) {
    (void)state;
    sign_key key;
    char longest[PASSPHRASE_SIZE_MAX + 2];
    sign_key_random(&key);
    memset(longest, 'p', sizeof longest);
    longest[PASSPHRASE_SIZE_MAX + 1] = '\0';
    assert_int_equal(keyfile_write_sealed(path, &key, "n", "7 bytes"),
                     DUBAN_E_PASSPHRASE);
    assert_int_equal(keyfile_write_sealed(path, &key, "n", longest), DUBAN_E_PASSPHRASE);
    assert_int_equal(access(path, F_OK), -1);
    longest[PASSPHRASE_SIZE_MAX] = '\0';
    assert_int_equal(keyfile_write_sealed(path, &key, "n", longest), DUBAN_OK);
}

static void sealing_and_unsealing_keep_the_key(void **state) {
    (void)state;
    sign_key key, back;
    keyfile_about about;
    char name[KEYFILE_NAME_SIZE];
    sign_key_random(&key);
    assert_int_equal(keyfile_write(path, &key, "n"), DUBAN_OK);
    assert_int_equal(keyfile_replace(path, &key, "n", PASSPHRASE), DUBAN_OK);
    assert_int_equal(keyfile_read(path, &back, name), DUBAN_E_PASSPHRASE);
    assert_int_equal(keyfile_replace(path, &key, "n", NULL), DUBAN_OK);
    assert_int_equal(keyfile_look(path, &about), DUBAN_OK);
    assert_false(about.sealed);
    assert_int_equal(keyfile_read(path, &back, name), DUBAN_OK);
    assert_same_key(&key, &back);
}

static void sm2_keys_are_kept_like_others_or_refused_by_name(void **state) {
    (void)state;
    const char text[] = "duban-key/1 sm2 " SEED " clerk\n";
    sign_key key, back;
    char name[KEYFILE_NAME_SIZE];
    write_text(text, sizeof text - 1, 0600);
    if (!sign_supports(ALGORITHM_SM2)) {
        assert_int_equal(keyfile_read(path, &key, name), DUBAN_E_ALGORITHM);
        return;
    }
    assert_int_equal(keyfile_read(path, &key, name), DUBAN_OK);
    assert_int_equal(key.public_key.algorithm, ALGORITHM_SM2);
    assert_int_equal(keyfile_replace(path, &key, "clerk", PASSPHRASE), DUBAN_OK);
    assert_int_equal(keyfile_unseal(path, PASSPHRASE, &back, name), DUBAN_OK);
    assert_same_key(&key, &back);
}

/* --- passphrases in files ----------------------------------------------------------- */

static void a_passphrase_file_is_its_first_line_and_its_owners_alone(void **state) {
    (void)state;
    static const struct {
        const char *text, *found;
    } good[] = {{"secret words", "secret words"},
                {"secret words\n", "secret words"},
                {"secret words\r\nnot this\n", "secret words"},
                {" 口令 \n", " 口令 "}};
    char found[PASSPHRASE_SIZE] = "untouched", large[PASSPHRASE_SIZE + 8];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        write_text(good[i].text, strlen(good[i].text), 0600);
        assert_int_equal(passphrase_read(path, found), DUBAN_OK);
        assert_string_equal(found, good[i].found);
    }
    write_text("secret words", 12, 0640);
    assert_int_equal(passphrase_read(path, found), DUBAN_E_KEY_MODE);
    assert_int_equal(passphrase_read(folder, found), DUBAN_E_KEY_MODE);
    write_text("\nsecond line\n", 13, 0600);
    assert_int_equal(passphrase_read(path, found), DUBAN_E_PASSPHRASE);
    memset(large, 'x', sizeof large);
    write_text(large, sizeof large, 0600);
    assert_int_equal(passphrase_read(path, found), DUBAN_E_PASSPHRASE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(passphrase_read(path, found), DUBAN_E_NOT_FOUND);
    assert_string_equal(found, " 口令 ");
}

static void a_file_is_asked_before_the_environment(void **state) {
    (void)state;
    char found[PASSPHRASE_SIZE] = "";
    unsetenv(PASSPHRASE_VARIABLE);
    assert_int_equal(passphrase_find(NULL, found), DUBAN_E_PASSPHRASE);
    setenv(PASSPHRASE_VARIABLE, "from outside", 1);
    assert_int_equal(passphrase_find("", found), DUBAN_OK);
    assert_string_equal(found, "from outside");
    write_text("from a file\n", 12, 0600);
    assert_int_equal(passphrase_find(path, found), DUBAN_OK);
    assert_string_equal(found, "from a file");
    setenv(PASSPHRASE_VARIABLE, "", 1);
    assert_int_equal(passphrase_find(NULL, found), DUBAN_E_PASSPHRASE);
}

int main(void) {
#define IN_FOLDER(test)                                                                  \
    cmocka_unit_test_setup_teardown(test, in_a_new_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_written_key_reads_back_with_its_name_and_mode_0600),
        IN_FOLDER(a_file_that_is_there_already_is_never_overwritten),
        IN_FOLDER(names_with_spaces_controls_or_plus_are_refused),
        IN_FOLDER(files_that_others_may_touch_are_refused),
        IN_FOLDER(every_flaw_of_the_line_has_its_status),
        IN_FOLDER(missing_files_and_folders_are_not_found),
        IN_FOLDER(a_sealed_key_opens_with_its_passphrase_alone),
        IN_FOLDER(two_sealings_of_one_key_have_nothing_in_common),
        IN_FOLDER(no_byte_of_a_sealed_file_can_be_changed),
        IN_FOLDER(a_hostile_file_cannot_ask_for_the_machines_memory),
        IN_FOLDER(passphrases_have_a_least_and_a_most),
        IN_FOLDER(sealing_and_unsealing_keep_the_key),
        IN_FOLDER(sm2_keys_are_kept_like_others_or_refused_by_name),
        IN_FOLDER(a_passphrase_file_is_its_first_line_and_its_owners_alone),
        IN_FOLDER(a_file_is_asked_before_the_environment),
    };
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

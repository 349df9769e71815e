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
        assert_memory_equal(&key, &back, sizeof key);
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
    assert_memory_equal(&back, &first, sizeof back);
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
        {"duban-key/2 ed25519 " SEED " clerk\n", DUBAN_E_VERSION},
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
    };
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

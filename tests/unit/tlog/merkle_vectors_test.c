/* Published vectors of inclusion and consistency proofs, of trees and subtrees: each
 * behaves as its wantErr says. Skipped (77) where the vectors are not beside the project.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/sign.h"
#include "storage/tlog/tree.h"

#define VECTORS   "../shared/vectors/merkle"
#define FILES_MAX 1000

static char *files[FILES_MAX];
static size_t files_count;

/* Collects the .json files of a folder and its folders. */
static void find_files(const char *folder) {
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        char path[512];
        const char *dot = strrchr(entry->d_name, '.');
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!dot) {
            find_files(path);
        } else if (strcmp(dot, ".json") == 0) {
            assert_true(files_count < FILES_MAX);
            files[files_count++] = strdup(path);
        }
    }
    closedir(listing);
}

static void forget_files(void) {
    while (files_count)
        free(files[--files_count]);
}

/* Sizes of 2^63 and more are beyond jansson's integers: read as real and clamped, which
 * keeps them beyond every tree. */
static json_t *load(const char *path) {
    json_t *vector = json_load_file(path, 0, NULL);
    if (!vector) vector = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(vector);
    return vector;
}

static uint64_t number(const json_t *vector, const char *name) {
    const json_t *value = json_object_get(vector, name);
    assert_true(json_is_number(value));
    double real = json_number_value(value);
    if (real >= 9223372036854775808.0) return UINT64_MAX;
    return json_is_integer(value) ? (uint64_t)json_integer_value(value) : (uint64_t)real;
}

/* What a hash256 cannot hold is refused where hashes are read, before any verification.
 */
static bool hash_fits(const json_t *text, hash256 *out) {
    size_t size = 0;
    const char *base64 = json_string_value(text);
    assert_non_null(base64);
    duban_status status =
        base64_decode(base64, strlen(base64), out->bytes, sizeof *out, &size);
    return !status && size == HASH_SIZE;
}

static bool path_fits(const json_t *vector, tlog_path *out) {
    const json_t *proof = json_object_get(vector, "proof");
    out->count = 0;
    for (size_t i = 0; i < json_array_size(proof); i++) {
        if (out->count == TLOG_PATH_MAX) return false;
        if (!hash_fits(json_array_get(proof, i), &out->hashes[out->count++]))
            return false;
    }
    return true;
}

static bool inclusion_accepted(const json_t *vector) {
    hash256 leaf, root;
    tlog_path path;
    if (!hash_fits(json_object_get(vector, "leafHash"), &leaf) ||
        !hash_fits(json_object_get(vector, "root"), &root) || !path_fits(vector, &path))
        return false;
    return !tlog_verify_inclusion(&leaf, number(vector, "leafIdx"),
                                  number(vector, "treeSize"), path.hashes, path.count,
                                  &root);
}

/* Some vectors name roots by a short sentence and expect equal ones of equal sizes to be
 * accepted: a sentence is taken as its bytes padded with zeros. */
static hash256 root_of(const json_t *vector, const char *name) {
    hash256 root = {{0}};
    hash_fits(json_object_get(vector, name), &root);
    return root;
}

static bool consistency_accepted(const json_t *vector) {
    hash256 root1 = root_of(vector, "root1"), root2 = root_of(vector, "root2");
    tlog_path path;
    if (!path_fits(vector, &path)) return false;
    return !tlog_verify_consistency(number(vector, "size1"), number(vector, "size2"),
                                    path.hashes, path.count, &root1, &root2);
}

static bool subtree_inclusion_accepted(const json_t *vector) {
    hash256 leaf, root;
    tlog_path path;
    if (!hash_fits(json_object_get(vector, "leafHash"), &leaf) ||
        !hash_fits(json_object_get(vector, "root"), &root) || !path_fits(vector, &path))
        return false;
    return !tlog_verify_subtree_inclusion(&leaf, number(vector, "leafIdx"),
                                          number(vector, "start"), number(vector, "end"),
                                          path.hashes, path.count, &root);
}

static bool subtree_consistency_accepted(const json_t *vector) {
    hash256 root1 = root_of(vector, "root1"), root2 = root_of(vector, "root2");
    tlog_path path;
    if (!path_fits(vector, &path)) return false;
    return !tlog_verify_subtree(number(vector, "start"), number(vector, "end"),
                                number(vector, "size"), path.hashes, path.count, &root1,
                                &root2);
}

static void expect_each(const char *folder, bool (*accepted)(const json_t *vector)) {
    size_t wrong = 0, refused = 0;
    find_files(folder);
    for (size_t i = 0; i < files_count; i++) {
        json_t *vector = load(files[i]);
        const json_t *want_error = json_object_get(vector, "wantErr");
        assert_true(json_is_boolean(want_error));
        refused += json_is_true(want_error);
        if (accepted(vector) == json_is_true(want_error)) {
            print_error("%s: %s\n", files[i],
                        json_string_value(json_object_get(vector, "desc")));
            wrong++;
        }
        json_decref(vector);
    }
    print_message("%s: %zu vectors, %zu of them to be refused\n", folder, files_count,
                  refused);
    assert_true(refused > 0 && refused < files_count);
    forget_files();
    assert_int_equal(wrong, 0);
}

static void every_inclusion_vector_behaves_as_it_says(void **state) {
    (void)state;
    expect_each(VECTORS "/inclusion", inclusion_accepted);
}

static void every_consistency_vector_behaves_as_it_says(void **state) {
    (void)state;
    expect_each(VECTORS "/consistency", consistency_accepted);
}

static void every_vector_of_inclusion_in_a_subtree_behaves_as_it_says(void **state) {
    (void)state;
    expect_each(VECTORS "/subtreeinclusion", subtree_inclusion_accepted);
}

static void every_vector_of_a_subtrees_consistency_behaves_as_it_says(void **state) {
    (void)state;
    expect_each(VECTORS "/subtreeconsistency", subtree_consistency_accepted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_inclusion_vector_behaves_as_it_says),
        cmocka_unit_test(every_consistency_vector_behaves_as_it_says),
        cmocka_unit_test(every_vector_of_inclusion_in_a_subtree_behaves_as_it_says),
        cmocka_unit_test(every_vector_of_a_subtrees_consistency_behaves_as_it_says),
    };
    if (access("../shared", F_OK) != 0) {
        puts("skipped: there is no ../shared beside the project, so no vectors");
        return 77;
    }
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/storage/storage_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void storage_folder(char folder[STORAGE_FOLDER_MAX]) {
    const char *scratch = getenv("TMPDIR");
    int size = snprintf(folder, STORAGE_FOLDER_MAX, "%.32s/dubanXXXXXX",
                        scratch ? scratch : "/tmp");
    assert_in_range(size, 1, STORAGE_FOLDER_MAX - 1);
    assert_non_null(mkdtemp(folder));
}

void storage_remove_folder(const char *folder) {
    DIR *open_folder = opendir(folder);
    if (!open_folder) return;
    struct dirent *found;
    while ((found = readdir(open_folder)) != NULL)
        unlinkat(dirfd(open_folder), found->d_name, 0);
    closedir(open_folder);
    rmdir(folder);
}

void storage_path(char path[STORAGE_PATH_MAX], const char *folder, const char *name) {
    int size = snprintf(path, STORAGE_PATH_MAX, "%s/%s", folder, name);
    assert_in_range(size, 1, STORAGE_PATH_MAX - 1);
}

uint8_t *storage_read(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size ? *size : 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

void storage_write(const char *path, const uint8_t *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

uint64_t storage_random(uint64_t *seed) {
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

#include "audit_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ENTRY_BYTES 12

static void entry_of(const kit_log *log, uint64_t index, uint8_t out[ENTRY_BYTES]) {
    uint64_t salt = index >= log->fork ? log->salt : 0;
    memcpy(out, &index, sizeof index);
    memcpy(out + sizeof index, &salt, ENTRY_BYTES - sizeof index);
}

void kit_log_new(kit_log *log, uint64_t size, uint64_t fork, uint64_t salt) {
    uint8_t entry[ENTRY_BYTES];
    memset(log, 0, sizeof *log);
    log->size = size;
    log->fork = fork;
    log->salt = salt;
    log->reads_left = -1;
    sign_key_of_seed((const uint8_t[SIGN_SEED_SIZE]){1}, &log->signer);
    assert_int_equal(
        note_key_make("duban.test/audit", &log->signer.public_key, &log->key), DUBAN_OK);
    uint64_t count = size;
    for (uint32_t level = 0; level < TILE_LEVELS && count > 0; level++) {
        log->levels[level] = malloc(count * sizeof(hash256));
        assert_non_null(log->levels[level]);
        for (uint64_t i = 0; i < count; i++) {
            entry_of(log, i, entry);
            log->levels[level][i] =
                level == 0 ? tlog_leaf_hash(entry, sizeof entry)
                           : tile_root(log->levels[level - 1] + i * TILE_WIDTH);
        }
        count /= TILE_WIDTH;
    }
}

void kit_log_free(kit_log *log) {
    for (uint32_t level = 0; level < TILE_LEVELS; level++)
        free(log->levels[level]);
}

hash256 kit_log_root(kit_log *log, uint64_t size) {
    tlog_frontier edge;
    tlog_frontier_init(&edge);
    for (uint64_t i = 0; i < size; i++)
        tlog_frontier_append(&edge, &log->levels[0][i]);
    return tlog_frontier_root(&edge);
}

void kit_log_note(kit_log *log, uint64_t size, char text[CHECKPOINT_NOTE_MAX + 1]) {
    checkpoint point = {.size = size, .root = kit_log_root(log, size)};
    size_t note_size = 0;
    snprintf(point.origin, sizeof point.origin, "%s", log->key.name);
    assert_int_equal(checkpoint_sign(&point, &log->signer, text, &note_size), DUBAN_OK);
    text[note_size] = '\0';
}

static duban_status read_log(void *ctx, const tile_name *name, buffer *out,
                             duban_refusal *refusal) {
    kit_log *log = ctx;
    uint8_t entry[ENTRY_BYTES];
    char where[TILE_PATH_SIZE];
    uint64_t begin = name->number * TILE_WIDTH;
    size_t room = name->width * (size_t)(2 + HASH_SIZE), at = out->size;
    if (log->reads_left == 0)
        return duban_refuse(refusal, DUBAN_E_IO, 0, "kit", NULL, NULL);
    if (log->reads_left > 0) log->reads_left--;
    log->reads++;
    assert_non_null(buffer_reserve(out, room));
    for (uint32_t i = 0; i < name->width; i++) {
        entry_of(log, begin + i, entry);
        if (name->entries)
            assert_int_equal(
                bundle_append(out->data, at + room, &out->size, entry, sizeof entry),
                DUBAN_OK);
        else {
            memcpy(out->data + out->size, &log->levels[name->level][begin + i],
                   HASH_SIZE);
            out->size += HASH_SIZE;
        }
    }
    tile_path_print(name, where);
    if (log->lies && strcmp(where, log->lies) == 0) out->data[at + 5] ^= 1;
    return DUBAN_OK;
}

audit_source kit_log_source(kit_log *log) {
    return (audit_source){read_log, log};
}

duban_status kit_fetch(kit_log *log, uint64_t size, const char *folder,
                       audit_fetched *out, duban_refusal *refusal) {
    char text[CHECKPOINT_NOTE_MAX + 1];
    kit_log_note(log, size, text);
    memset(refusal, 0, sizeof *refusal);
    audit_fetch_options options = {.folder = folder,
                                   .key = log->key,
                                   .newest = text,
                                   .witnessed = "",
                                   .source = kit_log_source(log)};
    return audit_fetch(&options, out, refusal);
}

/* --- folders ------------------------------------------------------------------------ */

void kit_folder_new(char folder[64]) {
    snprintf(folder, 64, "/tmp/duban-audit-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

void kit_folder_remove(const char *folder) {
    static const char *const names[] = {AUDIT_CHECKPOINT_NAME, AUDIT_VKEY_NAME, "lock"};
    path file;
    (void)audit_remove_others(folder, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (file_path(&file, folder, names[i]) == DUBAN_OK) (void)remove(file.text);
    (void)remove(folder);
}

void kit_flip(const char *folder, const char *name, size_t byte) {
    path file;
    assert_int_equal(file_path(&file, folder, name), DUBAN_OK);
    FILE *f = fopen(file.text, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, (long)byte, SEEK_SET), 0);
    int was = fgetc(f);
    assert_int_not_equal(was, EOF);
    assert_int_equal(fseek(f, (long)byte, SEEK_SET), 0);
    assert_int_not_equal(fputc(was ^ 1, f), EOF);
    assert_int_equal(fclose(f), 0);
}

#include "storage/heads.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/files.h"

#define MAGIC        "dubanHD1"
#define MAGIC_SIZE   8
#define SEQUENCE_AT  8
#define SIZE_AT      16
#define NOTE_SIZE_AT 24
#define NOTE_AT      28
#define SUM_AT       (HEADS_RECORD_SIZE - HASH_SIZE)
/* A broker that writes meanwhile may tear what a reader sees; it does so rarely. */
#define READ_ATTEMPTS 64

static_assert(NOTE_AT + JOURNAL_CHECKPOINT_MAX <= SUM_AT, "a record holds its note");

/* --- bytes -------------------------------------------------------------------------- */

static void put(uint8_t *at, uint32_t bytes, uint64_t number) {
    while (bytes-- > 0) {
        at[bytes] = (uint8_t)number;
        number >>= 8;
    }
}

static uint64_t get(const uint8_t *at, uint32_t bytes) {
    uint64_t number = 0;
    for (uint32_t i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

static void record_write(const heads_record *record, uint8_t bytes[HEADS_RECORD_SIZE]) {
    memset(bytes, 0, HEADS_RECORD_SIZE);
    memcpy(bytes, MAGIC, MAGIC_SIZE);
    put(bytes + SEQUENCE_AT, 8, record->sequence);
    put(bytes + SIZE_AT, 8, record->size);
    put(bytes + NOTE_SIZE_AT, 4, record->note_size);
    memcpy(bytes + NOTE_AT, record->note, record->note_size);
    hash256 sum = hash_of(bytes, SUM_AT);
    memcpy(bytes + SUM_AT, sum.bytes, HASH_SIZE);
}

static bool record_read(const uint8_t *bytes, heads_record *out) {
    hash256 sum = hash_of(bytes, SUM_AT);
    if (memcmp(sum.bytes, bytes + SUM_AT, HASH_SIZE) != 0) return false;
    if (memcmp(bytes, MAGIC, MAGIC_SIZE) != 0) return false;
    out->sequence = get(bytes + SEQUENCE_AT, 8);
    out->size = get(bytes + SIZE_AT, 8);
    out->note_size = (uint32_t)get(bytes + NOTE_SIZE_AT, 4);
    if (out->sequence == 0 || out->note_size >= JOURNAL_CHECKPOINT_MAX) return false;
    memcpy(out->note, bytes + NOTE_AT, JOURNAL_CHECKPOINT_MAX);
    return true;
}

static bool all_zero(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

/* --- the file ----------------------------------------------------------------------- */

duban_status heads_make(const char *path) {
    char making[PATH_MAX];
    if (snprintf(making, sizeof making, "%s.new", path) >= (int)sizeof making)
        return DUBAN_E_IO;
    uint8_t *zeros = calloc(1, HEADS_FILE_SIZE);
    if (!zeros) return DUBAN_E_NO_MEMORY;
    duban_status status = DUBAN_OK;
    int fd = open(making, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) status = files_status(errno);
    if (!status) status = files_write_at(fd, zeros, HEADS_FILE_SIZE, 0);
    if (!status && fsync(fd) != 0) status = files_status(errno);
    if (fd >= 0 && close(fd) != 0 && !status) status = files_status(errno);
    if (!status && rename(making, path) != 0) status = files_status(errno);
    if (!status) status = files_sync_folder_of(path);
    free(zeros);
    return status;
}

duban_status heads_open(heads *h, const char *path, bool read_only) {
    int fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? DUBAN_E_NOT_FOUND : files_status(errno);
    h->fd = fd;
    h->read_only = read_only;
    h->sequence = 0;
    return DUBAN_OK;
}

void heads_close(heads *h) {
    if (h->fd >= 0) close(h->fd);
    h->fd = -1;
}

/* --- reading the ring --------------------------------------------------------------- */

/* What the slot must hold when the newest record has that sequence. */
static uint64_t sequence_of(uint32_t slot, uint64_t newest) {
    uint64_t back = (newest - slot) % HEADS_SLOTS;
    return newest > back ? newest - back : 0;
}

static bool slot_holds(const uint8_t *bytes, uint64_t sequence) {
    heads_record record;
    if (sequence == 0) return all_zero(bytes, HEADS_RECORD_SIZE);
    return record_read(bytes, &record) && record.sequence == sequence;
}

static duban_status ring_newest(const uint8_t *ring, bool may_be_torn, heads_record *out,
                                uint32_t *slot) {
    heads_record record, newest = {0};
    for (uint32_t i = 0; i < HEADS_SLOTS; i++) {
        if (!record_read(ring + i * HEADS_STRIDE, &record)) continue;
        if (record.sequence > newest.sequence) newest = record;
    }
    uint32_t next = (uint32_t)((newest.sequence + 1) % HEADS_SLOTS);
    for (uint32_t i = 0; i < HEADS_SLOTS; i++) {
        if (i == next && may_be_torn) continue;
        if (slot_holds(ring + i * HEADS_STRIDE, sequence_of(i, newest.sequence)))
            continue;
        *slot = i;
        return DUBAN_E_CORRUPT;
    }
    if (newest.sequence == 0) return DUBAN_E_NOT_FOUND;
    *out = newest;
    return DUBAN_OK;
}

duban_status heads_newest(heads *h, heads_record *out, uint32_t *slot) {
    uint8_t *ring = malloc(HEADS_FILE_SIZE);
    if (!ring) return DUBAN_E_NO_MEMORY;
    duban_status status = DUBAN_E_CORRUPT;
    uint32_t damaged = 0;
    int attempts = h->read_only ? READ_ATTEMPTS : 1;
    for (int i = 0; i < attempts && status == DUBAN_E_CORRUPT; i++) {
        size_t size;
        status = files_read_at(h->fd, ring, HEADS_FILE_SIZE, 0, &size);
        if (status) break;
        damaged = (uint32_t)(size / HEADS_STRIDE);
        status = size == HEADS_FILE_SIZE ? ring_newest(ring, !h->read_only, out, &damaged)
                                         : DUBAN_E_CORRUPT;
    }
    free(ring);
    if (status == DUBAN_E_CORRUPT) *slot = damaged;
    if (!status) h->sequence = out->sequence;
    return status;
}

duban_status heads_sync(heads *h) {
    return fdatasync(h->fd) == 0 ? DUBAN_OK : files_status(errno);
}

duban_status heads_append(heads *h, uint64_t size, const char *text, uint32_t text_size) {
    uint8_t bytes[HEADS_RECORD_SIZE];
    heads_record record = {h->sequence + 1, size, text_size, {0}};
    assert(text_size < JOURNAL_CHECKPOINT_MAX);
    memcpy(record.note, text, text_size);
    record_write(&record, bytes);
    off_t at = (off_t)(record.sequence % HEADS_SLOTS) * HEADS_STRIDE;
    duban_status status = files_write_at(h->fd, bytes, sizeof bytes, at);
    if (!status) status = heads_sync(h);
    if (!status) h->sequence = record.sequence;
    return status;
}

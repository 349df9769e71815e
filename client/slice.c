#include "client/slice.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"
#include "proto/entry.h"

#define MARK_SIZE   8
#define RECORD_HEAD (4 + MARK_SIZE)
#define LOCK_MS     5000
#define CURSOR_FMT  "duban-slice/1 %" PRIu32 " %" PRIu64 " %" PRIu64 "\n"
#define CURSOR_MAX  96

typedef struct slice_cursor {
    uint32_t office;
    uint64_t next;
    uint64_t bytes;
} slice_cursor;

struct slice {
    path folder;
    path entries;
    ledger *l; /* NULL: nothing folded */
    bool looked;
    slice_cursor cursor; /* what is folded */
    slice_cursor saved;  /* what the cursor file says */
    arena a;
    int lock; /* -1: not held */
};

static bool cursors_equal(const slice_cursor *x, const slice_cursor *y) {
    return x->office == y->office && x->next == y->next && x->bytes == y->bytes;
}

duban_status slice_new(const char *folder, slice **out) {
    slice *s = calloc(1, sizeof *s);
    if (!s) return DUBAN_E_NO_MEMORY;
    duban_status status = file_path(&s->entries, folder, "entries");
    if (status) {
        free(s);
        return status;
    }
    snprintf(s->folder.text, sizeof s->folder.text, "%s", folder);
    arena_init(&s->a, 0);
    s->lock = -1;
    *out = s;
    return DUBAN_OK;
}

static void forget(slice *s) {
    if (s->l) ledger_free(s->l);
    s->l = NULL;
    s->cursor = (slice_cursor){.office = s->cursor.office};
}

void slice_free(slice *s) {
    if (!s) return;
    forget(s);
    if (s->lock >= 0) file_unlock(s->lock);
    arena_close(&s->a);
    free(s);
}

/* --- the files ---------------------------------------------------------------------- */

static duban_status lock_it(slice *s) {
    path file;
    duban_status status = file_path(&file, s->folder.text, "lock");
    return status ? status : file_lock(file.text, LOCK_MS, &s->lock);
}

static void unlock_it(slice *s) {
    file_unlock(s->lock);
    s->lock = -1;
}

/* False when there is none, or it cannot be read: then the slice starts anew. */
static bool read_cursor(const slice *s, slice_cursor *out) {
    path file;
    buffer text;
    slice_cursor c;
    buffer_init(&text);
    bool read = !file_path(&file, s->folder.text, "cursor") &&
                !file_read(file.text, CURSOR_MAX, &text) && buffer_reserve(&text, 1);
    if (read) {
        text.data[text.size] = '\0';
        char again[CURSOR_MAX];
        read = sscanf((const char *)text.data,
                      "duban-slice/1 %" SCNu32 " %" SCNu64 " %" SCNu64, &c.office,
                      &c.next, &c.bytes) == 3;
        if (read) snprintf(again, sizeof again, CURSOR_FMT, c.office, c.next, c.bytes);
        read = read && strcmp(again, (const char *)text.data) == 0;
    }
    buffer_close(&text);
    if (read) *out = c;
    return read;
}

static duban_status write_cursor(slice *s) {
    path temporary;
    char text[CURSOR_MAX];
    const slice_cursor *c = &s->cursor;
    duban_status status = file_path(&temporary, s->folder.text, "cursor.new");
    int size = snprintf(text, sizeof text, CURSOR_FMT, c->office, c->next, c->bytes);
    span bytes = {(const uint8_t *)text, (size_t)size};
    if (!status) status = file_write(temporary.text, s->folder.text, "cursor", bytes);
    if (!status) s->saved = *c;
    return status;
}

static uint32_t read_u32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The record at the beginning of the bytes; false when it is torn or damaged. */
static bool read_record(span bytes, span *entry) {
    if (bytes.size < RECORD_HEAD) return false;
    uint32_t size = read_u32(bytes.data);
    if (size > ENTRY_SIZE_MAX || size > bytes.size - RECORD_HEAD) return false;
    hash256 hash = hash_of(bytes.data + RECORD_HEAD, size);
    if (memcmp(hash.bytes, bytes.data + 4, MARK_SIZE) != 0) return false;
    *entry = (span){bytes.data + RECORD_HEAD, size};
    return true;
}

static duban_status write_record(buffer *out, span entry) {
    unsigned char *to = buffer_reserve(out, RECORD_HEAD + entry.size);
    if (!to) return DUBAN_E_NO_MEMORY;
    hash256 hash = hash_of(entry.data, entry.size);
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(entry.size >> (24 - 8 * i));
    memcpy(to + 4, hash.bytes, MARK_SIZE);
    memcpy(to + RECORD_HEAD, entry.data, entry.size);
    out->size += RECORD_HEAD + entry.size;
    return DUBAN_OK;
}

/* --- folding ------------------------------------------------------------------------ */

static duban_status fold_one(slice *s, span entry, duban_refusal *refusal) {
    entry_words head;
    duban_status status = entry_read(entry, &head);
    if (status) return DUBAN_E_CORRUPT;
    if (!s->l) {
        status = ledger_new(heap_allocator(), &s->l);
        if (status) return status;
        ledger_set_slice(s->l, true);
    }
    status = replay_entry(s->l, entry, &s->a, refusal);
    if (status) return status;
    s->cursor.bytes += RECORD_HEAD + entry.size;
    if (s->cursor.next <= head.index) s->cursor.next = head.index + 1;
    return DUBAN_OK;
}

/* Folds what the file holds beyond what is folded already. Stops at what is torn or
 * damaged; *whole says that nothing was. */
static duban_status fold_file(slice *s, bool *whole) {
    buffer bytes;
    buffer_init(&bytes);
    duban_status status = file_read(s->entries.text, SLICE_SIZE_MAX, &bytes);
    *whole = true;
    if (status == DUBAN_E_NOT_FOUND) status = DUBAN_OK;
    while (!status && s->cursor.bytes < bytes.size && *whole) {
        span rest = {bytes.data + s->cursor.bytes, bytes.size - s->cursor.bytes};
        span entry;
        *whole = read_record(rest, &entry);
        if (*whole) status = fold_one(s, entry, NULL);
    }
    if (!status && s->cursor.bytes > bytes.size) *whole = false;
    buffer_close(&bytes);
    return status;
}

/* Under the lock: the ledger as the files have it. Anything but a lack of memory or a
 * failing disk leads to an empty slice, not to a failure. */
static duban_status load(slice *s) {
    slice_cursor c;
    bool whole = false;
    if (!read_cursor(s, &c)) {
        forget(s);
        s->saved = (slice_cursor){0};
        return DUBAN_OK;
    }
    if (c.office != s->cursor.office || c.bytes < s->cursor.bytes) forget(s);
    s->cursor.office = c.office;
    s->saved = c;
    duban_status status = fold_file(s, &whole);
    if (status == DUBAN_E_NO_MEMORY || status == DUBAN_E_IO) return status;
    if (status || (!whole && s->cursor.bytes == 0)) {
        forget(s);
        return DUBAN_OK;
    }
    /* The cursor knows of holes behind the last entry, if all it speaks of is there. */
    if (s->cursor.bytes >= c.bytes && c.next > s->cursor.next) s->cursor.next = c.next;
    return DUBAN_OK;
}

ledger *slice_ledger(slice *s) {
    if (!s->looked && s->lock < 0) {
        struct stat about;
        s->looked = true;
        if (stat(s->entries.text, &about) == 0 && !lock_it(s)) {
            if (load(s)) forget(s);
            unlock_it(s);
        }
    }
    return s->l;
}

/* --- bringing it up to date --------------------------------------------------------- */

duban_status slice_begin(slice *s, uint32_t office, uint64_t *next) {
    assert(s->lock < 0);
    duban_status status = file_make_folder(s->folder.text);
    if (!status) status = lock_it(s);
    if (status) return status;
    s->looked = true;
    status = load(s);
    if (!status && s->cursor.office != office) {
        forget(s);
        s->cursor.office = office;
    }
    /* From here the file holds what is folded and nothing else. The cursor goes first:
     * entries without one are nobody's. */
    bool anew = !s->cursor.bytes && !cursors_equal(&s->saved, &s->cursor);
    if (!status && anew) status = write_cursor(s);
    if (!status && truncate(s->entries.text, (off_t)s->cursor.bytes) != 0 &&
        errno != ENOENT)
        status = file_status_of_errno(errno);
    if (status) {
        unlock_it(s);
        return status;
    }
    *next = s->cursor.next;
    return DUBAN_OK;
}

static duban_status append_file(slice *s, span bytes) {
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    int file = open(s->entries.text, flags, 0600);
    if (file < 0) return file_status_of_errno(errno);
    duban_status status = file_write_all(file, bytes.data, bytes.size);
    if (!status && fdatasync(file) != 0) status = file_status_of_errno(errno);
    if (close(file) != 0 && !status) status = file_status_of_errno(errno);
    return status;
}

duban_status slice_append(slice *s, const span *entries, size_t n, uint64_t next,
                          duban_refusal *refusal) {
    buffer records;
    duban_status status = DUBAN_OK;
    assert(s->lock >= 0);
    buffer_init(&records);
    for (size_t i = 0; i < n && !status; i++) {
        if (entries[i].size > ENTRY_SIZE_MAX) status = DUBAN_E_TOO_LARGE;
        if (!status) status = write_record(&records, entries[i]);
    }
    if (!status && n) status = append_file(s, (span){records.data, records.size});
    buffer_close(&records);
    for (size_t i = 0; i < n && !status; i++)
        status = fold_one(s, entries[i], refusal);
    if (!status && next > s->cursor.next) s->cursor.next = next;
    /* What did not fold, or was not wholly written, is cut off again. */
    if (status && truncate(s->entries.text, (off_t)s->cursor.bytes) != 0)
        return errno == ENOENT ? status : file_status_of_errno(errno);
    return status;
}

duban_status slice_end(slice *s) {
    assert(s->lock >= 0);
    duban_status status = DUBAN_OK;
    if (!cursors_equal(&s->saved, &s->cursor)) status = write_cursor(s);
    unlock_it(s);
    return status;
}

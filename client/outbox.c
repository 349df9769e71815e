#include "client/outbox.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/codec.h"

#define NUMBER_DIGITS   20
#define REPLY_SUFFIX    ".reply"
#define RECEIPT_SUFFIX  ".receipt"
#define NUMBER_NAME     32
#define NUMBERING_MS    5000 /* to wait for another process that queues */
#define MESSAGE_REFS    (STATEMENTS_MAX * 3 + BODIES_MAX + 1)
#define NUMBER_TEXT_FMT "%020" PRIu64

static const char *const place_names[PLACE_COUNT] = {"queued", "receipts", "refused",
                                                     "damaged"};

static void message_name(uint64_t number, char out[NUMBER_NAME]) {
    snprintf(out, NUMBER_NAME, NUMBER_TEXT_FMT, number);
}

static void reply_name(uint64_t number, char out[NUMBER_NAME]) {
    snprintf(out, NUMBER_NAME, NUMBER_TEXT_FMT REPLY_SUFFIX, number);
}

static duban_status message_path(const outbox *o, outbox_place place, uint64_t number,
                                 path *out) {
    char name[NUMBER_NAME];
    message_name(number, name);
    return file_path(out, o->places[place].text, name);
}

static duban_status reply_path(const outbox *o, outbox_place place, uint64_t number,
                               path *out) {
    char name[NUMBER_NAME];
    reply_name(number, name);
    return file_path(out, o->places[place].text, name);
}

/* 0 when the name is no message's. */
static uint64_t number_of_name(const char *name) {
    if (strspn(name, "0123456789") != NUMBER_DIGITS || name[NUMBER_DIGITS]) return 0;
    return strtoull(name, NULL, 10);
}

static int compare_numbers(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Calls visit for every message in a place. */
typedef duban_status (*number_visit)(void *ctx, uint64_t number);

static duban_status each_number(const outbox *o, outbox_place place, number_visit visit,
                                void *ctx) {
    DIR *folder = opendir(o->places[place].text);
    if (!folder) return file_status_of_errno(errno);
    duban_status status = DUBAN_OK;
    const struct dirent *row;
    errno = 0;
    while (!status && (row = readdir(folder))) {
        uint64_t number = number_of_name(row->d_name);
        if (number) status = visit(ctx, number);
        errno = 0;
    }
    if (!status && errno) status = file_status_of_errno(errno);
    closedir(folder);
    return status;
}

typedef struct number_list {
    buffer numbers;
} number_list;

static duban_status add_number(void *ctx, uint64_t number) {
    number_list *list = ctx;
    unsigned char *to = buffer_reserve(&list->numbers, sizeof number);
    if (!to) return DUBAN_E_NO_MEMORY;
    memcpy(to, &number, sizeof number);
    list->numbers.size += sizeof number;
    return DUBAN_OK;
}

duban_status outbox_list(const outbox *o, outbox_place place, arena *a,
                         uint64_t **numbers, size_t *n) {
    number_list list;
    buffer_init(&list.numbers);
    duban_status status = each_number(o, place, add_number, &list);
    void *copy = status ? NULL : arena_copy(a, list.numbers.data, list.numbers.size);
    if (!status && !copy) status = DUBAN_E_NO_MEMORY;
    if (!status) {
        *numbers = copy;
        *n = list.numbers.size / sizeof **numbers;
        qsort(*numbers, *n, sizeof **numbers, compare_numbers);
    }
    buffer_close(&list.numbers);
    return status;
}

/* --- opening ------------------------------------------------------------------------ */

static bool exists(const path *file) {
    struct stat about;
    return stat(file->text, &about) == 0;
}

bool outbox_holds(const outbox *o, outbox_place place, uint64_t number) {
    path file;
    return !message_path(o, place, number, &file) && exists(&file);
}

static duban_status move(const outbox *o, uint64_t number, outbox_place from,
                         outbox_place to) {
    path old, new;
    duban_status status = message_path(o, from, number, &old);
    if (!status) status = message_path(o, to, number, &new);
    if (status) return status;
    if (rename(old.text, new.text) == 0) return DUBAN_OK;
    /* Another process may have finished the same move. */
    if (errno == ENOENT && exists(&new)) return DUBAN_OK;
    return file_status_of_errno(errno);
}

/* An answer is written before its message is moved beside it. So a queued message whose
 * answer lies there was nearly moved; a moved one without an answer lost it and asks
 * again. */
static duban_status finish_moves(const outbox *o) {
    arena a;
    uint64_t *numbers;
    size_t n = 0;
    path reply;
    arena_init(&a, 0);
    duban_status status = outbox_list(o, PLACE_QUEUED, &a, &numbers, &n);
    for (size_t i = 0; i < n && !status; i++)
        for (int p = PLACE_RECEIPTS; p <= PLACE_REFUSED && !status; p++) {
            status = reply_path(o, (outbox_place)p, numbers[i], &reply);
            if (!status && exists(&reply)) {
                status = move(o, numbers[i], PLACE_QUEUED, (outbox_place)p);
                break;
            }
        }
    for (int p = PLACE_RECEIPTS; p <= PLACE_REFUSED && !status; p++) {
        status = outbox_list(o, (outbox_place)p, &a, &numbers, &n);
        for (size_t i = 0; i < n && !status; i++) {
            status = reply_path(o, (outbox_place)p, numbers[i], &reply);
            if (!status && !exists(&reply))
                status = move(o, numbers[i], (outbox_place)p, PLACE_QUEUED);
        }
    }
    arena_close(&a);
    return status;
}

static duban_status find_highest(outbox *o) {
    arena a;
    arena_init(&a, 0);
    duban_status status = DUBAN_OK;
    for (int p = 0; p < PLACE_COUNT && !status; p++) {
        uint64_t *numbers;
        size_t n = 0;
        status = outbox_list(o, (outbox_place)p, &a, &numbers, &n);
        if (!status && n && numbers[n - 1] > o->highest) o->highest = numbers[n - 1];
    }
    arena_close(&a);
    return status;
}

duban_status outbox_open(const char *folder, const sign_public *key, outbox *out) {
    outbox o = {.key = *key, .numbering = -1};
    duban_status status = file_make_folder(folder);
    snprintf(o.folder.text, sizeof o.folder.text, "%s", folder);
    for (int p = 0; p < PLACE_COUNT && !status; p++) {
        status = file_path(&o.places[p], folder, place_names[p]);
        if (!status) status = file_make_folder(o.places[p].text);
    }
    if (!status) status = finish_moves(&o);
    if (!status) status = find_highest(&o);
    if (!status) *out = o;
    return status;
}

/* --- queueing ----------------------------------------------------------------------- */

static duban_status count_one(void *ctx, uint64_t number) {
    (void)number;
    return ++*(size_t *)ctx >= OUTBOX_QUEUED_MAX ? DUBAN_E_LIMIT : DUBAN_OK;
}

/* The lock file's text is the highest number given out since the machine started; after
 * a power loss it may be gone, and then no process lives that has not scanned. */
static duban_status read_highest(outbox *o) {
    char text[NUMBER_NAME] = "";
    ssize_t got = pread(o->numbering, text, sizeof text - 1, 0);
    if (got < 0) return file_status_of_errno(errno);
    uint64_t highest = strtoull(text, NULL, 10);
    if (highest > o->highest) o->highest = highest;
    return DUBAN_OK;
}

/* Written before the number is used: whoever dies in between leaves a hole. */
static duban_status write_highest(outbox *o, uint64_t number) {
    char text[NUMBER_NAME];
    message_name(number, text);
    ssize_t wrote = pwrite(o->numbering, text, NUMBER_DIGITS, 0);
    if (wrote == NUMBER_DIGITS) return DUBAN_OK;
    return wrote < 0 ? file_status_of_errno(errno) : DUBAN_E_DISK_FULL;
}

duban_status outbox_begin(outbox *o, uint64_t floor, uint64_t *number) {
    path lock;
    size_t waiting = 0;
    assert(o->numbering < 0);
    duban_status status = file_path(&lock, o->folder.text, "numbering");
    if (!status) status = file_lock(lock.text, NUMBERING_MS, &o->numbering);
    if (status) return status;
    status = each_number(o, PLACE_QUEUED, count_one, &waiting);
    if (!status) status = read_highest(o);
    if (floor > NUMBER_TOLD_MAX) floor = 0;
    uint64_t last = o->highest > floor ? o->highest : floor;
    if (!status && last == UINT64_MAX) status = DUBAN_E_LIMIT;
    uint64_t next = last + 1;
    if (!status) status = write_highest(o, next);
    if (status) {
        outbox_abandon(o);
        return status;
    }
    o->highest = next;
    *number = next;
    return DUBAN_OK;
}

void outbox_abandon(outbox *o) {
    if (o->numbering >= 0) file_unlock(o->numbering);
    o->numbering = -1;
}

duban_status outbox_put(outbox *o, uint64_t number, span bytes) {
    path temporary;
    char name[NUMBER_NAME];
    assert(o->numbering >= 0);
    message_name(number, name);
    duban_status status = file_path(&temporary, o->folder.text, "message.new");
    if (!status)
        status = file_write(temporary.text, o->places[PLACE_QUEUED].text, name, bytes);
    /* The folder may hold it though its sync failed: not queued must mean not sent. */
    path file;
    if (status && !message_path(o, PLACE_QUEUED, number, &file)) unlink(file.text);
    outbox_abandon(o);
    return status;
}

/* --- reading back ------------------------------------------------------------------- */

static duban_status read_into(const char *name, size_t bytes_max, arena *a, span *out) {
    buffer bytes;
    buffer_init(&bytes);
    duban_status status = file_read(name, bytes_max, &bytes);
    char *copy = status ? NULL : arena_copy(a, bytes.data, bytes.size);
    if (!status && !copy) status = DUBAN_E_NO_MEMORY;
    if (!status) *out = (span){(const uint8_t *)copy, bytes.size};
    buffer_close(&bytes);
    return status;
}

static bool refers_to(const body_ref *refs, uint32_t n, const body_words *body) {
    hash256 hash =
        hash_of_two(body->salt, BODY_SALT_SIZE, body->bytes.data, body->bytes.size);
    for (uint32_t i = 0; i < n; i++)
        if (hash_equal(&refs[i].hash, &hash)) return true;
    return false;
}

static bool bodies_hold(const event *ev, const submit_words *submit, arena *a) {
    if (!submit->bodies_n) return true;
    body_ref *refs = arena_alloc(a, MESSAGE_REFS * sizeof *refs);
    if (!refs) return false;
    uint32_t n = codec_event_bodies(ev, refs, MESSAGE_REFS);
    if (n > MESSAGE_REFS) n = MESSAGE_REFS;
    for (uint32_t i = 0; i < submit->bodies_n; i++)
        if (!refers_to(refs, n, &submit->bodies[i])) return false;
    return true;
}

static bool signed_here(const outbox *o, span bytes, const sign_signature *signature) {
    if (!sign_verify(&o->key, bytes.data, bytes.size, signature)) return true;
    for (size_t i = 0; i < o->former_n; i++)
        if (!sign_verify(&o->former[i], bytes.data, bytes.size, signature)) return true;
    return false;
}

/* Decodes and proves the bytes; any doubt is DUBAN_E_CORRUPT. */
static duban_status open_message(const outbox *o, uint64_t number, arena *a,
                                 outbox_message *m) {
    request_words request;
    sign_signature signature;
    duban_status status = codec_request_read(m->bytes, a, &request, NULL);
    if (status == DUBAN_E_NO_MEMORY) return status;
    if (status || request.kind != REQUEST_SUBMIT) return DUBAN_E_CORRUPT;
    const submit_words *submit = &request.submit;
    m->signed_bytes = submit->signed_bytes;
    m->signature = submit->signature;
    if (submit->signature.size != sizeof signature.bytes) return DUBAN_E_CORRUPT;
    memcpy(signature.bytes, submit->signature.data, sizeof signature.bytes);
    if (!signed_here(o, m->signed_bytes, &signature)) return DUBAN_E_CORRUPT;
    status = codec_signed_read(m->signed_bytes, a, &m->head, NULL);
    if (!status) status = codec_event_read(&m->head, m->signature, a, &m->ev, NULL);
    if (status == DUBAN_E_NO_MEMORY) return status;
    if (status || m->head.number != number) return DUBAN_E_CORRUPT;
    return bodies_hold(&m->ev, submit, a) ? DUBAN_OK : DUBAN_E_CORRUPT;
}

duban_status outbox_load(const outbox *o, outbox_place place, uint64_t number, arena *a,
                         outbox_message *out) {
    outbox_message m = {0};
    path file;
    struct stat about;
    duban_status status = message_path(o, place, number, &file);
    if (!status) status = read_into(file.text, REQUEST_SIZE_MAX, a, &m.bytes);
    if (status == DUBAN_E_TOO_LARGE) status = DUBAN_E_CORRUPT;
    if (!status && stat(file.text, &about) != 0) status = file_status_of_errno(errno);
    if (status) return status;
    m.queued_ms = (int64_t)about.st_mtim.tv_sec * 1000 + about.st_mtim.tv_nsec / 1000000;
    status = open_message(o, number, a, &m);
    if (!status) status = reply_path(o, place, number, &file);
    if (status) return status;
    status = read_into(file.text, REPLY_SIZE_MAX, a, &m.reply);
    if (status && status != DUBAN_E_NOT_FOUND) return status;
    m.answered = !status;
    *out = m;
    return DUBAN_OK;
}

duban_status outbox_damaged_path(const outbox *o, uint64_t number, path *out) {
    return message_path(o, PLACE_DAMAGED, number, out);
}

duban_status outbox_set_aside(const outbox *o, outbox_place place, uint64_t number,
                              path *where) {
    duban_status status = outbox_damaged_path(o, number, where);
    if (!status) status = move(o, number, place, PLACE_DAMAGED);
    if (!status) status = file_sync_folder(o->places[PLACE_DAMAGED].text);
    return status;
}

/* --- answers ------------------------------------------------------------------------ */

duban_status outbox_answer(const outbox *o, outbox_place place, uint64_t number,
                           span reply) {
    path temporary;
    char name[NUMBER_NAME];
    assert(place == PLACE_RECEIPTS || place == PLACE_REFUSED);
    reply_name(number, name);
    duban_status status = file_path(&temporary, o->folder.text, "reply.new");
    if (!status) status = file_write(temporary.text, o->places[place].text, name, reply);
    /* Not synced: should the move be lost, outbox_open does it again. */
    return status ? status : move(o, number, PLACE_QUEUED, place);
}

duban_status outbox_keep_receipt(const outbox *o, uint64_t number, span text) {
    path temporary;
    char name[NUMBER_NAME];
    snprintf(name, sizeof name, NUMBER_TEXT_FMT RECEIPT_SUFFIX, number);
    duban_status status = file_path(&temporary, o->folder.text, "receipt.new");
    return status
               ? status
               : file_write(temporary.text, o->places[PLACE_RECEIPTS].text, name, text);
}

duban_status outbox_read_receipt(const outbox *o, uint64_t number, arena *a, span *text) {
    path file;
    char name[NUMBER_NAME];
    snprintf(name, sizeof name, NUMBER_TEXT_FMT RECEIPT_SUFFIX, number);
    duban_status status = file_path(&file, o->places[PLACE_RECEIPTS].text, name);
    return status ? status : read_into(file.text, RECEIPT_SIZE_MAX, a, text);
}

duban_status outbox_send_begin(const outbox *o, uint32_t wait_ms, int *lock) {
    path file;
    duban_status status = file_path(&file, o->folder.text, "sending");
    return status ? status : file_lock(file.text, wait_ms, lock);
}

void outbox_send_end(int lock) {
    file_unlock(lock);
}

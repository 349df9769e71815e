#include "storage/mem/mem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/append.h"
#include "storage/batch.h"
#include "storage/mem/disk.h"
#include "storage/opening.h"

/* Counted as if there were a disk: one for the entries, one for the head. */
#define SYNCS_OF_COMMIT 2

typedef struct mem_journal {
    journal base;
    mem_disk *disk;
    bool own_disk;
    appender *appender;
    batch pending;
} mem_journal;

/* --- committing --------------------------------------------------------------------- */

static duban_status put_entry(void *ctx, uint64_t index, span entry) {
    mem_disk *disk = ctx;
    assert(index == disk->entries_n);
    return mem_disk_add_entry(disk, entry);
}

static duban_status put_body(void *ctx, const journal_body *body) {
    return mem_disk_add_body(ctx, body);
}

static duban_status remove_body(void *ctx, const hash256 *hash, uint64_t index) {
    return mem_disk_remove_body(ctx, hash, index);
}

static duban_status put_tile(void *ctx, uint32_t level, uint64_t number,
                             const hash256 hashes[STORED_TILE_HASHES]) {
    mem_disk *disk = ctx;
    assert(number == disk->tiles[level].count);
    return mem_disk_add_tile(disk, level, hashes);
}

/* The fault that this commit meets. */
static mem_fault fault_now(mem_disk *disk) {
    if (disk->fault_in == 0 || --disk->fault_in > 0) return MEM_FAULT_NONE;
    return disk->fault;
}

static duban_status commit(mem_journal *m, const batch *b, journal_head *head) {
    mem_disk *disk = m->disk;
    append_store store = {.entry = put_entry,
                          .body = put_body,
                          .remove = remove_body,
                          .tile = put_tile,
                          .ctx = disk};
    journal_state state = {.signed_size = m->base.head.size};
    mem_fault fault = fault_now(disk);
    if (fault == MEM_FAULT_COMMIT) return DUBAN_E_IO;
    if (b->bytes.size > disk->room) return DUBAN_E_DISK_FULL;

    duban_status status = append_batch(m->appender, b, &store);
    if (status) {
        mem_disk_cut(disk, m->base.head.size);
        return status;
    }
    if (disk->room != UINT64_MAX) disk->room -= b->bytes.size;
    tlog_writer_frontier(&m->appender->writer, &state.frontier);
    disk->state_size = state_write(&state, disk->state);
    if (fault == MEM_FAULT_HEAD) return DUBAN_E_IO;
    status = engine_head_sign(&m->base, &state.frontier, head);
    if (status) return status;
    disk->head_size = strlen(head->checkpoint);
    memcpy(disk->head, head->checkpoint, disk->head_size);
    return DUBAN_OK;
}

static void tell_failed(mem_journal *m, duban_status status) {
    char detail[64];
    const journal_options *options = &m->base.options;
    atomic_store(&m->base.failed, true);
    snprintf(detail, sizeof detail, "mem behind entry %" PRIu64, m->base.head.size);
    if (options->on_failed) options->on_failed(options->ctx, status, detail);
}

static void mem_flush(journal *j) {
    mem_journal *m = (mem_journal *)j;
    journal_head head;
    if (m->pending.entries == 0 || atomic_load(&j->failed)) return;
    pthread_mutex_lock(&m->disk->lock);
    duban_status status = commit(m, &m->pending, &head);
    pthread_mutex_unlock(&m->disk->lock);
    batch_clear(&m->pending);
    if (status) {
        tell_failed(m, status);
        return;
    }
    atomic_fetch_add(&j->syncs, SYNCS_OF_COMMIT);
    engine_head_set(j, &head);
    if (j->options.on_durable) j->options.on_durable(j->options.ctx, &head);
}

static duban_status mem_stage(journal *j, span entry, const journal_body *bodies,
                              size_t bodies_n) {
    mem_journal *m = (mem_journal *)j;
    size_t size = batch_bytes_of(entry, bodies, bodies_n);
    if (m->pending.bytes.size + size > STAGED_BYTES_MAX) return DUBAN_E_BUSY;
    return batch_add(&m->pending, entry, bodies, bodies_n);
}

/* --- reading ------------------------------------------------------------------------ */

static mem_disk *disk_of(const journal_reader *r) {
    return ((const mem_journal *)r->journal)->disk;
}

static duban_status reader_new(const journal *j, uint64_t size, journal_reader **out) {
    journal_reader *r = calloc(1, sizeof *r);
    if (!r) return DUBAN_E_NO_MEMORY;
    engine_reader_init(r, j, size);
    *out = r;
    return DUBAN_OK;
}

static duban_status mem_reader_open(const journal *j, journal_reader **out) {
    journal_head head;
    journal_get_head(j, &head);
    return reader_new(j, head.size, out);
}

static void mem_reader_close(journal_reader *r) {
    engine_reader_close(r);
    free(r);
}

static duban_status mem_reader_renew(journal_reader *r) {
    (void)r;
    return DUBAN_OK;
}

static duban_status mem_entry_read(journal_reader *r, uint64_t index, span *out) {
    mem_disk *disk = disk_of(r);
    duban_status status = DUBAN_E_CORRUPT;
    pthread_mutex_lock(&disk->lock);
    if (index < disk->entries_n) {
        *out = (span){disk->entries[index].bytes, disk->entries[index].size};
        status = DUBAN_OK;
    }
    pthread_mutex_unlock(&disk->lock);
    return status;
}

static duban_status mem_body_read(journal_reader *r, const hash256 *hash,
                                  journal_body *out) {
    mem_disk *disk = disk_of(r);
    pthread_mutex_lock(&disk->lock);
    const mem_body *body = mem_disk_find_body(disk, hash);
    pthread_mutex_unlock(&disk->lock);
    if (!body) return DUBAN_E_NOT_FOUND;
    memcpy(out->salt, body->salt, BODY_SALT_SIZE);
    out->removed = body->removed;
    out->bytes = (span){body->bytes, body->size};
    return DUBAN_OK;
}

static duban_status mem_tile(journal_reader *r, uint32_t level, uint64_t number,
                             const hash256 **out) {
    mem_disk *disk = disk_of(r);
    duban_status status = DUBAN_E_CORRUPT;
    pthread_mutex_lock(&disk->lock);
    if (number < disk->tiles[level].count) {
        *out = disk->tiles[level].tiles[number];
        status = DUBAN_OK;
    }
    pthread_mutex_unlock(&disk->lock);
    return status;
}

static duban_status mem_state(journal_reader *r, journal_state *out) {
    mem_disk *disk = disk_of(r);
    duban_status status = DUBAN_OK;
    pthread_mutex_lock(&disk->lock);
    if (disk->state_size)
        status = state_read((span){disk->state, disk->state_size}, out);
    else
        state_init(out);
    pthread_mutex_unlock(&disk->lock);
    return status;
}

/* --- opening and closing ------------------------------------------------------------ */

static void release(mem_journal *m) {
    if (m->own_disk) mem_disk_free(m->disk);
    batch_close(&m->pending);
    free(m->appender);
    engine_close(&m->base);
    free(m);
}

static void mem_close(journal *j) {
    mem_journal *m = (mem_journal *)j;
    if (!j->options.read_only) {
        mem_flush(j);
        pthread_mutex_lock(&m->disk->lock);
        m->disk->written = false;
        pthread_mutex_unlock(&m->disk->lock);
    }
    release(m);
}

static const journal_engine mem_engine = {
    .close = mem_close,
    .stage = mem_stage,
    .flush = mem_flush,
    .reader_open = mem_reader_open,
    .reader_close = mem_reader_close,
    .reader_renew = mem_reader_renew,
    .entry = mem_entry_read,
    .body = mem_body_read,
    .tile = mem_tile,
    .state = mem_state,
};

static duban_status verify(mem_journal *m, duban_refusal *refusal) {
    mem_disk *disk = m->disk;
    journal_head head = m->base.head;
    journal_reader *r;
    journal_state state;
    duban_status status = DUBAN_OK;
    if (disk->head_size)
        status = engine_head_read(&m->base, disk->head, disk->head_size, &head);
    if (status) return opening_refuse(refusal, status, "heads", 0, 0);
    status = reader_new(&m->base, 0, &r);
    if (status) return opening_refuse(refusal, status, "reader", 0, 0);
    status = mem_state(r, &state);
    if (!status && state.frontier.size != disk->entries_n) status = DUBAN_E_CORRUPT;
    if (status) {
        mem_reader_close(r);
        return opening_refuse(refusal, status, "state", disk->entries_n, head.size);
    }
    r->size = state.frontier.size;
    status = opening_verify(r, &head, &m->appender->writer, refusal);
    mem_reader_close(r);
    if (status) return status;

    if (state.frontier.size > head.size && !m->base.options.read_only) {
        status = engine_head_sign(&m->base, &state.frontier, &head);
        if (status) return opening_refuse(refusal, status, "heads", head.size, 0);
        disk->head_size = strlen(head.checkpoint);
        memcpy(disk->head, head.checkpoint, disk->head_size);
    }
    engine_head_set(&m->base, &head);
    m->base.next = state.frontier.size;
    return DUBAN_OK;
}

static duban_status take_disk(mem_journal *m, mem_disk *disk) {
    m->own_disk = disk == NULL;
    m->disk = disk ? disk : mem_disk_new();
    if (!m->disk) return DUBAN_E_NO_MEMORY;
    if (m->base.options.read_only) return DUBAN_OK;
    pthread_mutex_lock(&m->disk->lock);
    duban_status status = m->disk->written ? DUBAN_E_LOCKED : DUBAN_OK;
    m->disk->written = true;
    pthread_mutex_unlock(&m->disk->lock);
    return status;
}

duban_status journal_open_mem(const journal_options *options, mem_disk *disk,
                              journal **out, duban_refusal *refusal) {
    mem_journal *m = calloc(1, sizeof *m);
    if (!m) return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, "", "", "");
    duban_status status = engine_init(&m->base, &mem_engine, options);
    if (status) {
        free(m);
        return duban_refuse(refusal, status, 0, "origin", options->origin, "");
    }
    batch_init(&m->pending);
    m->appender = malloc(sizeof *m->appender);
    status = m->appender ? take_disk(m, disk) : DUBAN_E_NO_MEMORY;
    if (status) {
        release(m);
        return duban_refuse(refusal, status, 0, "disk", "", "");
    }
    tlog_writer_init(&m->appender->writer);
    status = verify(m, refusal);
    if (status) {
        if (!options->read_only) m->disk->written = false;
        release(m);
        return status;
    }
    *out = &m->base;
    return DUBAN_OK;
}

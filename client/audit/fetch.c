#include "client/audit/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/audit/tree.h"

typedef struct fetching {
    const audit_fetch_options *options;
    checkpoint point;
    const char *note;
    audit_tree *tree;
    audit_fetched told;
    buffer bytes;
    duban_refusal *refusal;
} fetching;

static duban_status refuse_file(fetching *f, duban_status status, const tile_name *name) {
    char text[TILE_PATH_SIZE];
    tile_path_print(name, text);
    return duban_refuse(f->refusal, status, 0, "file", text, NULL);
}

static duban_status refuse_folder(fetching *f, duban_status status) {
    return duban_refuse(f->refusal, status, 0, "folder", f->options->folder, NULL);
}

/* Whatever is wrong with it, it is no checkpoint of this log. */
static duban_status refuse_note(fetching *f, duban_status why, const char *field) {
    if (why == DUBAN_E_NO_MEMORY || why == DUBAN_E_IO) return refuse_folder(f, why);
    return duban_refuse(f->refusal, DUBAN_E_NOTE, 0, field, duban_status_name(why),
                        f->options->key.name);
}

/* --- which checkpoint --------------------------------------------------------------- */

static duban_status open_note(const fetching *f, const char *text, checkpoint *out) {
    return checkpoint_open(text, strlen(text), &f->options->key, out);
}

/* The folder's own checkpoint; size 0 when it has none. */
static duban_status read_former(fetching *f, checkpoint *out) {
    memset(out, 0, sizeof *out);
    duban_status status = audit_read_text(f->options->folder, AUDIT_CHECKPOINT_NAME,
                                          NOTE_SIZE_MAX, &f->bytes);
    if (status == DUBAN_E_NOT_FOUND) return DUBAN_OK;
    if (!status)
        status = checkpoint_open((const char *)f->bytes.data, f->bytes.size,
                                 &f->options->key, out);
    return status ? refuse_note(f, status, AUDIT_CHECKPOINT_NAME) : DUBAN_OK;
}

static void choose(fetching *f, const checkpoint *former) {
    checkpoint other;
    const char *witnessed = f->options->witnessed;
    if (!*witnessed || open_note(f, witnessed, &other)) return;
    if (other.size < former->size || other.size > f->point.size) return;
    if (f->point.size - other.size > AUDIT_WITNESSED_BEHIND) return;
    f->point = other;
    f->note = witnessed;
    f->told.witnessed = true;
}

static duban_status from_source(void *ctx, uint32_t level, uint64_t number,
                                uint32_t width, hash256 *out) {
    fetching *f = ctx;
    tile_name name = {.level = level, .number = number, .width = width};
    f->bytes.size = 0;
    duban_status status =
        f->options->source.read(f->options->source.ctx, &name, &f->bytes, f->refusal);
    if (status) return status;
    if (f->bytes.size != width * sizeof *out)
        return refuse_file(f, DUBAN_E_MALFORMED, &name);
    memcpy(out, f->bytes.data, f->bytes.size);
    return DUBAN_OK;
}

/* Is the folder's checkpoint the beginning of the one to come? */
static duban_status is_one_history(fetching *f, const checkpoint *former) {
    tlog_path proof = {0};
    tile_source source = {from_source, f};
    if (former->size == 0) return DUBAN_OK;
    if (former->size > f->point.size) return refuse_folder(f, DUBAN_E_SHORTER);
    tile_reader *reader = malloc(sizeof *reader);
    if (!reader) return refuse_folder(f, DUBAN_E_NO_MEMORY);
    tile_reader_init(reader, &source, f->point.size);
    tlog_hash_reader hashes = tile_reader_hashes(reader);
    duban_status status =
        tlog_prove_consistency(&hashes, former->size, f->point.size, &proof);
    free(reader);
    if (status) return status;
    if (tlog_verify_consistency(former->size, f->point.size, proof.hashes, proof.count,
                                &former->root, &f->point.root))
        return refuse_folder(f, DUBAN_E_DIVERGED);
    return DUBAN_OK;
}

/* --- hash tiles, from the root downwards -------------------------------------------- */

static duban_status put_tile(fetching *f, const tile_name *name, const hash256 *hashes) {
    duban_status status =
        audit_write_tile(f->options->folder, name, hashes, name->width * sizeof *hashes);
    if (status) return refuse_file(f, status, name);
    f->told.written++;
    return DUBAN_OK;
}

/* The right edge is small: it is fetched anew unless it yields the root as it lies. */
static duban_status fetch_edge(fetching *f) {
    audit_finding wrong = {0};
    hash256 hashes[TILE_WIDTH];
    const char *folder = f->options->folder;
    duban_status status = audit_tree_open(folder, &f->point, f->tree, &wrong);
    for (uint32_t level = 0; level < TILE_LEVELS && !status && !f->tree->proved;
         level++) {
        uint64_t number = tile_full_count(f->point.size, level);
        tile_name name = audit_tile_name(f->point.size, level, number);
        if (name.width == 0) continue;
        status = from_source(f, level, number, name.width, hashes);
        if (!status) status = put_tile(f, &name, hashes);
    }
    if (!status && !f->tree->proved)
        status = audit_tree_open(folder, &f->point, f->tree, &wrong);
    if (status || f->tree->proved) return status;
    return duban_refuse(f->refusal, DUBAN_E_ROOT, 0, "file",
                        wrong.fault ? wrong.file : AUDIT_CHECKPOINT_NAME, NULL);
}

static duban_status fetch_tile(fetching *f, uint32_t level, uint64_t number) {
    hash256 hashes[TILE_WIDTH], expected, root;
    audit_finding wrong;
    tile_name name = audit_tile_name(f->point.size, level, number);
    if (!audit_tree_expects(f->tree, level, number, &expected, &wrong))
        return duban_refuse(f->refusal, wrong.status, 0, "file", wrong.file, NULL);
    if (!audit_read_tile(f->options->folder, &name, hashes)) {
        root = tile_root(hashes);
        if (hash_equal(&root, &expected)) {
            f->told.kept++;
            return DUBAN_OK;
        }
    }
    duban_status status = from_source(f, level, number, TILE_WIDTH, hashes);
    if (status) return status;
    root = tile_root(hashes);
    if (!hash_equal(&root, &expected)) return refuse_file(f, DUBAN_E_CORRUPT, &name);
    return put_tile(f, &name, hashes);
}

static duban_status fetch_tiles(fetching *f) {
    duban_status status = fetch_edge(f);
    for (uint32_t level = TILE_LEVELS; level-- > 0;)
        for (uint64_t n = 0; n < tile_full_count(f->point.size, level) && !status; n++)
            status = fetch_tile(f, level, n);
    return status;
}

/* --- bundles ------------------------------------------------------------------------ */

static bool bundle_is_whole(const buffer *bytes, uint32_t width, const hash256 *tile) {
    size_t at = 0, size = 0;
    const uint8_t *entry = NULL;
    for (uint32_t i = 0; i < width; i++) {
        if (bundle_next(bytes->data, bytes->size, &at, &entry, &size)) return false;
        hash256 leaf = tlog_leaf_hash(entry, size);
        if (!hash_equal(&leaf, &tile[i])) return false;
    }
    return at == bytes->size;
}

static duban_status fetch_bundle(fetching *f, uint64_t number) {
    hash256 tile[TILE_WIDTH];
    const char *folder = f->options->folder;
    tile_name name = audit_bundle_name(f->point.size, number);
    tile_name beside = audit_tile_name(f->point.size, 0, number);
    duban_status status = audit_read_tile(folder, &beside, tile);
    if (status) return refuse_file(f, status, &beside);
    if (!audit_read_bundle(folder, &name, &f->bytes) &&
        bundle_is_whole(&f->bytes, name.width, tile)) {
        f->told.kept++;
        return DUBAN_OK;
    }
    f->bytes.size = 0;
    status =
        f->options->source.read(f->options->source.ctx, &name, &f->bytes, f->refusal);
    if (status) return status;
    if (!bundle_is_whole(&f->bytes, name.width, tile))
        return refuse_file(f, DUBAN_E_CORRUPT, &name);
    status = audit_write_tile(folder, &name, f->bytes.data, f->bytes.size);
    if (status) return refuse_file(f, status, &name);
    f->told.written++;
    return DUBAN_OK;
}

static duban_status fetch_bundles(fetching *f) {
    duban_status status = DUBAN_OK;
    for (uint64_t n = 0; n * TILE_WIDTH < f->point.size && !status; n++) {
        status = fetch_bundle(f, n);
        if (f->options->progress)
            f->options->progress(f->options->ctx, n * TILE_WIDTH, f->point.size);
    }
    return status;
}

/* --- all of it ---------------------------------------------------------------------- */

/* A folder stays the one log's whose key it was begun with. */
static duban_status pin_key(fetching *f) {
    char text[NOTE_KEY_TEXT_SIZE + 1];
    const char *folder = f->options->folder;
    note_key_print(&f->options->key, text);
    strcat(text, "\n");
    duban_status status =
        audit_read_text(folder, AUDIT_VKEY_NAME, sizeof text, &f->bytes);
    if (status == DUBAN_E_NOT_FOUND)
        status = audit_write(folder, AUDIT_VKEY_NAME, text, strlen(text));
    else if (status == DUBAN_E_TOO_LARGE ||
             (!status && (f->bytes.size != strlen(text) ||
                          memcmp(f->bytes.data, text, f->bytes.size) != 0)))
        status = DUBAN_E_ORIGIN;
    if (!status) return DUBAN_OK;
    return duban_refuse(f->refusal, status, 0, AUDIT_VKEY_NAME, NULL,
                        f->options->key.name);
}

static duban_status finish(fetching *f) {
    const char *folder = f->options->folder;
    duban_status status = audit_sync(folder);
    if (!status)
        status = audit_write(folder, AUDIT_CHECKPOINT_NAME, f->note, strlen(f->note));
    if (!status) status = audit_remove_others(folder, f->point.size);
    if (!status) status = audit_sync(folder);
    return status ? refuse_folder(f, status) : DUBAN_OK;
}

static duban_status fetch_all(fetching *f) {
    checkpoint former;
    f->note = f->options->newest;
    duban_status status = open_note(f, f->note, &f->point);
    if (!status && f->point.size == 0) status = DUBAN_E_EMPTY;
    if (status) return refuse_note(f, status, "checkpoint");
    status = pin_key(f);
    if (!status) status = read_former(f, &former);
    if (status) return status;
    choose(f, &former);
    status = is_one_history(f, &former);
    if (!status) status = fetch_tiles(f);
    if (!status) status = fetch_bundles(f);
    return status ? status : finish(f);
}

duban_status audit_fetch(const audit_fetch_options *options, audit_fetched *out,
                         duban_refusal *refusal) {
    path lock_name;
    int lock = -1;
    fetching f = {.options = options, .refusal = refusal};
    buffer_init(&f.bytes);
    f.tree = calloc(1, sizeof *f.tree);
    duban_status status = f.tree ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status) status = file_make_folder(options->folder);
    if (!status) status = file_path(&lock_name, options->folder, "lock");
    if (!status) status = file_lock(lock_name.text, 0, &lock);
    if (status)
        refuse_folder(&f, status);
    else {
        status = fetch_all(&f);
        if (status && refusal && !refusal->status) refuse_folder(&f, status);
        file_unlock(lock);
    }
    if (!status) {
        f.told.point = f.point;
        *out = f.told;
    }
    buffer_close(&f.bytes);
    free(f.tree);
    return status;
}

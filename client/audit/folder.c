#include "client/audit/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- names -------------------------------------------------------------------------- */

tile_name audit_tile_name(uint64_t size, uint32_t level, uint64_t number) {
    return (tile_name){
        .level = level, .number = number, .width = tile_width_at(size, level, number)};
}

tile_name audit_bundle_name(uint64_t size, uint64_t number) {
    tile_name name = audit_tile_name(size, 0, number);
    name.entries = true;
    return name;
}

uint64_t audit_name_begin(const tile_name *name) {
    uint32_t shift = TILE_HEIGHT * (name->level + 1);
    return shift < 64 && name->number <= UINT64_MAX >> shift ? name->number << shift
                                                             : UINT64_MAX;
}

/* --- reading ------------------------------------------------------------------------ */

duban_status audit_read_text(const char *folder, const char *name, size_t bytes_max,
                             buffer *out) {
    path file;
    struct stat about;
    duban_status status = file_path(&file, folder, name);
    out->size = 0;
    if (status) return status;
    /* A pipe in a file's place would be waited for. */
    if (lstat(file.text, &about) == 0 && !S_ISREG(about.st_mode)) return DUBAN_E_IO;
    return file_read(file.text, bytes_max, out);
}

duban_status audit_read_tile(const char *folder, const tile_name *name, hash256 *out) {
    char text[TILE_PATH_SIZE];
    buffer bytes;
    buffer_init(&bytes);
    tile_path_print(name, text);
    duban_status status = audit_read_text(folder, text, TILE_SIZE_BYTES, &bytes);
    if (status == DUBAN_E_TOO_LARGE) status = DUBAN_E_MALFORMED;
    if (!status && bytes.size != name->width * sizeof *out) status = DUBAN_E_MALFORMED;
    if (!status) memcpy(out, bytes.data, bytes.size);
    buffer_close(&bytes);
    return status;
}

duban_status audit_read_bundle(const char *folder, const tile_name *name, buffer *out) {
    char text[TILE_PATH_SIZE];
    tile_path_print(name, text);
    return audit_read_text(folder, text, BUNDLE_SIZE_MAX, out);
}

/* --- writing ------------------------------------------------------------------------ */

static duban_status make_parents(const char *file) {
    path folder;
    const char *slash = strrchr(file, '/');
    memcpy(folder.text, file, (size_t)(slash - file));
    folder.text[slash - file] = '\0';
    return file_make_folder(folder.text);
}

static duban_status write_new(const char *temporary, const char *target,
                              const void *bytes, size_t size) {
    int file =
        open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return file_status_of_errno(errno);
    duban_status status = file_write_all(file, bytes, size);
    if (close(file) != 0 && !status) status = file_status_of_errno(errno);
    if (!status && rename(temporary, target) != 0) status = file_status_of_errno(errno);
    if (status) unlink(temporary);
    return status;
}

duban_status audit_write(const char *folder, const char *name, const void *bytes,
                         size_t size) {
    path temporary, target;
    duban_status status = file_path(&temporary, folder, "fetching");
    if (!status) status = file_path(&target, folder, name);
    if (status) return status;
    status = write_new(temporary.text, target.text, bytes, size);
    if (status != DUBAN_E_NOT_FOUND) return status;
    status = make_parents(target.text);
    return status ? status : write_new(temporary.text, target.text, bytes, size);
}

duban_status audit_write_tile(const char *folder, const tile_name *name,
                              const void *bytes, size_t size) {
    char text[TILE_PATH_SIZE];
    tile_path_print(name, text);
    return audit_write(folder, text, bytes, size);
}

/* Thousands of small files: one sync of the file system costs less than one of each. */
duban_status audit_sync(const char *folder) {
    sync();
    return file_sync_folder(folder);
}

/* --- what lies there ---------------------------------------------------------------- */

typedef enum name_kind { NAME_FILE, NAME_FOLDER, NAME_OTHER } name_kind;

/* Called for each file and each folder left, relative names; deepest first. */
typedef duban_status (*visit_name)(void *ctx, const char *name, name_kind kind);

static duban_status walk(const char *root, const char *name, visit_name visit,
                         void *ctx) {
    path at, below;
    struct stat about;
    duban_status status = file_path(&at, root, name);
    if (status) return status;
    if (lstat(at.text, &about) != 0) return file_status_of_errno(errno);
    bool deep = strlen(name) >= AUDIT_NAME_MAX; /* deeper than any tile: it is told */
    if (deep || !S_ISDIR(about.st_mode))
        return visit(ctx, name, S_ISREG(about.st_mode) ? NAME_FILE : NAME_OTHER);
    DIR *folder = opendir(at.text);
    if (!folder) return file_status_of_errno(errno);
    for (const struct dirent *d = readdir(folder); d && !status; d = readdir(folder)) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) continue;
        status = file_path(&below, name, d->d_name);
        if (!status) status = walk(root, below.text, visit, ctx);
    }
    closedir(folder);
    return status ? status : visit(ctx, name, NAME_FOLDER);
}

/* Whether a tree of that size has this very file; *name is read when it is one at all. */
static bool belongs(const char *text, uint64_t size, tile_name *name) {
    *name = (tile_name){.number = UINT64_MAX};
    if (tile_path_parse(text, strlen(text), name)) return false;
    return name->level < TILE_LEVELS &&
           name->width == tile_width_at(size, name->level, name->number);
}

typedef struct removal {
    const char *folder;
    uint64_t size;
} removal;

static duban_status remove_other(void *ctx, const char *text, name_kind kind) {
    const removal *r = ctx;
    tile_name name;
    path file;
    if (kind == NAME_FILE && belongs(text, r->size, &name)) return DUBAN_OK;
    duban_status status = file_path(&file, r->folder, text);
    if (status) return status;
    if (kind == NAME_FOLDER) {
        (void)rmdir(file.text); /* not when something is left in it */
        return DUBAN_OK;
    }
    return unlink(file.text) == 0 ? DUBAN_OK : file_status_of_errno(errno);
}

duban_status audit_remove_others(const char *folder, uint64_t size) {
    removal r = {folder, size};
    duban_status status = walk(folder, "tile", remove_other, &r);
    return status == DUBAN_E_NOT_FOUND ? DUBAN_OK : status;
}

typedef struct search {
    uint64_t size;
    uint64_t files;
    audit_finding first;
} search;

static duban_status look_at(void *ctx, const char *text, name_kind kind) {
    search *s = ctx;
    tile_name name;
    if (kind == NAME_FOLDER) return DUBAN_OK;
    if (belongs(text, s->size, &name) && kind == NAME_FILE) {
        s->files++;
        return DUBAN_OK;
    }
    audit_finding extra = {.fault = AUDIT_EXTRA,
                           .status = DUBAN_E_CORRUPT,
                           .why = DUBAN_E_EXISTS,
                           .has_index = true,
                           .index = audit_name_begin(&name)};
    snprintf(extra.file, sizeof extra.file, "%s", text);
    if (kind == NAME_OTHER) { /* told before all else */
        extra.why = DUBAN_E_IO;
        extra.has_index = false;
    }
    bool lower = s->first.fault && extra.index == s->first.index &&
                 strcmp(extra.file, s->first.file) < 0;
    if (lower || audit_finding_before(&extra, &s->first)) s->first = extra;
    return DUBAN_OK;
}

bool audit_find_extra(const char *folder, uint64_t size, audit_finding *extra,
                      uint64_t *files) {
    search s = {.size = size};
    (void)walk(folder, "tile", look_at, &s); /* what cannot be walked is missing later */
    *files = s.files;
    if (!s.first.fault) return false;
    if (s.first.index == UINT64_MAX) s.first.has_index = false;
    *extra = s.first;
    return true;
}

/* Filling an auditor's folder: a journal as plain files, each believed only when it
 * belongs to a checkpoint that the log's key signed.
 * Knows: the folder, tiles, a source of bytes. Must not know: where the source has them
 * from (a broker, a journal's own files).
 *
 * Resumable: what is there and whole is kept, whatever ended the last run. `checkpoint`
 * is written last, after everything under it is on the disk. */
#ifndef DUBAN_CLIENT_AUDIT_FETCH_H
#define DUBAN_CLIENT_AUDIT_FETCH_H

#include "client/audit/folder.h"
#include "storage/tlog/note.h"

/* A witnessed checkpoint is taken rather than the newest while it lies no more entries
 * behind it than this. */
#define AUDIT_WITNESSED_BEHIND 4096

typedef struct audit_source {
    /* Appends a tile's hashes or a bundle's entries, name->width of them. */
    duban_status (*read)(void *ctx, const tile_name *name, buffer *out,
                         duban_refusal *refusal);
    void *ctx;
} audit_source;

typedef struct audit_fetch_options {
    const char *folder;
    note_key key;          /* of the log */
    const char *newest;    /* its newest checkpoint, a note */
    const char *witnessed; /* one that witnesses have signed; "" when there is none */
    audit_source source;
    void (*progress)(void *ctx, uint64_t done, uint64_t all); /* NULL: none */
    void *ctx;
} audit_fetch_options;

typedef struct audit_fetched {
    checkpoint point; /* that the folder now holds */
    bool witnessed;
    uint64_t kept; /* files that were there and whole */
    uint64_t written;
} audit_fetched;

/* DIVERGED: the folder's own checkpoint is not the beginning of this log; SHORTER: the
 * log is shorter than the folder; NOTE: a checkpoint that is not one of this log; ORIGIN:
 * the folder is another log's; CORRUPT or ROOT: what the source gives does not belong to
 * its checkpoint (found names the file); LOCKED: another run fills this folder; statuses
 * of the source and of file.h. Nothing of an earlier fetch is touched before the two
 * checkpoints are known to be of one history. */
duban_status audit_fetch(const audit_fetch_options *options, audit_fetched *out,
                         duban_refusal *refusal);

#endif

/* The auditor's folder: a journal as plain files, laid out as C2SP tlog-tiles has it.
 *
 *     checkpoint              the signed note
 *     log.vkey                the log's verifier key, one line
 *     tile/<L>/<N>[.p/<W>]    hashes
 *     tile/entries/<N>[.p/<W>]  entries, uint16 size before each
 *
 * Knows: paths, whole files, which tiles a tree of a size has. Must not know: what hashes
 * and entries mean. What else lies beside these names is not looked at; in tile/ nothing
 * else may lie. */
#ifndef DUBAN_CLIENT_AUDIT_FOLDER_H
#define DUBAN_CLIENT_AUDIT_FOLDER_H

#include "client/audit/finding.h"
#include "client/file.h"

#define AUDIT_CHECKPOINT_NAME "checkpoint"
#define AUDIT_VKEY_NAME       "log.vkey"

/* The tile (level, number) of a tree of that size, as wide as it is there. */
tile_name audit_tile_name(uint64_t size, uint32_t level, uint64_t number);
/* The bundle of that number, likewise. */
tile_name audit_bundle_name(uint64_t size, uint64_t number);
/* Index of the first entry under a tile or bundle. */
uint64_t audit_name_begin(const tile_name *name);

/* Reads a hash tile: exactly name->width hashes. NOT_FOUND; MALFORMED: another size. */
duban_status audit_read_tile(const char *folder, const tile_name *name, hash256 *out);
/* Reads a whole bundle into *out, emptied before; its form is not looked at. NOT_FOUND,
 * TOO_LARGE above BUNDLE_SIZE_MAX. */
duban_status audit_read_bundle(const char *folder, const tile_name *name, buffer *out);
/* Reads a small file of the folder, emptied before, TOO_LARGE above bytes_max. */
duban_status audit_read_text(const char *folder, const char *name, size_t bytes_max,
                             buffer *out);

/* Writes a file whole or not at all, by rename; its folders are made. Not synced: see
 * audit_sync. */
duban_status audit_write(const char *folder, const char *name, const void *bytes,
                         size_t size);
duban_status audit_write_tile(const char *folder, const tile_name *name,
                              const void *bytes, size_t size);
/* Everything written into the folder is on the disk when this returns. */
duban_status audit_sync(const char *folder);

/* Takes away whatever in tile/ a tree of that size does not have, empty folders too. */
duban_status audit_remove_others(const char *folder, uint64_t size);
/* The first file in tile/, in order of index and path, that a tree of that size does not
 * have: *extra is told and true returned. *files counts those that belong. What is no
 * regular file (a pipe would hold its reader for ever) is told with why IO: then nothing
 * may be read. */
bool audit_find_extra(const char *folder, uint64_t size, audit_finding *extra,
                      uint64_t *files);

#endif

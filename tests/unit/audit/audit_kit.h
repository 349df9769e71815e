/* A log whose entries mean nothing, held in memory, as a source for fetching, and a
 * temporary folder to fetch into. */
#ifndef DUBAN_TESTS_AUDIT_KIT_H
#define DUBAN_TESTS_AUDIT_KIT_H

#include "client/audit/fetch.h"

typedef struct kit_log {
    uint64_t size;
    uint64_t salt; /* logs of different salts differ from `fork` on */
    uint64_t fork;
    hash256
        *levels[TILE_LEVELS]; /* level l: the hashes of its tiles, one after another */
    note_key key;
    sign_key signer;
    int64_t reads_left; /* until IO; negative: all of them */
    uint64_t reads;
    const char *lies; /* path of a tile or bundle that is given with a flipped bit */
} kit_log;

void kit_log_new(kit_log *log, uint64_t size, uint64_t fork, uint64_t salt);
void kit_log_free(kit_log *log);
hash256 kit_log_root(kit_log *log, uint64_t size);
/* Its checkpoint of that size, a C string. */
void kit_log_note(kit_log *log, uint64_t size, char text[CHECKPOINT_NOTE_MAX + 1]);
audit_source kit_log_source(kit_log *log);
/* Fetches the log at that size into folder. */
duban_status kit_fetch(kit_log *log, uint64_t size, const char *folder,
                       audit_fetched *out, duban_refusal *refusal);

/* A new folder; removed with all in it by kit_folder_remove. */
void kit_folder_new(char folder[64]);
void kit_folder_remove(const char *folder);
/* Flips one bit of a file of the folder. */
void kit_flip(const char *folder, const char *name, size_t byte);

#endif

/* A journal of the lmdb engine in a scratch folder, with entries made from numbers. It
 * starts no thread and opens nothing before it is asked to, so that a test may fork. */
#ifndef DUBAN_TESTS_UNIT_STORAGE_JOURNAL_KIT_H
#define DUBAN_TESTS_UNIT_STORAGE_JOURNAL_KIT_H

#include <pthread.h>

#include "storage/lmdb/lmdb.h"
#include "tests/unit/storage/storage_kit.h"

#define KIT_ENTRY_MAX 2600 /* some lie in pages of their own */

typedef struct kit {
    char folder[STORAGE_FOLDER_MAX];
    sign_key key;
    journal_options options;
    journal *journal;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    journal_head last;
    duban_status failed;
} kit;

/* Makes the folder and the options; nothing is opened. */
void kit_init(kit *k);
/* Closes and removes everything. */
void kit_end(kit *k);
void kit_open(kit *k);
void kit_close(kit *k);

size_t kit_entry(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]);
/* The body that goes with every seventh entry. */
journal_body kit_body(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]);
/* Stages the next one. */
duban_status kit_stage(kit *k);
/* Waits until size entries are durable or a commit failed; the failure. */
duban_status kit_wait(kit *k, uint64_t size);
/* Stages up to count entries in all, a commit for each group. */
duban_status kit_fill(kit *k, uint64_t count, uint64_t group);

/* How many entries from 0 on, and their bodies, come back as they went in; no more than
 * the reader sees. */
uint64_t kit_same(const journal *j);
/* The Merkle root over so many entries as they were made. */
hash256 kit_root(uint64_t size);

#endif

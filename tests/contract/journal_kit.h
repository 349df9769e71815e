/* What every contract test begins with: one journal of either engine, entries made from
 * numbers, and a way to wait for the committer without sleeping. */
#ifndef DUBAN_TESTS_CONTRACT_JOURNAL_KIT_H
#define DUBAN_TESTS_CONTRACT_JOURNAL_KIT_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "storage/journal.h"
#include "storage/lmdb/lmdb.h"
#include "storage/mem/mem.h"

#define KIT_ORIGIN     "contract.duban.example/journal"
#define KIT_ENTRY_MAX  700
#define KIT_FOLDER_MAX 64
#define KIT_HEADS_MAX  4096

typedef enum kit_engine { KIT_MEM, KIT_LMDB } kit_engine;

typedef struct kit {
    kit_engine engine;
    char folder[KIT_FOLDER_MAX];
    mem_disk *disk;
    sign_key key;
    journal_options options; /* what kit_open opens with */
    journal *journal;
    pthread_mutex_t lock; /* guards what follows: the committer writes it */
    pthread_cond_t changed;
    journal_head *heads; /* as on_durable brought them, the first KIT_HEADS_MAX */
    uint64_t heads_n;
    journal_head last;
    duban_status failed;
    uint32_t failures;
    uint64_t remembered_size;
} kit;

/* One test for both engines, as two lines of a test table. */
#define CONTRACT(test)                                                                   \
    {"mem: " #test, test, kit_setup_mem, kit_teardown, NULL}, {                          \
        "lmdb: " #test, test, kit_setup_lmdb, kit_teardown, NULL                         \
    }

int kit_setup_mem(void **state);
int kit_setup_lmdb(void **state);
int kit_teardown(void **state);

/* Opens, and asserts that it goes well. */
void kit_open(kit *k);
duban_status kit_try_open(kit *k, duban_refusal *refusal);
void kit_close(kit *k);

/* Bytes of entry n: 1 to KIT_ENTRY_MAX, different for each n. Returns the size. */
size_t kit_entry(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]);
/* Stages entry n, n being the journal's next. */
void kit_stage(kit *k, uint64_t n);
/* Stages the next entries up to count in all, flushing and waiting after each group. */
void kit_fill(kit *k, uint64_t count, uint64_t group);
/* Flushes and waits until all staged is durable or a commit failed. */
void kit_flush(kit *k);
/* Waits until size entries are durable, or a commit failed. Returns the failure. */
duban_status kit_wait(kit *k, uint64_t size);

/* The Merkle tree as the RFC's text has it, from nothing but proto/hash.h: the root over
 * entries begin to end-1. */
hash256 kit_naive_root(uint64_t begin, uint64_t end);

/* --- harm, on either engine's disk -------------------------------------------------- */

/* From now on commits fail, or no longer. Print nothing in between. */
void kit_break_commits(kit *k);
void kit_mend_commits(kit *k);
/* Of a closed journal: remembers its entries; puts them back to how they were then, while
 * the signed heads stay. */
void kit_remember(kit *k);
void kit_restore_entries(kit *k);
/* Of a closed journal: flips one bit of entry n. */
void kit_flip_entry(kit *k, uint64_t n, uint64_t bit);
/* Flips it back. */
void kit_unflip_entry(kit *k, uint64_t n, uint64_t bit);

/* Opens a reader, and asserts that it goes well. */
journal_reader *kit_reader(kit *k);

/* The bytes of a file below the journal's folder, to be freed; and back again. */
uint8_t *kit_read_file(const char *folder, const char *name, size_t *size);
void kit_write_file(const char *folder, const char *name, const uint8_t *bytes,
                    size_t size);

/* Removes a folder of plain files, as the tests make them. */
void kit_remove_folder(const char *folder);
/* A fresh folder's name below the scratch folder; the folder itself is not made. */
void kit_folder(char folder[KIT_FOLDER_MAX]);

#endif

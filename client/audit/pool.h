/* Threads that hash entries and verify signatures, a bundle at a time.
 * Knows: pieces of a journal, queues, the lowest finding. Must not know: files, the rule
 * book.
 *
 * The pieces waiting are bounded in number and bytes: whoever adds waits. Which finding
 * comes out does not depend on the threads: each piece tells its lowest one, and the
 * lowest of all is kept. */
#ifndef DUBAN_CLIENT_AUDIT_POOL_H
#define DUBAN_CLIENT_AUDIT_POOL_H

#include "client/audit/finding.h"
#include "client/audit/keys.h"

#define AUDIT_THREADS_MAX 256

typedef struct audit_pool audit_pool;

/* One bundle and the tile beside it. */
typedef struct audit_piece {
    struct audit_piece *next;
    tile_name bundle;
    uint32_t users; /* of it: the threads and whoever added it */
    bool has_root;
    hash256 root; /* that the tree has of this tile, when it is full */
    hash256 tile[TILE_WIDTH];
    span entries[TILE_WIDTH]; /* bundle.width of them, pointing into bytes */
    buffer bytes;
} audit_piece;

/* keys and origin are borrowed until audit_pool_close. threads 0: one for each core this
 * process may run on. NO_MEMORY. */
duban_status audit_pool_new(const audit_keys *keys, const char *origin, uint32_t threads,
                            audit_pool **out);
uint32_t audit_pool_threads(const audit_pool *pool);

/* An empty piece; NULL when out of memory. */
audit_piece *audit_piece_new(void);
/* Hands a piece over, waiting for room. It stays readable for whoever added it until
 * audit_pool_let_go. */
void audit_pool_add(audit_pool *pool, audit_piece *piece);
void audit_pool_let_go(audit_pool *pool, audit_piece *piece);

/* Tells of something found elsewhere. */
void audit_pool_tell(audit_pool *pool, const audit_finding *finding);
/* Whether entries from that index on need not be looked at any more. */
bool audit_pool_is_over(audit_pool *pool, uint64_t index);

/* Waits until every piece is done and ends the threads; *out is the lowest finding.
 * NO_MEMORY when a thread ran out of it. Frees. */
duban_status audit_pool_close(audit_pool *pool, audit_finding *out);

#endif

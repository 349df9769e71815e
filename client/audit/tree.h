/* The hash tiles of a folder, believed from the checkpoint's root downwards.
 * Knows: tiles and which hash above vouches for them. Must not know: entries, signatures.
 *
 * The partial tiles are the right edge of the tree: together they yield the root, so when
 * that is the checkpoint's each of their hashes is proved. A full tile is proved by the
 * hash of it in the tile above. Tiles are asked for from left to right; one of each level
 * is held, so memory does not grow with the journal. */
#ifndef DUBAN_CLIENT_AUDIT_TREE_H
#define DUBAN_CLIENT_AUDIT_TREE_H

#include "client/audit/folder.h"
#include "storage/tlog/note.h"

typedef struct audit_tree {
    const char *folder;
    uint64_t size;
    hash256 root;
    bool proved;                /* the edge yields the root */
    uint64_t held[TILE_LEVELS]; /* number + 1; 0: none */
    hash256 tiles[TILE_LEVELS][TILE_WIDTH];
} audit_tree;

/* Reads the edge. folder is borrowed as long as the tree is used. When the edge does not
 * yield the root, the tile that is wrong is looked for: *finding names it, or stays as it
 * is and out->proved is false, since more than one thing is wrong. NO_MEMORY. */
duban_status audit_tree_open(const char *folder, const checkpoint *point, audit_tree *out,
                             audit_finding *finding);

/* The hash that the tree has of the full tile (level, number); numbers of one level must
 * not fall. False with *finding when a tile above it is wrong. */
bool audit_tree_expects(audit_tree *tree, uint32_t level, uint64_t number, hash256 *out,
                        audit_finding *finding);

/* Hashes straight from the folder's files, believed by nobody yet: for roots of earlier
 * sizes after everything was verified. Borrows tree. */
tile_source audit_tree_source(audit_tree *tree);

#endif

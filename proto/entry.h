/* The journal's entry: a fixed prefix in big-endian and then, verbatim, what was signed
 * and its signature. The whole of it is one leaf of the Merkle tree. Knows: this layout.
 * Must not know: payloads, keys, engines.
 *
 *   0  u16  format version, ENTRY_VERSION
 *   2  u16  kind (event_kind)
 *   4  u32  office
 *   8  u32  key
 *  12  u32  size of the signed bytes
 *  16  u64  index
 *  24  i64  received, ms since 1970-01-01T00:00Z; never falls
 *  32  u64  number
 *  40       signed bytes, then the signature (64 bytes for Ed25519)
 *
 * kind, office, key and number repeat what the signed bytes say, so that an index or a
 * filter need not decode; entry_read does not compare them, the reader of the signed
 * bytes does. To change the layout: raise ENTRY_VERSION, keep reading the old one, add a
 * golden journal of the new one to tests/trace, and describe both in
 * docs/storage-format.md. */
#ifndef DUBAN_PROTO_ENTRY_H
#define DUBAN_PROTO_ENTRY_H

#include "proto/arena.h"
#include "proto/words.h"

#define ENTRY_VERSION   1
#define ENTRY_HEAD_SIZE 40
#define SIGNATURE_SIZE  64

typedef struct entry_words {
    event_kind kind;
    uint32_t office;
    uint32_t key;
    uint64_t index;
    int64_t received_ms;
    uint64_t number;
    span signed_bytes;
    span signature;
} entry_words;

/* Borrows from bytes. DUBAN_E_VERSION, DUBAN_E_TOO_LARGE, DUBAN_E_MALFORMED: sizes that
 * do not agree, a kind or a moment that cannot be. */
duban_status entry_read(span bytes, entry_words *out);
/* Appends. DUBAN_E_TOO_LARGE above SIGNED_SIZE_MAX, DUBAN_E_MALFORMED when the signature
 * is not SIGNATURE_SIZE bytes, DUBAN_E_NO_MEMORY. */
duban_status entry_write(const entry_words *words, buffer *out);

#endif

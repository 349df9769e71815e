/* The words of duban.proto as plain structs: what the ledger, the broker and the client
 * speak among themselves. Enum values are those of duban.proto.
 * Knows: shapes and units. Must not know: bytes on a wire, protobuf-c, keys, files.
 *
 * Ownership: every pointer in these structs is borrowed from the arena or the buffer it
 * was read from (codec.h) and lives as long as that. Strings end in NUL and hold valid
 * UTF-8; an absent string is "". Counts are `x_n` beside the array `x`. */
#ifndef DUBAN_PROTO_WORDS_H
#define DUBAN_PROTO_WORDS_H

#include "proto/cell_words.h"

/* --- wire --------------------------------------------------------------------------- */

typedef struct body_words {
    uint8_t salt[BODY_SALT_SIZE];
    span bytes;
} body_words;

typedef struct submit_words {
    span signed_bytes;
    span signature;
    const body_words *bodies;
    uint32_t bodies_n;
} submit_words;

/* index 0 and no root: nothing was seen. */
typedef struct cursor {
    const char *origin;
    uint64_t index;
    bool has_root;
    hash256 root;
} cursor;

typedef struct feed_request {
    const char *plan;
    cursor cursor;
    uint32_t wait_ms;
} feed_request;

typedef enum as_of_kind { AS_OF_HEAD, AS_OF_INDEX, AS_OF_MOMENT } as_of_kind;

typedef struct board_request {
    const char *plan;
    as_of_kind as_of;
    uint64_t index;
    int64_t moment_ms;
    int32_t day;
    uint64_t after;
    uint32_t skip;
    basis_kind basis;
} board_request;

typedef struct entries_request {
    uint64_t from;
    uint32_t max;
    bool slice;
    uint32_t office;
} entries_request;

typedef struct session_request {
    span signed_bytes;
    span signature;
} session_request;

/* old_size 0: no proof of consistency is asked for. */
typedef struct proof_request {
    uint64_t old_size;
    bool inclusion;
    uint64_t index;
    bool witnessed;
    uint64_t size; /* of the tree that is proved to; 0: the answer's checkpoint's */
} proof_request;

typedef struct tile_request {
    bool entries;
    uint32_t level;
    uint64_t number;
    uint32_t width;
} tile_request;

typedef struct page_request {
    const char *plan; /* "": the journal's own page */
    uint32_t office;
    uint64_t index; /* 0: the newest digest */
} page_request;

typedef enum request_kind {
    REQUEST_NONE,
    REQUEST_SUBMIT,
    REQUEST_INFO,
    REQUEST_FEED,
    REQUEST_BOARD,
    REQUEST_ENTRIES,
    REQUEST_BODY,
    REQUEST_RECEIPT,
    REQUEST_CHALLENGE,
    REQUEST_SESSION,
    REQUEST_PROOF,
    REQUEST_TILE,
    REQUEST_PAGE
} request_kind;

typedef struct request_words {
    request_kind kind;
    union {
        submit_words submit;
        span info_public_key;
        feed_request feed;
        board_request board;
        entries_request entries;
        hash256 body_hash;
        struct {
            uint32_t key;
            uint64_t number;
        } receipt;
        session_request session;
        proof_request proof;
        tile_request tile;
        page_request page;
    };
    span token; /* of a session over this connection; empty: none */
} request_words;

typedef struct receipt_words {
    uint64_t index;
    hash256 leaf;
    int64_t received_ms;
    const char *checkpoint;
    bool again;
    span entry_head;
    const span *path; /* of one hash each */
    uint32_t path_n;
} receipt_words;

typedef struct plan_info {
    uint32_t number;
    const char *code;
    const char *title;
    bool published;
} plan_info;

typedef struct witness_info {
    const char *name;
    uint64_t size;
    int64_t time_ms;
    uint32_t failure; /* as in proto/status.h, positive */
} witness_info;

typedef struct info_words {
    const char *origin;
    uint64_t head;
    const char *checkpoint;
    int32_t day;
    int64_t now_ms;
    bool drill;
    uint32_t rules_version;
    const char *broker_version;
    const plan_info *plans;
    uint32_t plans_n;
    uint32_t office;
    uint32_t key;
    uint64_t last_number;
    bool revoked;
    hash256 digest;
    uint32_t offices;
    uint32_t keys;
    uint64_t readers;
    uint64_t inbox;
    const char *log_vkey;
    int32_t utc_offset_minutes;
    const witness_info *witnesses;
    uint32_t witnesses_n;
    uint32_t witnesses_needed;
    uint64_t witnessed_size;
    bool witnesses_block;
    uint64_t connections;
    uint64_t turned_away;
} info_words;

typedef struct frame_words {
    const char *origin;
    const char *plan;
    uint64_t prev;
    uint64_t to;
    uint64_t head;
    bool has_root;
    hash256 root;
    bool fetch;
    const cell *cells;
    uint32_t cells_n;
    uint32_t left;
    bool has_digest;
    hash256 digest;
    int64_t moment_ms;
    uint64_t digest_index; /* 0: none */
} frame_words;

typedef struct entries_words {
    const span *entries;
    uint32_t entries_n;
    uint64_t next;
    uint64_t head;
} entries_words;

typedef struct session_info {
    span token;
    uint32_t lasts_ms;
    uint32_t office;
    right_kind right;
    uint64_t index; /* of the entry it became; 0: none */
} session_info;

typedef struct proof_words {
    const char *checkpoint;
    const span *consistency; /* of one hash each, as */
    uint32_t consistency_n;
    const span *inclusion;
    uint32_t inclusion_n;
    bool has_leaf;
    hash256 leaf;
} proof_words;

typedef struct page_words {
    span bytes;
    uint32_t place;
    uint32_t pages;
    const span *path;
    uint32_t path_n;
    uint64_t index;
    span entry;
    const span *inclusion;
    uint32_t inclusion_n;
    const char *checkpoint;
} page_words;

typedef enum reply_kind {
    REPLY_NONE,
    REPLY_RECEIPT,
    REPLY_INFO,
    REPLY_FRAME,
    REPLY_ENTRIES,
    REPLY_BODY,
    REPLY_CHALLENGE,
    REPLY_SESSION,
    REPLY_PROOF,
    REPLY_TILE,
    REPLY_PAGE
} reply_kind;

typedef struct reply_words {
    duban_refusal refusal; /* status DUBAN_OK when done */
    uint32_t retry_ms;
    reply_kind kind;
    union {
        receipt_words receipt;
        info_words info;
        frame_words frame;
        entries_words entries;
        body_words body;
        span challenge;
        session_info session;
        proof_words proof;
        span tile;
        page_words page;
    };
} reply_words;

#endif

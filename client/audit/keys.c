#include "client/audit/keys.h"

#include <stdlib.h>
#include <string.h>

#include "broker/ledger/replay.h"
#include "proto/codec.h"

duban_status audit_keys_init(audit_keys *keys) {
    memset(keys, 0, sizeof *keys);
    arena_init(&keys->space, 0);
    keys->keys = calloc(KEYS_MAX + 1, sizeof *keys->keys);
    return keys->keys ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

void audit_keys_close(audit_keys *keys) {
    free(keys->keys);
    arena_close(&keys->space);
}

static void enrol(audit_keys *keys, uint32_t number, uint32_t office,
                  const sign_public *public_key, uint64_t index) {
    if (number > KEYS_MAX || keys->keys[number].known) return;
    audit_key *key = &keys->keys[number];
    key->public_key = *public_key;
    key->office = office;
    key->since = index;
    atomic_store(&key->until, UINT64_MAX);
    atomic_store(&key->known, true);
    if (number >= keys->n) keys->n = number + 1;
}

static void learn_genesis(audit_keys *keys, const genesis_words *genesis) {
    sign_public broker = sign_public_of(ALGORITHM_ED25519, genesis->broker_key);
    sign_public root = sign_public_of(genesis->algorithm, genesis->root_key);
    enrol(keys, 0, 0, &broker, 0);
    enrol(keys, 1, genesis->city.number, &root, 0);
}

static void learn_key(audit_keys *keys, const key_words *one, uint64_t index) {
    if (!one->revoked) {
        sign_public public_key = sign_public_of(one->algorithm, one->public_key);
        enrol(keys, one->number, one->office, &public_key, index);
        return;
    }
    if (one->number > KEYS_MAX || !keys->keys[one->number].known) return;
    uint64_t never = UINT64_MAX; /* the first revocation counts */
    atomic_compare_exchange_strong(&keys->keys[one->number].until, &never, index);
}

duban_status audit_keys_learn(audit_keys *keys, span entry) {
    entry_words head;
    event ev;
    uint64_t index = 0;
    int64_t received_ms = 0;
    if (entry_read(entry, &head)) return DUBAN_OK;
    if (head.kind == KIND_GENESIS || head.kind == KIND_KEYS) {
        arena_reset(&keys->space);
        duban_status status =
            replay_read(entry, &keys->space, &ev, &index, &received_ms, NULL);
        if (status == DUBAN_E_NO_MEMORY) return status;
        if (!status && ev.kind == KIND_GENESIS && index == 0)
            learn_genesis(keys, &ev.genesis);
        if (!status && ev.kind == KIND_KEYS)
            for (uint32_t i = 0; i < ev.keys.keys_n; i++)
                learn_key(keys, &ev.keys.keys[i], index);
    }
    if (head.key < keys->n) keys->keys[head.key].signed_n++;
    return DUBAN_OK;
}

duban_status audit_keys_verify(const audit_keys *keys, const char *origin, span entry,
                               arena *a) {
    entry_words head;
    signed_words said;
    sign_signature signature;
    duban_status status = entry_read(entry, &head);
    if (status) return status;
    arena_reset(a);
    status = codec_signed_read(head.signed_bytes, a, &said, NULL);
    if (status) return status;
    if (strcmp(said.origin, origin) != 0) return DUBAN_E_ORIGIN;
    if (said.key > KEYS_MAX) return DUBAN_E_UNKNOWN_KEY;
    const audit_key *key = &keys->keys[said.key];
    bool first = head.index == 0 && said.key == 1; /* the genesis signs itself */
    if (!key->known || (key->since >= head.index && !first)) return DUBAN_E_UNKNOWN_KEY;
    if (atomic_load(&key->until) < head.index) return DUBAN_E_REVOKED;
    if (key->office != said.office) return DUBAN_E_KEY_OFFICE;
    if (key->public_key.algorithm != said.algorithm) return DUBAN_E_ALGORITHM;
    if (head.signature.size != sizeof signature.bytes) return DUBAN_E_SIGNATURE;
    memcpy(signature.bytes, head.signature.data, sizeof signature.bytes);
    return sign_verify(&key->public_key, head.signed_bytes.data, head.signed_bytes.size,
                       &signature);
}

#include "broker/ledger/release.h"

duban_status release_check(ledger *l, const release_words *words, uint32_t signer,
                           const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_RELEASE);
}

void release_apply(ledger *l, uint64_t index, const release_words *words,
                   uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

duban_status unlock_check(ledger *l, const unlock_words *words, uint32_t signer,
                          const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_UNLOCK);
}

void unlock_apply(ledger *l, uint64_t index, const unlock_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void release_free(plan *p, const ledger_allocator *m) {
    (void)p;
    (void)m;
}

void release_page(const plan *p, page_writer *w) {
    (void)p;
    (void)w;
}

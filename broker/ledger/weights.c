#include "broker/ledger/weights.h"

duban_status weights_check(ledger *l, const weights_words *words, uint32_t signer,
                           const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_WEIGHTS);
}

void weights_apply(ledger *l, uint64_t index, const weights_words *words,
                   uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void weights_free(plan *p, const ledger_allocator *m) {
    (void)p;
    (void)m;
}

void weights_page(const plan *p, page_writer *w) {
    (void)p;
    (void)w;
}

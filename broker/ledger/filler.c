#include "broker/ledger/filler.h"

duban_status filler_check(ledger *l, const filler_words *words, uint32_t signer,
                          const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_FILLER);
}

void filler_apply(ledger *l, uint64_t index, const filler_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

duban_status confirmation_check(ledger *l, const confirmation_words *words,
                                uint32_t signer, const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_CONFIRMATION);
}

void confirmation_apply(ledger *l, uint64_t index, const confirmation_words *words,
                        uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void filler_free(plan *p, const ledger_allocator *m) {
    (void)p;
    (void)m;
}

void filler_page(const plan *p, page_writer *w) {
    (void)p;
    (void)w;
}

uint32_t filler_of(const plan *p, uint32_t duty, uint32_t metric_id) {
    (void)p;
    (void)duty;
    (void)metric_id;
    return 0;
}

#include "broker/ledger/paper.h"

duban_status paper_check(ledger *l, const paper_words *words, uint32_t signer,
                         const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_PAPER);
}

void paper_apply(ledger *l, uint64_t index, const paper_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void paper_free(plan *p, const ledger_allocator *m) {
    (void)p;
    (void)m;
}

void paper_page(const plan *p, page_writer *w) {
    (void)p;
    (void)w;
}

bool paper_reserve_day(ledger *l, plan *p) {
    (void)l;
    (void)p;
    return true;
}

void paper_open_day(ledger *l, plan *p, uint64_t index) {
    (void)l;
    (void)p;
    (void)index;
}

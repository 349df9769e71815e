#include "broker/ledger/checks.h"

duban_status checks_check(ledger *l, const checks_words *words, uint32_t signer,
                          const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_CHECKS);
}

void checks_apply(ledger *l, uint64_t index, const checks_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void checks_free(plan *p, const ledger_allocator *m) {
    (void)p;
    (void)m;
}

void checks_page(const plan *p, page_writer *w) {
    (void)p;
    (void)w;
}

duban_status checks_submission(ledger *l, const plan *p, const submission_words *words,
                               uint32_t signer, const verdict *v) {
    (void)l;
    (void)p;
    (void)words;
    (void)signer;
    (void)v;
    return DUBAN_OK;
}

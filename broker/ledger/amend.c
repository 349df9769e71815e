#include "broker/ledger/amend.h"

duban_status amendment_check(ledger *l, const amendment_words *words, uint32_t signer,
                             const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_AMENDMENT);
}

void amendment_apply(ledger *l, uint64_t index, const amendment_words *words,
                     uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

duban_status splitting_check(ledger *l, const splitting_words *words, uint32_t signer,
                             const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_SPLITTING);
}

void splitting_apply(ledger *l, uint64_t index, const splitting_words *words,
                     uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

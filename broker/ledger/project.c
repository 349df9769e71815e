#include "broker/ledger/project.h"

duban_status project_check(ledger *l, const project_words *words, uint32_t signer,
                           const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_PROJECT);
}

void project_apply(ledger *l, uint64_t index, const project_words *words,
                   uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

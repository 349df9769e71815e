#include "broker/ledger/override.h"

duban_status override_check(ledger *l, const override_words *words, uint32_t signer,
                            const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_OVERRIDE);
}

void override_apply(ledger *l, uint64_t index, const override_words *words,
                    uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

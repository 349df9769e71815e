#include "broker/ledger/verification.h"

duban_status verification_check(ledger *l, const verification_words *words,
                                uint32_t signer, const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_VERIFICATION);
}

void verification_apply(ledger *l, uint64_t index, const verification_words *words,
                        uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

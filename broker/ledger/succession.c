#include "broker/ledger/succession.h"

duban_status office_change_check(ledger *l, const office_change_words *words,
                                 uint32_t signer, const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_OFFICE_CHANGE);
}

void office_change_apply(ledger *l, uint64_t index, const office_change_words *words,
                         uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

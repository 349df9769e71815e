#include "broker/ledger/callin.h"

duban_status call_in_check(ledger *l, const call_in_words *words, uint32_t signer,
                           const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_CALL_IN);
}

void call_in_apply(ledger *l, uint64_t index, const call_in_words *words,
                   uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

duban_status assignment_check(ledger *l, const assignment_words *words, uint32_t signer,
                              const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_ASSIGNMENT);
}

void assignment_apply(ledger *l, uint64_t index, const assignment_words *words,
                      uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

#include "broker/ledger/roles.h"

duban_status roles_check(ledger *l, const roles_words *words, uint32_t signer,
                         const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_ROLES);
}

void roles_apply(ledger *l, uint64_t index, const roles_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void roles_free(ledger *l) {
    (void)l;
}

void roles_page(const ledger *l, page_writer *w) {
    (void)l;
    (void)w;
}

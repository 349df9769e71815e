#include "broker/ledger/redaction.h"

duban_status redaction_check(ledger *l, const redaction_words *words, uint32_t signer,
                             const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_REDACTION);
}

void redaction_apply(ledger *l, uint64_t index, const redaction_words *words,
                     uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void redaction_free(ledger *l) {
    (void)l;
}

void redaction_page(const ledger *l, page_writer *w) {
    (void)l;
    (void)w;
}

#include "broker/ledger/form.h"

duban_status forms_check(ledger *l, const forms_words *words, uint32_t signer,
                         const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_FORMS);
}

void forms_apply(ledger *l, uint64_t index, const forms_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void form_free(plan *p, const ledger_allocator *m) {
    (void)p;
    (void)m;
}

void form_page(const plan *p, page_writer *w) {
    (void)p;
    (void)w;
}

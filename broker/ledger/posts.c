#include "broker/ledger/posts.h"

duban_status posts_check(ledger *l, const posts_words *words, uint32_t signer,
                         const verdict *v) {
    (void)l;
    (void)words;
    (void)signer;
    return refuse_found(v, DUBAN_E_UNSUPPORTED, "kind", KIND_POSTS);
}

void posts_apply(ledger *l, uint64_t index, const posts_words *words, uint32_t signer) {
    (void)l;
    (void)index;
    (void)words;
    (void)signer;
}

void posts_free(ledger *l) {
    (void)l;
}

void posts_page(const ledger *l, page_writer *w) {
    (void)l;
    (void)w;
}

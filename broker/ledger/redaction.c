#include "broker/ledger/redaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/ledger/trace.h"

struct redaction_book {
    redaction_words *rows; /* ascending by index; documents in texts */
    uint32_t n;
    uint32_t room;
    pool texts;
    const char *next; /* what a check has prepared, in the ledger's pending texts */
};

/* Where that index stands, or would. */
static uint32_t place_of(const struct redaction_book *book, uint64_t index) {
    uint32_t low = 0;
    uint32_t high = book->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book->rows[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *ledger_redaction(const ledger *l, uint64_t index) {
    const struct redaction_book *book = l->redactions;
    uint32_t at = book == NULL ? 0 : place_of(book, index);
    bool found = book != NULL && at < book->n && book->rows[at].index == index;
    return found ? book->rows[at].document : NULL;
}

bool ledger_get_redaction(const ledger *l, uint32_t number, redaction_words *out) {
    const struct redaction_book *book = l->redactions;
    if (book == NULL || number == 0 || number > book->n) return false;
    *out = book->rows[number - 1];
    return true;
}

/* --- check -------------------------------------------------------------------------- */

static bool prepare(ledger *l, const char *document) {
    struct redaction_book *book = l->redactions;
    if (book == NULL) {
        book = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *book);
        if (book == NULL) return false;
        memset(book, 0, sizeof *book);
        l->redactions = book;
    }
    redaction_words *rows =
        memory_room(&l->memory, book->rows, &book->room, book->n + 1, sizeof *rows);
    if (rows == NULL) return false;
    book->rows = rows;
    book->next = pool_text(&l->pending.texts, &l->memory, document);
    return book->next != NULL;
}

duban_status redaction_check(ledger *l, const redaction_words *words, uint32_t signer,
                             const verdict *v) {
    (void)signer; /* the table of roles says who may */
    if (*words->document == '\0') return refuse(v, DUBAN_E_EMPTY, "document");
    if (!l->slice && words->index > l->head) /* a slice has holes */
        return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index, l->head);
    const char *standing = ledger_redaction(l, words->index);
    if (standing != NULL) {
        char found[24];
        snprintf(found, sizeof found, "%" PRIu64, words->index);
        return refuse_text(v, DUBAN_E_DUPLICATE, "index", found, standing);
    }
    redaction_words other;
    for (uint32_t n = 1; ledger_get_redaction(l, n, &other); n++)
        if (strcmp(other.document, words->document) == 0) {
            char expected[24];
            snprintf(expected, sizeof expected, "%" PRIu64, other.index);
            return refuse_text(v, DUBAN_E_DUPLICATE, "document", words->document,
                               expected);
        }
    return prepare(l, words->document) ? DUBAN_OK : refuse_memory(v);
}

/* --- apply -------------------------------------------------------------------------- */

void redaction_apply(ledger *l, uint64_t index, const redaction_words *words,
                     uint32_t signer) {
    struct redaction_book *book = l->redactions;
    uint32_t at = place_of(book, words->index);
    (void)signer;
    memmove(book->rows + at + 1, book->rows + at, (book->n - at) * sizeof *book->rows);
    book->rows[at] = (redaction_words){words->index, book->next};
    book->n++;
    pool_join(&book->texts, &l->pending.texts);
    trace_say(l, "%" PRIu64 " redaction of %" PRIu64 " by %s", index, words->index,
              words->document);
}

/* --- memory and page ---------------------------------------------------------------- */

void redaction_free(ledger *l) {
    struct redaction_book *book = l->redactions;
    if (book == NULL) return;
    memory_free(&l->memory, book->rows, book->room, sizeof *book->rows);
    pool_free(&book->texts, &l->memory);
    l->memory.resize(l->memory.ctx, book, sizeof *book, 0);
    l->redactions = NULL;
}

void redaction_page(const ledger *l, page_writer *w) {
    const struct redaction_book *book = l->redactions;
    if (book == NULL || book->n == 0) return;
    page_put_u32(w, KIND_REDACTION);
    page_put_u32(w, book->n);
    for (uint32_t i = 0; i < book->n; i++) {
        page_put_u64(w, book->rows[i].index);
        page_put_text(w, book->rows[i].document);
    }
}

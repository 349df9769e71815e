#include "broker/ledger/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/ledger/trace.h"

struct access_book {
    ledger_access *rows; /* ascending by office; documents in texts */
    uint32_t n;
    uint32_t room;
    pool texts;
    const char *next; /* what a check has prepared, in the ledger's pending texts */
};

/* Where that office stands, or would. */
static uint32_t place_of(const struct access_book *book, uint32_t office) {
    uint32_t low = 0;
    uint32_t high = book->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book->rows[middle].office < office)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool stands_at(const struct access_book *book, uint32_t at, uint32_t office) {
    return at < book->n && book->rows[at].office == office;
}

right_kind ledger_right(const ledger *l, uint32_t office) {
    const struct access_book *book = l->access;
    if (office_find(&l->book, office) == NULL) return RIGHT_NONE;
    if (office == OFFICE_OF_CITY) return RIGHT_JOURNAL;
    uint32_t at = book == NULL ? 0 : place_of(book, office);
    if (book == NULL || !stands_at(book, at, office)) return RIGHT_OFFICE;
    const ledger_access *row = &book->rows[at];
    return row->until_day == 0 || l->day <= row->until_day ? row->right : RIGHT_OFFICE;
}

bool ledger_get_access(const ledger *l, uint32_t number, ledger_access *out) {
    const struct access_book *book = l->access;
    if (book == NULL || number == 0 || number > book->n) return false;
    *out = book->rows[number - 1];
    return true;
}

/* --- check -------------------------------------------------------------------------- */

static duban_status check_row(const ledger *l, const access_words *words, uint32_t i,
                              const verdict *v) {
    const access_row *row = &words->rows[i];
    if (office_find(&l->book, row->office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "office", row->office);
    if (row->office == OFFICE_OF_CITY)
        return refuse_found(v, DUBAN_E_NOT_ALLOWED, "office", row->office);
    if (row->right < RIGHT_OFFICE || row->right > RIGHT_JOURNAL)
        return refuse_found(v, DUBAN_E_RULES, "right", row->right);
    if (row->right == RIGHT_OFFICE && row->until_day != 0)
        return refuse(v, DUBAN_E_RULES, "until_day");
    if (row->until_day != 0 && row->until_day < l->day)
        return refuse_day(v, DUBAN_E_DATE, "until_day", row->until_day, l->day, DAY_MAX);
    for (uint32_t j = 0; j < i; j++)
        if (words->rows[j].office == row->office)
            return refuse_found(v, DUBAN_E_DUPLICATE, "office", row->office);
    return DUBAN_OK;
}

static bool prepare(ledger *l, const access_words *words) {
    struct access_book *book = l->access;
    if (book == NULL) {
        book = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *book);
        if (book == NULL) return false;
        memset(book, 0, sizeof *book);
        l->access = book;
    }
    ledger_access *rows = memory_room(&l->memory, book->rows, &book->room,
                                      book->n + words->rows_n, sizeof *rows);
    if (rows == NULL) return false;
    book->rows = rows;
    book->next = pool_text(&l->pending.texts, &l->memory, words->document);
    return book->next != NULL;
}

duban_status access_check(ledger *l, const access_words *words, uint32_t signer,
                          const verdict *v) {
    (void)signer; /* the table of roles says who may */
    bool gives = false;
    if (words->rows_n == 0) return refuse(v, DUBAN_E_EMPTY, "rows");
    for (uint32_t i = 0; i < words->rows_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_row(l, words, i, &at);
        if (status != DUBAN_OK) return status;
        gives = gives || words->rows[i].right > RIGHT_OFFICE;
    }
    if (gives && *words->document == '\0') return refuse(v, DUBAN_E_EMPTY, "document");
    return prepare(l, words) ? DUBAN_OK : refuse_memory(v);
}

duban_status session_check(const ledger *l, const session_words *words, uint32_t signer,
                           const verdict *v) {
    if (words->right != RIGHT_JOURNAL)
        return refuse_found(v, DUBAN_E_NOT_ALLOWED, "right", words->right);
    if (signer == OFFICE_OF_CITY)
        return refuse_found(v, DUBAN_E_NOT_ALLOWED, "office", signer);
    if (!l->slice && ledger_right(l, signer) != RIGHT_JOURNAL)
        return refuse_found(v, DUBAN_E_NOT_ALLOWED, "right", words->right);
    if (words->challenge.size != CHALLENGE_SIZE)
        return refuse_number(v, DUBAN_E_MALFORMED, "challenge", words->challenge.size,
                             CHALLENGE_SIZE);
    if (*words->purpose == '\0') return refuse(v, DUBAN_E_EMPTY, "purpose");
    return DUBAN_OK;
}

/* --- apply -------------------------------------------------------------------------- */

static void take_back(struct access_book *book, uint32_t at) {
    book->n--;
    memmove(book->rows + at, book->rows + at + 1, (book->n - at) * sizeof *book->rows);
}

static void put(struct access_book *book, uint32_t at, const ledger_access *row) {
    if (!stands_at(book, at, row->office)) {
        memmove(book->rows + at + 1, book->rows + at,
                (book->n - at) * sizeof *book->rows);
        book->n++;
    }
    book->rows[at] = *row;
}

void access_apply(ledger *l, uint64_t index, const access_words *words, uint32_t signer) {
    static const char *const names[RIGHT_COUNT] = {"none", "office", "board", "journal"};
    struct access_book *book = l->access;
    (void)signer;
    for (uint32_t i = 0; i < words->rows_n; i++) {
        const access_row *row = &words->rows[i];
        uint32_t at = place_of(book, row->office);
        char until[DAY_TEXT_SIZE] = "taken back";
        if (row->until_day != 0) day_write(row->until_day, until);
        if (row->right != RIGHT_OFFICE)
            put(book, at,
                &(ledger_access){row->office, row->right, row->until_day, index,
                                 book->next});
        else if (stands_at(book, at, row->office))
            take_back(book, at);
        trace_say(l, "%" PRIu64 " access %s %s -> %s", index,
                  office_code(&l->book, row->office), names[row->right],
                  row->right != RIGHT_OFFICE && row->until_day == 0 ? "open" : until);
    }
    pool_join(&book->texts, &l->pending.texts);
}

void session_apply(const ledger *l, uint64_t index, const session_words *words,
                   uint32_t signer) {
    trace_say(l, "%" PRIu64 " session of %s for %s", index, office_code(&l->book, signer),
              words->purpose);
}

/* --- memory and page ---------------------------------------------------------------- */

void access_free(ledger *l) {
    struct access_book *book = l->access;
    if (book == NULL) return;
    memory_free(&l->memory, book->rows, book->room, sizeof *book->rows);
    pool_free(&book->texts, &l->memory);
    l->memory.resize(l->memory.ctx, book, sizeof *book, 0);
    l->access = NULL;
}

void access_page(const ledger *l, page_writer *w) {
    const struct access_book *book = l->access;
    if (book == NULL || book->n == 0) return;
    page_put_text(w, "access");
    page_put_u32(w, book->n);
    for (uint32_t i = 0; i < book->n; i++) {
        page_put_u32(w, book->rows[i].office);
        page_put_u32(w, (uint32_t)book->rows[i].right);
        page_put_u32(w, (uint32_t)book->rows[i].until_day);
        page_put_u64(w, book->rows[i].since);
        page_put_text(w, book->rows[i].document);
    }
}

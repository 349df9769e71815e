#include "broker/ledger/office.h"

#include <assert.h>
#include <string.h>

void office_book_free(office_book *book, const ledger_allocator *m) {
    for (uint32_t i = 0; i < book->keys_n; i++)
        number_free(&book->keys[i].window, m);
    number_free(&book->root_window, m);
    memory_free(m, book->keys, book->keys_room, sizeof *book->keys);
    memory_free(m, book->offices, book->offices_room, sizeof *book->offices);
    pool_free(&book->texts, m);
    *book = (office_book){0};
}

const office_words *office_find(const office_book *book, uint32_t number) {
    if (number == 0 || number > book->offices_n) return NULL;
    return &book->offices[number - 1].words;
}

const char *office_code(const office_book *book, uint32_t number) {
    if (number == OFFICE_BROKER) return "broker";
    const office_words *found = office_find(book, number);
    return found == NULL ? "?" : found->code;
}

bool office_ended(const office_book *book, uint32_t number, int32_t day) {
    const office_words *found = office_find(book, number);
    return found != NULL && found->ended_day != 0 && found->ended_day <= day;
}

uint32_t office_heir(const office_book *book, uint32_t number) {
    const office_words *found = office_find(book, number);
    return found == NULL || found->successors_n == 0 ? 0 : found->successors[0];
}

static bool has_more(const office_words *words) {
    return words->outside || words->ended_day != 0 || words->formerly_n > 0;
}

void office_page(const office_book *book, page_writer *w) {
    for (uint32_t i = 0; i < book->offices_n; i++) {
        const office_words *words = &book->offices[i].words;
        if (!has_more(words)) continue;
        page_put_text(w, "office");
        page_put_u32(w, words->number);
        page_put_u32(w, words->outside);
        page_put_u32(w, (uint32_t)words->ended_day);
        page_put_numbers(w, words->successors, words->successors_n);
        page_put_u32(w, words->formerly_n);
        for (uint32_t n = 0; n < words->formerly_n; n++)
            page_put_text(w, words->formerly[n]);
    }
    for (const office_turn *t = book->turns; t != NULL; t = t->next) {
        page_put_text(w, "turn");
        page_put_u32(w, t->words.office);
        page_put_u32(w, (uint32_t)t->words.act);
        page_put_u32(w, (uint32_t)t->words.day);
        page_put_text(w, t->words.name);
        page_put_u32(w, t->words.parent);
        page_put_u64(w, t->index);
    }
}

key_record *key_find(const office_book *book, uint32_t number) {
    return number < book->keys_n ? &book->keys[number] : NULL;
}

static bool copy_office(pool *texts, const ledger_allocator *m, const office_words *from,
                        office_words *to) {
    *to = *from;
    const char **aliases = pool_take(texts, m, from->aliases_n * sizeof *aliases);
    if (aliases == NULL) return false;
    for (uint32_t i = 0; i < from->aliases_n; i++)
        if ((aliases[i] = pool_text(texts, m, from->aliases[i])) == NULL) return false;
    to->aliases = aliases;
    to->code = pool_text(texts, m, from->code);
    to->name = pool_text(texts, m, from->name);
    to->ended_day = 0;
    to->successors = NULL;
    to->formerly = NULL;
    to->successors_n = to->formerly_n = 0;
    to->members = pool_numbers(texts, m, from->members, from->members_n);
    return to->code != NULL && to->name != NULL && to->members != NULL;
}

static bool reserve_offices(office_book *book, const ledger_allocator *m, uint32_t more) {
    office_record *offices = memory_room(m, book->offices, &book->offices_room,
                                         book->offices_n + more, sizeof *offices);
    if (offices == NULL) return false;
    book->offices = offices;
    return true;
}

static bool reserve_keys(office_book *book, const ledger_allocator *m, uint32_t more) {
    key_record *keys =
        memory_room(m, book->keys, &book->keys_room, book->keys_n + more, sizeof *keys);
    if (keys == NULL) return false;
    book->keys = keys;
    return true;
}

/* What only an OfficeChange says of an office. */
static bool changed_already(const office_words *words) {
    return words->ended_day != 0 || words->successors_n > 0 || words->formerly_n > 0;
}

duban_status office_check_genesis(office_book *book, const ledger_allocator *m,
                                  pool *texts, genesis_words *copy, const verdict *v) {
    const office_words *city = &copy->city;
    if (city->number != OFFICE_OF_CITY)
        return refuse_number(v, DUBAN_E_SEQUENCE, "number", city->number, OFFICE_OF_CITY);
    if (city->kind != OFFICE_CITY)
        return refuse_number(v, DUBAN_E_UNKNOWN_OFFICE, "kind", city->kind, OFFICE_CITY);
    if (city->parent != 0 || city->members_n != 0)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "parent", city->parent);
    if (changed_already(city)) return refuse(v, DUBAN_E_STATE, "ended_day");
    sign_public root = sign_public_of(copy->algorithm, copy->root_key);
    sign_public broker = sign_public_of(ALGORITHM_ED25519, copy->broker_key);
    if (sign_public_equal(&root, &broker))
        return refuse(v, DUBAN_E_DUPLICATE, "broker_key");
    office_words words;
    const char *origin = pool_text(texts, m, copy->origin);
    if (origin == NULL || !copy_office(texts, m, city, &words) ||
        !reserve_offices(book, m, 1) || !reserve_keys(book, m, 2) ||
        !number_reserve(&book->root_window, m))
        return refuse(v, DUBAN_E_NO_MEMORY, "");
    copy->origin = origin;
    copy->city = words;
    return DUBAN_OK;
}

void office_apply_genesis(office_book *book, const genesis_words *copy) {
    book->offices[0] = (office_record){copy->city, 0};
    book->offices_n = 1;
    book->keys[KEY_BROKER] =
        (key_record){.office = OFFICE_BROKER,
                     .public_key = sign_public_of(ALGORITHM_ED25519, copy->broker_key)};
    book->keys[KEY_ROOT] =
        (key_record){.office = OFFICE_OF_CITY,
                     .public_key = sign_public_of(copy->algorithm, copy->root_key)};
    book->keys[KEY_ROOT].window = book->root_window;
    book->root_window = (number_window){0};
    book->keys_n = 2;
}

/* The words of office `number`, which may be one of those being added. */
static const office_words *among(const office_book *book, const office_words *offices,
                                 uint32_t number) {
    if (number <= book->offices_n) return office_find(book, number);
    return &offices[number - book->offices_n - 1];
}

static duban_status check_one(const office_book *book, const office_words *offices,
                              uint32_t at, uint32_t offices_n, const verdict *v) {
    const office_words *one = &offices[at];
    uint32_t next = book->offices_n + at + 1;
    if (one->number != next)
        return refuse_number(v, DUBAN_E_SEQUENCE, "number", one->number, next);
    if (*one->code == '\0' || *one->name == '\0')
        return refuse(v, DUBAN_E_EMPTY, *one->code == '\0' ? "code" : "name");
    for (uint32_t n = 1; n < next; n++) {
        const office_words *other = among(book, offices, n);
        if (strcmp(one->code, other->code) == 0)
            return refuse_text(v, DUBAN_E_DUPLICATE, "code", one->code, NULL);
        if (strcmp(one->name, other->name) == 0)
            return refuse_text(v, DUBAN_E_DUPLICATE, "name", one->name, NULL);
    }
    if (one->parent >= next)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "parent", one->parent);
    if (one->parent != 0 && among(book, offices, one->parent)->ended_day != 0)
        return refuse_found(v, DUBAN_E_OFFICE_ENDED, "parent", one->parent);
    if (changed_already(one)) return refuse(v, DUBAN_E_STATE, "ended_day");
    for (uint32_t i = 0; i < one->members_n; i++)
        if (one->members[i] == 0 || one->members[i] > book->offices_n + offices_n)
            return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "members", one->members[i]);
    return DUBAN_OK;
}

duban_status office_check(office_book *book, const ledger_allocator *m,
                          const office_words *offices, uint32_t offices_n, pool *texts,
                          office_words **copies, const verdict *v) {
    if (offices_n == 0) return refuse(v, DUBAN_E_EMPTY, "offices");
    if (offices_n > OFFICES_MAX || book->offices_n + offices_n > OFFICES_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "offices", book->offices_n + offices_n,
                             OFFICES_MAX);
    for (uint32_t i = 0; i < offices_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_one(book, offices, i, offices_n, &at);
        if (status != DUBAN_OK) return status;
    }
    office_words *made = pool_take(texts, m, offices_n * sizeof *made);
    if (made == NULL || !reserve_offices(book, m, offices_n))
        return refuse(v, DUBAN_E_NO_MEMORY, "");
    for (uint32_t i = 0; i < offices_n; i++)
        if (!copy_office(texts, m, &offices[i], &made[i]))
            return refuse(v, DUBAN_E_NO_MEMORY, "");
    *copies = made;
    return DUBAN_OK;
}

void office_apply(office_book *book, const office_words *copies, uint32_t copies_n,
                  pool *texts, uint64_t index) {
    assert(book->offices_n + copies_n <= book->offices_room);
    for (uint32_t i = 0; i < copies_n; i++)
        book->offices[book->offices_n++] = (office_record){copies[i], index};
    pool_join(&book->texts, texts);
}

/* --- keys --------------------------------------------------------------------------- */

bool key_algorithm(algorithm a) {
    return a == ALGORITHM_ED25519 || a == ALGORITHM_SM2;
}

static duban_status check_enrolment(const office_book *book, const key_words *keys,
                                    uint32_t at, uint32_t number, const verdict *v) {
    const key_words *one = &keys[at];
    if (one->number != number)
        return refuse_number(v, DUBAN_E_SEQUENCE, "number", one->number, number);
    if (number > KEYS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "keys", number, KEYS_MAX);
    if (office_find(book, one->office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "office", one->office);
    if (!key_algorithm(one->algorithm))
        return refuse_number(v, DUBAN_E_ALGORITHM, "algorithm", one->algorithm,
                             ALGORITHM_ED25519);
    sign_public mine = sign_public_of(one->algorithm, one->public_key);
    for (uint32_t i = 0; i < book->keys_n; i++)
        if (sign_public_equal(&mine, &book->keys[i].public_key))
            return refuse_found(v, DUBAN_E_DUPLICATE, "public_key", i);
    for (uint32_t i = 0; i < at; i++) {
        sign_public other = sign_public_of(keys[i].algorithm, keys[i].public_key);
        if (!keys[i].revoked && sign_public_equal(&mine, &other))
            return refuse_found(v, DUBAN_E_DUPLICATE, "public_key", keys[i].number);
    }
    return DUBAN_OK;
}

static duban_status check_revocation(const office_book *book, const key_words *keys,
                                     uint32_t at, const verdict *v) {
    const key_words *one = &keys[at];
    const key_record *key = key_find(book, one->number);
    if (key == NULL || one->number == KEY_BROKER)
        return refuse_found(v, DUBAN_E_UNKNOWN_KEY, "number", one->number);
    if (one->office != 0 && one->office != key->office)
        return refuse_number(v, DUBAN_E_KEY_OFFICE, "office", one->office, key->office);
    if (key->revoked) return refuse_found(v, DUBAN_E_STATE, "number", one->number);
    for (uint32_t i = 0; i < at; i++)
        if (keys[i].revoked && keys[i].number == one->number)
            return refuse_found(v, DUBAN_E_DUPLICATE, "number", one->number);
    return DUBAN_OK;
}

/* Whether the city office can still sign after all of these. */
static bool city_keeps_a_key(const office_book *book, const key_words *keys,
                             uint32_t keys_n) {
    uint32_t left = 0;
    for (uint32_t i = 1; i < book->keys_n; i++)
        if (book->keys[i].office == OFFICE_OF_CITY && !book->keys[i].revoked) left++;
    for (uint32_t i = 0; i < keys_n; i++) {
        if (!keys[i].revoked && keys[i].office == OFFICE_OF_CITY) left++;
        if (keys[i].revoked && book->keys[keys[i].number].office == OFFICE_OF_CITY)
            left--;
    }
    return left > 0;
}

duban_status key_check(office_book *book, const ledger_allocator *m,
                       const key_words *keys, uint32_t keys_n, const verdict *v) {
    if (keys_n == 0) return refuse(v, DUBAN_E_EMPTY, "keys");
    uint32_t next = book->keys_n;
    for (uint32_t i = 0; i < keys_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = keys[i].revoked ? check_revocation(book, keys, i, &at)
                                              : check_enrolment(book, keys, i, next, &at);
        if (status != DUBAN_OK) return status;
        next += !keys[i].revoked;
    }
    if (!city_keeps_a_key(book, keys, keys_n)) return refuse(v, DUBAN_E_STATE, "revoked");
    if (!reserve_keys(book, m, next - book->keys_n))
        return refuse(v, DUBAN_E_NO_MEMORY, "");
    return DUBAN_OK;
}

void key_apply(office_book *book, const key_words *keys, uint32_t keys_n,
               uint64_t index) {
    for (uint32_t i = 0; i < keys_n; i++) {
        if (keys[i].revoked) {
            book->keys[keys[i].number].revoked = true;
            continue;
        }
        assert(book->keys_n < book->keys_room);
        key_record *key = &book->keys[book->keys_n++];
        *key = (key_record){.office = keys[i].office,
                            .public_key =
                                sign_public_of(keys[i].algorithm, keys[i].public_key),
                            .since = index};
    }
}

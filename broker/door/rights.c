#include "broker/door/rights.h"

/* What a question needs, and the field it is refused by. */
typedef struct need {
    right_kind right;
    const char *field;
} need;

static need page_need(const page_request *ask, uint32_t office) {
    if (*ask->plan == '\0') return (need){RIGHT_JOURNAL, "plan"};
    return (need){ask->office == office ? RIGHT_OFFICE : RIGHT_BOARD, "office"};
}

static need need_of(const keys *table, const call_reader *who, const request_words *ask) {
    bool own = true;
    switch (ask->kind) {
    case REQUEST_ENTRIES:
        own = !ask->entries.slice || ask->entries.office == who->office;
        return (need){own ? RIGHT_OFFICE : RIGHT_JOURNAL, "office"};
    case REQUEST_RECEIPT:
        own = keys_office(table, ask->receipt.key) == who->office;
        return (need){own ? RIGHT_OFFICE : RIGHT_JOURNAL, "key"};
    case REQUEST_BODY: return (need){RIGHT_OFFICE, "hash"};
    case REQUEST_PAGE: return page_need(&ask->page, who->office);
    case REQUEST_TILE:
        return (need){ask->tile.entries ? RIGHT_JOURNAL : RIGHT_NONE, "entries"};
    default: return (need){RIGHT_NONE, ""};
    }
}

duban_status rights_check(const keys *table, const call_reader *who,
                          const request_words *ask, duban_refusal *refusal) {
    need n = need_of(table, who, ask);
    if (who->right >= n.right) return DUBAN_OK;
    duban_status status =
        who->right == RIGHT_NONE ? DUBAN_E_SESSION_NEEDED : DUBAN_E_NOT_ALLOWED;
    return duban_refuse(refusal, status, 0, n.field, NULL, NULL);
}

bool rights_hold(const keys *table, const call_reader *who) {
    return who->right == RIGHT_NONE || keys_right(table, who->key) >= who->right;
}

#include "client/cli/look.h"

#include <inttypes.h>

#include "proto/codec.h"
#include "proto/entry.h"

look look_slice(const cli *c, uint32_t plan) {
    return (look){.l = duban_slice(c->d), .plan = plan};
}

duban_status look_ask(cli *c, board_request *ask, const char *typed, duban_board **out) {
    duban_refusal refusal = {0};
    duban_board *b;
    duban_status s = duban_board_new(&b);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    s = duban_board_fetch(c->d, ask, b, &refusal);
    if (s < 0) {
        duban_board_free(b);
        if (s != DUBAN_E_NOT_FOUND || ask->as_of != AS_OF_MOMENT)
            return cli_refused(c, &refusal);
        return cli_refuse(
            c, s, 0, cli_say(c, "时刻", "moment"), typed,
            cli_say(c, "台账开始以后的时刻", "a moment since the journal began"));
    }
    *out = b;
    return DUBAN_OK;
}

duban_status look_board(cli *c, uint32_t plan, look *out) {
    plan_info info;
    look made = look_slice(c, plan);
    if (!ledger_get_plan(made.l, plan, &info))
        return cli_refuse(c, DUBAN_E_UNKNOWN_PLAN, 0, "plan", NULL, NULL);
    board_request ask = {.plan = info.code, .as_of = AS_OF_HEAD};
    duban_status s = look_ask(c, &ask, NULL, &made.board);
    if (s < 0) return s;
    made.l = duban_slice(c->d);
    *out = made;
    return DUBAN_OK;
}

void look_close(look *where) {
    if (where->board) duban_board_free(where->board);
    where->board = NULL;
}

bool look_cell(const look *where, const cell_name *name, cell *out) {
    if (!where->board) return where->l && ledger_cell(where->l, where->plan, name, out);
    const cell *found = duban_board_cell(where->board, name);
    if (found) *out = *found;
    return found != NULL;
}

bool look_item(const look *where, uint32_t task, uint32_t office, period round,
               item_cell *out) {
    cell_name name = {.kind = CELL_ITEM, .task = task, .office = office, .period = round};
    cell found;
    if (!look_cell(where, &name, &found)) return false;
    *out = found.item;
    return true;
}

bool look_value(const look *where, uint32_t task, uint32_t metric, uint32_t office,
                period round, value_cell *out) {
    cell_name name = {.kind = CELL_VALUE,
                      .task = task,
                      .metric = metric,
                      .office = office,
                      .period = round};
    cell found;
    if (!look_cell(where, &name, &found)) return false;
    *out = found.value;
    return true;
}

duban_status look_entry(cli *c, arena *a, uint64_t index, event_kind kind, event *out) {
    entries_request ask = {.from = index, .max = 1};
    entries_words answer;
    entry_words entry;
    signed_words head;
    duban_refusal refusal = {0};
    duban_status s = duban_entries(c->d, &ask, a, &answer, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    bool good = answer.entries_n > 0 && entry_read(answer.entries[0], &entry) >= 0 &&
                entry.index == index && entry.kind == kind &&
                codec_signed_read(entry.signed_bytes, a, &head, &refusal) >= 0 &&
                codec_event_read(&head, entry.signature, a, out, &refusal) >= 0;
    if (good) return DUBAN_OK;
    char found[24];
    snprintf(found, sizeof found, "%" PRIu64, index);
    return cli_refuse(c, DUBAN_E_UNKNOWN_INDEX, 0, "index", found, NULL);
}

const char *look_text(cli *c, arena *a, const body_ref *ref) {
    body_words body;
    duban_refusal refusal = {0};
    if (!ref->present) return "";
    duban_status s = duban_body(c->d, &ref->hash, a, &body, &refusal);
    const void *bytes = s < 0 ? "" : (const void *)body.bytes.data;
    size_t size = s < 0 ? 0 : body.bytes.size;
    char cleared[sizeof refusal.found + 64];
    if (s == DUBAN_E_REDACTED) {
        size = (size_t)snprintf(cleared, sizeof cleared,
                                cli_say(c, "（已按%s清除）", "(removed by order %s)"),
                                refusal.found);
        bytes = cleared;
    }
    const char *text = arena_copy(a, size ? bytes : "", size);
    return text ? text : "";
}

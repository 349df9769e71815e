/* Boards over the network and in the home: fetched as of a moment, followed on the feed,
 * saved and loaded. */
#include <string.h>

#include "client/board.h"
#include "client/board_file.h"
#include "client/handle.h"

static duban_status fetch_page(duban *d, const board_request *ask, arena *a,
                               duban_board *b, frame_words *frame,
                               duban_refusal *refusal) {
    reply_words reply;
    request_words request = {.kind = REQUEST_BOARD, .board = *ask};
    arena_reset(a);
    duban_status status = handle_ask_for(d, d->command, &request, REPLY_FRAME,
                                         d->timeout_ms, PATIENT, a, &reply, refusal);
    if (status) return status;
    if (reply.frame.left && !reply.frame.cells_n)
        return duban_refuse(refusal, DUBAN_E_MALFORMED, 0, "left", NULL, NULL);
    status = reply.frame.left ? board_absorb_part(b, &reply.frame)
                              : board_absorb(b, &reply.frame);
    if (status) return duban_refuse(refusal, status, 0, "board", NULL, NULL);
    *frame = reply.frame;
    return DUBAN_OK;
}

duban_status duban_board_fetch(duban *d, const board_request *ask, duban_board *b,
                               duban_refusal *refusal) {
    arena a;
    frame_words frame = {0};
    board_request next = *ask;
    next.after = 0;
    next.skip = 0;
    arena_init(&a, 0);
    duban_status status;
    do {
        status = fetch_page(d, &next, &a, b, &frame, refusal);
        if (status) break;
        /* Whatever was asked for first, the rest is of that same index. */
        next.as_of = AS_OF_INDEX;
        next.index = frame.to;
        next.skip += frame.cells_n;
    } while (frame.left);
    arena_close(&a);
    return status;
}

/* The whole board in place of what b held: a change too large for a frame, or another one
 * than of cells (what may be seen of it). */
static duban_status fetch_anew(duban *d, const char *plan, duban_board *b,
                               duban_refusal *refusal) {
    duban_board *whole = NULL;
    board_request ask = {.plan = plan, .as_of = AS_OF_HEAD};
    duban_status status = duban_board_new(&whole);
    if (status) return duban_refuse(refusal, status, 0, "board", NULL, NULL);
    status = duban_board_fetch(d, &ask, whole, refusal);
    board_set_right(whole, session_sees(&d->command_session));
    if (!status) board_take(b, whole);
    duban_board_free(whole);
    return status;
}

/* What a feed's answer does to the board. Any gap but one that says so breaks the feed's
 * promise to go on from the cursor. */
static duban_status fold_answer(duban *d, const frame_words *frame, duban_board *b,
                                bool *changed, duban_refusal *refusal) {
    duban_board_head before;
    duban_board_get_head(b, &before);
    bool gap = false;
    duban_status status = duban_board_fold(b, frame, &gap);
    if (!status && gap && frame->fetch && frame->prev <= before.cursor.index) {
        status = fetch_anew(d, frame->plan, b, refusal);
        if (!status) *changed = true;
        return status;
    }
    if (!status && gap) status = DUBAN_E_DIVERGED;
    if (status) return duban_refuse(refusal, status, 0, "frame", NULL, NULL);
    *changed = frame->cells_n > 0 && frame->to > before.cursor.index;
    return DUBAN_OK;
}

/* Another right sees another board: it is begun anew. */
static void agree_on_right(duban_board *b, right_kind right) {
    if (board_right(b) == right) return;
    board_clear(b);
    board_set_right(b, right);
}

duban_status duban_board_follow(duban *d, const char *plan, uint32_t wait_ms,
                                duban_board *b, bool *changed, duban_refusal *refusal) {
    arena a;
    reply_words reply;
    duban_board_head head;
    const desk_session *session = &d->feed_session;
    uint32_t hold_ms = wait_ms < FEED_HOLD_MS ? wait_ms : FEED_HOLD_MS;
    duban_status status = session_open(d, d->feed, d->timeout_ms, PATIENT, refusal);
    if (status) return status;
    agree_on_right(b, session_sees(session));
    duban_board_get_head(b, &head);
    request_words ask = {
        .kind = REQUEST_FEED,
        .feed = {.plan = plan, .cursor = head.cursor, .wait_ms = hold_ms}};
    arena_init(&a, 0);
    status = handle_ask_for(d, d->feed, &ask, REPLY_FRAME, hold_ms + d->timeout_ms,
                            PATIENT, &a, &reply, refusal);
    bool same = session_sees(session) == board_right(b);
    if (!status && same) status = fold_answer(d, &reply.frame, b, changed, refusal);
    if (!status && !same) *changed = false; /* renewed under another right: next time */
    arena_close(&a);
    return status;
}

/* --- in the home -------------------------------------------------------------------- */

/* A plan's code is a file's name: letters, digits, '.', '_' and '-', not '.' first. */
static bool code_is_name(const char *code) {
    static const char allowed[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";
    size_t size = strlen(code);
    return size && size <= CODE_SIZE_MAX && *code != '.' && strspn(code, allowed) == size;
}

duban_status duban_board_save(duban *d, duban_board *b, duban_refusal *refusal) {
    duban_board_head head;
    path temporary;
    buffer bytes;
    duban_board_get_head(b, &head);
    if (!code_is_name(head.plan))
        return duban_refuse(refusal, DUBAN_E_CODE, 0, "plan", head.plan, NULL);
    buffer_init(&bytes);
    duban_status status = file_make_folder(d->boards.text);
    if (!status) status = file_path(&temporary, d->boards.text, ".new");
    if (!status) status = board_file_write(b, &bytes);
    if (!status) {
        span text = {bytes.data, bytes.size};
        status = file_write(temporary.text, d->boards.text, head.plan, text);
    }
    buffer_close(&bytes);
    if (status) return duban_refuse(refusal, status, 0, "board", head.plan, NULL);
    return DUBAN_OK;
}

duban_status duban_board_load(duban *d, const char *plan, duban_board *b,
                              duban_refusal *refusal) {
    path file;
    buffer bytes;
    if (!code_is_name(plan))
        return duban_refuse(refusal, DUBAN_E_CODE, 0, "plan", plan, NULL);
    buffer_init(&bytes);
    duban_status status = file_path(&file, d->boards.text, plan);
    if (!status) status = file_read(file.text, BOARD_FILE_MAX, &bytes);
    if (!status) status = board_file_read((span){bytes.data, bytes.size}, b);
    buffer_close(&bytes);
    if (status) return duban_refuse(refusal, status, 0, "board", plan, NULL);
    return DUBAN_OK;
}

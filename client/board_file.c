#include "client/board_file.h"

#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

#define HEADER "duban-board/2\n"
/* Of releases that knew no rights: it holds what its reader may no longer see. */
#define OLD_HEADER  "duban-board/1\n"
#define HEADER_SIZE (sizeof HEADER - 1)
#define BODY_AT     (HEADER_SIZE + HASH_SIZE)
#define RIGHT_BYTES 4

static void put_u32(unsigned char *to, uint32_t value) {
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> (24 - 8 * i));
}

static uint32_t get_u32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static frame_words head_frame(const duban_board_head *head) {
    return (frame_words){
        .origin = head->origin,
        .plan = head->plan,
        .to = head->cursor.index,
        .head = head->head,
        .has_root = head->cursor.has_root,
        .root = head->cursor.root,
        .has_digest = head->has_digest,
        .digest = head->digest,
        .digest_index = head->digest_index,
        .moment_ms = head->moment_ms,
    };
}

static duban_status write_part(const frame_words *frame, buffer *out) {
    unsigned char *to = buffer_reserve(out, 4);
    if (!to) return DUBAN_E_NO_MEMORY;
    size_t at = out->size;
    out->size += 4;
    duban_status status = codec_frame_write(frame, out);
    if (!status) put_u32(out->data + at, (uint32_t)(out->size - at - 4));
    return status;
}

/* How many of the cells fill one part. */
static size_t part_cells(const cell *const *cells, size_t n) {
    size_t bytes = 0, taken = 0;
    while (taken < n && (taken == 0 || bytes < BOARD_PART_BYTES))
        bytes += codec_cell_size(cells[taken++]);
    return taken;
}

static duban_status write_parts(duban_board *b, buffer *out) {
    duban_board_head head;
    size_t n;
    const cell *const *cells = duban_board_cells(b, &n);
    cell *flat = malloc((n + 1) * sizeof *flat);
    duban_status status = cells && flat ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < n && !status; i++)
        flat[i] = *cells[i];
    duban_board_get_head(b, &head);
    frame_words frame = head_frame(&head);
    size_t done = 0;
    do {
        if (status) break;
        size_t taken = part_cells(cells + done, n - done);
        frame.cells = flat + done;
        frame.cells_n = (uint32_t)taken;
        done += taken;
        status = write_part(&frame, out);
    } while (done < n);
    free(flat);
    return status;
}

duban_status board_file_write(duban_board *b, buffer *out) {
    size_t start = out->size;
    unsigned char *to = buffer_reserve(out, BODY_AT);
    if (!to) return DUBAN_E_NO_MEMORY;
    memcpy(to, HEADER, HEADER_SIZE);
    out->size += BODY_AT;
    unsigned char *right = buffer_reserve(out, RIGHT_BYTES);
    if (right) put_u32(right, (uint32_t)board_right(b));
    if (right) out->size += RIGHT_BYTES;
    duban_status status = right ? write_parts(b, out) : DUBAN_E_NO_MEMORY;
    if (!status && out->size - start > BOARD_FILE_MAX) status = DUBAN_E_TOO_LARGE;
    if (status) {
        out->size = start;
        return status;
    }
    hash256 hash = hash_of(out->data + start + BODY_AT, out->size - start - BODY_AT);
    memcpy(out->data + start + HEADER_SIZE, hash.bytes, HASH_SIZE);
    return DUBAN_OK;
}

static duban_status read_part(span part, arena *a, duban_board *b) {
    frame_words frame;
    duban_status status = codec_frame_read(part, a, &frame, NULL);
    if (!status) status = board_absorb(b, &frame);
    return status == DUBAN_OK || status == DUBAN_E_NO_MEMORY ? status : DUBAN_E_CORRUPT;
}

duban_status board_file_read(span bytes, duban_board *b) {
    if (bytes.size >= BODY_AT && memcmp(bytes.data, OLD_HEADER, HEADER_SIZE) == 0)
        return DUBAN_E_NOT_FOUND;
    if (bytes.size < BODY_AT || memcmp(bytes.data, HEADER, HEADER_SIZE) != 0)
        return DUBAN_E_CORRUPT;
    span rest = {bytes.data + BODY_AT, bytes.size - BODY_AT};
    hash256 hash = hash_of(rest.data, rest.size);
    if (memcmp(bytes.data + HEADER_SIZE, hash.bytes, HASH_SIZE) != 0)
        return DUBAN_E_CORRUPT;
    arena a;
    uint32_t right = rest.size < RIGHT_BYTES ? RIGHT_COUNT : get_u32(rest.data);
    if (right >= RIGHT_COUNT || rest.size == RIGHT_BYTES) return DUBAN_E_CORRUPT;
    rest = (span){rest.data + RIGHT_BYTES, rest.size - RIGHT_BYTES};
    board_set_right(b, (right_kind)right);
    arena_init(&a, 0);
    duban_status status = DUBAN_OK;
    while (rest.size && !status) {
        uint32_t size = rest.size < 4 ? 0 : get_u32(rest.data);
        if (rest.size < 4 || size > rest.size - 4) {
            status = DUBAN_E_CORRUPT;
            break;
        }
        arena_reset(&a);
        status = read_part((span){rest.data + 4, size}, &a, b);
        rest.data += 4 + size;
        rest.size -= 4 + size;
    }
    arena_close(&a);
    return status;
}

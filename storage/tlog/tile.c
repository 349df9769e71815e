#include "storage/tlog/tile.h"

#include <assert.h>
#include <string.h>

#include "storage/tlog/text.h"

static_assert(sizeof(hash256) == HASH_SIZE, "an array of hashes is a tile's bytes");

uint64_t tile_full_count(uint64_t size, uint32_t level) {
    uint32_t shift = TILE_HEIGHT * (level + 1);
    return shift < 64 ? size >> shift : 0;
}

uint32_t tile_partial_width(uint64_t size, uint32_t level) {
    uint32_t shift = TILE_HEIGHT * level;
    return shift < 64 ? (uint32_t)(size >> shift & (TILE_WIDTH - 1)) : 0;
}

uint32_t tile_width_at(uint64_t size, uint32_t level, uint64_t number) {
    uint64_t full = tile_full_count(size, level);
    if (number < full) return TILE_WIDTH;
    return number == full ? tile_partial_width(size, level) : 0;
}

/* --- paths ------------------------------------------------------------------------ */

static char *print_group(char *at, uint32_t group) {
    *at++ = (char)('0' + group / 100);
    *at++ = (char)('0' + group / 10 % 10);
    *at++ = (char)('0' + group % 10);
    return at;
}

/* Three digits a group, all but the last marked with an x. */
static char *print_number(char *at, uint64_t number) {
    uint32_t groups[7];
    uint32_t count = 0;
    do
        groups[count++] = (uint32_t)(number % 1000);
    while (number /= 1000);
    while (count > 1) {
        *at++ = 'x';
        at = print_group(at, groups[--count]);
        *at++ = '/';
    }
    return print_group(at, groups[0]);
}

void tile_path_print(const tile_name *name, char path[TILE_PATH_SIZE]) {
    assert(name->level < 64 && name->number <= TLOG_SIZE_MAX / TILE_WIDTH);
    assert(name->width > 0 && name->width <= TILE_WIDTH);
    char *at = tlog_text_put(path, "tile/", 5);
    at = name->entries ? tlog_text_put(at, "entries", 7)
                       : tlog_text_put_decimal(at, name->level);
    *at++ = '/';
    at = print_number(at, name->number);
    if (name->width < TILE_WIDTH) {
        at = tlog_text_put(at, ".p/", 3);
        at = tlog_text_put_decimal(at, name->width);
    }
    *at = '\0';
}

typedef struct path_cursor {
    const char *at;
    const char *end;
} path_cursor;

static bool take_text(path_cursor *cursor, const char *text) {
    size_t size = strlen(text);
    if ((size_t)(cursor->end - cursor->at) < size) return false;
    if (memcmp(cursor->at, text, size) != 0) return false;
    cursor->at += size;
    return true;
}

/* The digits that come next, as a decimal from 0 to max without leading zeros. */
static bool take_decimal(path_cursor *cursor, uint32_t max, uint32_t *out) {
    tlog_text_slice digits = {cursor->at, 0};
    uint64_t number = 0;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
        cursor->at++;
    digits.size = (size_t)(cursor->at - digits.at);
    if (!tlog_text_decimal(digits, max, &number)) return false;
    *out = (uint32_t)number;
    return true;
}

static bool take_group(path_cursor *cursor, uint64_t *number) {
    if (cursor->end - cursor->at < 3) return false;
    if (*number > TLOG_SIZE_MAX / TILE_WIDTH / 1000) return false;
    for (int i = 0; i < 3; i++) {
        char digit = *cursor->at++;
        if (digit < '0' || digit > '9') return false;
        *number = *number * 10 + (uint64_t)(digit - '0');
    }
    return *number <= TLOG_SIZE_MAX / TILE_WIDTH;
}

static bool take_number(path_cursor *cursor, uint64_t *out) {
    uint64_t number = 0;
    bool more = take_text(cursor, "x");
    while (more) {
        if (!take_group(cursor, &number) || !take_text(cursor, "/")) return false;
        if (number == 0) return false; /* a leading group of zeros is never written */
        more = take_text(cursor, "x");
    }
    if (!take_group(cursor, &number)) return false;
    *out = number;
    return true;
}

duban_status tile_path_parse(const char *path, size_t size, tile_name *out) {
    path_cursor cursor = {path, path + size};
    tile_name name = {.width = TILE_WIDTH};
    if (!take_text(&cursor, "tile/")) return DUBAN_E_MALFORMED;
    name.entries = take_text(&cursor, "entries");
    if (!name.entries && !take_decimal(&cursor, 63, &name.level))
        return DUBAN_E_MALFORMED;
    if (!take_text(&cursor, "/") || !take_number(&cursor, &name.number))
        return DUBAN_E_MALFORMED;
    if (take_text(&cursor, ".p/")) {
        if (!take_decimal(&cursor, TILE_WIDTH - 1, &name.width)) return DUBAN_E_MALFORMED;
        if (name.width == 0) return DUBAN_E_MALFORMED;
    }
    if (cursor.at != cursor.end) return DUBAN_E_MALFORMED;
    *out = name;
    return DUBAN_OK;
}

/* --- the hashes of a tile --------------------------------------------------------- */

/* Height h has 256 >> h nodes and lies behind all lower ones. */
static uint32_t place_of(uint32_t height, uint32_t index) {
    return 2 * TILE_WIDTH - (2 * TILE_WIDTH >> height) + index;
}

void tile_nodes_begin(tile_nodes *tile, uint64_t number) {
    tile->number = number;
    tile->width = 0;
}

void tile_nodes_append(tile_nodes *tile, const hash256 *hash) {
    assert(tile->width < TILE_WIDTH);
    uint32_t index = tile->width++;
    tile->nodes[index] = *hash;
    for (uint32_t height = 0; index & 1 && height < TILE_HEIGHT; height++) {
        const hash256 *right = &tile->nodes[place_of(height, index)];
        index >>= 1;
        tile->nodes[place_of(height + 1, index)] = tlog_node_hash(right - 1, right);
    }
}

const hash256 *tile_nodes_at(const tile_nodes *tile, uint32_t height, uint32_t index) {
    if (height > TILE_HEIGHT || index >= tile->width >> height) return NULL;
    return &tile->nodes[place_of(height, index)];
}

hash256 tile_root(const hash256 hashes[TILE_WIDTH]) {
    hash256 level[TILE_WIDTH / 2];
    for (uint32_t i = 0; i < TILE_WIDTH / 2; i++)
        level[i] = tlog_node_hash(&hashes[2 * i], &hashes[2 * i + 1]);
    for (uint32_t count = TILE_WIDTH / 4; count > 0; count /= 2)
        for (uint32_t i = 0; i < count; i++)
            level[i] = tlog_node_hash(&level[2 * i], &level[2 * i + 1]);
    return level[0];
}

duban_status tile_from_below(const tile_source *source, uint32_t level, uint64_t number,
                             uint32_t width, hash256 *out) {
    assert(level > 0 && width <= TILE_WIDTH);
    for (uint32_t i = 0; i < width; i++) {
        hash256 below[TILE_WIDTH];
        duban_status status = source->fetch(source->ctx, level - 1,
                                            number * TILE_WIDTH + i, TILE_WIDTH, below);
        if (status) return status;
        out[i] = tile_root(below);
    }
    return DUBAN_OK;
}

duban_status tile_from_reader(const tlog_hash_reader *reader, uint32_t level,
                              uint64_t number, uint32_t width, hash256 *out) {
    assert(level < TILE_LEVELS && width <= TILE_WIDTH);
    for (uint32_t i = 0; i < width; i++) {
        duban_status status = reader->read(reader->ctx, level * TILE_HEIGHT,
                                           number * TILE_WIDTH + i, &out[i]);
        if (status) return status;
    }
    return DUBAN_OK;
}

/* --- reading hashes from tiles ---------------------------------------------------- */

/* Makes the reader hold the tile (level, number) of that width. */
static duban_status hold(tile_reader *reader, uint32_t level, uint64_t number,
                         uint32_t width, const tile_nodes **out) {
    bool partial = width < TILE_WIDTH;
    tile_nodes *tile = &reader->tiles[level][partial];
    bool same = reader->held[level][partial] && tile->number == number;
    *out = tile;
    if (same && tile->width >= width) return DUBAN_OK;

    hash256 hashes[TILE_WIDTH];
    const tile_source *source = reader->source;
    duban_status status = source->fetch(source->ctx, level, number, width, hashes);
    if (status) return status;
    if (!same) tile_nodes_begin(tile, number);
    reader->held[level][partial] = true;
    while (tile->width < width)
        tile_nodes_append(tile, &hashes[tile->width]);
    return DUBAN_OK;
}

static duban_status read_hash(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    tile_reader *reader = ctx;
    if (level >= TLOG_LEVELS || index >= reader->size >> level) return DUBAN_E_AHEAD;

    uint32_t tile_level = level / TILE_HEIGHT, height = level % TILE_HEIGHT;
    uint32_t in_tile = TILE_HEIGHT - height;
    uint64_t number = index >> in_tile;
    uint32_t width = tile_width_at(reader->size, tile_level, number);
    const tile_nodes *tile = NULL;
    duban_status status = hold(reader, tile_level, number, width, &tile);
    if (status) return status;

    uint32_t place = (uint32_t)(index & (((uint64_t)1 << in_tile) - 1));
    const hash256 *hash = tile_nodes_at(tile, height, place);
    assert(hash);
    *out = *hash;
    return DUBAN_OK;
}

void tile_reader_init(tile_reader *reader, const tile_source *source, uint64_t size) {
    reader->source = source;
    reader->size = size;
    memset(reader->held, 0, sizeof reader->held);
}

void tile_reader_resize(tile_reader *reader, uint64_t size) {
    reader->size = size;
}

tlog_hash_reader tile_reader_hashes(tile_reader *reader) {
    return (tlog_hash_reader){read_hash, reader};
}

/* --- entry bundles ---------------------------------------------------------------- */

duban_status bundle_append(uint8_t *bytes, size_t size, size_t *used, const void *entry,
                           size_t entry_size) {
    assert(*used <= size);
    if (entry_size > ENTRY_SIZE_MAX || size - *used < 2 + entry_size)
        return DUBAN_E_TOO_LARGE;
    uint8_t *at = bytes + *used;
    at[0] = (uint8_t)(entry_size >> 8);
    at[1] = (uint8_t)entry_size;
    if (entry_size) memcpy(at + 2, entry, entry_size);
    *used += 2 + entry_size;
    return DUBAN_OK;
}

duban_status bundle_next(const uint8_t *bytes, size_t size, size_t *at,
                         const uint8_t **entry, size_t *entry_size) {
    assert(*at <= size);
    size_t left = size - *at;
    if (left == 0) return DUBAN_E_NOT_FOUND;
    if (left < 2) return DUBAN_E_MALFORMED;
    size_t wanted = (size_t)bytes[*at] << 8 | bytes[*at + 1];
    if (left - 2 < wanted) return DUBAN_E_MALFORMED;
    *entry = bytes + *at + 2;
    *entry_size = wanted;
    *at += 2 + wanted;
    return DUBAN_OK;
}

static_assert(ENTRY_SIZE_MAX == UINT16_MAX, "a bundle can name every entry's size");

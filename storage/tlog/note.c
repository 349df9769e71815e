#include "storage/tlog/note.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "storage/tlog/note_parts.h"
#include "storage/tlog/text.h"

/* Every signature line begins with an em dash (U+2014) and a space. */
#define LINE_START      "\xE2\x80\x94 "
#define LINE_START_SIZE (sizeof LINE_START - 1)
#define KEY_ID_SIZE     4
/* What the text of a verifier key says of the key: its type and 32 bytes. */
#define KEY_MATERIAL_SIZE (1 + SIGN_PUBLIC_SIZE)

/* --- characters ------------------------------------------------------------------- */

/* Decodes one character of strict UTF-8 (RFC 3629: shortest form, no surrogates) and
 * returns its length, 0 when there is none. */
static size_t decode_utf8(const char *text, size_t size, uint32_t *out) {
    const uint8_t *bytes = (const uint8_t *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (size == 0) return 0;
    size_t length = bytes[0] < 0x80             ? 1
                    : (bytes[0] & 0xE0) == 0xC0 ? 2
                    : (bytes[0] & 0xF0) == 0xE0 ? 3
                    : (bytes[0] & 0xF8) == 0xF0 ? 4
                                                : 0;
    if (length == 0 || length > size) return 0;
    uint32_t c = length == 1 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (bytes[i] & 0x3F);
    }
    if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *out = c;
    return length;
}

/* Unicode's White_Space property. */
static bool is_space(uint32_t c) {
    if (c >= 0x2000 && c <= 0x200A) return true;
    switch (c) {
    case 0x09:
    case 0x0A:
    case 0x0B:
    case 0x0C:
    case 0x0D:
    case 0x20:
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000: return true;
    default: return false;
    }
}

/* Valid UTF-8 without ASCII control characters other than newline. */
static bool text_allowed(const char *text, size_t size) {
    uint32_t c = 0;
    while (size) {
        size_t length = decode_utf8(text, size, &c);
        if (length == 0 || (c < 0x20 && c != '\n')) return false;
        text += length;
        size -= length;
    }
    return true;
}

static bool name_allowed(const char *name, size_t size) {
    uint32_t c = 0;
    if (size == 0) return false;
    while (size) {
        size_t length = decode_utf8(name, size, &c);
        if (length == 0 || c < 0x20 || c == '+' || is_space(c)) return false;
        name += length;
        size -= length;
    }
    return true;
}

/* A name of ours is bounded too, so that it fits its place. */
static bool own_name_allowed(const char *name, size_t size) {
    return size <= ORIGIN_SIZE_MAX && name_allowed(name, size);
}

/* --- keys ------------------------------------------------------------------------- */

static uint32_t read_id(const uint8_t bytes[KEY_ID_SIZE]) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static void write_id(uint32_t id, uint8_t bytes[KEY_ID_SIZE]) {
    for (int i = 0; i < KEY_ID_SIZE; i++)
        bytes[i] = (uint8_t)(id >> (24 - 8 * i));
}

static uint32_t id_of(uint8_t type, const char *name, size_t name_size,
                      const sign_public *public_key) {
    const uint8_t middle[2] = {'\n', type};
    hash_stream stream;
    hash_begin(&stream);
    hash_add(&stream, name, name_size);
    hash_add(&stream, middle, sizeof middle);
    hash_add(&stream, public_key->bytes, SIGN_PUBLIC_SIZE);
    hash256 hash = hash_end(&stream);
    return read_id(hash.bytes);
}

static void set_key(uint8_t type, const char *name, size_t name_size,
                    const sign_public *public_key, note_key *out) {
    memset(out->name, 0, sizeof out->name);
    memcpy(out->name, name, name_size);
    out->id = id_of(type, name, name_size, public_key);
    out->public_key = *public_key;
}

duban_status note_parts_key(uint8_t type, const char *name, const sign_public *public_key,
                            note_key *out) {
    size_t size = strlen(name);
    if (public_key->algorithm != ALGORITHM_ED25519) return DUBAN_E_ALGORITHM;
    if (!own_name_allowed(name, size)) return DUBAN_E_NOTE;
    sign_public copy = *public_key;
    set_key(type, name, size, &copy, out);
    return DUBAN_OK;
}

duban_status note_key_make(const char *name, const sign_public *public_key,
                           note_key *out) {
    return note_parts_key(NOTE_ED25519, name, public_key, out);
}

static char *print_hex32(char *at, uint32_t number) {
    for (int shift = 28; shift >= 0; shift -= 4)
        *at++ = "0123456789abcdef"[number >> shift & 15];
    return at;
}

void note_parts_key_print(uint8_t type, const note_key *key,
                          char text[NOTE_KEY_TEXT_SIZE]) {
    uint8_t material[KEY_MATERIAL_SIZE] = {type};
    memcpy(material + 1, key->public_key.bytes, SIGN_PUBLIC_SIZE);
    size_t name_size = strlen(key->name);
    memcpy(text, key->name, name_size);
    char *at = text + name_size;
    *at++ = '+';
    at = print_hex32(at, key->id);
    *at++ = '+';
    base64_encode(material, sizeof material, at, BASE64_LENGTH(sizeof material) + 1);
}

void note_key_print(const note_key *key, char text[NOTE_KEY_TEXT_SIZE]) {
    note_parts_key_print(NOTE_ED25519, key, text);
}

duban_status note_parts_key_parse(uint8_t type, const char *text, size_t size,
                                  note_key *out) {
    uint8_t material[1024]; /* room for a key of another type, to name it as such */
    char id_text[8];
    size_t got = 0;
    note_key key;
    const char *plus = memchr(text, '+', size);
    if (!plus) return DUBAN_E_KEY_FORMAT;
    size_t name_size = (size_t)(plus - text);
    if (!own_name_allowed(text, name_size)) return DUBAN_E_KEY_FORMAT;
    const char *rest = plus + 1;
    size_t rest_size = size - name_size - 1;
    if (rest_size < 9 || rest[8] != '+') return DUBAN_E_KEY_FORMAT;
    if (base64_decode(rest + 9, rest_size - 9, material, sizeof material, &got) ||
        got == 0)
        return DUBAN_E_KEY_FORMAT;
    if (material[0] != type) return DUBAN_E_ALGORITHM;
    if (got != KEY_MATERIAL_SIZE) return DUBAN_E_KEY_FORMAT;

    sign_public public_key = sign_public_of(ALGORITHM_ED25519, material + 1);
    set_key(type, text, name_size, &public_key, &key);
    print_hex32(id_text, key.id);
    if (memcmp(id_text, rest, sizeof id_text) != 0) return DUBAN_E_KEY_FORMAT;
    *out = key;
    return DUBAN_OK;
}

duban_status note_key_parse(const char *text, size_t size, note_key *out) {
    return note_parts_key_parse(NOTE_ED25519, text, size, out);
}

/* --- signature lines -------------------------------------------------------------- */

duban_status note_line_next(const char **at, const char *end, note_line *out) {
    uint8_t bytes[NOTE_SIGNATURE_MAX / 4 * 3];
    size_t got = 0;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    if (!newline) return DUBAN_E_NOTE;
    size_t size = (size_t)(newline - *at);
    if (size < LINE_START_SIZE || memcmp(*at, LINE_START, LINE_START_SIZE) != 0)
        return DUBAN_E_NOTE;
    note_line line = {.name = *at + LINE_START_SIZE};
    const char *space = memchr(line.name, ' ', size - LINE_START_SIZE);
    if (!space) return DUBAN_E_NOTE;
    line.name_size = (size_t)(space - line.name);
    line.base64 = space + 1;
    line.base64_size = (size_t)(newline - line.base64);
    if (!name_allowed(line.name, line.name_size)) return DUBAN_E_NOTE;
    if (line.base64_size > NOTE_SIGNATURE_MAX) return DUBAN_E_TOO_LARGE;
    if (base64_decode(line.base64, line.base64_size, bytes, sizeof bytes, &got))
        return DUBAN_E_NOTE;
    if (got <= KEY_ID_SIZE) return DUBAN_E_NOTE;
    line.id = read_id(bytes);
    *out = line;
    *at = newline + 1;
    return DUBAN_OK;
}

bool note_line_claims(const note_line *line, const note_key *key) {
    return line->id == key->id && line->name_size == strlen(key->name) &&
           memcmp(line->name, key->name, line->name_size) == 0;
}

duban_status note_line_signature(const note_line *line, uint8_t *bytes, size_t size) {
    uint8_t found[KEY_ID_SIZE + NOTE_LINE_BYTES_MAX];
    size_t got = 0;
    if (base64_decode(line->base64, line->base64_size, found, sizeof found, &got) ||
        got != KEY_ID_SIZE + size)
        return DUBAN_E_SIGNATURE;
    memcpy(bytes, found + KEY_ID_SIZE, size);
    return DUBAN_OK;
}

char *note_line_put(char *at, const note_key *key, const uint8_t *bytes, size_t size) {
    uint8_t behind[KEY_ID_SIZE + NOTE_LINE_BYTES_MAX];
    assert(size <= NOTE_LINE_BYTES_MAX);
    write_id(key->id, behind);
    memcpy(behind + KEY_ID_SIZE, bytes, size);
    at = tlog_text_put(at, LINE_START, LINE_START_SIZE);
    at = tlog_text_put(at, key->name, strlen(key->name));
    *at++ = ' ';
    size_t length = BASE64_LENGTH(KEY_ID_SIZE + size);
    char text[BASE64_LENGTH(sizeof behind) + 1];
    base64_encode(behind, KEY_ID_SIZE + size, text, sizeof text);
    at = tlog_text_put(at, text, length);
    *at++ = '\n';
    return at;
}

/* --- notes ------------------------------------------------------------------------ */

/* The last empty line parts the text from the signatures: the last "\n\n", whose first
 * newline still belongs to the text. */
static const char *find_blank_line(const char *bytes, size_t size) {
    for (size_t i = size; i >= 2; i--)
        if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n') return bytes + i - 1;
    return NULL;
}

duban_status note_parse(const char *bytes, size_t size, note *out) {
    if (size > NOTE_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    if (!text_allowed(bytes, size)) return DUBAN_E_NOTE;
    const char *blank = find_blank_line(bytes, size);
    if (!blank) return DUBAN_E_NOTE;

    const char *end = bytes + size;
    note parsed = {
        .text = bytes, .text_size = (size_t)(blank - bytes), .lines = blank + 1};
    parsed.lines_size = (size_t)(end - parsed.lines);
    for (const char *at = parsed.lines; at < end; parsed.lines_count++) {
        note_line line;
        if (parsed.lines_count == NOTE_SIGNATURES_MAX) return DUBAN_E_TOO_LARGE;
        duban_status status = note_line_next(&at, end, &line);
        if (status) return status;
    }
    if (parsed.lines_count == 0) return DUBAN_E_NOTE;
    *out = parsed;
    return DUBAN_OK;
}

static duban_status verify_line(const note *signed_note, const note_line *line,
                                const note_key *key) {
    sign_signature signature;
    duban_status status =
        note_line_signature(line, signature.bytes, sizeof signature.bytes);
    if (status) return status;
    return sign_verify(&key->public_key, signed_note->text, signed_note->text_size,
                       &signature);
}

duban_status note_verify(const note *signed_note, const note_key *key) {
    const char *at = signed_note->lines, *end = at + signed_note->lines_size;
    duban_status result = DUBAN_E_UNKNOWN_KEY;
    while (at < end) {
        note_line line;
        duban_status status = note_line_next(&at, end, &line);
        if (status) return status;
        if (!note_line_claims(&line, key)) continue;
        result = verify_line(signed_note, &line, key);
        if (result) return result;
    }
    return result;
}

duban_status note_find_line(const char *lines, size_t lines_size, const note_key *key,
                            const char **line, size_t *line_size) {
    const char *at = lines, *end = lines + lines_size;
    while (at < end) {
        const char *from = at;
        note_line found;
        if (note_line_next(&at, end, &found)) return DUBAN_E_NOTE;
        if (!note_line_claims(&found, key)) continue;
        *line = from;
        *line_size = (size_t)(at - from);
        return DUBAN_OK;
    }
    return DUBAN_E_NOT_FOUND;
}

duban_status note_sign(const char *text, size_t text_size, const char *name,
                       const sign_key *key, char *bytes, size_t bytes_max, size_t *size) {
    size_t name_size = strlen(name);
    if (key->public_key.algorithm != ALGORITHM_ED25519) return DUBAN_E_ALGORITHM;
    if (!own_name_allowed(name, name_size)) return DUBAN_E_NOTE;
    if (text_size == 0 || text[text_size - 1] != '\n') return DUBAN_E_NOTE;
    if (text_size > NOTE_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    if (!text_allowed(text, text_size)) return DUBAN_E_NOTE;
    size_t wanted = text_size + 1 + NOTE_LINE_SIZE(name_size);
    if (wanted > bytes_max || wanted > NOTE_SIZE_MAX) return DUBAN_E_TOO_LARGE;

    note_key signer;
    sign_signature signature;
    duban_status status = sign_bytes(key, text, text_size, &signature);
    if (status) return status;
    set_key(NOTE_ED25519, name, name_size, &key->public_key, &signer);

    char *at = tlog_text_put(bytes, text, text_size);
    *at++ = '\n';
    at = note_line_put(at, &signer, signature.bytes, sizeof signature.bytes);
    assert((size_t)(at - bytes) == wanted);
    *size = wanted;
    return DUBAN_OK;
}

#include "client/import/fold.h"

static bool is_space(uint32_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v' ||
           c == 0xA0 || c == 0x3000 || c == 0xFEFF || (c >= 0x2000 && c <= 0x200F) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x2060;
}

static bool is_control(uint32_t c) {
    return (c < 0x20 && !is_space(c)) || (c >= 0x7F && c < 0xA0) || c == 0xFFFE ||
           c == 0xFFFF;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool fold_readable(piece raw, size_t *at) {
    for (size_t i = 0; i < raw.size;) {
        uint32_t c = 0;
        size_t n = piece_decode(raw, i, &c);
        if (n == 0 || is_control(c)) {
            *at = i;
            return false;
        }
        i += n;
    }
    return true;
}

/* Signs that have a width or a second code point, after the full-width fold. */
static uint32_t fold_sign(uint32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    switch (c) {
    case '(':
    case '[':
    case 0x3010:
    case 0x3014:
    case 0x3016:
    case 0xFE59:
    case 0x2768: return 0xFF08; /* （ */
    case ')':
    case ']':
    case 0x3011:
    case 0x3015:
    case 0x3017:
    case 0xFE5A:
    case 0x2769: return 0xFF09; /* ） */
    case ':':
    case 0x2236:
    case 0xFE55: return 0xFF1A;
    case ';':
    case 0xFE54: return 0xFF1B;
    case ',':
    case 0xFE50: return 0xFF0C;
    case '!': return 0xFF01;
    case '?': return 0xFF1F;
    case 0xFF61: return 0x3002; /* 。 */
    case 0xFF64:
    case 0xFE51: return 0x3001; /* 、 */
    case 0x2030: return 0x2030;
    case 0xFE6A: return '%';
    case 0x2F00: return 0x4E00; /* a radical typed for 一 */
    default: return c;
    }
}

/* Three digits and then no digit: a comma before them groups. */
static bool grouped(piece raw, size_t position) {
    size_t digits = 0;
    for (size_t i = position; digits < 4; digits++) {
        uint32_t c = 0;
        size_t n = piece_decode(raw, i, &c);
        if (n == 0) break;
        c = fold_sign(c);
        if (c < '0' || c > '9') break;
        i += n;
    }
    return digits == 3;
}

static void fold_enclosed(wording *out, uint32_t c) {
    static const char *const chinese[] = {"一", "二", "三", "四", "五",
                                          "六", "七", "八", "九", "十"};
    wording_word(out, "（");
    if (c >= 0x3220) {
        wording_word(out, chinese[c - 0x3220]);
    } else {
        uint32_t number = c - 0x2474 + 1;
        if (number >= 10) wording_character(out, '0' + number / 10);
        wording_character(out, '0' + number % 10);
    }
    wording_word(out, "）");
}

duban_status fold_line(arena *a, piece raw, piece *folded) {
    wording out = wording_begin(a);
    bool spaced = false;
    size_t bad;
    if (!fold_readable(raw, &bad)) return DUBAN_E_TEXT;
    for (size_t i = 0; i < raw.size;) {
        uint32_t c = 0;
        i += piece_decode(raw, i, &c);
        if (is_space(c)) {
            spaced = true;
            continue;
        }
        c = fold_sign(c);
        char last = out.size ? out.at[out.size - 1] : '\0';
        if (c == 0xFF0C && is_digit(last) && grouped(raw, i)) continue;
        if (spaced && c < 0x80 && is_alphanumeric((char)c) && is_alphanumeric(last))
            wording_word(&out, " ");
        spaced = false;
        if ((c >= 0x2474 && c <= 0x2487) || (c >= 0x3220 && c <= 0x3229))
            fold_enclosed(&out, c);
        else
            wording_character(&out, c);
    }
    const char *at = wording_end(&out);
    if (!at) return DUBAN_E_NO_MEMORY;
    *folded = (piece){at, out.size};
    return DUBAN_OK;
}

#include "broker/ledger/page_writer.h"

#include <string.h>

void page_put_bytes(page_writer *w, const void *bytes, size_t size) {
    if (w->status != DUBAN_OK || size == 0) return;
    unsigned char *at = buffer_reserve(w->out, size);
    if (at == NULL) {
        w->status = DUBAN_E_NO_MEMORY;
        return;
    }
    memcpy(at, bytes, size);
    w->out->size += size;
}

void page_put_u32(page_writer *w, uint32_t value) {
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (24 - 8 * i));
    page_put_bytes(w, bytes, sizeof bytes);
}

void page_put_u64(page_writer *w, uint64_t value) {
    page_put_u32(w, (uint32_t)(value >> 32));
    page_put_u32(w, (uint32_t)value);
}

void page_put_text(page_writer *w, const char *text) {
    size_t size = strlen(text);
    page_put_u32(w, (uint32_t)size);
    page_put_bytes(w, text, size);
}

void page_put_numbers(page_writer *w, const uint32_t *numbers, uint32_t n) {
    page_put_u32(w, n);
    for (uint32_t i = 0; i < n; i++)
        page_put_u32(w, numbers[i]);
}

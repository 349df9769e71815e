#include "broker/ledger/number.h"

#include <assert.h>

_Static_assert(NUMBER_WINDOW == 64, "one bit of `used` a number");

static bool inside(const number_window *w, uint64_t number) {
    return number > 0 && number <= w->last && w->last - number < NUMBER_WINDOW &&
           (w->used >> number % NUMBER_WINDOW & 1) != 0;
}

number_state number_look(const number_window *w, uint64_t number, const hash256 *mark) {
    if (inside(w, number)) {
        const hash256 *stands = &w->slots[number % NUMBER_WINDOW].mark;
        return hash_equal(stands, mark) ? NUMBER_SAME : NUMBER_OTHER;
    }
    if (number == 0 || (number <= w->last && w->last - number >= NUMBER_WINDOW))
        return NUMBER_BELOW;
    return NUMBER_FREE;
}

bool number_find(const number_window *w, uint64_t number, uint64_t *index) {
    if (!inside(w, number)) return false;
    *index = w->slots[number % NUMBER_WINDOW].index;
    return true;
}

bool number_reserve(number_window *w, const ledger_allocator *m) {
    if (w->slots == NULL)
        w->slots = m->resize(m->ctx, NULL, 0, NUMBER_WINDOW * sizeof *w->slots);
    return w->slots != NULL;
}

void number_note(number_window *w, uint64_t number, uint64_t index, const hash256 *mark) {
    assert(w->slots != NULL);
    if (number == 0) return;
    if (number > w->last) {
        uint64_t step = number - w->last;
        if (step >= NUMBER_WINDOW)
            w->used = 0;
        else
            for (uint64_t n = w->last; n != number;) /* ends at UINT64_MAX too */
                w->used &= ~(UINT64_C(1) << ++n % NUMBER_WINDOW);
        w->last = number;
    }
    w->used |= UINT64_C(1) << number % NUMBER_WINDOW;
    w->slots[number % NUMBER_WINDOW] = (number_slot){index, *mark};
}

void number_free(number_window *w, const ledger_allocator *m) {
    memory_free(m, w->slots, NUMBER_WINDOW, sizeof *w->slots);
    *w = (number_window){0};
}

/* A cell with everything it points to in one block of memory.
 * Knows: cells are copied whole. Must not know: what cells mean. */
#ifndef DUBAN_CLIENT_CELL_COPY_H
#define DUBAN_CLIENT_CELL_COPY_H

#include "proto/words.h"

/* NULL when out of memory. Released by free(). */
cell *cell_copy(const cell *from);

#endif

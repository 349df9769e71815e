/* A live screen: one frame cut to the window, so that nothing scrolls or wraps.
 * Knows: windows, colours in lines. Must not know: what is shown. */
#ifndef DUBAN_CLIENT_CLI_SCREEN_H
#define DUBAN_CLIENT_CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "proto/status.h"

typedef struct screen_size {
    int rows;
    int columns;
} screen_size;

/* The window behind a file descriptor, 24 by 80 when it cannot be told. */
screen_size screen_ask(int fd);

/* One frame. Texts are lines that end with "\n", colours among them. */
typedef struct screen_frame {
    const char *body;   /* kept from its top */
    const char *news;   /* kept from its end, below the body as room allows */
    const char *footer; /* one line without an end, always shown; "" for none */
} screen_frame;

/* Draws over what was there. A body that is cut ends with "…". */
void screen_draw(FILE *f, const screen_frame *frame, screen_size size);

#endif

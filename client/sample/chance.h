/* Seeded chance for the sample's generator: the same seed and place give the same draw,
 * whatever was drawn before.
 * Knows: numbers. Must not know: what is decided by them. */
#ifndef DUBAN_CLIENT_SAMPLE_CHANCE_H
#define DUBAN_CLIENT_SAMPLE_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct chance {
    uint64_t seed;
} chance;

/* A draw named by what it decides and up to three numbers. */
uint64_t chance_draw(chance c, const char *what, uint32_t a, uint32_t b, uint32_t d);
/* low..high, both included. */
int chance_between(chance c, int low, int high, const char *what, uint32_t a, uint32_t b,
                   uint32_t d);
bool chance_permille(chance c, int permille, const char *what, uint32_t a, uint32_t b,
                     uint32_t d);

#endif

#include "client/sample/chance.h"

/* splitmix64's finisher (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t chance_draw(chance c, const char *what, uint32_t a, uint32_t b, uint32_t d) {
    uint64_t x = mix(c.seed);
    for (; *what; what++)
        x = mix(x ^ (unsigned char)*what);
    x = mix(x ^ a);
    x = mix(x ^ b);
    return mix(x ^ d);
}

int chance_between(chance c, int low, int high, const char *what, uint32_t a, uint32_t b,
                   uint32_t d) {
    uint64_t span = (uint64_t)(high - low) + 1;
    return low + (int)(chance_draw(c, what, a, b, d) % span);
}

bool chance_permille(chance c, int permille, const char *what, uint32_t a, uint32_t b,
                     uint32_t d) {
    return (int)(chance_draw(c, what, a, b, d) % 1000) < permille;
}

/* File descriptors of this process: how many there may be, and whether they are used up.
 * Knows: the system's limit. Must not know: who uses them. */
#ifndef DUBAN_BROKER_DOOR_DESCRIPTORS_H
#define DUBAN_BROKER_DOOR_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

/* Raises the limit as far as the system lets us, DESCRIPTORS_MAX at most, and returns it.
 */
uint32_t descriptors_raise(void);

/* How many connections fit into that limit: a quarter is left for those that are still
 * shaking hands, DESCRIPTORS_KEPT for ourselves; PIPES_MAX at most. */
uint32_t descriptors_pipes(uint32_t limit);

/* Whether another one cannot be had at this moment. */
bool descriptors_short(void);

#endif

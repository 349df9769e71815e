/* What the broker tells its operator: one line an occurrence, on a file descriptor.
 * Knows: the wall clock and how a line looks. Must not know: what is worth telling.
 *
 *     2026-11-22T02:11:09.113Z info turn: the day is 2023-04-01
 *
 * Any thread may write; a line goes out in one write(2), so lines never mix. What cannot
 * be written is lost: nobody waits for a log. */
#ifndef DUBAN_BROKER_LOG_H
#define DUBAN_BROKER_LOG_H

#include <stdint.h>

/* Bytes of one line; what is longer is cut. */
#define LOG_LINE_MAX 1024

typedef struct logger {
    int fd;
} logger;

void log_info(const logger *log, const char *room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Something is wrong and the broker goes on. */
void log_warn(const logger *log, const char *room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Something is wrong and the broker stops. */
void log_error(const logger *log, const char *room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The wall clock, ms since 1970-01-01T00:00Z: the shell's only source of it. */
int64_t log_wall_ms(void);

#endif

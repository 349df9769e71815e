#include "broker/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int64_t log_wall_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t stamp(char *line, size_t size) {
    struct tm parts;
    int64_t ms = log_wall_ms();
    time_t seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, &parts);
    size_t used = strftime(line, size, "%Y-%m-%dT%H:%M:%S", &parts);
    return used + (size_t)snprintf(line + used, size - used, ".%03dZ", (int)(ms % 1000));
}

__attribute__((format(printf, 4, 0))) static void put(const logger *log,
                                                      const char *level, const char *room,
                                                      const char *format, va_list list) {
    char line[LOG_LINE_MAX];
    size_t used = stamp(line, sizeof line);
    used += (size_t)snprintf(line + used, sizeof line - used, " %s %s: ", level, room);
    int more = vsnprintf(line + used, sizeof line - used, format, list);
    if (more > 0) used += (size_t)more;
    if (used > sizeof line - 1) used = sizeof line - 1;
    line[used++] = '\n';
    if (write(log->fd, line, used) < 0) return; /* nobody waits for a log */
}

#define PUT(level)                                                                       \
    va_list list;                                                                        \
    va_start(list, format);                                                              \
    put(log, level, room, format, list);                                                 \
    va_end(list)

void log_info(const logger *log, const char *room, const char *format, ...) {
    PUT("info");
}

void log_warn(const logger *log, const char *room, const char *format, ...) {
    PUT("warn");
}

void log_error(const logger *log, const char *room, const char *format, ...) {
    PUT("error");
}

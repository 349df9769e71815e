/* Preloaded into duband by security_test.py: the wall clock of this process alone is off
 * by as many seconds as CLOCK_SHIFT_S says, as if the machine's had been moved. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*clock_reader)(clockid_t id, struct timespec *out);

int clock_gettime(clockid_t id, struct timespec *out) {
    /* POSIX has dlsym return functions through a pointer to an object. */
    union {
        void *found;
        clock_reader read;
    } real = {dlsym(RTLD_NEXT, "clock_gettime")};
    const char *shift = getenv("CLOCK_SHIFT_S");
    int code = real.read(id, out);
    if (code == 0 && id == CLOCK_REALTIME && shift) out->tv_sec += atol(shift);
    return code;
}

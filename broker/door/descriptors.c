#include "broker/door/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proto/limits.h"

uint32_t descriptors_raise(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return DESCRIPTORS_KEPT;
    rlim_t wanted = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max : DESCRIPTORS_MAX;
    rlim_t had = limit.rlim_cur;
    limit.rlim_cur = wanted;
    if (wanted > had && setrlimit(RLIMIT_NOFILE, &limit) != 0) wanted = had;
    if (wanted < had) wanted = had;
    return wanted < DESCRIPTORS_MAX ? (uint32_t)wanted : DESCRIPTORS_MAX;
}

uint32_t descriptors_pipes(uint32_t limit) {
    uint32_t left =
        limit > 2 * DESCRIPTORS_KEPT ? limit - DESCRIPTORS_KEPT : DESCRIPTORS_KEPT;
    uint32_t pipes = left / 4 * 3;
    return pipes < PIPES_MAX ? pipes : PIPES_MAX;
}

bool descriptors_short(void) {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

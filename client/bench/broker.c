#include "client/bench/broker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SYNC_BYTES   4096
#define SYNC_SECONDS 1.0
#define STOP_MS      10000
#define PATH_SIZE    (CLI_PATH_MAX + 64)

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static duban_status failed(cli *c, const char *what) {
    return cli_refuse(c, DUBAN_E_IO, 0, what, strerror(errno), NULL);
}

/* --- the folder --------------------------------------------------------------------- */

duban_status bench_folder_make(cli *c, bench_broker *b) {
    const char *parent = cli_option(c, "dir");
    if (!parent) parent = getenv("TMPDIR");
    if (!parent || !*parent) parent = "/var/tmp";
    char made[CLI_PATH_MAX];
    int n = snprintf(made, sizeof made, "%s/duban-bench-XXXXXX", parent);
    if (n < 0 || (size_t)n >= sizeof made)
        return cli_refuse(c, DUBAN_E_TOO_LARGE, 0, "dir", parent, NULL);
    if (!mkdtemp(made)) return failed(c, made);
    memcpy(b->folder, made, sizeof made);
    return DUBAN_OK;
}

/* The folder is ours: two levels of it and no links are all that duband makes. */
static void remove_tree(const char *path, int depth) {
    DIR *folder = depth > 0 ? opendir(path) : NULL;
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char child[PATH_SIZE + 256];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
        if (unlink(child) != 0) remove_tree(child, depth - 1);
    }
    if (folder) closedir(folder);
    rmdir(path);
}

void bench_folder_remove(bench_broker *b) {
    if (b->folder[0]) remove_tree(b->folder, 6);
    b->folder[0] = '\0';
}

static duban_status found(cli *c, const bench_city *city, const bench_broker *b) {
    char home[PATH_SIZE], data[PATH_SIZE];
    snprintf(home, sizeof home, "%s/home", b->folder);
    snprintf(data, sizeof data, "%s/data", b->folder);
    duban_options options = {.home = home};
    duban_refusal refusal = {0};
    sign_public public_key;
    duban *d;
    duban_status s =
        duban_home_init(&options, city->keys[0].pair.seed, &public_key, &refusal);
    if (s >= 0) s = duban_open(&options, &d, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    s = duban_found(d, data, &city->genesis, &refusal);
    duban_close(d);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

/* --- the process -------------------------------------------------------------------- */

static duban_status find_duband(cli *c, char out[CLI_PATH_MAX]) {
    const char *given = cli_option(c, "duband");
    char self[CLI_PATH_MAX - 8];
    int length;
    if (given) {
        length = snprintf(out, CLI_PATH_MAX, "%s", given);
    } else {
        ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
        if (n < 0) return failed(c, "/proc/self/exe");
        self[n] = '\0';
        char *slash = strrchr(self, '/');
        if (slash) *slash = '\0';
        length = snprintf(out, CLI_PATH_MAX, "%s/duband", self);
    }
    if (length < 0 || length >= CLI_PATH_MAX || access(out, X_OK) != 0)
        return cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "duband", out, "--duband FILE");
    return DUBAN_OK;
}

static void become_duband(const bench_broker *b, const char *program, int out) {
    char data[PATH_SIZE], log[PATH_SIZE];
    snprintf(data, sizeof data, "%s/data", b->folder);
    snprintf(log, sizeof log, "%s/log", b->folder);
    int to = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* it shall not outlive the measurement */
    if (to < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(to, STDERR_FILENO) < 0) _exit(127);
    execl(program, program, "--data", data, "--listen", "tcp://127.0.0.1:0", "--feed",
          "tcp://127.0.0.1:0", "--publish", "tcp://127.0.0.1:0", (char *)NULL);
    _exit(127);
}

static bool read_url(const char *line, const char *name, char out[BENCH_URL_SIZE]) {
    const char *at = strstr(line, name);
    if (!at) return false;
    at += strlen(name);
    size_t n = strcspn(at, " \n");
    if (n == 0 || n >= BENCH_URL_SIZE) return false;
    memcpy(out, at, n);
    out[n] = '\0';
    return true;
}

/* Until duband says where it listens, or its output ends. */
static bool read_ready(bench_broker *b, int from) {
    char line[1024];
    FILE *f = fdopen(from, "r");
    bool ready = false;
    if (!f) {
        close(from);
        return false;
    }
    while (!ready && fgets(line, sizeof line, f))
        ready = strncmp(line, "duband ready", 12) == 0 &&
                read_url(line, "command=", b->command) &&
                read_url(line, "feed=", b->feed);
    fclose(f);
    return ready;
}

static void say_log(cli *c, const bench_broker *b) {
    char path[PATH_SIZE], line[1024];
    snprintf(path, sizeof path, "%s/log", b->folder);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        fputs(line, c->err);
    if (f) fclose(f);
}

static duban_status start(cli *c, bench_broker *b) {
    char program[CLI_PATH_MAX];
    int ends[2];
    duban_status s = find_duband(c, program);
    if (s < 0) return s;
    if (pipe(ends) != 0) return failed(c, "pipe");
    pid_t pid = fork();
    if (pid == 0) become_duband(b, program, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return failed(c, "fork");
    }
    b->pid = pid;
    if (read_ready(b, ends[0])) return DUBAN_OK;
    say_log(c, b);
    return cli_refuse(c, DUBAN_E_UNREACHABLE, 0, "duband", program, "duband ready");
}

duban_status bench_broker_start(cli *c, const bench_city *city, bench_broker *b) {
    duban_status s = bench_folder_make(c, b);
    if (s >= 0) s = found(c, city, b);
    if (s >= 0) s = start(c, b);
    if (s < 0) bench_broker_stop(b);
    return s;
}

void bench_broker_stop(bench_broker *b) {
    if (b->pid) {
        double end = seconds_now() + STOP_MS / 1e3;
        kill(b->pid, SIGTERM);
        while (waitpid(b->pid, NULL, WNOHANG) == 0) {
            struct timespec pause = {0, 5000000};
            if (seconds_now() > end) kill(b->pid, SIGKILL);
            nanosleep(&pause, NULL);
        }
        b->pid = 0;
    }
    bench_folder_remove(b);
}

/* --- what the machine tells --------------------------------------------------------- */

uint64_t bench_broker_memory(const bench_broker *b) {
    char path[64], line[256];
    unsigned long long kib = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)b->pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon:", 8) == 0) kib = strtoull(line + 8, NULL, 10);
    if (f) fclose(f);
    return kib * 1024;
}

duban_status bench_sync_rate(cli *c, const bench_broker *b, double *per_second) {
    static const char bytes[SYNC_BYTES] = {1};
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/sync", b->folder);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0) return failed(c, path);
    double begun = seconds_now(), spent = 0;
    uint64_t n = 0;
    bool good = true;
    while (good && spent < SYNC_SECONDS) {
        good = write(file, bytes, sizeof bytes) == sizeof bytes && fdatasync(file) == 0;
        spent = seconds_now() - begun;
        n++;
    }
    duban_status s = good ? DUBAN_OK : failed(c, path);
    close(file);
    unlink(path);
    if (s >= 0) *per_second = (double)n / spent;
    return s;
}

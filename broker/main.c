/* duband: reads what was asked, builds the broker, hands down, and turns its outcome into
 * an exit code. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker/broker.h"
#include "broker/check.h"
#include "proto/sign.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_INTEGRITY = 4 };

static bool is_usage(duban_status status, const duban_refusal *refusal) {
    if (status == DUBAN_E_USAGE || status == DUBAN_E_NOT_LOOPBACK) return true;
    if (status == DUBAN_E_UNSUPPORTED) return strcmp(refusal->field, "engine") == 0;
    return status == DUBAN_E_NOT_FOUND && strcmp(refusal->field, "config") == 0;
}

static bool is_integrity(duban_status status) {
    switch (status) {
    case DUBAN_E_CORRUPT:
    case DUBAN_E_SHORTER:
    case DUBAN_E_ROOT:
    case DUBAN_E_DIGEST:
    case DUBAN_E_COMMIT:
    case DUBAN_E_DIVERGED:
    case DUBAN_E_PROOF:
    case DUBAN_E_NOTE:
    case DUBAN_E_ORIGIN:
    case DUBAN_E_SIGNATURE: return true;
    default: return false;
    }
}

static int exit_code(duban_status status, duban_status why,
                     const duban_refusal *refusal) {
    if (status == DUBAN_OK) return EXIT_DONE;
    if (is_usage(status, refusal)) return EXIT_USAGE;
    if (status == DUBAN_E_COMMIT && why) status = why;
    return is_integrity(status) ? EXIT_INTEGRITY : EXIT_REFUSED;
}

/* What to do about it, in both languages; NULL when there is nothing to say. */
static const char *advice(duban_status status, duban_status why, const char *field) {
    if (status == DUBAN_E_COMMIT && why) status = why;
    switch (status) {
    case DUBAN_E_NO_GENESIS:
        return "数据目录中没有创世记录：请先由市级单位运行 duban init --city 建立台账。\n"
               "The data folder has no genesis: the city office founds the journal with "
               "duban init --city.\n";
    case DUBAN_E_DISK_FULL:
        return "磁盘已满。已出回执的报送都在，未出回执的请重新报送。请腾出空间后重新启动 "
               "duband。\n"
               "The disk is full. What has a receipt is safe; what has none is to be "
               "sent "
               "again. Free some space, then start duband anew.\n";
    case DUBAN_E_IO:
        return "磁盘读写失败。已出回执的报送都在。请检查磁盘，运行 duband --check "
               "核对台账，"
               "再重新启动。\n"
               "The disk cannot be read or written. What has a receipt is safe. Look at "
               "the "
               "disk, verify the journal with duband --check, then start duband anew.\n";
    case DUBAN_E_NOTE:
        if (strcmp(field, "heads") != 0) return NULL;
        return "数据目录中 journal/heads "
               "的校验点不是本台账现在的校验点：可能来自另一个台账，"
               "或来自较早的备份。请从同一份备份恢复整个目录。\n"
               "journal/heads in the data folder does not hold the heads of this "
               "journal: "
               "they are another journal's or come from an older copy. Restore the whole "
               "folder from one backup.\n";
    default: return NULL;
    }
}

/* One sentence in both languages, its stable code, and the place. */
static void explain(duban_status status, duban_status why, const duban_refusal *refusal) {
    fprintf(stderr, "duband: E%d %s %s / %s", -(int)status, duban_status_name(status),
            duban_status_text(status, DUBAN_ZH), duban_status_text(status, DUBAN_EN));
    if (refusal->field[0]) fprintf(stderr, " [%s", refusal->field);
    if (refusal->field[0] && refusal->line)
        fprintf(stderr, " line %u", (unsigned)refusal->line);
    if (refusal->field[0]) fputs("]", stderr);
    if (refusal->found[0]) fprintf(stderr, " %s", refusal->found);
    if (refusal->expected[0]) fprintf(stderr, " (%s)", refusal->expected);
    fputc('\n', stderr);
    const char *more = advice(status, why, refusal->field);
    if (more) fputs(more, stderr);
}

/* A fresh process of the same program, asked for the same, at the addresses it has now.
 * Comes back only when that fails. */
static void begin_anew(int argc, char **argv, broker_end *end) {
    char *now[] = {
        (char *)"--listen", end->listen, (char *)"--feed", end->feed, (char *)"--publish",
        end->publish,       NULL};
    char **all = calloc((size_t)argc + sizeof now / sizeof now[0], sizeof *all);
    if (!all) return;
    memcpy(all, argv, (size_t)argc * sizeof *all);
    memcpy(all + argc, now, sizeof now);
    execv("/proc/self/exe", all);
    free(all);
}

static duban_status run(const config *c, broker_end *end, duban_refusal *refusal) {
    logger log = {.fd = STDERR_FILENO};
    duban_status status = sign_init();
    if (status) return duban_refuse(refusal, status, 0, "libsodium", NULL, NULL);
    if (c->task == CONFIG_CHECK) return check_run(c, &log, stdout, refusal);
    return broker_run(c, &log, stdout, end, refusal);
}

int main(int argc, char **argv) {
    config c;
    broker_end end;
    duban_refusal refusal;
    memset(&end, 0, sizeof end);
    memset(&refusal, 0, sizeof refusal);
    /* A dozen threads would each get an arena of their own that never shrinks. */
    mallopt(M_ARENA_MAX, 2);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on files is an error to handle */

    duban_status status =
        config_read(argc, (const char *const *)argv, getenv, &c, &refusal);
    if (!status && c.task == CONFIG_HELP) {
        config_help(stdout);
        return EXIT_DONE;
    }
    if (!status && c.task == CONFIG_VERSION) {
        printf("duband %s\n", DUBAN_VERSION);
        return EXIT_DONE;
    }
    if (!status) status = run(&c, &end, &refusal);
    if (!status && end.again) begin_anew(argc, argv, &end);
    if (status) {
        explain(status, end.why, &refusal);
        if (status == DUBAN_E_USAGE) config_help(stderr);
    }
    int code = end.again ? EXIT_REFUSED : exit_code(status, end.why, &refusal);
    fflush(stdout);
    if (end.stuck) _exit(code); /* exit() would wait for NNG's threads */
    return code;
}

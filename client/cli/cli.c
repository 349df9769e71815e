#include "client/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cli/advice.h"
#include "client/cli/json.h"
#include "client/cli/passphrase.h"

const char *cli_say(const cli *c, const char *zh, const char *en) {
    return c->lang == DUBAN_ZH ? zh : en;
}

const char *cli_option(const cli *c, const char *name) {
    const char *value = NULL;
    for (int i = 0; i < c->options_n; i++)
        if (strcmp(c->options[i].name, name) == 0)
            value = c->options[i].value ? c->options[i].value : "";
    return value;
}

const char *cli_option_nth(const cli *c, const char *name, int n) {
    for (int i = 0; i < c->options_n; i++)
        if (strcmp(c->options[i].name, name) == 0 && n-- == 0)
            return c->options[i].value ? c->options[i].value : "";
    return NULL;
}

bool cli_flag(const cli *c, const char *name) {
    return cli_option(c, name) != NULL;
}

duban_status cli_open_sealed(cli *c) {
    duban_refusal refusal = {0};
    duban_options options = {
        .home = c->home, .command = c->url_command, .feed = c->url_feed};
    duban_status s = duban_open(&options, &c->d, &refusal);
    if (s == DUBAN_E_NOT_READY)
        return cli_refuse(c, s, 0, "home", c->home,
                          cli_say(c, "先运行 duban init", "a home made by `duban init`"));
    if (s == DUBAN_E_KEY_MODE) {
        char expected[CLI_PATH_MAX + 32];
        snprintf(expected, sizeof expected, "chmod 600 %s/key", c->home);
        return cli_refuse(c, s, 0, "key", NULL, expected);
    }
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

duban_status cli_open(cli *c) {
    char passphrase[PASSPHRASE_SIZE];
    duban_refusal refusal = {0};
    duban_status s = cli_open_sealed(c);
    if (s < 0 || !duban_sealed(c->d)) return s;
    s = passphrase_ask(c, passphrase);
    if (s < 0) return s;
    s = duban_unseal(c->d, passphrase, &refusal);
    sign_wipe(passphrase, sizeof passphrase);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

duban_status cli_open_synced(cli *c) {
    duban_status s = cli_open(c);
    if (s < 0) return s;
    duban_refusal refusal = {0};
    s = duban_sync(c->d, &refusal);
    c->synced = s >= 0;
    if (c->synced) return DUBAN_OK;
    if (!duban_is_away(s) || !duban_slice(c->d)) return cli_refused(c, &refusal);
    /* an outage ends by itself, a certificate that cannot be used does not */
    if (s == DUBAN_E_CERTIFICATE) cli_refused(c, &refusal);
    return DUBAN_OK;
}

void cli_say_kept(const cli *c) {
    if (c->synced || c->quiet) return;
    fprintf(c->err, "%s\n",
            cli_say(c, "提示：连接不上服务，以下依据本机保存的内容。",
                    "note: the broker cannot be reached; this is what this machine "
                    "has kept."));
}

static bool takes_option(const cli *c, const char *name) {
    const option_def *defs = c->command ? c->command->options : NULL;
    for (; defs && defs->name; defs++)
        if (strcmp(defs->name, name) == 0) return true;
    return false;
}

/* An option that was needed and not given: "缺少 --period". */
static bool missing_text(const cli *c, const duban_refusal *r) {
    bool missing = r->status == DUBAN_E_USAGE && !*r->found &&
                   takes_option(c, r->field) && !cli_flag(c, r->field);
    if (missing)
        fprintf(c->err, cli_say(c, "：缺少 --%s", ": --%s is missing"), r->field);
    return missing;
}

static void advice_text(const cli *c, const duban_refusal *r) {
    const char *what = advice_on(r, c->lang);
    if (what) fprintf(c->err, cli_say(c, "  怎么办：%s。\n", "  what to do: %s\n"), what);
}

static void refusal_text(const cli *c, const duban_refusal *r) {
    fprintf(c->err, "E%d %s", -(int)r->status, duban_status_text(r->status, c->lang));
    if (missing_text(c, r)) {
        if (*r->expected)
            fprintf(c->err, cli_say(c, "，写法：%s", ", such as: %s"), r->expected);
        fputc('\n', c->err);
        return;
    }
    if (r->line)
        fprintf(c->err, cli_say(c, "，第 %u 行", ", line %u"), (unsigned)r->line);
    if (r->field[0]) fprintf(c->err, "%s%s", cli_say(c, "，", ", "), r->field);
    if (r->found[0])
        fprintf(c->err, cli_say(c, "：填的是“%s”", ": found \"%s\""), r->found);
    if (r->expected[0])
        fprintf(c->err, cli_say(c, "，应为“%s”", ", expected \"%s\""), r->expected);
    fputc('\n', c->err);
    advice_text(c, r);
}

duban_status cli_refused(cli *c, const duban_refusal *refusal) {
    if (c->json)
        json_refusal(c->err, refusal, c->lang);
    else
        refusal_text(c, refusal);
    return refusal->status;
}

duban_status cli_refuse(cli *c, duban_status status, uint32_t line, const char *field,
                        const char *found, const char *expected) {
    duban_refusal refusal = {0};
    duban_refuse(&refusal, status, line, field, found, expected);
    return cli_refused(c, &refusal);
}

int cli_exit_code(duban_status status) {
    if (status >= 0) return 0;
    if (status == DUBAN_E_USAGE) return 2;
    if (status <= -601 && status >= -604) return 3;
    if (status == DUBAN_E_CERTIFICATE) return 3;
    bool integrity = (status <= -501 && status >= -511) || status == DUBAN_E_WITNESS;
    return integrity ? 4 : 1;
}

duban_status cli_read_file(cli *c, const char *path, size_t size_max, char **data,
                           size_t *size) {
    bool std_in = strcmp(path, "-") == 0;
    FILE *f = std_in ? stdin : fopen(path, "rb");
    if (!f)
        return cli_refuse(c, DUBAN_E_IO, 0, path, strerror(errno),
                          cli_say(c, "可以读取的文件", "a file that can be read"));
    duban_status s = DUBAN_OK;
    size_t room = 65536, n = 0;
    char *bytes = malloc(room + 1);
    while (bytes) {
        n += fread(bytes + n, 1, room - n, f);
        if (n < room || n > size_max) break;
        char *more = realloc(bytes, room * 2 + 1);
        if (!more) free(bytes);
        bytes = more;
        room *= 2;
    }
    if (!bytes)
        s = cli_refuse(c, DUBAN_E_NO_MEMORY, 0, path, NULL, NULL);
    else if (ferror(f))
        s = cli_refuse(c, DUBAN_E_IO, 0, path, strerror(errno), NULL);
    else if (n > size_max)
        s = cli_refuse(c, DUBAN_E_TOO_LARGE, 0, path, NULL, NULL);
    if (!std_in) fclose(f);
    if (s < 0) {
        free(bytes);
        return s;
    }
    bytes[n] = '\0';
    *data = bytes;
    *size = n;
    return DUBAN_OK;
}

static bool write_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

duban_status cli_write_file(cli *c, const char *path, const void *data, size_t size,
                            unsigned mode) {
    char temporary[CLI_PATH_MAX];
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return cli_refuse(c, DUBAN_E_IO, 0, path, NULL,
                          cli_say(c, "普通文件", "a regular file"));
    int n = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return cli_refuse(c, DUBAN_E_TOO_LARGE, 0, "path", path, NULL);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    bool good = fd >= 0 && write_all(fd, data, size) && fsync(fd) == 0;
    if (fd >= 0) good = close(fd) == 0 && good;
    if (good) good = rename(temporary, path) == 0;
    if (!good) return cli_refuse(c, DUBAN_E_IO, 0, path, strerror(errno), NULL);
    return DUBAN_OK;
}

const char *cli_plan_code(cli *c) {
    const char *asked = cli_option(c, "plan");
    if (!asked) asked = getenv("DUBAN_PLAN");
    if (asked && *asked) return asked;
    const ledger *l = duban_slice(c->d);
    ledger_status st = {0};
    if (l) ledger_get_status(l, &st);
    for (uint32_t number = st.plans; number > 0; number--) {
        plan_info plan;
        if (ledger_get_plan(l, number, &plan) && plan.published) return plan.code;
    }
    cli_refuse(c, DUBAN_E_UNKNOWN_PLAN, 0, "plan", NULL,
               cli_say(c, "一个已发布的台账", "a published plan"));
    return NULL;
}

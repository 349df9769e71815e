#include "broker/config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
    const char *key;
    const char *variable;
    const char *flag;
    size_t offset;
    size_t size; /* 0: of the witnesses' policy, which reads it */
} row;

#define ROW_OF(name, variable, flag)                                                     \
    { #name, variable, flag, offsetof(config, name), sizeof((config *)0)->name }
#define ROW(name, variable) ROW_OF(name, variable, "--" #name)
#define POLICY_ROW(name, variable, flag)                                                 \
    { #name, variable, flag, 0, 0 }

static const row rows[] = {
    ROW(data, "DUBAN_DATA"),
    ROW(listen, "DUBAN_LISTEN"),
    ROW(feed, "DUBAN_FEED"),
    ROW(publish, "DUBAN_PUBLISH"),
    ROW(engine, "DUBAN_ENGINE"),
    ROW_OF(passphrase_file, "DUBAN_PASSPHRASE_FILE", "--passphrase-file"),
    ROW_OF(tls_ca, "DUBAN_TLS_CA", "--tls-ca"),
    ROW_OF(tls_cert, "DUBAN_TLS_CERT", "--tls-cert"),
    ROW_OF(tls_key, "DUBAN_TLS_KEY", "--tls-key"),
    ROW_OF(tls_crl, "DUBAN_TLS_CRL", "--tls-crl"),
    POLICY_ROW(witness, "DUBAN_WITNESS", "--witness"),
    POLICY_ROW(witnesses_needed, "DUBAN_WITNESSES_NEEDED", "--witnesses-needed"),
    POLICY_ROW(witnesses_block, "DUBAN_WITNESSES_BLOCK", "--witnesses-block"),
};
#define ROWS_N (sizeof rows / sizeof rows[0])

static duban_status put(config *c, const row *to, const char *value,
                        duban_refusal *refusal) {
    size_t size = strlen(value);
    if (to->size == 0) return witness_policy_set(&c->witnesses, to->key, value, refusal);
    if (size == 0 || size >= to->size)
        return duban_refuse(refusal, DUBAN_E_USAGE, 0, to->key, value, NULL);
    memcpy((char *)c + to->offset, value, size + 1);
    return DUBAN_OK;
}

duban_status config_set(config *c, const char *key, const char *value,
                        duban_refusal *refusal) {
    for (size_t i = 0; i < ROWS_N; i++)
        if (strcmp(rows[i].key, key) == 0) return put(c, &rows[i], value, refusal);
    return duban_refuse(refusal, DUBAN_E_USAGE, 0, "config", key, "duband --help");
}

static char *trim(char *text) {
    while (isspace((unsigned char)*text))
        text++;
    size_t size = strlen(text);
    while (size && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
    return text;
}

static duban_status read_line(config *c, char *text, uint32_t number,
                              duban_refusal *refusal) {
    char *line = trim(text);
    if (*line == '\0' || *line == '#') return DUBAN_OK;
    char *equals = strchr(line, '=');
    if (!equals)
        return duban_refuse(refusal, DUBAN_E_USAGE, number, "config", line,
                            "key = value");
    *equals = '\0';
    duban_status status = config_set(c, trim(line), trim(equals + 1), refusal);
    if (status && refusal) refusal->line = number;
    return status;
}

static duban_status read_file(config *c, const char *path, duban_refusal *refusal) {
    char text[CONFIG_LINE_MAX];
    uint32_t number = 0;
    duban_status status = DUBAN_OK;
    FILE *file = fopen(path, "re");
    if (!file) return duban_refuse(refusal, DUBAN_E_NOT_FOUND, 0, "config", path, NULL);
    while (!status && fgets(text, sizeof text, file))
        status = read_line(c, text, ++number, refusal);
    fclose(file);
    return status;
}

static duban_status read_variables(config *c, char *(*variable)(const char *),
                                   duban_refusal *refusal) {
    for (size_t i = 0; i < ROWS_N; i++) {
        const char *value = variable(rows[i].variable);
        if (!value || !*value) continue;
        duban_status status = put(c, &rows[i], value, refusal);
        if (status) return status;
    }
    return DUBAN_OK;
}

/* The value of flag in --flag=value or --flag value; NULL when argv[*at] is another. On
 * success *at stands on the last argument used. */
static const char *flag_value(int argc, const char *const *argv, int *at,
                              const char *flag) {
    size_t size = strlen(flag);
    if (strncmp(argv[*at], flag, size) != 0) return NULL;
    if (argv[*at][size] == '=') return argv[*at] + size + 1;
    if (argv[*at][size] != '\0') return NULL;
    if (*at + 1 >= argc) return "";
    return argv[++*at];
}

static bool read_task(config *c, const char *flag) {
    if (strcmp(flag, "--check") == 0)
        c->task = CONFIG_CHECK;
    else if (strcmp(flag, "--help") == 0 || strcmp(flag, "-h") == 0)
        c->task = CONFIG_HELP;
    else if (strcmp(flag, "--version") == 0)
        c->task = CONFIG_VERSION;
    else
        return false;
    return true;
}

static duban_status read_flag(config *c, int argc, const char *const *argv, int *at,
                              duban_refusal *refusal) {
    if (read_task(c, argv[*at])) return DUBAN_OK;
    if (flag_value(argc, argv, at, "--config")) return DUBAN_OK; /* was read first */
    for (size_t i = 0; i < ROWS_N; i++) {
        const char *value = flag_value(argc, argv, at, rows[i].flag);
        if (value) return put(c, &rows[i], value, refusal);
    }
    return duban_refuse(refusal, DUBAN_E_USAGE, 0, "argument", argv[*at],
                        "duband --help");
}

static const char *file_of(int argc, const char *const *argv,
                           char *(*variable)(const char *)) {
    const char *path = variable("DUBAN_CONFIG");
    for (int i = 1; i < argc; i++) {
        const char *value = flag_value(argc, argv, &i, "--config");
        if (value) path = value;
    }
    return path && *path ? path : NULL;
}

static duban_status check(const config *c, duban_refusal *refusal) {
    const struct {
        const char *field;
        const char *url;
    } urls[] = {{"listen", c->listen}, {"feed", c->feed}, {"publish", c->publish}};
    if (strcmp(c->engine, "lmdb") != 0)
        return duban_refuse(refusal, DUBAN_E_UNSUPPORTED, 0, "engine", c->engine, "lmdb");
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        duban_status status = address_check(urls[i].url);
        if (status)
            return duban_refuse(refusal, status, 0, urls[i].field, urls[i].url,
                                "tls+tcp://HOST:PORT, tcp://127.0.0.1:PORT, ipc://PATH");
    }
    return DUBAN_OK;
}

duban_status config_read(int argc, const char *const *argv,
                         char *(*variable)(const char *name), config *out,
                         duban_refusal *refusal) {
    config c = {.task = CONFIG_SERVE,
                .data = CONFIG_DATA_DEFAULT,
                .listen = CONFIG_LISTEN_DEFAULT,
                .feed = CONFIG_FEED_DEFAULT,
                .publish = CONFIG_PUBLISH_DEFAULT,
                .engine = "lmdb"};
    duban_status status = DUBAN_OK;
    const char *path = file_of(argc, argv, variable);
    if (path) status = read_file(&c, path, refusal);
    if (!status) status = read_variables(&c, variable, refusal);
    for (int i = 1; i < argc && !status; i++)
        status = read_flag(&c, argc, argv, &i, refusal);
    if (!status && (c.task == CONFIG_SERVE || c.task == CONFIG_CHECK))
        status = check(&c, refusal);
    if (!status) status = witness_policy_end(&c.witnesses, refusal);
    if (!status) *out = c;
    return status;
}

void config_help(FILE *to) {
    fputs(
        "duband — 督办台账服务 the broker of Duban\n"
        "\n"
        "duband [--config FILE] [--data DIR] [--listen URL] [--feed URL]\n"
        "       [--publish URL] [--engine lmdb] [--tls-ca FILE --tls-cert FILE\n"
        "       --tls-key FILE [--tls-crl FILE]] [--check]\n"
        "\n"
        "  --config FILE   配置文件，每行 key = value，键名即开关名，- 写作 _\n"
        "                  a file of lines key = value, keys as the flags, _ for -\n"
        "  --data DIR      数据目录 the folder of genesis, broker.key and journal\n"
        "                  (" CONFIG_DATA_DEFAULT ", DUBAN_DATA)\n"
        "  --listen URL    命令与查询 commands and queries\n"
        "                  (" CONFIG_LISTEN_DEFAULT ", DUBAN_LISTEN)\n"
        "  --feed URL      看板订阅 the live board\n"
        "                  (" CONFIG_FEED_DEFAULT ", DUBAN_FEED)\n"
        "  --publish URL   广播 the loudspeaker for any NNG SUB socket\n"
        "                  (" CONFIG_PUBLISH_DEFAULT ", DUBAN_PUBLISH)\n"
        "  --engine lmdb   存储引擎 how the journal is stored (DUBAN_ENGINE)\n"
        "  --passphrase-file FILE\n"
        "                  broker.key 的口令文件，或 DUBAN_PASSPHRASE\n"
        "                  passphrase of a sealed broker.key, or DUBAN_PASSPHRASE\n"
        "  --tls-ca FILE   准入证书的签发者 whose certificates are let in "
        "(DUBAN_TLS_CA)\n"
        "  --tls-cert FILE 本服务的证书 the broker's certificate (DUBAN_TLS_CERT)\n"
        "  --tls-key FILE  证书的私钥 its key, mode 0600 (DUBAN_TLS_KEY)\n"
        "  --tls-crl FILE  吊销名单 revoked certificates (DUBAN_TLS_CRL)\n"
        "  --witness 'VKEY URL'\n"
        "                  见证方，可多次 a witness, may be repeated (DUBAN_WITNESS)\n"
        "  --witnesses-needed N\n"
        "                  须几方见证，缺省过半 how many are enough, default more than\n"
        "                  half (DUBAN_WITNESSES_NEEDED)\n"
        "  --witnesses-block yes|no\n"
        "                  回执等候见证 whether receipts wait for them (no,\n"
        "                  DUBAN_WITNESSES_BLOCK)\n"
        "  --check         核验台账后退出 verify the whole journal and exit\n"
        "  --version       版本 the version\n"
        "\n"
        "其他机器只能经 tls+tcp:// 连接；端口 0 表示任选空闲端口。SIGHUP 重新读取证书。\n"
        "Other machines come by tls+tcp:// only; port 0 asks for a free port; SIGHUP "
        "reads the certificates again.\n"
        "退出码 exit: 0 done, 1 failed, 2 wrong usage, 4 integrity failure.\n",
        to);
}

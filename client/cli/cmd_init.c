/* duban init, config: this machine's home. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/cli/cli.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/key_kit.h"
#include "client/cli/passphrase.h"
#include "client/cli/print.h"
#include "client/home.h"
#include "client/keyline.h"
#include "proto/sign.h"

#define CITY_CODE      "zfbgs"
#define CITY_NAME      "市政府办公室"
#define UTC_OFFSET_PRC 480 /* UTC+8 */

static bool has_key(const cli *c) {
    char file[CLI_PATH_MAX + 8];
    snprintf(file, sizeof file, "%s/key", c->home);
    return access(file, F_OK) == 0;
}

/* Founding signs, so it takes the passphrase of a sealed key. */
static duban_status unseal(cli *c, const char *passphrase) {
    duban_refusal refusal = {0};
    if (!duban_sealed(c->d)) return DUBAN_OK;
    duban_status s = duban_unseal(c->d, passphrase, &refusal);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

/* The home's key, made now or earlier; *made says which. */
static duban_status make_home(cli *c, bool city, sign_public *key, bool *made) {
    char passphrase[PASSPHRASE_SIZE] = "";
    duban_options options = {
        .home = c->home, .command = c->url_command, .feed = c->url_feed};
    duban_refusal refusal = {0};
    bool seals = cli_flag(c, "passphrase") && !has_key(c);
    duban_status s = key_words_read(c, &options.algorithm);
    if (s >= 0 && seals) s = passphrase_ask_new(c, passphrase);
    if (s < 0) return s;
    if (seals) options.passphrase = passphrase;
    s = duban_home_init(&options, NULL, key, &refusal);
    *made = s == DUBAN_OK;
    if (s == DUBAN_E_EXISTS) s = DUBAN_OK;
    if (s < 0)
        s = cli_refused(c, &refusal);
    else
        s = *made || !city ? cli_open_sealed(c) : cli_open(c);
    if (s >= 0 && city) s = unseal(c, passphrase);
    sign_wipe(passphrase, sizeof passphrase);
    if (s < 0) return s;
    *key = *duban_public_key(c->d);
    return key_publish(c, key, "key.pub");
}

static duban_status read_genesis(cli *c, genesis_words *out) {
    const char *origin = cli_option(c, "origin");
    if (!origin || !*origin)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "origin", "",
                          "--origin duban.example/2023");
    if (!cli_option(c, "data"))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "data", "", "--data DIR");
    const char *code = cli_option(c, "code"), *name = cli_option(c, "name");
    genesis_words g = {.origin = origin,
                       .utc_offset_minutes = UTC_OFFSET_PRC,
                       .city = {.number = 1,
                                .code = code ? code : CITY_CODE,
                                .name = name ? name : CITY_NAME,
                                .kind = OFFICE_CITY},
                       .algorithm = duban_public_key(c->d)->algorithm,
                       .rules_version = RULES_VERSION};
    memcpy(g.root_key, duban_public_key(c->d)->bytes, sizeof g.root_key);
    const char *drill = cli_option(c, "drill");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    g.created_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (drill) {
        g.drill = true;
        if (moment_read(drill, UTC_OFFSET_PRC, false, &g.created_ms) < 0)
            return cli_refuse(c, DUBAN_E_DATE, 0, "drill", drill,
                              "YYYY-MM-DD, YYYY-MM-DDTHH:MM");
    }
    *out = g;
    return DUBAN_OK;
}

static duban_status found_journal(cli *c) {
    genesis_words genesis;
    duban_status s = read_genesis(c, &genesis);
    if (s < 0) return s;
    duban_refusal refusal = {0};
    s = duban_found(c->d, cli_option(c, "data"), &genesis, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    return DUBAN_OK;
}

static duban_status pin_log(cli *c) {
    duban_refusal refusal = {0};
    duban_status s = duban_pin_log(c->d, cli_option(c, "log"), &refusal);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

static void say_next(cli *c, bool city) {
    if (city) {
        fprintf(c->err,
                cli_say(c,
                        "台账已建立。下一步：\n"
                        "  duband --data %s          启动服务\n"
                        "  duban office enroll FILE  登记单位和公钥\n"
                        "  duban plan publish FILE   发布台账\n"
                        "请把本目录 %s 另存一份：密钥丢失无法找回。\n",
                        "The journal is founded. Next:\n"
                        "  duband --data %s          start the broker\n"
                        "  duban office enroll FILE  enrol offices and their keys\n"
                        "  duban plan publish FILE   publish a plan\n"
                        "Keep a copy of the folder %s: a lost key cannot be brought "
                        "back.\n"),
                cli_option(c, "data"), c->home);
        return;
    }
    fprintf(
        c->err,
        cli_say(c,
                "公钥已写入 %s/key.pub。请把这个文件（或上面一行）交市政府办公室登记，\n"
                "并当面或电话核对指纹。登记后运行 duban whoami 查看。\n",
                "The public key is in %s/key.pub. Hand that file (or the line above) "
                "to the city\noffice, and compare the fingerprint by telephone. Then "
                "`duban whoami` shows it.\n"),
        c->home);
}

/* Whether a genesis that names this home's key may have been written. */
static bool may_be_founded(const cli *c, duban_status s) {
    char name[CLI_PATH_MAX + 32];
    const char *data = cli_option(c, "data");
    if (!data || s == DUBAN_E_EXISTS) return false;
    snprintf(name, sizeof name, "%s/genesis", data);
    return access(name, F_OK) == 0;
}

/* Takes back a home that this run made; folders that hold anything else stay. */
static void remove_home(cli *c) {
    static const char *const files[] = {"key", "key.pub", "config"};
    static const char *const folders[] = {
        "outbox/damaged", "outbox/receipts", "outbox/queued", "outbox/refused",
        "outbox",         "slice",           "boards",        ""};
    char name[CLI_PATH_MAX + 32];
    duban_close(c->d);
    c->d = NULL;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(name, sizeof name, "%s/%s", c->home, files[i]);
        (void)unlink(name);
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(name, sizeof name, "%s/%s", c->home, folders[i]);
        (void)rmdir(name);
    }
}

duban_status cmd_init(cli *c) {
    sign_public key;
    bool made = false, city = cli_flag(c, "city");
    duban_status s = make_home(c, city, &key, &made);
    if (s < 0) return s;
    if (city) s = found_journal(c);
    if (s >= 0 && cli_option(c, "log")) s = pin_log(c);
    if (s < 0 && made && !may_be_founded(c, s)) remove_home(c);
    if (s < 0) return s;
    char fingerprint[SIGN_FINGERPRINT_SIZE], line[KEYLINE_SIZE];
    sign_fingerprint(&key, fingerprint);
    keyline_write(&key, line);
    if (c->json) {
        json_line(c->out,
                  json_pack("{s:s, s:s, s:s, s:b, s:b}", "home", c->home, "key", line,
                            "fingerprint", fingerprint, "made", made, "founded", city));
        return DUBAN_OK;
    }
    if (!made)
        fprintf(c->err, "%s\n",
                cli_say(c, "此目录已有密钥，未改动。",
                        "there is a key in this home already; it was left as it is."));
    fprintf(c->out, "%s\n", line);
    fprintf(c->out, cli_say(c, "指纹 %s\n", "fingerprint %s\n"), fingerprint);
    if (!c->quiet) say_next(c, city);
    return DUBAN_OK;
}

/* --- config ------------------------------------------------------------------------- */

typedef struct source {
    const char *zh;
    const char *en;
} source;

static const source from_flag = {"参数", "flag"};
static const source from_variable = {"环境变量", "variable"};
static const source from_file = {"配置文件", "file"};
static const source from_default = {"缺省", "default"};

static void say_value(cli *c, print_table *t, const char *key, const char *value,
                      const source *from) {
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:s}", "key", key, "value", value, "from",
                                    from->en));
        return;
    }
    print_table_row(t);
    print_table_cell(t, key);
    print_table_cell(t, value);
    print_table_cell(t, cli_say(c, from->zh, from->en));
}

/* Flag, then variable, then file, then default. */
static void say_setting(cli *c, print_table *t, const home *h, const char *key,
                        const char *flag, const char *variable, const char *otherwise) {
    char kept[CLI_PATH_MAX];
    const char *given = flag ? cli_option(c, flag) : NULL;
    const char *set = variable ? getenv(variable) : NULL;
    if (given)
        say_value(c, t, key, given, &from_flag);
    else if (set && *set)
        say_value(c, t, key, set, &from_variable);
    else if (h && home_get(h, key, kept, sizeof kept))
        say_value(c, t, key, kept, &from_file);
    else
        say_value(c, t, key, otherwise, &from_default);
}

duban_status cmd_config(cli *c) {
    const print_column columns[] = {
        {cli_say(c, "项目", "key"), PRINT_LEFT, 0},
        {cli_say(c, "值", "value"), PRINT_LEFT, 0},
        {cli_say(c, "来自", "from"), PRINT_LEFT, 0},
    };
    home h;
    duban_status s = home_open(c->home, &h);
    const home *kept = s == DUBAN_OK ? &h : NULL;
    if (s < 0 && s != DUBAN_E_NOT_READY)
        return cli_refuse(c, s, 0, "home", c->home, NULL);
    print_table *t = print_table_new(columns, 3, c->color);
    const char *user = getenv("DUBAN_HOME");
    say_value(c, t, "home", c->home,
              cli_option(c, "home") ? &from_flag
              : user                ? &from_variable
                                    : &from_default);
    say_setting(c, t, kept, "command", "broker", "DUBAN_BROKER", DUBAN_COMMAND_URL);
    say_setting(c, t, kept, "feed", "feed", "DUBAN_FEED", DUBAN_FEED_URL);
    const char *lang = c->lang == DUBAN_ZH ? "zh" : "en";
    const char *locale = getenv("DUBAN_LANG");
    say_value(c, t, "lang", lang,
              cli_option(c, "lang") ? &from_flag
              : locale && *locale   ? &from_variable
                                    : &from_default);
    say_setting(c, t, NULL, "plan", NULL, "DUBAN_PLAN",
                cli_say(c, "最新发布的台账", "the newest published plan"));
    if (kept) {
        say_setting(c, t, kept, "origin", NULL, NULL, "");
        say_setting(c, t, kept, "office", NULL, NULL, "");
        say_setting(c, t, kept, "key", NULL, NULL, "");
        say_setting(c, t, kept, "log", NULL, NULL, "");
        home_close(&h);
    }
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
    return DUBAN_OK;
}

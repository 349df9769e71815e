/* duban pki: a small certificate authority. */
#include <stdlib.h>

#include "client/cli/cli.h"
#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/cli/print.h"
#include "client/file.h"
#include "client/pki/pki.h"
#include "proto/passphrase.h"
#include "proto/period.h"
#include "proto/sign.h"

#define FOLDER_DEFAULT "pki"
#define CA_NAME        "Duban CA"
#define CA_DAYS        "3650"
#define DAYS           "730"
#define SERVER_NAME    "duband"
#define DAY_MS         86400000LL
#define DAY_S          86400

/* --- what all of them take ---------------------------------------------------------- */

/* The passphrase is wiped by the caller. */
static duban_status open_pki(cli *c, char passphrase[PASSPHRASE_SIZE], pki *out) {
    const char *folder = cli_option(c, "dir");
    const char *file = cli_option(c, "passphrase-file");
    *out = (pki){.folder = folder ? folder : FOLDER_DEFAULT, .now_ms = file_wall_ms()};
    duban_status s = passphrase_find(file, passphrase);
    if (s == DUBAN_OK) out->passphrase = passphrase;
    if (s == DUBAN_OK || !file) return DUBAN_OK;
    return cli_refuse(c, s, 0, "passphrase-file", file, NULL);
}

static duban_status read_days(cli *c, const char *otherwise, uint32_t *out) {
    const char *text = cli_option(c, "days");
    char *end = NULL;
    if (!text) text = otherwise;
    unsigned long days = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || days > PKI_DAYS_MAX)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "days", text, "1 .. 36500");
    *out = (uint32_t)days;
    return DUBAN_OK;
}

static void day_text(int64_t seconds, char out[DAY_TEXT_SIZE]) {
    out[0] = '\0';
    if (seconds) day_write((int32_t)(seconds / DAY_S), out);
}

/* --- the authority ------------------------------------------------------------------ */

duban_status cmd_pki_init(cli *c) {
    char passphrase[PASSPHRASE_SIZE];
    const char *name = cli_option(c, "name");
    duban_refusal refusal = {0};
    uint32_t days = 0;
    pki p;
    duban_status s = open_pki(c, passphrase, &p);
    if (s >= 0) s = read_days(c, CA_DAYS, &days);
    if (s < 0) return s;
    s = pki_init(&p, name ? name : CA_NAME, days, &refusal);
    bool sealed = p.passphrase != NULL;
    sign_wipe(passphrase, sizeof passphrase);
    if (s < 0) return cli_refused(c, &refusal);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:b}", "folder", p.folder, "sealed", sealed));
        return DUBAN_OK;
    }
    fprintf(c->out, cli_say(c, "已建立证书签发目录 %s\n", "the authority is in %s\n"),
            p.folder);
    if (!c->quiet)
        fprintf(
            c->err, "%s\n",
            sealed
                ? cli_say(
                      c, "请妥善保管该目录和口令；签发服务证书：duban pki issue --server",
                      "keep the folder and the passphrase; next: "
                      "duban pki issue --server")
                : cli_say(c,
                          "请妥善保管该目录（私钥未加口令）；签发服务证书：duban pki "
                          "issue --server",
                          "keep the folder (its key has no passphrase); next: "
                          "duban pki issue --server"));
    return DUBAN_OK;
}

static duban_status read_order(cli *c, const char *hosts[PKI_HOSTS_MAX + 1],
                               pki_order *out) {
    const char *office = cli_option(c, "office"), *from = cli_option(c, "from");
    int32_t day = 0;
    *out = (pki_order){.name = office ? office : SERVER_NAME,
                       .broker = cli_flag(c, "server"),
                       .hosts = hosts,
                       .out = cli_option(c, "out")};
    if (out->broker == (office != NULL))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "pki issue", "",
                          "--office CODE | --server --dns NAME --ip ADDRESS");
    static const char *const sorts[] = {"dns", "ip"};
    for (size_t i = 0; i < 2; i++) {
        const char *host;
        for (int n = 0; (host = cli_option_nth(c, sorts[i], n)) != NULL; n++)
            if (out->hosts_n <= PKI_HOSTS_MAX) hosts[out->hosts_n++] = host;
    }
    if (from && day_read(from, &day) < 0)
        return cli_refuse(c, DUBAN_E_DATE, 0, "from", from, "YYYY-MM-DD");
    out->from_ms = day * DAY_MS;
    return read_days(c, DAYS, &out->days);
}

duban_status cmd_pki_issue(cli *c) {
    char passphrase[PASSPHRASE_SIZE], until[DAY_TEXT_SIZE];
    const char *hosts[PKI_HOSTS_MAX + 1];
    duban_refusal refusal = {0};
    pki p;
    pki_row row;
    pki_order order;
    duban_status s = read_order(c, hosts, &order);
    if (s >= 0) s = open_pki(c, passphrase, &p);
    if (s < 0) return s;
    s = pki_issue(&p, &order, &row, &refusal);
    sign_wipe(passphrase, sizeof passphrase);
    if (s < 0) return cli_refused(c, &refusal);
    char folder[CLI_PATH_MAX];
    snprintf(folder, sizeof folder, "%s%s%s", order.out ? order.out : p.folder,
             order.out ? "" : "/", order.out ? "" : order.name);
    day_text(row.until_s, until);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:s, s:s}", "folder", folder, "name",
                                    row.name, "serial", row.serial, "until", until));
        return DUBAN_OK;
    }
    fprintf(c->out,
            cli_say(c, "%s/：ca.crt、%s.crt、%s.key，有效至 %s，序列号 %s\n",
                    "%s/: ca.crt, %s.crt, %s.key, good until %s, serial %s\n"),
            folder, row.name, row.name, until, row.serial);
    if (!c->quiet && !row.broker)
        fprintf(c->err,
                cli_say(c, "请把整个目录安全地交给该单位，由其运行：duban pki use %s\n",
                        "hand the whole folder over safely; there: duban pki use %s\n"),
                row.name);
    return DUBAN_OK;
}

static void say_list_written(cli *c, const pki *p) {
    if (!c->quiet)
        fprintf(c->err,
                cli_say(c, "已写入 %s/crl.pem。交给 duband 后向它发送 SIGHUP 即生效。\n",
                        "%s/crl.pem is written; give it to duband and send it SIGHUP.\n"),
                p->folder);
}

duban_status cmd_pki_revoke(cli *c) {
    char passphrase[PASSPHRASE_SIZE];
    duban_refusal refusal = {0};
    size_t revoked = 0;
    pki p;
    duban_status s = open_pki(c, passphrase, &p);
    if (s < 0) return s;
    s = pki_revoke(&p, c->args[0], &revoked, &refusal);
    sign_wipe(passphrase, sizeof passphrase);
    if (s == DUBAN_E_STATE)
        return cli_refuse(c, s, 0, "certificate", c->args[0],
                          cli_say(c, "尚未吊销的证书", "one that is not revoked yet"));
    if (s < 0) return cli_refused(c, &refusal);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:I}", "certificate", c->args[0], "revoked",
                                    (json_int_t)revoked));
        return DUBAN_OK;
    }
    fprintf(c->out, cli_say(c, "已吊销 %zu 张证书\n", "%zu certificates are revoked\n"),
            revoked);
    say_list_written(c, &p);
    return DUBAN_OK;
}

duban_status cmd_pki_crl(cli *c) {
    char passphrase[PASSPHRASE_SIZE];
    duban_refusal refusal = {0};
    pki p;
    duban_status s = open_pki(c, passphrase, &p);
    if (s < 0) return s;
    s = pki_crl(&p, &refusal);
    sign_wipe(passphrase, sizeof passphrase);
    if (s < 0) return cli_refused(c, &refusal);
    if (c->json)
        json_line(c->out, json_pack("{s:s}", "folder", p.folder));
    else
        say_list_written(c, &p);
    return DUBAN_OK;
}

static const char *state_of(const cli *c, const pki_row *row, int64_t now_s) {
    if (row->revoked_s) return cli_say(c, "已吊销", "revoked");
    if (row->until_s < now_s) return cli_say(c, "已过期", "expired");
    return cli_say(c, "有效", "good");
}

static void say_row(cli *c, print_table *t, const pki_row *row, int64_t now_s) {
    char until[DAY_TEXT_SIZE], revoked[DAY_TEXT_SIZE];
    day_text(row->until_s, until);
    day_text(row->revoked_s, revoked);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:b, s:s, s:s, s:b}", "serial",
                                    row->serial, "name", row->name, "server", row->broker,
                                    "until", until, "revoked", revoked, "good",
                                    !row->revoked_s && row->until_s >= now_s));
        return;
    }
    print_table_row(t);
    print_table_cell(t, row->name);
    print_table_cell(t, row->broker ? cli_say(c, "服务", "server")
                                    : cli_say(c, "单位", "office"));
    print_table_cell(t, state_of(c, row, now_s));
    print_table_cell(t, until);
    print_table_cell(t, revoked);
    print_table_cell(t, row->serial);
}

duban_status cmd_pki_list(cli *c) {
    const print_column columns[] = {
        {cli_say(c, "名称", "name"), PRINT_LEFT, 0},
        {cli_say(c, "用途", "for"), PRINT_LEFT, 0},
        {cli_say(c, "状态", "state"), PRINT_LEFT, 0},
        {cli_say(c, "有效至", "until"), PRINT_LEFT, 0},
        {cli_say(c, "吊销日", "revoked"), PRINT_LEFT, 0},
        {cli_say(c, "序列号", "serial"), PRINT_LEFT, 0},
    };
    const char *folder = cli_option(c, "dir");
    duban_refusal refusal = {0};
    pki_row *rows = NULL;
    size_t n = 0;
    pki p = {.folder = folder ? folder : FOLDER_DEFAULT, .now_ms = file_wall_ms()};
    duban_status s = pki_list(&p, &rows, &n, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    print_table *t = print_table_new(columns, 6, c->color);
    for (size_t i = 0; i < n; i++)
        say_row(c, t, &rows[i], p.now_ms / 1000);
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
    free(rows);
    return DUBAN_OK;
}

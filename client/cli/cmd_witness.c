/* duban witness init, run, show: this machine keeps an eye on logs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/cli/print.h"
#include "client/witness/server.h"

#define WITNESS_FOLDER "witness"

/* A county may have its office's home and its witness in one place. */
static duban_status folder_of(cli *c, char out[CLI_PATH_MAX]) {
    int size = snprintf(out, CLI_PATH_MAX, "%s/" WITNESS_FOLDER, c->home);
    if (size < 0 || size >= CLI_PATH_MAX)
        return cli_refuse(c, DUBAN_E_TOO_LARGE, 0, "home", c->home, NULL);
    return DUBAN_OK;
}

static duban_status open_cosigner(cli *c, bool serve, cosigner **out) {
    char folder[CLI_PATH_MAX];
    duban_refusal refusal = {0};
    duban_status s = folder_of(c, folder);
    if (s < 0) return s;
    s = cosigner_open(folder, serve, out, &refusal);
    if (s == DUBAN_E_NOT_READY)
        return cli_refuse(c, s, 0, "home", folder, "duban witness init --name NAME");
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

static duban_status learn_logs(cli *c, const char *folder) {
    const char *vkey;
    for (int i = 0; (vkey = cli_option_nth(c, "log", i)); i++) {
        duban_status s = cosigner_learn(folder, vkey);
        if (s < 0)
            return cli_refuse(c, s, 0, "log", vkey,
                              cli_say(c, "duban status --log-key 所示",
                                      "what `duban status --log-key` prints"));
    }
    return DUBAN_OK;
}

/* --- init --------------------------------------------------------------------------- */

duban_status cmd_witness_init(cli *c) {
    char folder[CLI_PATH_MAX], vkey[NOTE_KEY_TEXT_SIZE];
    const char *name = cli_option(c, "name");
    cosigner *w = NULL;
    duban_status s = folder_of(c, folder);
    if (s < 0) return s;
    if (!name || !*name)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "name", "", "--name duban.example/audit");
    s = cosigner_make(folder, name);
    if (s < 0)
        return cli_refuse(c, s, 0, s == DUBAN_E_EXISTS ? "home" : "name",
                          s == DUBAN_E_EXISTS ? folder : name, NULL);
    s = learn_logs(c, folder);
    if (s >= 0) s = open_cosigner(c, false, &w);
    if (s < 0) return s;
    cosign_key_print(cosigner_key(w), vkey);
    uint32_t logs = cosigner_logs(w);
    cosigner_close(w);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:i}", "folder", folder, "vkey", vkey,
                                    "logs", (int)logs));
        return DUBAN_OK;
    }
    fprintf(c->out, "%s\n", vkey);
    if (!c->quiet)
        fprintf(c->err, "%s",
                cli_say(c,
                        "以上是见证方公钥，交台账服务的管理员写入 duband 的配置：\n"
                        "  witness = 公钥 http://本机地址:7170\n"
                        "然后在本机运行 duban witness run。\n",
                        "That line is the witness's public key. The broker's operator "
                        "puts it into duband's config:\n"
                        "  witness = KEY http://THIS-MACHINE:7170\n"
                        "Then run `duban witness run` here.\n"));
    return DUBAN_OK;
}

/* --- run ---------------------------------------------------------------------------- */

static void tell(void *ctx, const cosigner_reply *reply) {
    cli *c = ctx;
    if (c->quiet && !reply->alarm) return;
    if (reply->code == 409 && !reply->alarm) return; /* that is how it is asked first */
    fprintf(c->err, "duban witness: %s %u E%d %s: %s%s\n", reply->log->key.name,
            reply->code, -(int)reply->status, duban_status_name(reply->status),
            duban_status_text(reply->status, c->lang),
            reply->alarm
                ? cli_say(c, "；请查：台账所签的校验点与先前所签不相续",
                          "; look into it: the log signed a checkpoint that does not "
                          "continue what it signed before")
                : "");
    fflush(c->err);
}

duban_status cmd_witness_run(cli *c) {
    duban_refusal refusal = {0};
    const char *listen = cli_option(c, "listen"), *vkey;
    cosigner *w = NULL;
    duban_status s = open_cosigner(c, true, &w);
    if (s < 0) return s;
    for (int i = 0; (vkey = cli_option_nth(c, "log", i)) && s >= 0; i++)
        s = cosigner_know(w, vkey, &refusal);
    server_options options = {.listen = listen ? listen : SERVER_LISTEN_DEFAULT,
                              .cosigner = w,
                              .ready = c->out,
                              .tell = tell,
                              .ctx = c};
    if (s >= 0) s = server_run(&options, &refusal);
    cosigner_close(w);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

/* --- show --------------------------------------------------------------------------- */

static void show_json(cli *c, const cosigner_log *log) {
    char vkey[NOTE_KEY_TEXT_SIZE];
    note_key_print(&log->key, vkey);
    json_line(c->out, json_pack("{s:s, s:s, s:I, s:o, s:I, s:b}", "origin", log->key.name,
                                "vkey", vkey, "size", (json_int_t)log->size, "root",
                                json_hash(&log->root), "time", (json_int_t)log->time_s,
                                "forked", log->forked));
}

static void show_row(cli *c, print_table *t, const cosigner_log *log) {
    char root[HASH_TEXT_SIZE], moment[MOMENT_TEXT_SIZE] = "";
    hash_print(&log->root, root);
    root[16] = '\0';
    if (log->time_s) moment_write(log->time_s * 1000, 480, moment);
    print_table_row(t);
    print_table_cell(t, log->key.name);
    print_table_cell_format(t, "%" PRIu64, log->size);
    print_table_cell(t, moment);
    print_table_cell(t, root);
    print_table_cell(t, log->forked ? cli_say(c, "分叉！", "FORKED") : "");
}

duban_status cmd_witness_show(cli *c) {
    const print_column columns[] = {
        {cli_say(c, "台账", "log"), PRINT_LEFT, 0},
        {cli_say(c, "记录数", "entries"), PRINT_RIGHT, 0},
        {cli_say(c, "见证时间", "signed"), PRINT_LEFT, 0},
        {cli_say(c, "根散列", "root"), PRINT_LEFT, 0},
        {"", PRINT_LEFT, 0},
    };
    char vkey[NOTE_KEY_TEXT_SIZE];
    cosigner *w = NULL;
    duban_status s = open_cosigner(c, false, &w);
    if (s < 0) return s;
    cosign_key_print(cosigner_key(w), vkey);
    print_table *t = c->json ? NULL : print_table_new(columns, 5, c->color);
    if (!c->json) fprintf(c->out, cli_say(c, "见证方 %s\n", "witness %s\n"), vkey);
    bool forked = false;
    for (uint32_t i = 0; i < cosigner_logs(w); i++) {
        const cosigner_log *log = cosigner_log_at(w, i);
        forked = forked || log->forked;
        if (c->json)
            show_json(c, log);
        else
            show_row(c, t, log);
    }
    if (t) print_table_write(t, c->out);
    print_table_free(t);
    cosigner_close(w);
    return forked ? DUBAN_E_DIVERGED : DUBAN_OK;
}

/* duban key new, use, seal, unseal: this home's key and key files. */
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/cli/key_kit.h"
#include "client/cli/passphrase.h"
#include "client/keyline.h"
#include "client/rekey.h"
#include "proto/keyfile.h"

/* --- new ---------------------------------------------------------------------------- */

static void say_new(cli *c, const sign_public *key, bool made) {
    char line[KEYLINE_SIZE], fingerprint[SIGN_FINGERPRINT_SIZE];
    keyline_write(key, line);
    sign_fingerprint(key, fingerprint);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:b}", "key", line, "fingerprint",
                                    fingerprint, "made", made));
        return;
    }
    if (!made)
        fprintf(c->err, "%s\n",
                cli_say(c, "已有一把新密钥等待登记，未另建。",
                        "a new key waits to be enrolled already; no other was made."));
    fprintf(c->out, "%s\n", line);
    fprintf(c->out, cli_say(c, "指纹 %s\n", "fingerprint %s\n"), fingerprint);
    if (c->quiet) return;
    fprintf(c->err,
            cli_say(c,
                    "公钥已写入 %s/key.next.pub。登记单：duban whoami --letter。\n"
                    "市政府办公室登记后运行 duban key use；在此之前仍用旧密钥。\n",
                    "The public key is in %s/key.next.pub; duban whoami --letter prints "
                    "the slip.\nOnce the city office has enrolled it: duban key use. "
                    "Until then the old key\nstays in use.\n"),
            c->home);
}

duban_status cmd_key_new(cli *c) {
    char passphrase[PASSPHRASE_SIZE] = "";
    algorithm wanted = ALGORITHM_NONE;
    duban_refusal refusal = {0};
    sign_public key;
    duban_status s = cli_open_sealed(c);
    if (s >= 0) s = key_words_read(c, &wanted);
    if (s < 0) return s;
    /* what was sealed stays sealed */
    bool there = rekey_next(c->d, &key) == DUBAN_OK;
    bool seals = !there && (cli_flag(c, "passphrase") || duban_sealed(c->d));
    if (seals) s = passphrase_ask_new(c, passphrase);
    if (s < 0) return s;
    s = rekey_prepare(c->d, wanted, seals ? passphrase : NULL, &key, &refusal);
    sign_wipe(passphrase, sizeof passphrase);
    if (s < 0 && s != DUBAN_E_EXISTS) return cli_refused(c, &refusal);
    bool made = s == DUBAN_OK;
    s = key_publish(c, &key, "key.next.pub");
    if (s >= 0) say_new(c, &key, made);
    return s;
}

/* --- use ---------------------------------------------------------------------------- */

static duban_status reopen(cli *c) {
    duban_close(c->d);
    c->d = NULL;
    return cli_open_sealed(c);
}

/* Messages that the former key signed and that have no answer yet. Where that key is
 * revoked the broker will refuse them, and what they say is to be reported again. */
static size_t count_waiting(cli *c) {
    arena a;
    duban_outbox_row *rows;
    size_t n = 0, waiting = 0;
    arena_init(&a, 0);
    if (duban_outbox(c->d, &a, &rows, &n, NULL) == DUBAN_OK)
        for (size_t i = 0; i < n; i++)
            waiting += rows[i].state == OUTBOX_QUEUED;
    arena_close(&a);
    return waiting;
}

static void say_used(cli *c, size_t waiting) {
    char line[KEYLINE_SIZE], fingerprint[SIGN_FINGERPRINT_SIZE];
    keyline_write(duban_public_key(c->d), line);
    sign_fingerprint(duban_public_key(c->d), fingerprint);
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:I}", "key", line, "fingerprint",
                                    fingerprint, "waiting", (json_int_t)waiting));
        return;
    }
    fprintf(c->out,
            cli_say(c, "现在使用新密钥，指纹 %s。旧密钥的私钥已删除。\n",
                    "The new key is in use, fingerprint %s. The old one's private half "
                    "is gone.\n"),
            fingerprint);
    if (waiting)
        fprintf(c->err,
                cli_say(c,
                        "旧密钥签发的 %zu 份报文尚未送达。旧密钥如已吊销，它们会被拒绝，"
                        "须重新报送：duban outbox\n",
                        "%zu messages signed with the old key were not delivered yet. If "
                        "that key is revoked they\nwill be refused and are to be "
                        "reported again: duban outbox\n"),
                waiting);
}

duban_status cmd_key_use(cli *c) {
    duban_refusal refusal = {0};
    duban_status s = cli_open_sealed(c);
    if (s < 0) return s;
    s = rekey_adopt(c->d, &refusal);
    if (s == DUBAN_E_NOT_FOUND)
        return cli_refuse(c, s, 0, "key.next", NULL, "duban key new");
    if (s < 0) return cli_refused(c, &refusal);
    s = reopen(c);
    if (s >= 0) s = key_publish(c, duban_public_key(c->d), "key.pub");
    if (s >= 0) say_used(c, count_waiting(c));
    return s;
}

/* --- seal, unseal ------------------------------------------------------------------- */

static void file_asked(const cli *c, char out[CLI_PATH_MAX + 8]) {
    const char *file = cli_option(c, "file");
    if (file)
        snprintf(out, CLI_PATH_MAX + 8, "%s", file);
    else
        snprintf(out, CLI_PATH_MAX + 8, "%s/key", c->home);
}

static duban_status look(cli *c, const char *file, keyfile_about *about) {
    duban_status s = keyfile_look(file, about);
    if (s == DUBAN_E_KEY_MODE) return cli_refuse(c, s, 0, "file", file, "0600");
    return s < 0 ? cli_refuse(c, s, 0, "file", file, NULL) : DUBAN_OK;
}

/* Reads the key with one passphrase and puts it back with the other; NULL for none. */
static duban_status put_back(cli *c, const char *file, const char *before,
                             const char *after) {
    sign_key key;
    char name[KEYFILE_NAME_SIZE];
    duban_status s = keyfile_unseal(file, before, &key, name);
    if (s >= 0) s = keyfile_replace(file, &key, name, after);
    sign_wipe(&key, sizeof key);
    return s < 0 ? cli_refuse(c, s, 0, "file", file, NULL) : DUBAN_OK;
}

static void say_sealed(cli *c, const char *file, bool sealed) {
    if (c->json)
        json_line(c->out, json_pack("{s:s, s:b}", "file", file, "sealed", sealed));
    else if (sealed)
        fprintf(c->out,
                cli_say(c, "%s 已用口令加密。口令遗失无法找回。\n",
                        "%s is sealed. A lost passphrase cannot be brought back.\n"),
                file);
    else
        fprintf(c->out,
                cli_say(c, "%s 不再需要口令。\n", "%s takes no passphrase any more.\n"),
                file);
}

duban_status cmd_key_seal(cli *c) {
    char file[CLI_PATH_MAX + 8], passphrase[PASSPHRASE_SIZE];
    keyfile_about about;
    file_asked(c, file);
    duban_status s = look(c, file, &about);
    if (s < 0) return s;
    if (about.sealed)
        return cli_refuse(
            c, DUBAN_E_STATE, 0, "file", file,
            cli_say(c, "先运行 duban key unseal", "duban key unseal first"));
    s = passphrase_ask_new(c, passphrase);
    if (s >= 0) s = put_back(c, file, NULL, passphrase);
    sign_wipe(passphrase, sizeof passphrase);
    if (s >= 0) say_sealed(c, file, true);
    return s;
}

duban_status cmd_key_unseal(cli *c) {
    char file[CLI_PATH_MAX + 8], passphrase[PASSPHRASE_SIZE];
    keyfile_about about;
    file_asked(c, file);
    duban_status s = look(c, file, &about);
    if (s < 0) return s;
    if (!about.sealed)
        return cli_refuse(c, DUBAN_E_STATE, 0, "file", file,
                          cli_say(c, "已加密的密钥文件", "a key file that is sealed"));
    s = passphrase_ask(c, passphrase);
    if (s >= 0) s = put_back(c, file, passphrase, NULL);
    sign_wipe(passphrase, sizeof passphrase);
    if (s >= 0) say_sealed(c, file, false);
    return s;
}

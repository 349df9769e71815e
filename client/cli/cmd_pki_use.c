/* duban pki use: the certificate that was handed out, put into this home. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/cli.h"
#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/home.h"
#include "proto/certificate.h"
#include "proto/sign.h"

#define CA_FILE   "ca.crt"
#define CERT_FILE "tls.crt"
#define KEY_FILE  "tls.key"
#define CRT       ".crt"

static bool is_certificate(const char *name) {
    size_t size = strlen(name);
    return size > strlen(CRT) && strcmp(name + size - strlen(CRT), CRT) == 0 &&
           strcmp(name, CA_FILE) != 0;
}

/* The only certificate of the folder beside the CA's, without its ending. */
static duban_status find_name(cli *c, const char *folder, char *out, size_t out_size) {
    int found = 0;
    DIR *open = opendir(folder);
    if (!open) return cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "folder", folder, NULL);
    const struct dirent *entry;
    while ((entry = readdir(open)) != NULL) {
        if (!is_certificate(entry->d_name)) continue;
        size_t size = strlen(entry->d_name) - strlen(CRT);
        snprintf(out, out_size, "%.*s", (int)size, entry->d_name);
        found++;
    }
    closedir(open);
    return found == 1 ? DUBAN_OK
                      : cli_refuse(c, DUBAN_E_CERTIFICATE, 0, "folder", folder,
                                   "ca.crt, CODE.crt, CODE.key");
}

static duban_status load(cli *c, const char *folder, certificate_texts *out) {
    char name[NAME_MAX + 1], cert_name[NAME_MAX + 8], key_name[NAME_MAX + 8];
    path ca, cert, key;
    duban_refusal refusal = {0};
    duban_status s = find_name(c, folder, name, sizeof name);
    if (s < 0) return s;
    snprintf(cert_name, sizeof cert_name, "%s" CRT, name);
    snprintf(key_name, sizeof key_name, "%s.key", name);
    s = file_path(&ca, folder, CA_FILE);
    if (s >= 0) s = file_path(&cert, folder, cert_name);
    if (s >= 0) s = file_path(&key, folder, key_name);
    if (s < 0) return cli_refuse(c, s, 0, "folder", folder, NULL);
    certificate_files files = {ca.text, cert.text, key.text, ""};
    s = certificate_load(&files, CERTIFICATE_CLIENT, file_wall_ms(), out, &refusal);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

/* 0600, as everything that file_write makes. */
static duban_status put(const home *h, const char *name, const char *text) {
    path temporary;
    char new_name[32];
    snprintf(new_name, sizeof new_name, "%s.%ld.new", name, (long)getpid());
    duban_status s = file_path(&temporary, h->folder.text, new_name);
    span bytes = {(const uint8_t *)text, strlen(text)};
    return s < 0 ? s : file_write(temporary.text, h->folder.text, name, bytes);
}

static duban_status set(cli *c, home *h) {
    const char *name = cli_option(c, "name"), *broker = cli_option(c, "broker"),
               *feed = cli_option(c, "feed");
    duban_status s = home_set(h, "tls_ca", CA_FILE);
    if (s >= 0) s = home_set(h, "tls_cert", CERT_FILE);
    if (s >= 0) s = home_set(h, "tls_key", KEY_FILE);
    if (s >= 0 && name) s = home_set(h, "tls_name", name);
    if (s >= 0 && broker) s = home_set(h, "command", broker);
    if (s >= 0 && feed) s = home_set(h, "feed", feed);
    return s < 0 ? s : home_save(h);
}

duban_status cmd_pki_use(cli *c) {
    home h;
    certificate_texts texts;
    duban_status s = home_open(c->home, &h);
    if (s < 0)
        return cli_refuse(c, s, 0, "home", c->home,
                          cli_say(c, "先运行 duban init", "a home made by `duban init`"));
    s = load(c, c->args[0], &texts);
    if (s < 0) {
        home_close(&h);
        return s;
    }
    s = put(&h, CA_FILE, texts.ca);
    if (s >= 0) s = put(&h, CERT_FILE, texts.cert);
    if (s >= 0) s = put(&h, KEY_FILE, texts.key);
    if (s >= 0) s = set(c, &h);
    certificate_close(&texts);
    home_close(&h);
    if (s < 0) return cli_refuse(c, s, 0, "home", c->home, NULL);
    if (c->json)
        json_line(c->out, json_pack("{s:s, s:s, s:s, s:s}", "home", c->home, "tls_ca",
                                    CA_FILE, "tls_cert", CERT_FILE, "tls_key", KEY_FILE));
    else
        fprintf(c->out,
                cli_say(c, "证书已放入 %s，今后的连接用它。\n",
                        "the certificate is in %s; connections use it from now on.\n"),
                c->home);
    return DUBAN_OK;
}

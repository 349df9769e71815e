#define _XOPEN_SOURCE 700 /* nftw */
#include "pki_kit.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/sign.h"

static char root[] = "/tmp/duban-pki-XXXXXX";

void kit_open(void) {
    assert_int_equal(sign_init(), DUBAN_OK);
    strcpy(root + strlen(root) - 6, "XXXXXX");
    assert_non_null(mkdtemp(root));
}

static int remove_one(const char *name, const struct stat *about, int kind,
                      struct FTW *where) {
    (void)about;
    (void)kind;
    (void)where;
    return remove(name);
}

void kit_close(void) {
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

place kit_place(const char *name) {
    place made;
    snprintf(made.text, sizeof made.text, "%s/%s", root, name);
    return made;
}

pki kit_pki(const place *folder) {
    pki p = {.folder = folder->text, .now_ms = NOW_MS};
    assert_int_equal(pki_init(&p, "测试 CA", 3650, NULL), DUBAN_OK);
    return p;
}

duban_status kit_issue(const pki *p, const char *name, const char *host, uint32_t days,
                       pki_row *row) {
    pki_row ignored;
    pki_order order = {.name = name,
                       .broker = host != NULL,
                       .hosts = &host,
                       .hosts_n = host ? 1 : 0,
                       .days = days};
    return pki_issue(p, &order, row ? row : &ignored, NULL);
}

duban_status kit_load(const pki *p, const char *name, certificate_end end, int64_t now_ms,
                      duban_refusal *refusal) {
    char ca[512], cert[512], key[512];
    certificate_texts texts;
    snprintf(ca, sizeof ca, "%s/%s/ca.crt", p->folder, name);
    snprintf(cert, sizeof cert, "%s/%s/%s.crt", p->folder, name, name);
    snprintf(key, sizeof key, "%s/%s/%s.key", p->folder, name, name);
    certificate_files files = {ca, cert, key, ""};
    duban_status status = certificate_load(&files, end, now_ms, &texts, refusal);
    if (!status) certificate_close(&texts);
    return status;
}

void kit_write(const char *path, const char *text, unsigned mode) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
}

#include "client/cli/key_kit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "client/keyline.h"

#define KEY_FILE_MAX 4096
#define LINE_WORD    "duban-public/" /* so it was meant as a line, not as a file */

duban_status key_words_read(cli *c, algorithm *out) {
    const char *name = cli_option(c, "algorithm");
    if (!name) return DUBAN_OK;
    algorithm found = sign_algorithm_named(name);
    if (!found) return cli_refuse(c, DUBAN_E_WORD, 0, "algorithm", name, "ed25519, sm2");
    if (!sign_supports(found))
        return cli_refuse(c, DUBAN_E_ALGORITHM, 0, "algorithm", name,
                          cli_say(c, "ed25519（本程序编译时未启用 sm2）",
                                  "ed25519 (this build has no sm2)"));
    *out = found;
    return DUBAN_OK;
}

static duban_status read_file(cli *c, const char *path, sign_public *out) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, path, KEY_FILE_MAX, &data, &size);
    if (s < 0) return s;
    s = keyline_read(data, out);
    free(data);
    return s < 0 ? cli_refuse(c, s, 0, path, NULL, "duban-public/1 ed25519 …") : s;
}

duban_status key_read(cli *c, const char *text, sign_public *out) {
    duban_status s = keyline_read(text, out);
    if (s == DUBAN_E_ALGORITHM)
        return cli_refuse(c, s, 0, "key", "sm2",
                          cli_say(c, "ed25519（本程序编译时未启用 sm2）",
                                  "ed25519 (this build has no sm2)"));
    if (s < 0 && strncmp(text, LINE_WORD, strlen(LINE_WORD)) == 0)
        return cli_refuse(c, s, 0, "key", text, LINE_WORD "1 ed25519 …");
    return s < 0 ? read_file(c, text, out) : DUBAN_OK;
}

/* The hexadecimal digits alone, in lower case; false when there is anything else but
 * spaces and dashes, or too much. */
static bool digits_of(const char *text, char out[SIGN_FINGERPRINT_SIZE]) {
    size_t n = 0;
    for (; *text; text++) {
        if (*text == '-' || *text == ' ') continue;
        if (!isxdigit((unsigned char)*text) || n == SIGN_FINGERPRINT_SIZE - 1)
            return false;
        out[n++] = (char)tolower((unsigned char)*text);
    }
    out[n] = '\0';
    return true;
}

duban_status key_compare(cli *c, const sign_public *key) {
    const char *given = cli_option(c, "fingerprint");
    char is[SIGN_FINGERPRINT_SIZE], found[SIGN_FINGERPRINT_SIZE];
    char expected[SIGN_FINGERPRINT_SIZE];
    if (!given) return DUBAN_OK;
    sign_fingerprint(key, is);
    if (digits_of(given, expected) && digits_of(is, found) &&
        strcmp(found, expected) == 0)
        return DUBAN_OK;
    return cli_refuse(c, DUBAN_E_FINGERPRINT, 0, "fingerprint", is, given);
}

duban_status key_publish(cli *c, const sign_public *key, const char *file) {
    char path[CLI_PATH_MAX + 16];
    char line[KEYLINE_SIZE + 1];
    snprintf(path, sizeof path, "%s/%s", c->home, file);
    keyline_write(key, line);
    strcat(line, "\n");
    return cli_write_file(c, path, line, strlen(line), 0644);
}

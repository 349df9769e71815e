#include "client/cli/passphrase.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "proto/sign.h"

#define INTERRUPT 0x03 /* Ctrl-C, which is a byte while the terminal makes no signals */

/* One line, byte by byte: what is typed ahead of it stays in the terminal. */
static bool read_line(int terminal, char out[PASSPHRASE_SIZE]) {
    size_t size = 0;
    char byte = 0;
    while (read(terminal, &byte, 1) == 1) {
        if (byte == INTERRUPT) return false;
        if (byte == '\n' || byte == '\r') {
            out[size] = '\0';
            return size > 0;
        }
        if (size == PASSPHRASE_SIZE_MAX) return false;
        out[size++] = byte;
    }
    return false;
}

/* Neither echo nor signals while it is typed: so the terminal is always put back. */
static bool ask_terminal(const char *question, char out[PASSPHRASE_SIZE]) {
    struct termios before, quiet;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) return false;
    bool good = tcgetattr(terminal, &before) == 0;
    if (good) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
        good = tcsetattr(terminal, TCSAFLUSH, &quiet) == 0;
    }
    if (good) {
        (void)!write(terminal, question, strlen(question));
        good = read_line(terminal, out);
        tcsetattr(terminal, TCSAFLUSH, &before);
        (void)!write(terminal, "\n", 1);
    }
    close(terminal);
    return good;
}

static duban_status refuse(cli *c, duban_status status, const char *found) {
    if (status != DUBAN_E_PASSPHRASE)
        return cli_refuse(c, status, 0, "passphrase-file", found,
                          status == DUBAN_E_KEY_MODE ? "0600" : NULL);
    return cli_refuse(c, status, 0, "passphrase", NULL,
                      cli_say(c, "终端输入、--passphrase-file 或 " PASSPHRASE_VARIABLE,
                              "typed at a terminal, --passphrase-file or " //
                              PASSPHRASE_VARIABLE));
}

/* Without the terminal; PASSPHRASE when nothing was given. */
static duban_status given(cli *c, char out[PASSPHRASE_SIZE], bool *asked) {
    const char *file = cli_option(c, "passphrase-file");
    duban_status s = passphrase_find(file, out);
    *asked = file == NULL && s == DUBAN_E_PASSPHRASE;
    return s;
}

duban_status passphrase_ask(cli *c, char out[PASSPHRASE_SIZE]) {
    bool asked = false;
    duban_status s = given(c, out, &asked);
    if (asked && ask_terminal(cli_say(c, "密钥口令：", "passphrase of the key: "), out))
        s = DUBAN_OK;
    return s < 0 ? refuse(c, s, cli_option(c, "passphrase-file")) : DUBAN_OK;
}

duban_status passphrase_ask_new(cli *c, char out[PASSPHRASE_SIZE]) {
    char again[PASSPHRASE_SIZE] = "";
    bool asked = false;
    duban_status s = given(c, out, &asked);
    if (asked && ask_terminal(cli_say(c, "新口令：", "new passphrase: "), out) &&
        ask_terminal(cli_say(c, "再输一遍：", "once more: "), again))
        s = strcmp(out, again) == 0 ? DUBAN_OK : DUBAN_E_PASSPHRASE;
    sign_wipe(again, sizeof again);
    if (s < 0) return refuse(c, s, cli_option(c, "passphrase-file"));
    if (strlen(out) >= PASSPHRASE_SIZE_MIN) return DUBAN_OK;
    return cli_refuse(c, DUBAN_E_PASSPHRASE, 0, "passphrase", NULL,
                      cli_say(c, "至少 8 个字节", "at least 8 bytes"));
}

/* duban: finds the command in the table, reads its options, runs it, maps the outcome to
 * an exit code. */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/alarm.h"
#include "client/cli/args.h"
#include "client/cli/cli.h"
#include "client/cli/help.h"
#include "proto/sign.h"

static duban_lang locale_lang(void) {
    const char *names[] = {"DUBAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return strncmp(value, "zh", 2) == 0 ? DUBAN_ZH : DUBAN_EN;
    }
    return DUBAN_EN;
}

/* Language and form of what may be refused before options are read. */
static void look_ahead(cli *c, int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *lang = strncmp(argv[i], "--lang=", 7) == 0 ? argv[i] + 7 : NULL;
        if (strcmp(argv[i], "--json") == 0) c->json = true;
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) lang = argv[i + 1];
        if (lang && strcmp(lang, "zh") == 0) c->lang = DUBAN_ZH;
        if (lang && strcmp(lang, "en") == 0) c->lang = DUBAN_EN;
    }
}

static void set_home(cli *c) {
    const char *home = cli_option(c, "home");
    if (!home) home = getenv("DUBAN_HOME");
    if (home) {
        snprintf(c->home, sizeof c->home, "%s", home);
        return;
    }
    const char *user = getenv("HOME");
    snprintf(c->home, sizeof c->home, "%s/.duban", user ? user : ".");
}

/* Applies the options that every command takes. */
static duban_status set_globals(cli *c) {
    const char *lang = cli_option(c, "lang");
    if (lang) {
        if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
            return cli_refuse(c, DUBAN_E_USAGE, 0, "lang", lang, "zh | en");
        c->lang = lang[0] == 'z' ? DUBAN_ZH : DUBAN_EN;
    }
    c->json = cli_flag(c, "json");
    c->quiet = cli_flag(c, "quiet");
    c->color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && !cli_flag(c, "no-color");
    c->url_command = cli_option(c, "broker");
    if (!c->url_command) c->url_command = getenv("DUBAN_BROKER");
    c->url_feed = cli_option(c, "feed");
    if (!c->url_feed) c->url_feed = getenv("DUBAN_FEED");
    set_home(c);
    return DUBAN_OK;
}

static duban_status run(cli *c, int argc, char **argv) {
    bool word_alone = argc == 2 || argv[2][0] == '-';
    if (word_alone && help_group(c, argv[1])) return DUBAN_OK;
    duban_status s = args_find(c, argc, argv);
    if (s < 0) return s;
    s = set_globals(c);
    if (s < 0) return s;
    if (cli_flag(c, "help")) {
        help_command(c, c->command);
        return DUBAN_OK;
    }
    s = args_check(c);
    if (s < 0) return s;
    s = sign_init();
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    return c->command->run(c);
}

int main(int argc, char **argv) {
    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN);
    cli c = {.lang = locale_lang(), .out = stdout, .err = stderr};
    look_ahead(&c, argc, argv);
    duban_status s = DUBAN_OK;
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        printf("duban %s\n", DUBAN_VERSION);
    else if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        help_all(&c);
    else
        s = run(&c, argc, argv);
    s = alarm_settle(&c, s);
    duban_close(c.d);
    if (fflush(stdout) != 0 && s >= 0) s = DUBAN_E_IO;
    return cli_exit_code(s);
}

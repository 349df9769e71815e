#include "client/cli/args.h"

#include <string.h>

static const option_def *find_in(const option_def *defs, const char *name, size_t size) {
    for (; defs && defs->name; defs++)
        if (strlen(defs->name) == size && memcmp(defs->name, name, size) == 0)
            return defs;
    return NULL;
}

/* Words of argv that make up the name, 0 when they do not. */
static int match(const char *name, int argc, char **argv) {
    int words = 0;
    while (*name) {
        size_t size = strcspn(name, " ");
        if (1 + words >= argc || strlen(argv[1 + words]) != size ||
            memcmp(argv[1 + words], name, size) != 0)
            return 0;
        words++;
        name += size;
        if (*name == ' ') name++;
    }
    return words;
}

static duban_status unknown_command(cli *c, int argc, char **argv) {
    char found[128];
    bool second = argc > 2 && argv[1][0] != '-' && argv[2][0] != '-';
    snprintf(found, sizeof found, "%s%s%s", argv[1], second ? " " : "",
             second ? argv[2] : "");
    return cli_refuse(c, DUBAN_E_USAGE, 0, cli_say(c, "命令", "command"), found,
                      "duban --help");
}

/* "-5" is a number, not an option. */
static bool is_option(const char *text) {
    return text[0] == '-' && text[1] != '\0' && (text[1] < '0' || text[1] > '9');
}

static duban_status read_option(cli *c, int argc, char **argv, int *i) {
    const char *name = argv[*i] + (argv[*i][1] == '-' ? 2 : 1);
    if (strcmp(name, "h") == 0) name = "help";
    size_t size = strcspn(name, "=");
    const option_def *def = find_in(c->command->options, name, size);
    if (!def) def = find_in(cli_global_options, name, size);
    if (!def)
        return cli_refuse(c, DUBAN_E_USAGE, 0, cli_say(c, "选项", "option"), argv[*i],
                          "--help");
    if (c->options_n == CLI_OPTIONS_MAX)
        return cli_refuse(c, DUBAN_E_LIMIT, 0, "options", NULL, NULL);
    const char *value = name[size] == '=' ? name + size + 1 : NULL;
    if (def->value && !value) {
        if (*i + 1 >= argc)
            return cli_refuse(c, DUBAN_E_USAGE, 0, argv[*i], "", def->value);
        value = argv[++*i];
    }
    if (!def->value && value)
        return cli_refuse(c, DUBAN_E_USAGE, 0, def->name, value, "");
    c->options[c->options_n++] = (option_given){def->name, value};
    return DUBAN_OK;
}

duban_status args_find(cli *c, int argc, char **argv) {
    int words = 0;
    for (const command *row = cli_commands; row->name; row++) {
        int n = match(row->name, argc, argv);
        if (n > words) {
            words = n;
            c->command = row;
        }
    }
    if (!c->command) return unknown_command(c, argc, argv);
    bool options = true;
    for (int i = 1 + words; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && is_option(argv[i])) {
            duban_status s = read_option(c, argc, argv, &i);
            if (s < 0) return s;
        } else if (c->args_n == CLI_ARGS_MAX) {
            return cli_refuse(c, DUBAN_E_LIMIT, 0, "arguments", argv[i], NULL);
        } else {
            c->args[c->args_n++] = argv[i];
        }
    }
    return DUBAN_OK;
}

duban_status args_check(cli *c) {
    if (c->args_n >= c->command->args_min && c->args_n <= c->command->args_max)
        return DUBAN_OK;
    char expected[128];
    snprintf(expected, sizeof expected, "duban %s %s", c->command->name,
             c->command->args);
    return cli_refuse(c, DUBAN_E_USAGE, 0, cli_say(c, "参数", "arguments"),
                      c->args_n ? c->args[c->args_n - 1] : "", expected);
}

#include "client/cli/help.h"

#include <string.h>

#include "client/cli/print.h"

static const char *summary(const cli *c, const command *row) {
    return cli_say(c, row->zh, row->en);
}

static void pad(FILE *f, const char *text, int width) {
    fprintf(f, "  %s%*s", text, width > print_width(text) ? width - print_width(text) : 1,
            "");
}

/* One letter takes one dash. */
static const char *dashes(const option_def *def) {
    return def->name[1] ? "--" : "-";
}

static void option_rows(const cli *c, const option_def *defs) {
    for (; defs && defs->name; defs++) {
        char text[96];
        snprintf(text, sizeof text, "%s%s%s%s", dashes(defs), defs->name,
                 defs->value ? " " : "", defs->value ? defs->value : "");
        pad(c->out, text, 26);
        fprintf(c->out, "%s\n", cli_say(c, defs->zh, defs->en));
    }
}

static void command_row(const cli *c, const command *row) {
    char text[96];
    snprintf(text, sizeof text, "%s %s", row->name, row->args);
    pad(c->out, text, 36);
    fprintf(c->out, "%s\n", summary(c, row));
}

void help_all(const cli *c) {
    fprintf(c->out, "%s\n\n",
            cli_say(c,
                    "duban：政府工作报告重点任务督办台账。用法：duban 命令 [选项] [参数]",
                    "duban: a city's ledger of promises. Usage: duban COMMAND [OPTIONS] "
                    "[ARGUMENTS]"));
    for (const command *row = cli_commands; row->name; row++)
        command_row(c, row);
    fprintf(c->out, "\n%s\n",
            cli_say(c, "所有命令通用的选项：", "Options of every command:"));
    option_rows(c, cli_global_options);
    fprintf(
        c->out, "\n%s\n",
        cli_say(c, "退出码：0 完成，1 被拒绝或失败，2 用法有误，3 连接不上，4 完整性有误",
                "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 unreachable, "
                "4 integrity failure"));
}

void help_command(const cli *c, const command *row) {
    fprintf(c->out, "duban %s %s\n  %s\n", row->name, row->args, summary(c, row));
    if (row->options) {
        fprintf(c->out, "\n%s\n", cli_say(c, "选项：", "Options:"));
        option_rows(c, row->options);
    }
    fprintf(c->out, "\n%s\n", cli_say(c, "通用选项：", "Options of every command:"));
    option_rows(c, cli_global_options);
}

static bool in_group(const command *row, const char *word) {
    size_t size = strlen(word);
    return strncmp(row->name, word, size) == 0 && row->name[size] == ' ';
}

bool help_group(const cli *c, const char *word) {
    bool any = false;
    for (const command *row = cli_commands; row->name; row++) {
        if (!in_group(row, word)) continue;
        if (!any)
            fprintf(c->out, "%s\n\n",
                    cli_say(c, "用法：duban 命令 [选项] [参数]；duban help 命令 看说明",
                            "Usage: duban COMMAND [OPTIONS] [ARGUMENTS]; duban help "
                            "COMMAND explains one"));
        any = true;
        command_row(c, row);
    }
    return any;
}

static const command *find_words(const cli *c) {
    char name[64] = "";
    for (int i = 0; i < c->args_n; i++) {
        size_t used = strlen(name);
        snprintf(name + used, sizeof name - used, "%s%s", i ? " " : "", c->args[i]);
    }
    for (const command *row = cli_commands; row->name; row++)
        if (strcmp(row->name, name) == 0) return row;
    return NULL;
}

duban_status help_run(cli *c) {
    if (c->args_n == 0) {
        help_all(c);
        return DUBAN_OK;
    }
    const command *row = find_words(c);
    if (!row && c->args_n == 1 && help_group(c, c->args[0])) return DUBAN_OK;
    if (!row)
        return cli_refuse(c, DUBAN_E_USAGE, 0, cli_say(c, "命令", "command"), c->args[0],
                          "duban help");
    help_command(c, row);
    return DUBAN_OK;
}

static void man_options(const cli *c, const option_def *defs) {
    for (; defs && defs->name; defs++)
        fprintf(c->out, ".TP\n.B %s%s%s%s\n%s\n", defs->name[1] ? "\\-\\-" : "\\-",
                defs->name, defs->value ? " " : "", defs->value ? defs->value : "",
                cli_say(c, defs->zh, defs->en));
}

duban_status help_man(cli *c) {
    fprintf(c->out, ".TH DUBAN 1 \"\" \"duban %s\"\n.SH %s\nduban \\- %s\n.SH %s\n",
            DUBAN_VERSION, cli_say(c, "名称", "NAME"),
            cli_say(c, "政府工作报告重点任务督办台账", "a city's ledger of promises"),
            cli_say(c, "命令", "COMMANDS"));
    for (const command *row = cli_commands; row->name; row++) {
        fprintf(c->out, ".SS duban %s %s\n%s\n", row->name, row->args, summary(c, row));
        man_options(c, row->options);
    }
    fprintf(c->out, ".SH %s\n", cli_say(c, "通用选项", "OPTIONS OF EVERY COMMAND"));
    man_options(c, cli_global_options);
    return DUBAN_OK;
}

static void completion_options(const cli *c, const option_def *defs) {
    for (; defs && defs->name; defs++)
        fprintf(c->out, " %s%s", dashes(defs), defs->name);
}

/* Whether both rows are of two words and begin alike; such rows stand together. */
static bool same_group(const command *row, const command *before) {
    size_t size = strcspn(row->name, " ");
    return row != cli_commands && row->name[size] == ' ' &&
           strncmp(row->name, before->name, size + 1) == 0;
}

/* After the first word of two: the second ones. */
static void completion_groups(const cli *c) {
    for (const command *row = cli_commands; row->name; row++) {
        const char *space = strchr(row->name, ' ');
        if (!space) continue;
        if (!same_group(row, row - 1))
            fprintf(c->out, "    %.*s) COMPREPLY=($(compgen -W \"",
                    (int)(space - row->name), row->name);
        fprintf(c->out, " %s", space + 1);
        if (!row[1].name || !same_group(row + 1, row))
            fprintf(c->out, "\" -- \"$cur\")) ;;\n");
    }
}

duban_status help_completion(cli *c) {
    fprintf(c->out, "# bash completion for duban; load with: source <(duban completion)\n"
                    "_duban() {\n"
                    "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                    "    local words=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\"\n"
                    "    case \"$words\" in\n");
    for (const command *row = cli_commands; row->name; row++) {
        fprintf(c->out, "    \"%s\"|\"%s \"*) COMPREPLY=($(compgen -f -W \"", row->name,
                row->name);
        completion_options(c, row->options);
        completion_options(c, cli_global_options);
        fprintf(c->out, "\" -- \"$cur\")) ;;\n");
    }
    completion_groups(c);
    fprintf(c->out, "    \"\") COMPREPLY=($(compgen -W \"");
    for (const command *row = cli_commands; row->name; row++)
        if (!same_group(row, row - 1))
            fprintf(c->out, " %.*s", (int)strcspn(row->name, " "), row->name);
    fprintf(c->out, "\" -- \"$cur\")) ;;\n    esac\n}\ncomplete -F _duban duban\n");
    return DUBAN_OK;
}

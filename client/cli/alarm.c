#include "client/cli/alarm.h"

static void say_what(const cli *c, const duban_refusal *why) {
    const char *text;
    switch (why->status) {
    case DUBAN_E_SHORTER:
        text =
            cli_say(c, "服务的台账比它以前签过名给本机看的要短：后面的记录不见了。",
                    "the broker's journal is shorter than what it once signed for this "
                    "machine: entries are gone.");
        break;
    case DUBAN_E_DIVERGED:
        text =
            cli_say(c,
                    "服务现在给出的台账，不是本机以前见过的那一本：历史被改写，或台账的"
                    "签名密钥换了。",
                    "the journal the broker shows now does not continue the one this "
                    "machine saw before: its history was rewritten, or its key is "
                    "another one.");
        break;
    case DUBAN_E_PROOF:
        text =
            cli_say(c, "服务给出的回执或证明不成立。有关报文仍按未收到处理，留在发件箱。",
                    "a receipt or a proof by the broker does not hold. What it was for "
                    "counts as not received and stays in the outbox.");
        break;
    default:
        text =
            cli_say(c, "服务给出的校验点不是台账的密钥所签。",
                    "a checkpoint that the broker shows is not signed by the journal's "
                    "key.");
        break;
    }
    fprintf(c->err, "%s\n", text);
}

static void say_what_to_do(const cli *c) {
    fprintf(
        c->err,
        cli_say(
            c,
            "请这样做：\n"
            "  1. 不要删除也不要改动本目录：%s\n"
            "  2. 证据已经存好：%s\n"
            "  3. 报告市政府办公室和审计机关，把证据文件交给他们。\n"
            "  4. 请见证方或其他单位拿出他们所存的校验点比对：谁的与本机相同，\n"
            "     本机所见的就是真的。\n",
            "What to do:\n"
            "  1. Keep this folder as it is: %s\n"
            "  2. The evidence is kept: %s\n"
            "  3. Tell the city office and the auditor, and hand them that file.\n"
            "  4. Compare with the checkpoint that a witness or another office has\n"
            "     kept: whoever has the same as this machine saw the same journal.\n"),
        c->home, duban_evidence(c->d));
}

static void say_alarm(cli *c, const duban_refusal *why, bool said) {
    static const char rule[] =
        "======================================================================";
    if (c->json) {
        if (!said) cli_refused(c, why);
        return;
    }
    fprintf(c->err, "\n%s\n%s\n", rule,
            cli_say(c, "严重警告：台账的完整性有误", "ALARM: the journal's integrity"));
    if (!said) cli_refused(c, why);
    say_what(c, why);
    say_what_to_do(c);
    fprintf(c->err, "%s\n", rule);
}

duban_status alarm_settle(cli *c, duban_status s) {
    duban_refusal why = {0};
    if (!c->d) return s;
    duban_status found = duban_settle(c->d, &why);
    if (cli_exit_code(found) == 4) {
        say_alarm(c, &why, s == found);
        return found;
    }
    /* A disk that takes no checkpoint: the command did what it was asked. */
    if (found < 0 && !c->quiet) cli_refused(c, &why);
    return s;
}

/* duban status: the state of the broker in words. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/json.h"

/* The second line of a signed checkpoint is its size. */
static uint64_t checkpoint_size(const char *note) {
    const char *line = strchr(note, '\n');
    return line ? strtoull(line + 1, NULL, 10) : 0;
}

static json_t *plans_json(const info_words *info) {
    json_t *plans = json_array();
    for (uint32_t i = 0; i < info->plans_n; i++) {
        const plan_info *p = &info->plans[i];
        json_array_append_new(plans, json_pack("{s:i, s:s, s:s, s:b}", "number",
                                               (int)p->number, "code", p->code, "title",
                                               p->title, "published", p->published));
    }
    return plans;
}

/* --- witnesses ---------------------------------------------------------------------- */

static json_t *witnesses_json(const info_words *info) {
    json_t *rows = json_array();
    for (uint32_t i = 0; i < info->witnesses_n; i++) {
        const witness_info *w = &info->witnesses[i];
        duban_status failure = -(int)w->failure;
        json_array_append_new(rows, json_pack("{s:s, s:I, s:I, s:s}", "name", w->name,
                                              "size", (json_int_t)w->size, "time_ms",
                                              (json_int_t)w->time_ms, "failure",
                                              failure ? duban_status_name(failure) : ""));
    }
    return json_pack("{s:o, s:i, s:I, s:b}", "asked", rows, "needed",
                     (int)info->witnesses_needed, "witnessed_size",
                     (json_int_t)info->witnessed_size, "block", info->witnesses_block);
}

/* The text of UNREACHABLE is about brokers. */
static const char *why_not(const cli *c, duban_status failure) {
    if (failure == DUBAN_E_UNREACHABLE)
        return cli_say(c, "连接不上该见证方", "the witness cannot be reached");
    return duban_status_text(failure, c->lang);
}

static void print_witness(cli *c, const info_words *info, const witness_info *w) {
    char moment[MOMENT_TEXT_SIZE] = "";
    duban_status failure = -(int)w->failure;
    if (w->size) moment_write(w->time_ms, info->utc_offset_minutes, moment);
    fprintf(c->out,
            cli_say(c, "  %s  已见证 %" PRIu64 " 条 %s", "  %s  signed %" PRIu64 " %s"),
            w->name, w->size, moment);
    if (failure)
        fprintf(c->out, cli_say(c, "  未签：%s", "  does not sign: %s"),
                why_not(c, failure));
    fputc('\n', c->out);
    if (failure == DUBAN_E_ROOT || failure == DUBAN_E_SHORTER)
        fprintf(c->out, "%s\n",
                cli_say(c,
                        "  注意：该见证方签过本台账的另一段历史。台账可能是从旧备份恢复"
                        "的，请停用并查明。",
                        "  ATTENTION: this witness has signed another history of this "
                        "journal, which may\n  come from an older copy. Stop the broker "
                        "and find out."));
}

static void print_witnesses(cli *c, const info_words *info) {
    if (!info->witnesses_n) return;
    fprintf(c->out,
            cli_say(c, "见证方 %u 个，须 %u 个；已见证到第 %" PRIu64 " 条%s\n",
                    "%u witnesses, %u needed; witnessed up to %" PRIu64 " entries%s\n"),
            (unsigned)info->witnesses_n, (unsigned)info->witnesses_needed,
            info->witnessed_size,
            info->witnesses_block ? cli_say(c, "；回执等候见证", "; receipts wait") : "");
    for (uint32_t i = 0; i < info->witnesses_n; i++)
        print_witness(c, info, &info->witnesses[i]);
}

static void print_json(cli *c, const info_words *info) {
    char moment[MOMENT_TEXT_SIZE];
    moment_write(info->now_ms, info->utc_offset_minutes, moment);
    json_t *o = json_pack("{s:s, s:I, s:I, s:o, s:s, s:b}", "origin", info->origin,
                          "head", (json_int_t)info->head, "checkpoint_size",
                          (json_int_t)checkpoint_size(info->checkpoint), "day",
                          json_day(info->day), "now", moment, "drill", info->drill);
    json_object_set_new(o, "rules_version", json_integer(info->rules_version));
    json_object_set_new(o, "broker_version", json_string(info->broker_version));
    json_object_set_new(o, "offices", json_integer(info->offices));
    json_object_set_new(o, "keys", json_integer(info->keys));
    json_object_set_new(o, "readers", json_integer((json_int_t)info->readers));
    json_object_set_new(o, "inbox", json_integer((json_int_t)info->inbox));
    json_object_set_new(o, "connections", json_integer((json_int_t)info->connections));
    json_object_set_new(o, "turned_away", json_integer((json_int_t)info->turned_away));
    json_object_set_new(o, "digest", json_hash(&info->digest));
    json_object_set_new(o, "log_vkey", json_string(info->log_vkey));
    json_object_set_new(o, "checkpoint", json_string(info->checkpoint));
    json_object_set_new(o, "plans", plans_json(info));
    json_object_set_new(o, "witnesses", witnesses_json(info));
    json_line(c->out, o);
}

static void print_plans(cli *c, const info_words *info) {
    if (!info->plans_n) fprintf(c->out, "%s\n", cli_say(c, "尚无台账", "no plans yet"));
    for (uint32_t i = 0; i < info->plans_n; i++) {
        const plan_info *p = &info->plans[i];
        fprintf(c->out, cli_say(c, "台账 %u：%s %s%s\n", "plan %u: %s %s%s\n"),
                (unsigned)p->number, p->code, p->title,
                p->published ? "" : cli_say(c, "（未发布）", " (a draft)"));
    }
}

static void print_text(cli *c, const info_words *info) {
    char moment[MOMENT_TEXT_SIZE], day[DAY_TEXT_SIZE], digest[HASH_TEXT_SIZE];
    moment_write(info->now_ms, info->utc_offset_minutes, moment);
    day_write(info->day, day);
    hash_print(&info->digest, digest);
    fprintf(c->out, cli_say(c, "台账 %s%s\n", "journal %s%s\n"), info->origin,
            info->drill ? cli_say(c, "（演练）", " (a drill)") : "");
    fprintf(c->out,
            cli_say(c, "最新序号 %" PRIu64 "，校验点含 %" PRIu64 " 条记录\n",
                    "head %" PRIu64 ", checkpoint of %" PRIu64 " entries\n"),
            info->head, checkpoint_size(info->checkpoint));
    fprintf(c->out, cli_say(c, "当前日 %s，时刻 %s\n", "day %s, moment %s\n"), day,
            moment);
    print_plans(c, info);
    fprintf(
        c->out,
        cli_say(c, "单位 %u 个，密钥 %u 把，订阅 %" PRIu64 " 个，待处理 %" PRIu64 " 条\n",
                "%u offices, %u keys, %" PRIu64 " readers, %" PRIu64 " waiting\n"),
        (unsigned)info->offices, (unsigned)info->keys, info->readers, info->inbox);
    fprintf(c->out,
            cli_say(c, "连接 %" PRIu64 " 个，启动以来因限额拒绝 %" PRIu64 " 次\n",
                    "%" PRIu64 " connections, %" PRIu64
                    " turned away by a limit since the start\n"),
            info->connections, info->turned_away);
    fprintf(c->out, cli_say(c, "状态摘要 %s\n", "digest %s\n"), digest);
    print_witnesses(c, info);
    fprintf(c->out, cli_say(c, "服务版本 %s，规则版本 %u\n", "broker %s, rules %u\n"),
            info->broker_version, (unsigned)info->rules_version);
}

duban_status cmd_status(cli *c) {
    duban_status s = cli_open(c);
    if (s < 0) return s;
    info_words info;
    duban_refusal refusal = {0};
    s = duban_info(c->d, &info, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    if (cli_flag(c, "log-key") && c->json)
        json_line(c->out, json_pack("{s:s}", "log_vkey", info.log_vkey));
    else if (cli_flag(c, "log-key"))
        fprintf(c->out, "%s\n", info.log_vkey);
    else if (c->json)
        print_json(c, &info);
    else
        print_text(c, &info);
    return DUBAN_OK;
}

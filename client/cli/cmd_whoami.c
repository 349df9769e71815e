/* duban whoami: who this home is, and the slip on which its key is handed in. */
#include <string.h>
#include <time.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/say.h"
#include "client/keyline.h"
#include "client/rekey.h"

#define BLANK "________________"

typedef struct identity {
    uint32_t office;
    uint32_t key;
    uint64_t last_number;
    bool revoked;
    bool asked;    /* the broker said so just now */
    bool has_next; /* a new key waits to be enrolled */
    sign_public next;
    char code[CODE_SIZE_MAX + 1];
    char name[NAME_SIZE_MAX + 1];
} identity;

static void ask_identity(cli *c, identity *me) {
    info_words info;
    if (duban_info(c->d, &info, NULL) >= 0) {
        me->asked = true;
        me->office = info.office;
        me->key = info.key;
        me->last_number = info.last_number;
        me->revoked = info.revoked;
        duban_sync(c->d, NULL);
    } else {
        me->office = duban_office(c->d);
        me->key = duban_key(c->d);
    }
    me->has_next = rekey_next(c->d, &me->next) == DUBAN_OK;
    const ledger *l = duban_slice(c->d);
    if (!l) return;
    snprintf(me->code, sizeof me->code, "%s", find_office_code(l, me->office));
    snprintf(me->name, sizeof me->name, "%s", find_office_name(l, me->office));
}

/* --- the slip ----------------------------------------------------------------------- */

static const char *or_blank(const char *text) {
    return *text ? text : BLANK;
}

static const char slip_zh[] = "              督办报送系统 密钥登记单\n"
                              "\n"
                              "台    账  %s\n"
                              "单位名称  %s\n"
                              "单位代码  %s\n"
                              "密钥算法  %s\n"
                              "公    钥  %s\n"
                              "指    纹  %s\n"
                              "日    期  %s\n"
                              "\n"
                              "以上公钥由本单位自行生成，私钥由本单位保管，未交他人。\n";
static const char slip_zh_old[] = "请登记此公钥，同时吊销本单位第 %u 号密钥。\n";
static const char slip_zh_lost[] =
    "本单位原有密钥（如有）：第 ________ 号，□ 请同时吊销  □ 继续使用。\n";
static const char slip_zh_end[] =
    "\n"
    "单位负责人（签字）" BLANK "        单位（盖章）\n"
    "经办人（签字）    " BLANK "\n"
    "\n"
    "市政府办公室核对指纹（签字）" BLANK "  登记序号 ________\n";

static const char slip_en[] =
    "              Duban: key enrolment slip\n"
    "\n"
    "journal      %s\n"
    "office       %s\n"
    "code         %s\n"
    "algorithm    %s\n"
    "public key   %s\n"
    "fingerprint  %s\n"
    "date         %s\n"
    "\n"
    "This office made the key above itself and keeps its private half to itself.\n";
static const char slip_en_old[] =
    "Please enrol it and revoke this office's key number %u at the same time.\n";
static const char slip_en_lost[] = "This office's former key (if any): number ________, "
                                   "[ ] revoke it too  [ ] it stays\n";
static const char slip_en_end[] =
    "\n"
    "head of office (signature)  " BLANK "        office (seal)\n"
    "clerk (signature)           " BLANK "\n"
    "\n"
    "fingerprint compared by the city office (signature)  " BLANK "  index ________\n";

/* Of the key to come when there is one, else of the one in use. */
static void print_slip(cli *c, const identity *me) {
    const sign_public *key = me->has_next ? &me->next : duban_public_key(c->d);
    char fingerprint[SIGN_FINGERPRINT_SIZE], line[KEYLINE_SIZE], day[16];
    char origin[ORIGIN_SIZE_MAX + 1] = "";
    struct tm today;
    time_t now = time(NULL);
    sign_fingerprint(key, fingerprint);
    keyline_write(key, line);
    duban_config(c->d, "origin", origin, sizeof origin);
    localtime_r(&now, &today);
    strftime(day, sizeof day, "%Y-%m-%d", &today);
    fprintf(c->out, cli_say(c, slip_zh, slip_en), or_blank(origin), or_blank(me->name),
            or_blank(me->code), sign_algorithm_name(key->algorithm), line, fingerprint,
            day);
    if (me->has_next && me->key && !me->revoked)
        fprintf(c->out, cli_say(c, slip_zh_old, slip_en_old), (unsigned)me->key);
    else if (!me->key)
        fputs(cli_say(c, slip_zh_lost, slip_en_lost), c->out);
    fputs(cli_say(c, slip_zh_end, slip_en_end), c->out);
}

/* --- the command -------------------------------------------------------------------- */

static void print_json(cli *c, const identity *me, const char *line,
                       const char *fingerprint) {
    json_t *made =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:i, s:I, s:b, s:b, s:b}", "home",
                  c->home, "key", line, "fingerprint", fingerprint, "office",
                  (int)me->office, "code", me->code, "name", me->name, "key_number",
                  (int)me->key, "last_number", (json_int_t)me->last_number, "revoked",
                  me->revoked, "asked", me->asked, "sealed", duban_sealed(c->d));
    if (me->has_next) {
        char next[KEYLINE_SIZE], print[SIGN_FINGERPRINT_SIZE];
        keyline_write(&me->next, next);
        sign_fingerprint(&me->next, print);
        json_object_set_new(made, "next_key", json_string(next));
        json_object_set_new(made, "next_fingerprint", json_string(print));
    }
    json_line(c->out, made);
}

static void print_enrolment(cli *c, const identity *me) {
    if (me->office)
        fprintf(c->out,
                cli_say(c, "单位 %s（%s，第 %u 号），密钥第 %u 号%s\n",
                        "office %s (%s, number %u), key number %u%s\n"),
                me->name, me->code, (unsigned)me->office, (unsigned)me->key,
                me->revoked ? cli_say(c, "，已吊销", ", revoked") : "");
    else
        fprintf(c->out, "%s\n",
                me->asked
                    ? cli_say(c, "尚未登记：请把公钥交市政府办公室。",
                              "not enrolled: hand the public key to the city office.")
                    : cli_say(c, "尚不知是否登记：连接不上服务。",
                              "not known to be enrolled: the broker cannot be reached."));
}

static void print_next(cli *c, const identity *me) {
    char line[KEYLINE_SIZE], fingerprint[SIGN_FINGERPRINT_SIZE];
    if (!me->has_next) return;
    keyline_write(&me->next, line);
    sign_fingerprint(&me->next, fingerprint);
    fprintf(
        c->out,
        cli_say(c, "新密钥 %s\n新指纹 %s（登记后运行 duban key use）\n",
                "new key %s\nits fingerprint %s (once it is enrolled: duban key use)\n"),
        line, fingerprint);
}

duban_status cmd_whoami(cli *c) {
    duban_status s = cli_open_sealed(c);
    if (s < 0) return s;
    identity me = {0};
    ask_identity(c, &me);
    char fingerprint[SIGN_FINGERPRINT_SIZE], line[KEYLINE_SIZE], number[16];
    sign_fingerprint(duban_public_key(c->d), fingerprint);
    keyline_write(duban_public_key(c->d), line);
    if (c->json) {
        print_json(c, &me, line, fingerprint);
        return DUBAN_OK;
    }
    if (cli_flag(c, "letter") && me.revoked && !me.has_next) {
        snprintf(number, sizeof number, "%u", (unsigned)me.key);
        return cli_refuse(c, DUBAN_E_REVOKED, 0, "key", number, NULL);
    }
    if (cli_flag(c, "letter")) {
        print_slip(c, &me);
        return DUBAN_OK;
    }
    fprintf(c->out, "%s\n", line);
    fprintf(c->out, cli_say(c, "指纹 %s\n", "fingerprint %s\n"), fingerprint);
    print_enrolment(c, &me);
    print_next(c, &me);
    return DUBAN_OK;
}

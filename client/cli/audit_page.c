#include "client/cli/audit_page.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "client/cli/print.h"
#include "client/cli/text.h"
#include "proto/period.h"

/* --- words -------------------------------------------------------------------------- */

static const char *fault_text(audit_fault fault, duban_lang lang) {
    static const char *const words[][2] = {
        [AUDIT_NO_FAULT] = {"", ""},
        [AUDIT_CHECKPOINT] = {"校验点不成立", "the checkpoint does not hold"},
        [AUDIT_EXTRA] = {"多出一个文件", "a file that this tree does not have"},
        [AUDIT_MISSING] = {"缺少一个文件", "a file is missing"},
        [AUDIT_SHAPE] = {"文件不完整或格式不符", "a file is cut short or malformed"},
        [AUDIT_TILE] = {"散列文件与校验点不符", "a hash tile is not the checkpoint's"},
        [AUDIT_LEAF] = {"记录与其散列不符", "an entry is not the one that was hashed"},
        [AUDIT_ROOT] = {"记录与散列一致，但校验点是另一个根",
                        "entries and tiles agree, but the checkpoint has another root"},
        [AUDIT_KEY] = {"所给公钥不是台账创世记录登记的公钥",
                       "the key given is not the one that entry 0 names"},
        [AUDIT_SIGNATURE] = {"记录的签名或密钥不成立",
                             "an entry's signature or key does not hold"},
        [AUDIT_RULES] = {"记录不合规则（编号、次序、时间或权限）",
                         "the rule book refuses an entry"},
        [AUDIT_DIGEST] = {"状态摘要与重放结果不同",
                          "a digest differs from what the entries fold into"},
        [AUDIT_RECEIPT] = {"回执不在这份台账之中", "a receipt is not of this journal"},
        [AUDIT_WITNESS] = {"见证不足或不成立", "witnesses are missing or do not hold"},
    };
    return words[fault][lang == DUBAN_ZH ? 0 : 1];
}

static const char *fault_code(audit_fault fault) {
    static const char *const codes[] = {
        "none", "checkpoint", "extra",     "missing", "shape",  "tile",    "leaf",
        "root", "key",        "signature", "rules",   "digest", "receipt", "witness"};
    return codes[fault];
}

static int32_t offset_of(const audit_report *report) {
    ledger_status state = {0};
    ledger_get_status(report->ledger, &state);
    return state.utc_offset_minutes;
}

static const char *office_name(const audit_report *report, uint32_t number) {
    office_words office;
    if (number == 0) return "duband";
    return ledger_get_office(report->ledger, number, &office) ? office.name : "?";
}

/* --- the page ----------------------------------------------------------------------- */

static void write_fault(const cli *c, const audit_finding *f, FILE *out) {
    fprintf(out, "%s\n",
            cli_say(c, "核验不成立（督办台账离线核验报告）",
                    "NOT VERIFIED (offline audit of a journal of Duban)"));
    if (f->has_index)
        fprintf(out,
                cli_say(c, "  第一处不可信：序号 %" PRIu64 "\n",
                        "  first index that cannot be believed: %" PRIu64 "\n"),
                f->index);
    if (*f->file)
        fprintf(out, cli_say(c, "  所在文件：%s\n", "  in file: %s\n"), f->file);
    fprintf(out, "  %s: E%d %s\n", fault_text(f->fault, c->lang), -(int)f->why,
            duban_status_text(f->why, c->lang));
}

/* When and with what: a page that is filed says so itself. */
static void write_when(const cli *c, FILE *out) {
    char text[32];
    struct tm local;
    time_t now = time(NULL);
    localtime_r(&now, &local);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M %z", &local);
    fprintf(out,
            cli_say(c, "核验于 %s（本机时钟），程序 duban %s\n",
                    "done at %s (this machine's clock) with duban %s\n"),
            text, DUBAN_VERSION);
}

static void write_signatures(const cli *c, FILE *out) {
    fprintf(out, "\n%s\n",
            cli_say(c,
                    "核验人（签字）________________  单位（盖章）________________  "
                    "日期 __________",
                    "verified by (signature) ________________  office (seal) "
                    "________________  date __________"));
}

static void write_head(const cli *c, const audit_page *p, FILE *out) {
    const audit_report *r = p->report;
    char vkey[NOTE_KEY_TEXT_SIZE], root[HASH_TEXT_SIZE];
    note_key_print(&p->options->key, vkey);
    write_when(c, out);
    fprintf(out, cli_say(c, "目录 %s\n所用公钥 %s\n", "folder %s\nkey given %s\n"),
            p->options->folder, vkey);
    if (!r->has_point) return;
    hash_print(&r->point.root, root);
    fprintf(out,
            cli_say(c, "台账 %s，校验点 %" PRIu64 " 条\n根 %s\n",
                    "journal %s, checkpoint of %" PRIu64 " entries\nroot %s\n"),
            r->point.origin, r->point.size, root);
}

static void write_span(const cli *c, const audit_report *r, FILE *out) {
    char first[MOMENT_TEXT_SIZE], last[MOMENT_TEXT_SIZE];
    char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
    moment_write(r->first_ms, offset_of(r), first);
    moment_write(r->last_ms, offset_of(r), last);
    day_write(r->first_day, from);
    day_write(r->last_day, to);
    fprintf(out,
            cli_say(c,
                    "  收到时间  %s 至 %s，从不倒退\n"
                    "  台账日    %s 至 %s，逐日开启\n",
                    "  received  %s to %s, never falling\n"
                    "  days      %s to %s, none left out\n"),
            first, last, from, to);
}

static void write_verified(const cli *c, const audit_page *p, FILE *out) {
    const audit_report *r = p->report;
    char digest[HASH_TEXT_SIZE];
    hash_print(&r->digest, digest);
    fprintf(out, "%s\n", cli_say(c, "已核验", "verified"));
    fprintf(out,
            cli_say(c,
                    "  散列      %" PRIu64 " 条记录逐条重算，%" PRIu64
                    " 个文件自根而下相符，不缺不多\n",
                    "  hashes    %" PRIu64 " entries hashed again, %" PRIu64
                    " files proved from the root down, none missing, none extra\n"),
            r->entries, r->files);
    fprintf(out,
            cli_say(c, "  签名      %" PRIu64 " 个，用台账当时登记且未吊销的密钥\n",
                    "  signed    %" PRIu64
                    " signatures, each by a key enrolled and not revoked then\n"),
            r->entries);
    fprintf(out, "%s\n",
            cli_say(c, "  规则      逐条重放：编号、次序、时间、权限、填报规则",
                    "  rules     every entry folded: numbers, order, time, permission, "
                    "the plan's rules"));
    write_span(c, r, out);
    if (r->digests == 0)
        fprintf(out, "%s\n",
                cli_say(c, "  状态摘要  台账中还没有", "  digests   none yet"));
    else
        fprintf(
            out,
            cli_say(c, "  状态摘要  %" PRIu64 " 个全部相同，最后一个在序号 %" PRIu64 "\n",
                    "  digests   %" PRIu64 " compared, all equal, the last at %" PRIu64
                    "\n"),
            r->digests, r->digest_index);
    fprintf(out, cli_say(c, "  最新状态  %s（%u 页）\n", "  state     %s (%u pages)\n"),
            digest, (unsigned)r->pages);
    if (p->options->receipts_n > 0)
        fprintf(out,
                cli_say(c, "  回执      %u 件，都在这份台账的该序号上\n",
                        "  receipts  %u, each stands at its index of this very tree\n"),
                (unsigned)p->options->receipts_n);
}

static void write_witnesses(const cli *c, const audit_page *p, FILE *out) {
    const audit_report *r = p->report;
    char text[MOMENT_TEXT_SIZE];
    for (uint32_t i = 0; i < p->options->witnesses_n; i++) {
        const audit_witnessed *one = &r->witnessed[i];
        moment_write(one->time_s * 1000, offset_of(r), text);
        fprintf(out, cli_say(c, "  见证      %s：%s\n", "  witness   %s: %s\n"),
                one->name,
                one->signed_it ? text : cli_say(c, "没有签", "has not signed"));
    }
}

static void write_signers(const cli *c, const audit_report *r, FILE *out) {
    const print_column columns[] = {
        {cli_say(c, "密钥", "key"), PRINT_RIGHT, 0},
        {cli_say(c, "单位", "office"), PRINT_LEFT, 40},
        {cli_say(c, "指纹", "fingerprint"), PRINT_LEFT, 0},
        {cli_say(c, "登记", "since"), PRINT_RIGHT, 0},
        {cli_say(c, "吊销", "revoked"), PRINT_RIGHT, 0},
        {cli_say(c, "签名数", "signed"), PRINT_RIGHT, 0},
    };
    print_table *t = print_table_new(columns, 6, false);
    for (uint32_t i = 0; t && i < r->keys.n; i++) {
        const audit_key *key = &r->keys.keys[i];
        char text[SIGN_FINGERPRINT_SIZE];
        if (!key->known) continue;
        sign_fingerprint(&key->public_key, text);
        print_table_row(t);
        print_table_cell_format(t, "%u", (unsigned)i);
        print_table_cell(t, office_name(r, key->office));
        print_table_cell(t, text);
        print_table_cell_format(t, "%" PRIu64, key->since);
        if (key->until == UINT64_MAX)
            print_table_cell(t, "");
        else
            print_table_cell_format(t, "%" PRIu64, (uint64_t)key->until);
        print_table_cell_format(t, "%" PRIu64, key->signed_n);
    }
    fprintf(out, "%s\n", cli_say(c, "谁签的", "who signed"));
    if (t) print_table_write(t, out);
    print_table_free(t);
}

static void write_listed_one(const cli *c, const audit_report *r, const audit_listed *l,
                             FILE *out) {
    char text[MOMENT_TEXT_SIZE];
    moment_write(l->received_ms, offset_of(r), text);
    fprintf(out, "  %" PRIu64 " %s ", l->index, text);
    if (l->kind == KIND_CONFLICT)
        fprintf(out,
                cli_say(c, "密钥 %u 的编号 %" PRIu64 " 被用于不同内容\n",
                        "key %u used number %" PRIu64 " for other bytes\n"),
                (unsigned)l->key, l->number);
    else if (l->kind == KIND_REDACTION)
        fprintf(out,
                cli_say(c, "%s 清除序号 %" PRIu64 " 的正文，文号 %s\n",
                        "%s removed the bodies of entry %" PRIu64 ", order %s\n"),
                office_name(r, l->office), l->number, l->words);
    else
        fprintf(out,
                cli_say(c, "%s（密钥 %u）查阅全部记录：%s\n",
                        "%s (key %u) read the journal: %s\n"),
                office_name(r, l->office), (unsigned)l->key, l->words);
}

static void write_listed(const cli *c, const audit_report *r, event_kind kind,
                         const char *title, FILE *out) {
    uint64_t told = 0;
    fprintf(out, cli_say(c, "%s：%" PRIu64 "\n", "%s: %" PRIu64 "\n"), title,
            r->kinds[kind]);
    for (uint32_t i = 0; i < r->listed_n; i++) {
        if (r->listed[i].kind != kind) continue;
        write_listed_one(c, r, &r->listed[i], out);
        told++;
    }
    if (told < r->kinds[kind])
        fprintf(out, cli_say(c, "  另有 %" PRIu64 " 条\n", "  and %" PRIu64 " more\n"),
                r->kinds[kind] - told);
}

static void write_not_verified(const cli *c, const audit_page *p, FILE *out) {
    const audit_options *o = p->options;
    fprintf(out, "%s\n", cli_say(c, "没有核验", "not verified"));
    fprintf(out, "%s\n",
            cli_say(c, "  正文与附件：记录里只有它们的散列",
                    "  bodies: entries hold their hashes only"));
    fprintf(out, "%s\n",
            cli_say(c, "  密钥是否由该单位的人持有：对照登记时的指纹",
                    "  that a key is in its office's hands: compare the fingerprints"));
    if (o->receipts_n == 0)
        fprintf(out, "%s\n",
                cli_say(c, "  回执：没有给（--receipt FILE）",
                        "  receipts: none were given (--receipt FILE)"));
    if (p->report->newer_n > 0)
        fprintf(out,
                cli_say(c, "  %u 件回执的校验点比本目录新：再取一次以核对\n",
                        "  %u receipts come with a newer checkpoint than this folder's: "
                        "fetch again to compare\n"),
                (unsigned)p->report->newer_n);
    if (p->report->witnesses_n == 0)
        fprintf(
            out, "%s\n",
            cli_say(
                c,
                "  见证：没有给见证方的公钥（--witness VKEY），别人是否看到同一份台账、"
                "校验点何时产生，这里没有证明",
                "  witnesses: none was named (--witness VKEY), so nothing here "
                "proves that others\n    see this journal, or when it was "
                "signed"));
}

void audit_page_write(const cli *c, const audit_page *page, FILE *f) {
    const audit_report *r = page->report;
    if (page->finding->fault) {
        write_fault(c, page->finding, f);
        write_head(c, page, f);
        write_signatures(c, f);
        return;
    }
    fprintf(f, "%s\n",
            cli_say(c, "核验成立（督办台账离线核验报告）",
                    "VERIFIED (offline audit of a journal of Duban)"));
    write_head(c, page, f);
    write_verified(c, page, f);
    write_witnesses(c, page, f);
    write_signers(c, r, f);
    write_listed(c, r, KIND_CONFLICT,
                 cli_say(c, "同一编号用于不同内容", "numbers used twice"), f);
    write_listed(c, r, KIND_REDACTION, cli_say(c, "依文号清除", "removed by order"), f);
    write_listed(c, r, KIND_SESSION, cli_say(c, "查阅全部记录", "journal read by"), f);
    write_not_verified(c, page, f);
    fprintf(f, cli_say(c, "用时 %.1f 秒，%u 个线程\n", "%.1f s, %u threads\n"),
            page->seconds, (unsigned)r->threads);
    write_signatures(c, f);
}

/* --- JSON --------------------------------------------------------------------------- */

static json_t *fault_json(const audit_finding *f, duban_lang lang) {
    char code[16];
    snprintf(code, sizeof code, "E%d", -(int)f->why);
    json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "fault",
                            fault_code(f->fault), "status", duban_status_name(f->status),
                            "why", duban_status_name(f->why), "code", code, "text",
                            fault_text(f->fault, lang), "file", f->file);
    if (f->has_index)
        json_object_set_new(out, "index", json_integer((json_int_t)f->index));
    return out;
}

static json_t *signers_json(const audit_report *r) {
    json_t *rows = json_array();
    for (uint32_t i = 0; i < r->keys.n; i++) {
        const audit_key *key = &r->keys.keys[i];
        char text[SIGN_FINGERPRINT_SIZE];
        if (!key->known) continue;
        sign_fingerprint(&key->public_key, text);
        json_t *row = json_pack("{s:i, s:i, s:s, s:s, s:I, s:I}", "key", (int)i, "office",
                                (int)key->office, "name", office_name(r, key->office),
                                "fingerprint", text, "since", (json_int_t)key->since,
                                "signed", (json_int_t)key->signed_n);
        if (key->until != UINT64_MAX)
            json_object_set_new(row, "revoked", json_integer((json_int_t)key->until));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *listed_json(const audit_report *r) {
    json_t *rows = json_array();
    for (uint32_t i = 0; i < r->listed_n; i++) {
        const audit_listed *l = &r->listed[i];
        json_array_append_new(
            rows, json_pack("{s:s, s:I, s:I, s:i, s:i, s:I, s:s}", "kind",
                            text_event_kind_code(l->kind), "index", (json_int_t)l->index,
                            "received_ms", (json_int_t)l->received_ms, "office",
                            (int)l->office, "key", (int)l->key, "number",
                            (json_int_t)l->number, "words", l->words));
    }
    return rows;
}

static json_t *kinds_json(const audit_report *r) {
    json_t *out = json_object();
    for (int kind = 1; kind < KIND_COUNT; kind++)
        if (r->kinds[kind] > 0)
            json_object_set_new(out, text_event_kind_code((event_kind)kind),
                                json_integer((json_int_t)r->kinds[kind]));
    return out;
}

static json_t *witnesses_json(const audit_page *p) {
    json_t *rows = json_array();
    for (uint32_t i = 0; i < p->options->witnesses_n && !p->finding->fault; i++) {
        const audit_witnessed *one = &p->report->witnessed[i];
        json_array_append_new(rows, json_pack("{s:s, s:b, s:I}", "name", one->name,
                                              "signed", one->signed_it, "time_s",
                                              (json_int_t)one->time_s));
    }
    return rows;
}

json_t *audit_page_json(const audit_page *page, duban_lang lang) {
    const audit_report *r = page->report;
    const audit_finding *f = page->finding;
    json_t *out = json_pack("{s:b, s:s, s:i, s:f}", "verified", !f->fault, "folder",
                            page->options->folder, "threads", (int)r->threads, "seconds",
                            page->seconds);
    if (r->has_point) {
        json_object_set_new(out, "origin", json_string(r->point.origin));
        json_object_set_new(out, "size", json_integer((json_int_t)r->point.size));
        json_object_set_new(out, "root", json_hash(&r->point.root));
    }
    if (f->fault) {
        json_object_set_new(out, "finding", fault_json(f, lang));
        return out;
    }
    json_t *more =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i}", "entries",
                  (json_int_t)r->entries, "files", (json_int_t)r->files, "first_ms",
                  (json_int_t)r->first_ms, "last_ms", (json_int_t)r->last_ms, "digests",
                  (json_int_t)r->digests, "digest_index", (json_int_t)r->digest_index,
                  "pages", (int)r->pages, "receipts", (int)page->options->receipts_n,
                  "receipts_newer", (int)r->newer_n);
    json_object_update(out, more);
    json_decref(more);
    json_object_set_new(out, "digest", json_hash(&r->digest));
    json_object_set_new(out, "first_day", json_day(r->first_day));
    json_object_set_new(out, "last_day", json_day(r->last_day));
    json_object_set_new(out, "kinds", kinds_json(r));
    json_object_set_new(out, "signers", signers_json(r));
    json_object_set_new(out, "listed", listed_json(r));
    json_object_set_new(out, "witnesses", witnesses_json(page));
    return out;
}

/* duban page prove, verify: one page of the state, for whoever wants it proved alone. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/moment.h"
#include "client/page_file.h"
#include "client/page_read.h"

/* Where moments are printed that no journal at hand gives a time zone for: UTC+8. */
#define OFFSET_DEFAULT 480

/* --- prove -------------------------------------------------------------------------- */

/* "2023/guanxian", "2023" or "/" for the journal's own page. text is cut in place. */
static duban_status read_name(cli *c, char *text, page_request *ask) {
    char *slash = strchr(text, '/');
    office_words office;
    if (slash) *slash = '\0';
    ask->plan = text;
    ask->office = 0;
    if (!slash || slash[1] == '\0') return DUBAN_OK;
    if (*text == '\0' || !find_office(duban_slice(c->d), slash + 1, &office))
        return cli_refuse(c, DUBAN_E_UNKNOWN_OFFICE, 0, "office", slash + 1, NULL);
    ask->office = office.number;
    return DUBAN_OK;
}

/* The index that a moment means: that of the plan's board as of then. */
static duban_status index_of(cli *c, const char *plan, const board_request *when,
                             uint64_t *out) {
    duban_board_head head;
    duban_board *b;
    board_request ask = *when;
    ask.plan = plan;
    if (when->as_of == AS_OF_INDEX) *out = when->index;
    if (when->as_of != AS_OF_MOMENT) return DUBAN_OK;
    if (*plan == '\0')
        return cli_refuse(c, DUBAN_E_USAGE, 0, "as-of", cli_option(c, "as-of"),
                          cli_say(c, "序号", "an index"));
    duban_status s = look_ask(c, &ask, cli_option(c, "as-of"), &b);
    if (s < 0) return s;
    duban_board_get_head(b, &head);
    *out = head.cursor.index;
    duban_board_free(b);
    return DUBAN_OK;
}

static duban_status write_file(cli *c, const page_words *page) {
    const char *path = cli_option(c, "o");
    buffer text;
    buffer_init(&text);
    duban_status s = page_file_write(page, &text);
    if (s < 0)
        cli_refuse(c, s, 0, "page", NULL, NULL);
    else
        s = cli_write_file(c, path, text.data, text.size, 0644);
    buffer_close(&text);
    if (s < 0) return s;
    if (c->json)
        json_line(c->out,
                  json_pack("{s:s, s:I, s:i}", "file", path, "digest_index",
                            (json_int_t)page->index, "bytes", (int)page->bytes.size));
    else
        fprintf(
            c->out,
            cli_say(c, "%s：%zu 字节的状态页，由第 %" PRIu64 " 条记录的状态摘要证明\n",
                    "%s: a page of %zu bytes, under the digest of entry %" PRIu64 "\n"),
            path, page->bytes.size, page->index);
    return DUBAN_OK;
}

duban_status cmd_page_prove(cli *c) {
    char text[CODE_SIZE_MAX + NAME_SIZE_MAX + 2];
    board_request when = {.as_of = AS_OF_HEAD};
    page_request ask = {.plan = ""};
    page_words page;
    duban_refusal refusal = {0};
    arena a;
    if (!cli_option(c, "o")) return cli_refuse(c, DUBAN_E_USAGE, 0, "o", NULL, "FILE");
    snprintf(text, sizeof text, "%s", c->args[0]);
    duban_status s = cli_open_synced(c);
    if (s >= 0) s = read_name(c, text, &ask);
    if (s >= 0 && cli_option(c, "as-of"))
        s = moment_ask(c, "as-of", cli_option(c, "as-of"), &when);
    if (s >= 0) s = index_of(c, ask.plan, &when, &ask.index);
    if (s < 0) return s;
    arena_init(&a, 0);
    s = duban_page(c->d, &ask, &a, &page, &refusal);
    s = s < 0 ? cli_refused(c, &refusal) : write_file(c, &page);
    arena_close(&a);
    return s;
}

/* --- verify ------------------------------------------------------------------------- */

/* Numbers alone: no name stands on such a page, and none is asked for elsewhere. */
static void place_of(const cell_name *name, duban_lang lang, char out[DESCRIBE_SIZE]) {
    char round[PERIOD_TEXT_SIZE] = "";
    char task[32] = "", metric[32] = "", node[32] = "";
    bool zh = lang == DUBAN_ZH;
    if (name->period.kind != PERIOD_NONE) period_write(name->period, round);
    if (name->task)
        snprintf(task, sizeof task, zh ? " 任务%" PRIu32 : " task %" PRIu32, name->task);
    if (name->metric) snprintf(metric, sizeof metric, " M%" PRIu32, name->metric);
    if (name->node)
        snprintf(node, sizeof node, zh ? " 第%" PRIu32 "号" : " no. %" PRIu32,
                 name->node);
    snprintf(out, DESCRIBE_SIZE, "%s%s%s%s%s", task, metric, node, *round ? " " : "",
             round);
}

static json_t *cells_json(const page_said *said, const look *where, duban_lang lang) {
    json_t *rows = json_array();
    char what[DESCRIBE_SIZE];
    for (uint32_t i = 0; i < said->cells_n; i++) {
        const cell *one = &said->cells[i];
        describe_cell(one, where, lang, what);
        json_array_append_new(
            rows, json_pack("{s:s, s:i, s:i, s:i, s:i, s:o, s:I, s:s}", "kind",
                            describe_kind_code(one->name.kind), "task",
                            (int)one->name.task, "metric", (int)one->name.metric, "node",
                            (int)one->name.node, "office", (int)one->name.office,
                            "period", json_period(one->name.period), "changed",
                            (json_int_t)one->changed, "what", what));
    }
    return rows;
}

static void print_cells(cli *c, const page_said *said, const look *where) {
    char place[DESCRIBE_SIZE], what[DESCRIBE_SIZE];
    for (uint32_t i = 0; i < said->cells_n; i++) {
        const cell *one = &said->cells[i];
        place_of(&one->name, c->lang, place);
        describe_cell(one, where, c->lang, what);
        fprintf(c->out,
                cli_say(c, "  %s%s：%s（序号 %llu）\n", "  %s%s: %s (index %llu)\n"),
                describe_kind(one->name.kind, c->lang), place,
                *what ? what : cli_say(c, "（无）", "(none)"),
                (unsigned long long)one->changed);
    }
}

static void print_proved(cli *c, const page_proved *p, const page_said *said,
                         const char *moment) {
    char digest[HASH_TEXT_SIZE];
    hash_print(&p->digest, digest);
    fprintf(c->out, cli_say(c, "证明成立。台账 %s\n", "the proof holds. journal %s\n"),
            p->point.origin);
    if (said->plan == 0)
        fprintf(c->out, "%s\n", cli_say(c, "台账本身的状态页", "the journal's own page"));
    else if (said->office == 0)
        fprintf(c->out,
                cli_say(c, "第 %u 号计划 %s 的总页\n", "plan no. %u, %s, as a whole\n"),
                (unsigned)said->plan, said->code);
    else
        fprintf(c->out,
                cli_say(c, "第 %u 号计划中第 %u 号单位的状态页\n",
                        "plan no. %u, the page of office no. %u\n"),
                (unsigned)said->plan, (unsigned)said->office);
    fprintf(c->out,
            cli_say(c,
                    "截至第 %llu 条记录（%s），由第 %llu 条记录的状态摘要 %s 证明，"
                    "该记录在大小为 %llu 的校验点之内\n",
                    "as of entry %llu (%s), under the digest that entry %llu says, %s, "
                    "in the checkpoint of size %llu\n"),
            (unsigned long long)p->index, moment, (unsigned long long)p->digest_at,
            digest, (unsigned long long)p->point.size);
    fprintf(c->out,
            cli_say(c, "%zu 字节，%u 个单元格，另有 %zu 字节为规则所用\n",
                    "%zu bytes, %u cells, and %zu bytes that only the rules read\n"),
            p->page.size, (unsigned)said->cells_n, said->other);
}

static void tell(cli *c, const page_proved *p, const page_said *said, const look *where) {
    char moment[MOMENT_TEXT_SIZE];
    moment_write(p->received_ms, OFFSET_DEFAULT, moment);
    if (!c->json) {
        print_proved(c, p, said, moment);
        print_cells(c, said, where);
        return;
    }
    json_t *o = json_pack(
        "{s:b, s:s, s:i, s:i, s:s, s:I, s:s, s:I, s:o, s:I, s:i}", "proved", 1, "origin",
        p->point.origin, "plan", (int)said->plan, "office", (int)said->office, "code",
        said->code, "index", (json_int_t)p->index, "moment", moment, "digest_index",
        (json_int_t)p->digest_at, "digest", json_hash(&p->digest), "checkpoint_size",
        (json_int_t)p->point.size, "bytes", (int)p->page.size);
    json_object_set_new(o, "cells", cells_json(said, where, c->lang));
    json_line(c->out, o);
}

/* The cells as a board, where one may be looked up beside another. */
static duban_status tell_page(cli *c, const page_proved *p, arena *a) {
    page_said said;
    bool gap = false;
    duban_board *b = NULL;
    duban_status s = page_read(p->page, p->place == 0, a, &said);
    if (s >= 0) s = duban_board_new(&b);
    if (s < 0) return cli_refuse(c, s, 0, "page", NULL, NULL);
    frame_words frame = {.origin = p->point.origin,
                         .plan = "",
                         .to = p->index,
                         .cells = said.cells,
                         .cells_n = said.cells_n};
    s = duban_board_fold(b, &frame, &gap);
    if (s >= 0)
        tell(c, p, &said, &(look){.board = b});
    else
        cli_refuse(c, s, 0, "page", NULL, NULL);
    duban_board_free(b);
    return s;
}

static duban_status read_key(cli *c, note_key *out) {
    const char *text = cli_option(c, "key");
    if (!text) return cli_refuse(c, DUBAN_E_USAGE, 0, "key", NULL, "VKEY");
    duban_status s = note_key_parse(text, strlen(text), out);
    return s < 0 ? cli_refuse(c, s, 0, "key", text, NULL) : DUBAN_OK;
}

duban_status cmd_page_verify(cli *c) {
    note_key key;
    page_proved proved;
    duban_refusal refusal = {0};
    arena a;
    char *text = NULL;
    size_t size = 0;
    duban_status s = read_key(c, &key);
    if (s >= 0) s = cli_read_file(c, c->args[0], PAGE_FILE_MAX, &text, &size);
    if (s < 0) return s;
    arena_init(&a, 0);
    s = page_file_verify((span){(const uint8_t *)text, size}, &key, &a, &proved,
                         &refusal);
    s = s < 0 ? cli_refused(c, &refusal) : tell_page(c, &proved, &a);
    arena_close(&a);
    free(text);
    return s;
}

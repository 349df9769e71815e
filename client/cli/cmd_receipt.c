/* duban receipt list, show, save, verify: what was received, provable by anybody. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/keyline.h"
#include "client/cli/moment.h"
#include "client/cli/print.h"
#include "client/cli/receipt_say.h"
#include "client/cli/text.h"
#include "storage/tlog/cosign.h"

/* --- list --------------------------------------------------------------------------- */

static void list_row(cli *c, print_table *t, const duban_outbox_row *row) {
    char moment[MOMENT_TEXT_SIZE];
    moment_write(row->received_ms, moment_offset(c), moment);
    if (c->json) {
        json_line(c->out,
                  json_pack("{s:I, s:s, s:I, s:I, s:s}", "index", (json_int_t)row->index,
                            "kind", text_event_kind_code(row->ev.kind), "number",
                            (json_int_t)row->number, "received_ms",
                            (json_int_t)row->received_ms, "received", moment));
        return;
    }
    print_table_row(t);
    print_table_cell_format(t, "%" PRIu64, row->index);
    print_table_cell(t, text_event_kind(row->ev.kind, c->lang));
    print_table_cell_format(t, "%" PRIu64, row->number);
    print_table_cell(t, moment);
}

duban_status cmd_receipt_list(cli *c) {
    const print_column columns[] = {
        {cli_say(c, "序号", "index"), PRINT_RIGHT, 0},
        {cli_say(c, "种类", "kind"), PRINT_LEFT, 0},
        {cli_say(c, "编号", "number"), PRINT_RIGHT, 0},
        {cli_say(c, "收到", "received"), PRINT_LEFT, 0},
    };
    duban_outbox_row *rows;
    size_t n = 0;
    duban_refusal refusal = {0};
    arena a;
    duban_status s = cli_open(c);
    if (s < 0) return s;
    arena_init(&a, 0);
    s = duban_outbox(c->d, &a, &rows, &n, &refusal);
    print_table *t = print_table_new(columns, 4, c->color);
    for (size_t i = 0; s >= 0 && i < n; i++)
        if (rows[i].state == OUTBOX_RECEIPTED) list_row(c, t, &rows[i]);
    if (s < 0)
        cli_refused(c, &refusal);
    else if (!c->json)
        print_table_write(t, c->out);
    print_table_free(t);
    arena_close(&a);
    return s;
}

/* --- verifying ---------------------------------------------------------------------- */

static duban_status no_key(cli *c) {
    return cli_refuse(
        c, DUBAN_E_USAGE, 0, "key", NULL,
        cli_say(c, "--key \"台账的公钥，市政府办公室印发\"",
                "--key \"the journal's key, as the city office prints it\""));
}

/* --key, else what this home has pinned. */
static duban_status log_key(cli *c, note_key *out) {
    char pinned[DUBAN_VKEY_SIZE];
    const char *text = cli_option(c, "key");
    duban_status s = DUBAN_OK;
    if (!text && !c->d && access(c->home, F_OK) != 0) return no_key(c);
    if (!text) {
        if (!c->d) s = cli_open(c);
        if (s < 0) return s;
        duban_log_key(c->d, pinned);
        text = pinned;
    }
    if (!*text) return no_key(c);
    s = note_key_parse(text, strlen(text), out);
    return s < 0 ? cli_refuse(c, s, 0, "key", text, "name+id+base64") : DUBAN_OK;
}

static duban_status given_key(cli *c, const char *text, sign_public *out) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = keyline_read(text, out);
    if (s == DUBAN_E_KEY_FORMAT && access(text, F_OK) == 0) {
        s = cli_read_file(c, text, KEYLINE_SIZE, &data, &size);
        if (s < 0) return s;
        s = keyline_read(data, out);
        free(data);
    }
    return s < 0 ? cli_refuse(c, s, 0, "public", text, "duban-public/1 …") : DUBAN_OK;
}

/* The office's key: given, or what the home's slice knows. Its signature then has to
 * hold. */
static duban_status check_signer(cli *c, const receipt_facts *facts,
                                 receipt_signer *out) {
    ledger_key row;
    const char *given = cli_option(c, "public");
    const ledger *l = c->d ? duban_slice(c->d) : NULL;
    duban_status s = DUBAN_OK;
    *out = (receipt_signer){.known = false};
    if (given) {
        s = given_key(c, given, &out->key);
        if (s < 0) return s;
        out->known = true;
    } else if (l && ledger_get_key(l, facts->entry.key, &row)) {
        out->known = true;
        out->key = row.public_key;
    }
    if (out->known && receipt_signed(facts, &out->key))
        return cli_refuse(c, DUBAN_E_PROOF, 0, "signature", NULL,
                          cli_say(c, "该单位密钥所签", "made by that office's key"));
    return DUBAN_OK;
}

/* Every witness that was named has to have signed. */
static duban_status check_witnesses(cli *c, const receipt *r) {
    note parsed;
    cosign_key key;
    int64_t time_s;
    const char *text;
    duban_status s = note_parse(r->proof.note, r->proof.note_size, &parsed);
    for (int n = 0; s >= 0 && (text = cli_option_nth(c, "witness", n)) != NULL; n++) {
        s = cosign_key_parse(text, strlen(text), &key);
        if (s < 0) return cli_refuse(c, s, 0, "witness", text, "name+id+base64");
        s = cosign_verify(&parsed, &key, &time_s);
        if (s == DUBAN_E_UNKNOWN_KEY) s = DUBAN_E_UNWITNESSED;
        if (s < 0) cli_refuse(c, s, 0, "witness", key.note.name, NULL);
    }
    return s;
}

static duban_status verify_text(cli *c, span text) {
    arena a;
    receipt r;
    receipt_facts facts;
    receipt_signer signer;
    note_key key;
    duban_refusal refusal = {0};
    duban_status s = log_key(c, &key);
    if (s < 0) return s;
    arena_init(&a, 0);
    s = receipt_parse(text, &a, &r, &refusal);
    if (s >= 0) s = receipt_verify(&r, &key, &a, &facts, &refusal);
    if (s == DUBAN_E_PROOF && !*refusal.expected)
        duban_refuse(&refusal, s, 0, refusal.field, NULL,
                     cli_say(c, "未被改动的回执，出自这本台账",
                             "an unchanged receipt of that very journal"));
    if (s < 0)
        cli_refused(c, &refusal);
    else
        s = check_signer(c, &facts, &signer);
    if (s >= 0) s = check_witnesses(c, &r);
    if (s >= 0) receipt_say(c, &r, &facts, &signer);
    arena_close(&a);
    return s;
}

duban_status cmd_receipt_verify(cli *c) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, c->args[0], RECEIPT_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    s = verify_text(c, (span){(const uint8_t *)data, size});
    free(data);
    return s;
}

/* --- show, save --------------------------------------------------------------------- */

/* The receipt of the entry whose index stands on the command line. */
static duban_status take(cli *c, arena *a, uint64_t *index, span *text) {
    char *end = NULL;
    duban_refusal refusal = {0};
    *index = strtoull(c->args[0], &end, 10);
    if (*end || end == c->args[0] || c->args[0][0] == '-')
        return cli_refuse(c, DUBAN_E_USAGE, 0, "index", c->args[0],
                          cli_say(c, "序号", "an index"));
    duban_status s = cli_open(c);
    if (s < 0) return s;
    s = duban_receipt(c->d, *index, cli_flag(c, "witnessed"), a, text, &refusal);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

duban_status cmd_receipt_show(cli *c) {
    arena a;
    span text;
    uint64_t index;
    arena_init(&a, 0);
    duban_status s = take(c, &a, &index, &text);
    if (s >= 0) s = verify_text(c, text);
    arena_close(&a);
    return s;
}

duban_status cmd_receipt_save(cli *c) {
    arena a;
    span text;
    uint64_t index;
    char name[64];
    const char *path = cli_option(c, "o");
    arena_init(&a, 0);
    duban_status s = take(c, &a, &index, &text);
    if (s >= 0) {
        snprintf(name, sizeof name, "%" PRIu64 ".receipt", index);
        if (!path) path = name;
        s = cli_write_file(c, path, text.data, text.size, 0644);
    }
    if (s >= 0 && c->json)
        json_line(c->out,
                  json_pack("{s:s, s:I}", "file", path, "index", (json_int_t)index));
    else if (s >= 0)
        fprintf(c->out,
                cli_say(c, "%s：序号 %" PRIu64 " 的回执\n",
                        "%s: the receipt of entry %" PRIu64 "\n"),
                path, index);
    arena_close(&a);
    return s;
}

#include "client/cli/receipt_say.h"

#include <inttypes.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/moment.h"
#include "client/cli/tell.h"
#include "client/cli/text.h"
#include "storage/tlog/cosign.h"

#define SECOND_MS 1000
/* Moments are printed in UTC+8 where no journal at hand gives another zone. */
#define OFFSET_DEFAULT 480

/* --- witnesses ---------------------------------------------------------------------- */

/* One signature line that is not the log's. */
typedef struct witness_line {
    char name[ORIGIN_SIZE_MAX + 1]; /* cut when it is longer */
    uint32_t id;                    /* of the key that it claims */
    bool verified;                  /* with a key that was given */
    bool timed;                     /* time_s is there, as the line says */
    int64_t time_s;
} witness_line;

/* Takes the next line of a note whose form has been checked. */
static bool next_line(const char **at, const char *end, witness_line *out) {
    static const size_t dash = sizeof "\xE2\x80\x94 " - 1;
    uint8_t bytes[NOTE_SIGNATURE_MAX / 4 * 3];
    size_t got = 0;
    if (*at >= end) return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const char *name = *at + dash;
    const char *space = memchr(name, ' ', (size_t)(newline - name));
    memset(out, 0, sizeof *out);
    snprintf(out->name, sizeof out->name, "%.*s", (int)(space - name), name);
    *at = newline + 1;
    if (base64_decode(space + 1, (size_t)(newline - space - 1), bytes, sizeof bytes,
                      &got))
        return true;
    for (int i = 0; i < 4; i++) /* a note's line has at least these */
        out->id = out->id << 8 | bytes[i];
    out->timed = got == 4 + COSIGN_SIGNATURE_SIZE;
    for (int i = 0; out->timed && i < 8; i++)
        out->time_s = (int64_t)((uint64_t)out->time_s << 8 | bytes[4 + i]);
    return true;
}

/* Whether a key was given that this very line claims; then it has signed it, since
 * cosign_verify refuses a note with a line of that key that does not hold. Another line
 * may bear the same name. */
static bool was_given(cli *c, const note *signed_note, const witness_line *line) {
    cosign_key key;
    int64_t time_s;
    const char *text;
    for (int n = 0; (text = cli_option_nth(c, "witness", n)) != NULL; n++)
        if (cosign_key_parse(text, strlen(text), &key) == DUBAN_OK &&
            key.note.id == line->id && strcmp(key.note.name, line->name) == 0 &&
            cosign_verify(signed_note, &key, &time_s) == DUBAN_OK)
            return true;
    return false;
}

/* --- words -------------------------------------------------------------------------- */

static const ledger *slice_of(const cli *c) {
    return c->d ? duban_slice(c->d) : NULL;
}

static void moment_text(const cli *c, int64_t ms, char out[MOMENT_TEXT_SIZE]) {
    moment_write(ms, slice_of(c) ? moment_offset(c) : OFFSET_DEFAULT, out);
}

static void say_witnesses(cli *c, const receipt *r, const char *log, json_t *rows) {
    note parsed;
    witness_line line;
    char moment[MOMENT_TEXT_SIZE] = "";
    if (note_parse(r->proof.note, r->proof.note_size, &parsed)) return;
    const char *at = parsed.lines, *end = at + parsed.lines_size;
    while (next_line(&at, end, &line)) {
        if (strcmp(line.name, log) == 0) continue;
        line.verified = was_given(c, &parsed, &line);
        moment[0] = '\0';
        if (line.timed) moment_text(c, line.time_s * SECOND_MS, moment);
        if (rows)
            json_array_append_new(rows,
                                  json_pack("{s:s, s:s, s:b}", "name", line.name,
                                            "moment", moment, "verified", line.verified));
        else
            fprintf(c->out,
                    cli_say(c, "见证    %s %s（%s）\n", "witness     %s %s (%s)\n"),
                    line.name, moment,
                    line.verified ? cli_say(c, "签名成立", "verified")
                                  : cli_say(c, "未核：没有给出它的公钥",
                                            "not verified: its key was not given"));
    }
}

static void say_line(cli *c, const char *text, json_t *rows) {
    if (rows)
        json_array_append_new(rows, json_string(text));
    else if (*text)
        fprintf(c->out, cli_say(c, "内容    %s\n", "says        %s\n"), text);
}

/* What the message says, every statement of it: the receipt holds the entry, so this
 * needs nothing else. Plans, tasks and offices are numbers where no home knows their
 * names. */
static void say_what(cli *c, const receipt_facts *f, json_t *rows) {
    char text[DESCRIBE_SIZE], plan[DESCRIBE_SIZE], line[2 * DESCRIBE_SIZE];
    const ledger *l = slice_of(c);
    if (f->ev.kind != KIND_SUBMISSION) {
        tell_event(c, &f->ev, l, text);
        say_line(c, text, rows);
        return;
    }
    tell_plan(c, &f->ev, l, plan);
    for (uint32_t i = 0; i < f->ev.submission.statements_n; i++) {
        tell_stated(c, &f->ev, i, l, text);
        snprintf(line, sizeof line, "%s %s", plan, text);
        say_line(c, line, rows);
    }
}

static void print_who(cli *c, const receipt_facts *f, const receipt_signer *signer) {
    char fingerprint[SIGN_FINGERPRINT_SIZE];
    const ledger *l = slice_of(c);
    const char *name = l ? find_office_name(l, f->entry.office) : "";
    fprintf(c->out, cli_say(c, "单位    第 %u 号 %s\n", "office      number %u %s\n"),
            (unsigned)f->entry.office, name);
    if (!signer->known) {
        fprintf(
            c->out,
            cli_say(c, "密钥    第 %u 号；单位签名未核：不知其公钥，可用 --public 给出\n",
                    "key         number %u; the office's signature was not verified: "
                    "give its public key with --public\n"),
            (unsigned)f->entry.key);
        return;
    }
    sign_fingerprint(&signer->key, fingerprint);
    fprintf(
        c->out,
        cli_say(c, "密钥    第 %u 号，指纹 %s，单位签名成立\n",
                "key         number %u, fingerprint %s, the office's signature holds\n"),
        (unsigned)f->entry.key, fingerprint);
}

static void print_words(cli *c, const receipt *r, const receipt_facts *f,
                        const receipt_signer *signer) {
    char moment[MOMENT_TEXT_SIZE], root[HASH_TEXT_SIZE];
    moment_text(c, f->entry.received_ms, moment);
    hash_print(&f->point.root, root);
    fprintf(c->out, "%s\n", cli_say(c, "回执成立。", "The receipt holds."));
    fprintf(c->out, cli_say(c, "台账    %s\n", "journal     %s\n"), f->point.origin);
    fprintf(c->out, cli_say(c, "序号    %" PRIu64 "\n", "index       %" PRIu64 "\n"),
            f->entry.index);
    fprintf(c->out,
            cli_say(c, "报文    %s，本密钥第 %" PRIu64 " 号\n",
                    "message     %s, number %" PRIu64 " of its key\n"),
            text_event_kind(f->entry.kind, c->lang), f->entry.number);
    say_what(c, f, NULL);
    print_who(c, f, signer);
    fprintf(c->out, cli_say(c, "收到    %s\n", "received    %s\n"), moment);
    fprintf(c->out,
            cli_say(c, "校验点  前 %" PRIu64 " 条记录，树根 %s\n",
                    "checkpoint  the first %" PRIu64 " entries, root %s\n"),
            f->point.size, root);
    say_witnesses(c, r, f->point.origin, NULL);
}

static json_t *words_json(cli *c, const receipt *r, const receipt_facts *f,
                          const receipt_signer *signer) {
    char moment[MOMENT_TEXT_SIZE], fingerprint[SIGN_FINGERPRINT_SIZE] = "";
    const ledger *l = slice_of(c);
    moment_text(c, f->entry.received_ms, moment);
    if (signer->known) sign_fingerprint(&signer->key, fingerprint);
    json_t *o = json_pack(
        "{s:b, s:s, s:I, s:s, s:I, s:i, s:s, s:i, s:b, s:s, s:I, s:s, s:o, s:I, s:o}",
        "holds", 1, "origin", f->point.origin, "index", (json_int_t)f->entry.index,
        "kind", text_event_kind_code(f->entry.kind), "number",
        (json_int_t)f->entry.number, "office", (int)f->entry.office, "name",
        l ? find_office_name(l, f->entry.office) : "", "key", (int)f->entry.key,
        "signature_verified", signer->known, "fingerprint", fingerprint, "received_ms",
        (json_int_t)f->entry.received_ms, "received", moment, "leaf", json_hash(&f->leaf),
        "size", (json_int_t)f->point.size, "root", json_hash(&f->point.root));
    json_t *says = json_array(), *witnesses = json_array();
    say_what(c, f, says);
    json_object_set_new(o, "says", says);
    say_witnesses(c, r, f->point.origin, witnesses);
    json_object_set_new(o, "witnesses", witnesses);
    return o;
}

void receipt_say(cli *c, const receipt *r, const receipt_facts *facts,
                 const receipt_signer *signer) {
    if (c->json)
        json_line(c->out, words_json(c, r, facts, signer));
    else
        print_words(c, r, facts, signer);
}

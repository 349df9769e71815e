/* duban audit fetch, verify: a journal as plain files, verified without any network. */
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/cli/audit_page.h"
#include "client/cli/audit_source.h"
#include "client/cli/commands.h"
#include "client/cli/print.h"
#include "client/file.h"
#include "client/receipt.h"

static duban_status read_key(cli *c, const char *field, const char *text, note_key *out) {
    duban_status s = note_key_parse(text, strlen(text), out);
    return s < 0 ? cli_refuse(c, s, 0, field, text, "NAME+HASH+KEY") : DUBAN_OK;
}

static void step(void *ctx, uint64_t done, uint64_t all) {
    print_progress_step(ctx, done, all);
}

/* --- fetch -------------------------------------------------------------------------- */

/* The log's key as far as it is known before anything is asked: --key, else what the
 * folder was begun with. */
static duban_status known_key(cli *c, const char *folder, note_key *key, bool *known) {
    const char *given = cli_option(c, "key");
    *known = given != NULL;
    if (given) return read_key(c, "key", given, key);
    buffer there;
    buffer_init(&there);
    duban_status s =
        audit_read_text(folder, AUDIT_VKEY_NAME, NOTE_KEY_TEXT_SIZE + 1, &there);
    if (s == DUBAN_E_NOT_FOUND)
        s = DUBAN_OK;
    else if (s >= 0 && there.size > 0) {
        there.data[there.size - 1] = '\0'; /* the newline */
        s = read_key(c, AUDIT_VKEY_NAME, (const char *)there.data, key);
        *known = s >= 0;
    } else
        cli_refuse(c, s < 0 ? s : DUBAN_E_KEY_FORMAT, 0, AUDIT_VKEY_NAME, NULL, NULL);
    buffer_close(&there);
    return s;
}

static void tell_fetched(cli *c, const char *folder, const audit_fetched *done) {
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:I, s:o, s:b, s:I, s:I}", "folder",
                                    folder, "origin", done->point.origin, "size",
                                    (json_int_t)done->point.size, "root",
                                    json_hash(&done->point.root), "witnessed",
                                    done->witnessed, "kept", (json_int_t)done->kept,
                                    "written", (json_int_t)done->written));
        return;
    }
    fprintf(c->out,
            cli_say(c,
                    "%s：台账 %s 的 %" PRIu64 " 条记录，新写 %" PRIu64
                    " 个文件，原有 %" PRIu64
                    " 个%s\n核验：duban audit verify %s --key VKEY\n",
                    "%s: %s, %" PRIu64 " entries; %" PRIu64 " files written, %" PRIu64
                    " were there%s\nto verify: duban audit verify %s --key VKEY\n"),
            folder, done->point.origin, done->point.size, done->written, done->kept,
            done->witnessed
                ? cli_say(c, "；校验点有见证", "; the checkpoint is witnessed")
                : "",
            folder);
}

static duban_status fetch(cli *c, const char *folder, audit_origin *origin) {
    audit_fetched done;
    duban_refusal refusal = {0};
    print_progress bar;
    audit_fetch_options options = {.folder = folder,
                                   .key = origin->key,
                                   .newest = origin->newest,
                                   .witnessed = origin->witnessed,
                                   .source = origin->source,
                                   .progress = step,
                                   .ctx = &bar};
    print_progress_begin(&bar, c->err, cli_say(c, "取台账", "fetching"));
    duban_status s = audit_fetch(&options, &done, &refusal);
    print_progress_end(&bar);
    if (s < 0) return cli_refused(c, &refusal);
    tell_fetched(c, folder, &done);
    return DUBAN_OK;
}

duban_status cmd_audit_fetch(cli *c) {
    note_key key;
    bool known;
    audit_origin origin;
    duban_status s = known_key(c, c->args[0], &key, &known);
    if (s < 0) return s;
    s = audit_origin_open(c, known ? &key : NULL, &origin);
    if (s < 0) return s;
    s = fetch(c, c->args[0], &origin);
    audit_origin_close(&origin);
    return s;
}

/* --- verify ------------------------------------------------------------------------- */

typedef struct verify_words {
    audit_options options;
    arena names; /* of receipts */
    audit_receipt *receipts;
    uint32_t room;
    cosign_key witnesses[CLI_OPTIONS_MAX];
} verify_words;

/* The receipt by itself; whether it is this tree's is asked with the rest. */
static duban_status prove_receipt(cli *c, const char *name, const note_key *key,
                                  audit_receipt *out) {
    char *text;
    size_t size;
    arena a;
    receipt r;
    receipt_facts facts;
    duban_refusal refusal = {0};
    duban_status s = cli_read_file(c, name, RECEIPT_SIZE_MAX, &text, &size);
    if (s < 0) return s;
    arena_init(&a, 0);
    s = receipt_parse((span){(const uint8_t *)text, size}, &a, &r, &refusal);
    if (s >= 0) s = receipt_verify(&r, key, &a, &facts, &refusal);
    if (s >= 0) {
        out->name = name;
        out->index = facts.entry.index;
        out->leaf = facts.leaf;
        out->point = facts.point;
    } else {
        fprintf(c->err, "%s: ", name);
        cli_refused(c, &refusal);
    }
    arena_close(&a);
    free(text);
    return s;
}

static duban_status read_receipt(cli *c, verify_words *w, const char *name) {
    uint32_t n = w->options.receipts_n;
    if (n == RECEIPTS_MAX) return cli_refuse(c, DUBAN_E_LIMIT, 0, "receipt", name, NULL);
    if (n == w->room) {
        uint32_t room = w->room ? 2 * w->room : 64;
        audit_receipt *more = realloc(w->receipts, room * sizeof *more);
        if (!more) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
        w->receipts = more;
        w->room = room;
    }
    duban_status s = prove_receipt(c, name, &w->options.key, &w->receipts[n]);
    if (s >= 0) w->options.receipts_n++;
    return s;
}

static int is_receipt(const struct dirent *entry) {
    const char *end = strrchr(entry->d_name, '.');
    return end != NULL && strcmp(end, ".receipt") == 0;
}

/* Every receipt in a folder, such as a home's outbox/receipts, in order of names. */
static duban_status read_folder(cli *c, verify_words *w, const char *folder) {
    struct dirent **found = NULL;
    int n = scandir(folder, &found, is_receipt, alphasort);
    duban_status s = n < 0 ? cli_refuse(c, DUBAN_E_IO, 0, "receipt", folder, NULL) : 0;
    for (int i = 0; i < n; i++) {
        path file;
        const char *name = NULL;
        if (s >= 0 && file_path(&file, folder, found[i]->d_name) == DUBAN_OK)
            name = arena_copy(&w->names, file.text, strlen(file.text));
        if (s >= 0)
            s = name ? read_receipt(c, w, name)
                     : cli_refuse(c, DUBAN_E_NO_MEMORY, 0, "receipt", folder, NULL);
        free(found[i]);
    }
    free(found);
    return s;
}

static duban_status read_receipts(cli *c, verify_words *w) {
    duban_status s = DUBAN_OK;
    const char *name = cli_option_nth(c, "receipt", 0);
    for (int i = 0; name && s >= 0; name = cli_option_nth(c, "receipt", ++i)) {
        struct stat about;
        bool folder = stat(name, &about) == 0 && S_ISDIR(about.st_mode);
        s = folder ? read_folder(c, w, name) : read_receipt(c, w, name);
    }
    w->options.receipts = w->receipts;
    return s;
}

static duban_status read_witnesses(cli *c, verify_words *w) {
    const char *text = cli_option_nth(c, "witness", 0);
    const char *needed = cli_option(c, "witnesses");
    uint32_t n = 0;
    for (; text; text = cli_option_nth(c, "witness", (int)n)) {
        duban_status s = n < WITNESSES_MAX
                             ? cosign_key_parse(text, strlen(text), &w->witnesses[n])
                             : DUBAN_E_LIMIT;
        for (uint32_t i = 0; i < n && s >= 0; i++) /* one key is one witness */
            if (sign_public_equal(&w->witnesses[i].note.public_key,
                                  &w->witnesses[n].note.public_key))
                s = DUBAN_E_DUPLICATE;
        if (s < 0) return cli_refuse(c, s, 0, "witness", text, "NAME+HASH+KEY");
        n++;
    }
    w->options.witnesses = w->witnesses;
    w->options.witnesses_n = n;
    w->options.witnesses_needed = n; /* each that is named, unless fewer are enough */
    if (!needed) return DUBAN_OK;
    char *end;
    unsigned long wanted = strtoul(needed, &end, 10);
    if (*needed == '\0' || *end || *needed == '-' || wanted > n) {
        char range[32];
        snprintf(range, sizeof range, "0..%u", (unsigned)n);
        return cli_refuse(c, DUBAN_E_USAGE, 0, "witnesses", needed, range);
    }
    w->options.witnesses_needed = (uint32_t)wanted;
    return DUBAN_OK;
}

static duban_status write_report(cli *c, const audit_page *page) {
    const char *name = cli_option(c, "report");
    char *text = NULL;
    size_t size = 0;
    if (!name) return DUBAN_OK;
    FILE *f = open_memstream(&text, &size);
    if (!f) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, "report", name, NULL);
    if (c->json)
        json_line(f, audit_page_json(page, c->lang));
    else
        audit_page_write(c, page, f);
    fclose(f);
    duban_status s = cli_write_file(c, name, text, size, 0644);
    free(text);
    return s;
}

static duban_status tell_verified(cli *c, const audit_page *page) {
    const audit_finding *finding = page->finding;
    if (c->json)
        json_line(c->out, audit_page_json(page, c->lang));
    else
        audit_page_write(c, page, c->out);
    duban_status s = write_report(c, page);
    return finding->fault ? finding->status : s;
}

static duban_status verify(cli *c, verify_words *w) {
    audit_report report;
    audit_finding finding;
    print_progress bar;
    int64_t begun_ms = file_now_ms();
    w->options.progress = step;
    w->options.ctx = &bar;
    print_progress_begin(&bar, c->err, cli_say(c, "核验", "verifying"));
    duban_status s = audit_verify(&w->options, &report, &finding);
    print_progress_end(&bar);
    audit_page page = {&w->options, &report, &finding,
                       (double)(file_now_ms() - begun_ms) / 1e3};
    if (s < 0)
        cli_refuse(c, s, 0, "folder", w->options.folder, NULL);
    else
        s = tell_verified(c, &page);
    audit_report_close(&report);
    return s;
}

duban_status cmd_audit_verify(cli *c) {
    const char *key = cli_option(c, "key");
    if (!key) return cli_refuse(c, DUBAN_E_USAGE, 0, "key", NULL, "VKEY");
    verify_words *w = calloc(1, sizeof *w);
    if (!w) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    w->options.folder = c->args[0];
    arena_init(&w->names, 0);
    duban_status s = read_key(c, "key", key, &w->options.key);
    if (s >= 0) s = read_receipts(c, w);
    if (s >= 0) s = read_witnesses(c, w);
    if (s >= 0) s = verify(c, w);
    arena_close(&w->names);
    free(w->receipts);
    free(w);
    return s;
}

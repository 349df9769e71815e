/* State from replay equals state live: folds the whole journal again, beside the broker
 * or from a stopped broker's folder, and compares every digest on the way. */
#include <string.h>

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"
#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/cli/print.h"
#include "proto/entry.h"
#include "proto/keyfile.h"
#include "storage/lmdb/lmdb.h"

#define FETCH_MAX 4096

typedef struct refold {
    cli *c;
    ledger *ledger;
    arena arena;
    uint64_t entries;
    uint64_t digests; /* Digest entries that agreed */
    uint64_t all;
    print_progress progress;
    duban_refusal refusal;
} refold;

static duban_status fold_one(refold *r, span entry) {
    duban_status s = replay_entry(r->ledger, entry, &r->arena, &r->refusal);
    if (s < 0) return s;
    entry_words words;
    if (entry_read(entry, &words) == DUBAN_OK && words.kind == KIND_DIGEST) r->digests++;
    r->entries++;
    print_progress_step(&r->progress, r->entries, r->all);
    return DUBAN_OK;
}

static duban_status visit(void *ctx, uint64_t index, span entry) {
    (void)index;
    return fold_one(ctx, entry);
}

static duban_status fold_folder(refold *r, const char *data) {
    char path[CLI_PATH_MAX + 16];
    keyfile_about broker; /* signs the heads, and its file is named after the journal */
    snprintf(path, sizeof path, "%s/broker.key", data);
    duban_status s = keyfile_look(path, &broker);
    if (s < 0) return duban_refuse(&r->refusal, s, 0, "data", path, NULL);
    snprintf(path, sizeof path, "%s/journal", data);
    journal_options options = {.path = path,
                               .read_only = true,
                               .origin = broker.name,
                               .log_key = &broker.public_key};
    journal *j;
    s = journal_open_lmdb(&options, &j, &r->refusal);
    if (s < 0) return s;
    journal_reader *reader;
    s = journal_reader_open(j, &reader);
    if (s >= 0) {
        r->all = journal_reader_size(reader);
        s = journal_scan(reader, 0, r->all, visit, r);
        journal_reader_close(reader);
    }
    journal_close(j);
    return s;
}

static duban_status fold_page(refold *r, uint64_t *next, uint64_t *head) {
    arena a;
    arena_init(&a, 0);
    entries_request ask = {.from = *next, .max = FETCH_MAX};
    entries_words page;
    duban_status s = duban_entries(r->c->d, &ask, &a, &page, &r->refusal);
    if (s >= 0) r->all = page.head + 1;
    for (uint32_t i = 0; s >= 0 && i < page.entries_n; i++)
        s = fold_one(r, page.entries[i]);
    if (s >= 0) {
        *next = page.next;
        *head = page.head;
    }
    arena_close(&a);
    return s;
}

/* Until the fold stands where the broker stood when it told its digest. */
static duban_status fold_broker(refold *r, hash256 *live) {
    uint64_t next = 0, head = 0;
    for (;;) {
        do {
            duban_status s = fold_page(r, &next, &head);
            if (s < 0) return s;
        } while (next <= head);
        info_words info;
        duban_status s = duban_info(r->c->d, &info, &r->refusal);
        if (s < 0) return s;
        *live = info.digest;
        if (info.head < next) return DUBAN_OK;
    }
}

static duban_status tell(refold *r, const hash256 *live) {
    cli *c = r->c;
    hash256 digest;
    uint32_t pages;
    duban_status s = ledger_digest(r->ledger, &digest, &pages);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    bool equal = !live || hash_equal(&digest, live);
    char text[HASH_TEXT_SIZE];
    hash_print(&digest, text);
    if (c->json)
        json_line(c->out,
                  json_pack("{s:s, s:I, s:I, s:i, s:b}", "digest", text, "entries",
                            (json_int_t)r->entries, "digests_equal",
                            (json_int_t)r->digests, "pages", (int)pages, "equal", equal));
    else
        fprintf(
            c->out,
            cli_say(
                c,
                "重放 %llu 条记录，途中 %llu 个状态摘要全部相同；%s\n最新状态摘要 %s\n",
                "%llu entries folded again, %llu digests on the way all equal; %s\n"
                "digest at the head %s\n"),
            (unsigned long long)r->entries, (unsigned long long)r->digests,
            !live   ? cli_say(c, "未与在线服务比较", "no broker was asked")
            : equal ? cli_say(c, "与在线状态相同", "equal to the live state")
                    : cli_say(c, "与在线状态不同！", "NOT equal to the live state!"),
            text);
    return equal ? DUBAN_OK : cli_refuse(c, DUBAN_E_DIGEST, 0, "digest", text, NULL);
}

/* What each entry did, as the ledger tells it. */
static void trace(void *ctx, const char *line) {
    cli *c = ctx;
    fprintf(c->out, "%s\n", line);
}

duban_status cmd_digest(cli *c) {
    const char *data = cli_option(c, "data");
    refold r = {.c = c};
    hash256 live;
    duban_status s = data ? DUBAN_OK : cli_open(c);
    if (s < 0) return s;
    s = ledger_new(heap_allocator(), &r.ledger);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    if (cli_flag(c, "trace")) ledger_set_trace(r.ledger, trace, c);
    arena_init(&r.arena, 0);
    print_progress_begin(&r.progress, c->err, cli_say(c, "重放", "folding"));
    s = data ? fold_folder(&r, data) : fold_broker(&r, &live);
    print_progress_end(&r.progress);
    if (s >= 0)
        s = tell(&r, data ? NULL : &live);
    else if (r.refusal.status)
        cli_refused(c, &r.refusal);
    else
        cli_refuse(c, s, 0, NULL, NULL, NULL);
    arena_close(&r.arena);
    ledger_free(r.ledger);
    return s;
}

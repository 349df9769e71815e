#include "broker/check.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "broker/bodies.h"
#include "broker/genesis.h"
#include "broker/ledger/heap.h"
#include "broker/refold.h"
#include "storage/lmdb/lmdb.h"

static duban_status verify_tiles(const journal *j, uint64_t size,
                                 duban_refusal *refusal) {
    journal_reader *reader = NULL;
    uint64_t bad = 0;
    char text[24];
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_verify(reader, 0, size, NULL, NULL, &bad);
    journal_reader_close(reader);
    if (!status) return DUBAN_OK;
    snprintf(text, sizeof text, "%" PRIu64, bad);
    return duban_refuse(refusal, status, 0, "tile", text, NULL);
}

static void print_verified(FILE *to, uint64_t size, uint64_t digests,
                           const bodies_found *bodies) {
    fprintf(to,
            "校验 verified       checkpoint, %" PRIu64 " leaves and tiles, %" PRIu64
            " signatures, %" PRIu64 " digests, %" PRIu64 " bodies",
            size, size, digests, bodies->whole);
    if (bodies->removed)
        fprintf(to, " (%" PRIu64 " removed by order 依规移除)", bodies->removed);
    fputc('\n', to);
}

static void print_page(FILE *to, const genesis *g, const journal_head *head,
                       const refold *r, const hash256 *digest, uint32_t pages) {
    ledger_status state;
    char root[HASH_TEXT_SIZE];
    char day[DAY_TEXT_SIZE];
    char state_text[HASH_TEXT_SIZE];
    ledger_get_status(r->ledger, &state);
    hash_print(&head->root, root);
    hash_print(digest, state_text);
    day_write(state.day, day);
    fprintf(to, "台账 journal        %s%s\n", g->submission->ev.genesis.origin,
            state.drill ? "（演练 drill）" : "");
    fprintf(to, "记录 entries        %" PRIu64 " (0..%" PRIu64 ")\n", head->size,
            head->size - 1);
    fprintf(to, "根 root             %s\n", root);
    fprintf(to, "状态摘要 digest      %s (%" PRIu32 " pages)\n", state_text, pages);
    fprintf(to, "日期 day            %s\n", day);
    fprintf(to,
            "单位/密钥/台账       %" PRIu32 " offices, %" PRIu32 " keys, %" PRIu32
            " plans\n",
            state.offices, state.keys, state.plans);
}

static duban_status fold_and_print(const genesis *g, const journal *j, const logger *log,
                                   ledger *l, FILE *to, duban_refusal *refusal) {
    journal_head head;
    hash256 digest;
    bodies_found bodies;
    uint32_t pages = 0;
    roots all;
    refold r = {
        .ledger = l, .roots = &all, .log = log, .signatures = true, .progress = true};
    roots_init(&all);
    journal_get_head(j, &head);
    if (head.size == 0)
        return duban_refuse(refusal, DUBAN_E_EMPTY, 0, "journal", NULL, NULL);
    duban_status status = verify_tiles(j, head.size, refusal);
    if (!status) status = refold_run(&r, j, refusal);
    if (!status) status = bodies_verify(j, l, head.size, &bodies, refusal);
    if (!status) status = ledger_digest(l, &digest, &pages);
    if (status) return status;
    print_page(to, g, &head, &r, &digest, pages);
    print_verified(to, head.size, r.digests, &bodies);
    return DUBAN_OK;
}

duban_status check_run(const config *c, const logger *log, FILE *to,
                       duban_refusal *refusal) {
    char path[PATH_MAX + 16];
    genesis g;
    journal *j = NULL;
    ledger *l = NULL;
    duban_status status = genesis_read(c->data, c->passphrase_file, &g, refusal);
    if (status) return status;
    snprintf(path, sizeof path, "%s/journal", c->data);
    journal_options options = {.path = path,
                               .read_only = true,
                               .origin = g.submission->ev.genesis.origin,
                               .log_key = &g.key.public_key};
    status = journal_open_lmdb(&options, &j, refusal);
    if (!status) status = genesis_matches(&g, j, refusal);
    if (!status) status = ledger_new(heap_allocator(), &l);
    if (!status) status = fold_and_print(&g, j, log, l, to, refusal);
    if (l) ledger_free(l);
    journal_close(j);
    genesis_close(&g);
    return status;
}

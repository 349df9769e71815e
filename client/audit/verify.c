#include "client/audit/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"
#include "client/audit/pool.h"
#include "client/audit/tree.h"

typedef struct verification {
    const audit_options *options;
    audit_report *report;
    audit_tree *tree;
    audit_pool *pool;
    arena space; /* of one entry */
    bool folds;  /* until the rule book refuses one */
    buffer note;
} verification;

/* --- the checkpoint and its witnesses ----------------------------------------------- */

static audit_finding about(audit_fault fault, duban_status why, const char *file) {
    audit_finding out = audit_finding_of(fault, why, 0, NULL);
    snprintf(out.file, sizeof out.file, "%s", file);
    return out;
}

/* The key beside the checkpoint tells nothing, but it may not lie either. */
static bool vkey_agrees(const audit_options *options) {
    char text[NOTE_KEY_TEXT_SIZE + 1];
    buffer there;
    buffer_init(&there);
    note_key_print(&options->key, text);
    strcat(text, "\n");
    bool same = !audit_read_text(options->folder, AUDIT_VKEY_NAME, sizeof text, &there) &&
                there.size == strlen(text) && memcmp(there.data, text, there.size) == 0;
    buffer_close(&there);
    return same;
}

static duban_status open_checkpoint(verification *v, audit_finding *finding) {
    const audit_options *options = v->options;
    duban_status status =
        audit_read_text(options->folder, AUDIT_CHECKPOINT_NAME, NOTE_SIZE_MAX, &v->note);
    if (status == DUBAN_E_NO_MEMORY) return status;
    if (status) {
        bool none = status == DUBAN_E_NOT_FOUND;
        *finding = about(none ? AUDIT_MISSING : AUDIT_SHAPE, status, "checkpoint");
        return DUBAN_OK;
    }
    status = checkpoint_open((const char *)v->note.data, v->note.size, &options->key,
                             &v->report->point);
    if (!status && v->report->point.size == 0) status = DUBAN_E_EMPTY;
    if (status)
        *finding = about(AUDIT_CHECKPOINT, status, AUDIT_CHECKPOINT_NAME);
    else if (!vkey_agrees(options))
        *finding = about(AUDIT_CHECKPOINT, DUBAN_E_KEY_FORMAT, AUDIT_VKEY_NAME);
    v->report->has_point = !status;
    return DUBAN_OK;
}

static void check_witnesses(verification *v, audit_finding *finding) {
    const audit_options *options = v->options;
    audit_report *report = v->report;
    note parsed;
    if (note_parse((const char *)v->note.data, v->note.size, &parsed)) return;
    for (uint32_t i = 0; i < options->witnesses_n; i++) {
        audit_witnessed *one = &report->witnessed[i];
        one->name = options->witnesses[i].note.name;
        duban_status status =
            cosign_verify(&parsed, &options->witnesses[i], &one->time_s);
        one->signed_it = status == DUBAN_OK;
        report->witnesses_n += one->signed_it;
        audit_finding wrong = about(AUDIT_WITNESS, status, AUDIT_CHECKPOINT_NAME);
        if (status && status != DUBAN_E_UNKNOWN_KEY &&
            audit_finding_before(&wrong, finding))
            *finding = wrong;
    }
    audit_finding few = about(AUDIT_WITNESS, DUBAN_E_UNWITNESSED, AUDIT_CHECKPOINT_NAME);
    if (report->witnesses_n < options->witnesses_needed &&
        audit_finding_before(&few, finding))
        *finding = few;
}

/* --- folding ------------------------------------------------------------------------ */

static duban_status status_named(const char *name) {
#define X(status, number, zh, en)                                                        \
    if (strcmp(name, #status) == 0) return DUBAN_E_##status;
    DUBAN_STATUS_TABLE(X)
#undef X
    return DUBAN_E_CORRUPT;
}

/* Conflicts, removals and reading of the journal are what an auditor asks about. */
static duban_status list(verification *v, span entry, const entry_words *head) {
    audit_report *report = v->report;
    event ev;
    uint64_t index;
    int64_t received_ms;
    if (head->kind != KIND_CONFLICT && head->kind != KIND_REDACTION &&
        head->kind != KIND_SESSION)
        return DUBAN_OK;
    if (report->listed_n == AUDIT_LISTED_MAX) return DUBAN_OK;
    arena_reset(&v->space);
    duban_status status = replay_read(entry, &v->space, &ev, &index, &received_ms, NULL);
    if (status) return status;
    audit_listed *one = &report->listed[report->listed_n];
    *one = (audit_listed){head->kind, index, received_ms, head->office, head->key, 0, ""};
    const char *words = "";
    if (ev.kind == KIND_CONFLICT) {
        one->key = ev.conflict.key;
        one->number = ev.conflict.number;
    } else if (ev.kind == KIND_REDACTION) {
        one->number = ev.redaction.index;
        words = ev.redaction.document;
    } else
        words = ev.session.purpose;
    one->words = arena_copy(&report->words, words, strlen(words));
    if (!one->words) return DUBAN_E_NO_MEMORY;
    report->listed_n++;
    return DUBAN_OK;
}

static duban_status count(verification *v, span entry) {
    audit_report *report = v->report;
    entry_words head;
    ledger_status now;
    duban_status status = entry_read(entry, &head);
    if (status) return status;
    if (report->entries == 0) {
        ledger_get_status(report->ledger, &now);
        report->first_ms = head.received_ms;
        report->first_day = now.day;
    }
    report->last_ms = head.received_ms;
    report->bytes += entry.size;
    report->kinds[head.kind]++;
    if (head.kind == KIND_DIGEST) {
        report->digests++;
        report->digest_index = head.index;
    }
    report->entries++;
    return list(v, entry, &head);
}

/* Entry 0 names the key that signs the log; the caller's must be that one. */
static void check_log_key(verification *v) {
    ledger_status state;
    const audit_keys *keys = &v->report->keys;
    const note_key *key = &v->options->key;
    ledger_get_status(v->report->ledger, &state);
    bool same = keys->keys[0].known && strcmp(state.origin, key->name) == 0 &&
                sign_public_equal(&keys->keys[0].public_key, &key->public_key);
    if (same) return;
    tile_name bundle = audit_bundle_name(v->report->point.size, 0);
    audit_finding wrong = audit_finding_of(AUDIT_KEY, DUBAN_E_UNKNOWN_KEY, 0, &bundle);
    audit_pool_tell(v->pool, &wrong);
}

static duban_status fold(verification *v, const audit_piece *piece) {
    for (uint32_t i = 0; i < piece->bundle.width && v->folds; i++) {
        duban_refusal refusal = {0};
        span entry = piece->entries[i];
        duban_status status = replay_entry(v->report->ledger, entry, &v->space, &refusal);
        if (!status) status = count(v, entry);
        if (status == DUBAN_E_NO_MEMORY) return status;
        if (status) {
            bool digest = status == DUBAN_E_DIGEST;
            audit_finding wrong =
                audit_finding_of(digest ? AUDIT_DIGEST : AUDIT_RULES,
                                 digest ? status : status_named(refusal.expected),
                                 piece->bundle.number * TILE_WIDTH + i, &piece->bundle);
            audit_pool_tell(v->pool, &wrong);
            v->folds = false;
        } else if (v->report->entries == 1)
            check_log_key(v);
    }
    return DUBAN_OK;
}

/* --- bundles in order --------------------------------------------------------------- */

/* The tile beside the bundle and what vouches for it. False with *finding. */
static bool read_tile(verification *v, audit_piece *piece, audit_finding *finding) {
    tile_name name = piece->bundle;
    name.entries = false;
    piece->has_root = name.width == TILE_WIDTH;
    if (piece->has_root &&
        !audit_tree_expects(v->tree, 0, name.number, &piece->root, finding))
        return false;
    duban_status status = audit_read_tile(v->options->folder, &name, piece->tile);
    if (!status) return true;
    *finding = audit_finding_of(status == DUBAN_E_NOT_FOUND ? AUDIT_MISSING : AUDIT_SHAPE,
                                status, audit_name_begin(&name), &name);
    return false;
}

static bool read_bundle(verification *v, audit_piece *piece, audit_finding *finding) {
    const tile_name *name = &piece->bundle;
    uint64_t index = name->number * TILE_WIDTH;
    size_t at = 0;
    duban_status status = audit_read_bundle(v->options->folder, name, &piece->bytes);
    if (status) {
        *finding =
            audit_finding_of(status == DUBAN_E_NOT_FOUND ? AUDIT_MISSING : AUDIT_SHAPE,
                             status, index, name);
        return false;
    }
    for (uint32_t i = 0; i < name->width && !status; i++, index++) {
        span *entry = &piece->entries[i];
        status = bundle_next(piece->bytes.data, piece->bytes.size, &at, &entry->data,
                             &entry->size);
        if (status) break;
    }
    if (!status && at != piece->bytes.size) {
        status = DUBAN_E_TOO_LARGE;
        index--;
    }
    if (!status) return true;
    *finding = audit_finding_of(AUDIT_SHAPE, status, index, name);
    return false;
}

static duban_status learn(verification *v, const audit_piece *piece) {
    duban_status status = DUBAN_OK;
    for (uint32_t i = 0; i < piece->bundle.width && !status; i++)
        status = audit_keys_learn(&v->report->keys, piece->entries[i]);
    return status;
}

/* One bundle: read here, hashed and verified by the pool, folded here meanwhile. */
static duban_status go_through(verification *v, uint64_t number, bool *more) {
    audit_finding finding = {0};
    audit_piece *piece = audit_piece_new();
    if (!piece) return DUBAN_E_NO_MEMORY;
    piece->bundle = audit_bundle_name(v->report->point.size, number);
    bool good = read_tile(v, piece, &finding) && read_bundle(v, piece, &finding);
    duban_status status = good ? learn(v, piece) : DUBAN_OK;
    if (!good || status) {
        if (finding.why == DUBAN_E_NO_MEMORY) status = finding.why;
        audit_pool_tell(v->pool, &finding);
        buffer_close(&piece->bytes);
        free(piece);
        *more = false;
        return status;
    }
    audit_pool_add(v->pool, piece);
    status = fold(v, piece);
    audit_pool_let_go(v->pool, piece);
    return status;
}

static duban_status go_through_all(verification *v) {
    uint64_t size = v->report->point.size;
    duban_status status = DUBAN_OK;
    bool more = true;
    for (uint64_t number = 0; more && !status && number * TILE_WIDTH < size; number++) {
        if (audit_pool_is_over(v->pool, number * TILE_WIDTH)) break;
        status = go_through(v, number, &more);
        if (v->options->progress)
            v->options->progress(v->options->ctx, number * TILE_WIDTH, size);
    }
    return status;
}

/* --- receipts ----------------------------------------------------------------------- */

static duban_status check_receipt(verification *v, tlog_hash_reader *hashes,
                                  const audit_receipt *receipt) {
    hash256 there;
    uint64_t size = v->report->point.size;
    if (receipt->index >= size) return DUBAN_E_AHEAD;
    duban_status status = hashes->read(hashes->ctx, 0, receipt->index, &there);
    if (status) return status;
    if (!hash_equal(&there, &receipt->leaf)) return DUBAN_E_PROOF;
    if (receipt->point.size > size) {
        v->report->newer_n++;
        return DUBAN_OK;
    }
    status = tlog_root_at(hashes, receipt->point.size, &there);
    if (status) return status;
    return hash_equal(&there, &receipt->point.root) ? DUBAN_OK : DUBAN_E_DIVERGED;
}

/* Every tile was verified before, so what they say is the tree. */
static duban_status check_receipts(verification *v, audit_finding *finding) {
    const audit_options *options = v->options;
    tile_reader *reader = malloc(sizeof *reader);
    if (!reader) return DUBAN_E_NO_MEMORY;
    tile_source source = audit_tree_source(v->tree);
    tile_reader_init(reader, &source, v->report->point.size);
    tlog_hash_reader hashes = tile_reader_hashes(reader);
    for (uint32_t i = 0; i < options->receipts_n; i++) {
        duban_status status = check_receipt(v, &hashes, &options->receipts[i]);
        if (!status) continue;
        audit_finding wrong = about(AUDIT_RECEIPT, status, options->receipts[i].name);
        wrong.has_index = true;
        wrong.index = options->receipts[i].index;
        if (status == DUBAN_E_AHEAD) wrong.status = status; /* not false: not here yet */
        if (audit_finding_before(&wrong, finding)) *finding = wrong;
    }
    free(reader);
    return DUBAN_OK;
}

/* --- all of it ---------------------------------------------------------------------- */

/* Processor time of this thread, in seconds. */
static double spent(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static duban_status entries_and_tiles(verification *v, audit_finding *finding) {
    audit_finding found = {0};
    if (audit_find_extra(v->options->folder, v->report->point.size, &found,
                         &v->report->files) &&
        audit_finding_before(&found, finding))
        *finding = found;
    if (finding->why == DUBAN_E_IO) return DUBAN_OK;
    duban_status status =
        audit_tree_open(v->options->folder, &v->report->point, v->tree, finding);
    if (status) return status;
    status = audit_pool_new(&v->report->keys, v->report->point.origin,
                            v->options->threads, &v->pool);
    if (status) return status;
    v->report->threads = audit_pool_threads(v->pool);
    double begun = spent();
    status = go_through_all(v);
    v->report->reading_s = spent() - begun;
    duban_status failed = audit_pool_close(v->pool, &found);
    if (audit_finding_before(&found, finding)) *finding = found;
    if (!status) status = failed;
    if (!status && !finding->fault && !v->tree->proved)
        *finding = about(AUDIT_ROOT, DUBAN_E_ROOT, AUDIT_CHECKPOINT_NAME);
    return status;
}

static duban_status conclude(verification *v, audit_finding *finding) {
    audit_report *report = v->report;
    ledger_status state;
    duban_status status = check_receipts(v, finding);
    if (!status) status = ledger_digest(report->ledger, &report->digest, &report->pages);
    if (status) return status;
    ledger_get_status(report->ledger, &state);
    report->last_day = state.day;
    return DUBAN_OK;
}

static duban_status verify(verification *v, audit_finding *finding) {
    duban_status status = open_checkpoint(v, finding);
    if (status || !v->report->has_point) return status;
    status = entries_and_tiles(v, finding);
    if (status || finding->fault) return status;
    check_witnesses(v, finding);
    return conclude(v, finding);
}

static duban_status begin(verification *v) {
    audit_report *report = v->report;
    memset(report, 0, sizeof *report);
    arena_init(&report->words, 0);
    report->ready = true;
    duban_status status = audit_keys_init(&report->keys);
    if (!status) status = ledger_new(heap_allocator(), &report->ledger);
    if (status) return status;
    report->listed = calloc(AUDIT_LISTED_MAX, sizeof *report->listed);
    v->tree = calloc(1, sizeof *v->tree);
    return report->listed && v->tree ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

duban_status audit_verify(const audit_options *options, audit_report *report,
                          audit_finding *finding) {
    verification v = {.options = options, .report = report, .folds = true};
    audit_finding found = {0};
    if (options->witnesses_n > WITNESSES_MAX) return DUBAN_E_LIMIT;
    arena_init(&v.space, 0);
    buffer_init(&v.note);
    duban_status status = begin(&v);
    if (!status) status = verify(&v, &found);
    if (!status) *finding = found;
    free(v.tree);
    arena_close(&v.space);
    buffer_close(&v.note);
    return status;
}

void audit_report_close(audit_report *report) {
    if (!report->ready) return;
    ledger_free(report->ledger);
    audit_keys_close(&report->keys);
    arena_close(&report->words);
    free(report->listed);
    report->ready = false;
}

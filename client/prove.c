/* The handle's part of believing: which key the log has, proofs asked of the broker, and
 * receipts of entries. What is believed is client/trust.h's, the text client/receipt.h's.
 */
#include <assert.h>
#include <string.h>

#include "client/handle.h"
#include "client/receipt.h"
#include "proto/codec.h"

static_assert(DUBAN_VKEY_SIZE >= NOTE_KEY_TEXT_SIZE, "a verifier key fits");

/* --- the log's key ------------------------------------------------------------------ */

/* The key that the slice's Genesis names. */
static bool genesis_key(const duban *d, note_key *out) {
    ledger_status about;
    ledger_key broker;
    const ledger *l = duban_slice(d);
    if (!l) return false;
    ledger_get_status(l, &about);
    return about.has_genesis && ledger_get_key(l, 0, &broker) &&
           note_key_make(about.origin, &broker.public_key, out) == DUBAN_OK;
}

static duban_status remember_key(duban *d, duban_refusal *refusal) {
    char text[NOTE_KEY_TEXT_SIZE];
    note_key_print(&d->trust.key, text);
    duban_status status = home_set(&d->home, "log", text);
    if (!status) status = home_save(&d->home);
    return status ? duban_refuse(refusal, status, 0, "log", NULL, NULL) : DUBAN_OK;
}

/* From the home itself, without the network. */
static duban_status recall_key(duban *d, duban_refusal *refusal) {
    char text[DUBAN_VKEY_SIZE];
    note_key key;
    if (d->trust.has_key) return DUBAN_OK;
    if (home_get(&d->home, "log", text, sizeof text)) {
        duban_status status = note_key_parse(text, strlen(text), &key);
        if (status) return duban_refuse(refusal, status, 0, "log", text, NULL);
        return trust_pin(&d->trust, &key, "log", refusal);
    }
    if (!genesis_key(d, &key)) return DUBAN_OK;
    duban_status status = trust_pin(&d->trust, &key, "genesis", refusal);
    return status ? status : remember_key(d, refusal);
}

duban_status handle_know_log(duban *d, const char *vkey, duban_refusal *refusal) {
    note_key key;
    duban_status status = recall_key(d, refusal);
    if (status || !vkey) return status;
    bool readable = note_key_parse(vkey, strlen(vkey), &key) == DUBAN_OK;
    if (!d->trust.has_key && !readable) return DUBAN_OK;
    if (!readable)
        return trust_break(&d->trust, DUBAN_E_DIVERGED, "log_vkey", vkey, strlen(vkey),
                           refusal);
    bool first = !d->trust.has_key;
    status = trust_pin(&d->trust, &key, "log_vkey", refusal);
    return status || !first ? status : remember_key(d, refusal);
}

duban_status handle_agree_on_log(duban *d, duban_refusal *refusal) {
    note_key key;
    if (!d->trust.has_key || !genesis_key(d, &key)) return DUBAN_OK;
    return trust_pin(&d->trust, &key, "genesis", refusal);
}

duban_status duban_pin_log(duban *d, const char *vkey, duban_refusal *refusal) {
    note_key key;
    duban_status status = note_key_parse(vkey, strlen(vkey), &key);
    if (status) return duban_refuse(refusal, status, 0, "log", vkey, NULL);
    status = recall_key(d, refusal);
    if (!status) status = trust_pin(&d->trust, &key, "log", refusal);
    return status ? status : remember_key(d, refusal);
}

void duban_log_key(duban *d, char out[DUBAN_VKEY_SIZE]) {
    out[0] = '\0';
    if (recall_key(d, NULL) == DUBAN_OK && d->trust.has_key)
        note_key_print(&d->trust.key, out);
}

/* --- consistency -------------------------------------------------------------------- */

static duban_status ask_consistency(void *ctx, uint64_t old_size, uint64_t size,
                                    tlog_path *out, duban_refusal *refusal) {
    duban *d = ctx;
    arena a;
    reply_words reply;
    request_words ask = {.kind = REQUEST_PROOF,
                         .proof = {.old_size = old_size, .size = size}};
    arena_init(&a, 0);
    duban_status status = handle_ask_for(d, d->command, &ask, REPLY_PROOF, d->timeout_ms,
                                         IMPATIENT, &a, &reply, refusal);
    if (!status)
        status = receipt_path(reply.proof.consistency, reply.proof.consistency_n, out);
    arena_close(&a);
    return status;
}

duban_status duban_settle(duban *d, duban_refusal *refusal) {
    return trust_settle(&d->trust, ask_consistency, d, refusal);
}

const char *duban_evidence(const duban *d) {
    return d->trust.evidence.text;
}

/* --- receipts ----------------------------------------------------------------------- */

/* A message of this home that stands at an index. */
typedef struct own_message {
    bool found;
    uint64_t number;
    outbox_message message;
    receipt_words reply;
} own_message;

static duban_status find_own(const duban *d, uint64_t index, arena *a, own_message *out) {
    uint64_t *numbers;
    size_t n = 0;
    reply_words reply;
    duban_status status = outbox_list(&d->outbox, PLACE_RECEIPTS, a, &numbers, &n);
    out->found = false;
    while (!status && !out->found && n-- > 0) {
        own_message own = {.found = true, .number = numbers[n]};
        if (outbox_load(&d->outbox, PLACE_RECEIPTS, own.number, a, &own.message) ||
            !own.message.answered ||
            codec_reply_read(own.message.reply, a, &reply, NULL) ||
            reply.kind != REPLY_RECEIPT || reply.receipt.index != index)
            continue;
        own.reply = reply.receipt;
        *out = own;
    }
    return status;
}

/* The entry's bytes: put together from our own message, or asked for. */
static duban_status entry_at(duban *d, const own_message *own, uint64_t index, arena *a,
                             span *out, duban_refusal *refusal) {
    entries_words words;
    receipt r;
    if (own->found) {
        duban_status status = receipt_of_reply(&own->reply, own->message.signed_bytes,
                                               own->message.signature, a, &r);
        if (status) return duban_refuse(refusal, status, 0, "entry", NULL, NULL);
        *out = r.entry;
        return DUBAN_OK;
    }
    entries_request ask = {.from = index, .max = 1};
    duban_status status = duban_entries(d, &ask, a, &words, refusal);
    if (status) return status;
    if (words.entries_n != 1)
        return duban_refuse(refusal, DUBAN_E_NOT_FOUND, 0, "index", NULL, NULL);
    *out = words.entries[0];
    return DUBAN_OK;
}

static duban_status fetch(duban *d, const own_message *own, uint64_t index,
                          bool witnessed, arena *a, receipt *out,
                          duban_refusal *refusal) {
    reply_words reply;
    receipt r = {.proof = {.index = index}};
    request_words ask = {
        .kind = REQUEST_PROOF,
        .proof = {.inclusion = true, .index = index, .witnessed = witnessed}};
    duban_status status = entry_at(d, own, index, a, &r.entry, refusal);
    if (!status)
        status = handle_ask_for(d, d->command, &ask, REPLY_PROOF, d->timeout_ms, PATIENT,
                                a, &reply, refusal);
    if (status) return status;
    status = receipt_path(reply.proof.inclusion, reply.proof.inclusion_n, &r.proof.path);
    if (status) return duban_refuse(refusal, status, 0, "path", NULL, NULL);
    r.proof.note = reply.proof.checkpoint;
    r.proof.note_size = strlen(reply.proof.checkpoint);
    *out = r;
    return DUBAN_OK;
}

/* Verifies it and hands its checkpoint to the trust. */
static duban_status believe(duban *d, const receipt *r, arena *a,
                            duban_refusal *refusal) {
    receipt_facts facts;
    duban_refusal why = {0};
    const tlog_proof *proof = &r->proof;
    duban_status status = receipt_verify(r, &d->trust.key, a, &facts, &why);
    if (status && refusal) *refusal = why;
    if (status == DUBAN_E_NO_MEMORY) return status;
    if (status)
        return trust_break(&d->trust, status, why.field, proof->note, proof->note_size,
                           refusal);
    return trust_see(&d->trust, proof->note, proof->note_size, refusal);
}

static duban_status write_text(const receipt *r, arena *a, span *text,
                               duban_refusal *refusal) {
    buffer bytes;
    buffer_init(&bytes);
    duban_status status = receipt_write(r, &bytes);
    char *copy = status ? NULL : arena_copy(a, bytes.data, bytes.size);
    if (!status && !copy) status = DUBAN_E_NO_MEMORY;
    if (!status) *text = (span){(const uint8_t *)copy, bytes.size};
    buffer_close(&bytes);
    return status ? duban_refuse(refusal, status, 0, "receipt", NULL, NULL) : DUBAN_OK;
}

/* What was kept when the receipt came; an older version kept no path. */
static bool kept_receipt(const duban *d, const own_message *own, arena *a, receipt *out) {
    span text;
    if (outbox_read_receipt(&d->outbox, own->number, a, &text) == DUBAN_OK)
        return receipt_parse(text, a, out, NULL) == DUBAN_OK;
    return own->reply.path_n > 0 &&
           receipt_of_reply(&own->reply, own->message.signed_bytes,
                            own->message.signature, a, out) == DUBAN_OK;
}

duban_status duban_receipt(duban *d, uint64_t index, bool witnessed, arena *a, span *text,
                           duban_refusal *refusal) {
    own_message own;
    info_words info;
    receipt r;
    duban_status status = find_own(d, index, a, &own);
    if (status) return duban_refuse(refusal, status, 0, "outbox", NULL, NULL);
    status = handle_know_log(d, NULL, refusal);
    if (!status && !d->trust.has_key) status = duban_info(d, &info, refusal);
    if (status) return status;
    if (!d->trust.has_key)
        return duban_refuse(refusal, DUBAN_E_NOTE, 0, "log", NULL, NULL);
    bool kept = own.found && !witnessed && kept_receipt(d, &own, a, &r);
    if (!kept) status = fetch(d, &own, index, witnessed, a, &r, refusal);
    if (!status) status = believe(d, &r, a, refusal);
    if (!status) status = write_text(&r, a, text, refusal);
    if (!status && !kept && own.found && !witnessed)
        (void)outbox_keep_receipt(&d->outbox, own.number, *text);
    return status;
}

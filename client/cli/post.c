#include "client/cli/post.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/json.h"

/* Upper bounds of what one statement adds to a submission, in bytes: its numbers, then
 * its unit, then each body's reference. */
#define STATEMENT_BOUND 96
#define BODY_REF_BOUND  64
/* Room for reason, evidence and what a Signed adds. */
#define SUBMISSION_ROOM (SIGNED_SIZE_MAX - 8192)
/* Bodies of one request, so that it stays below REQUEST_SIZE_MAX with its submission. */
#define BODIES_ROOM (REQUEST_SIZE_MAX - SIGNED_SIZE_MAX - 16384)

/* One message being gathered. */
typedef struct parcel {
    statement_words *statements;
    fill_item **items; /* each statement's */
    size_t n;
    duban_body_made *bodies;
    size_t bodies_n;
    size_t size;        /* bound of the submission's bytes */
    size_t bodies_size; /* bytes of the bodies */
    const char *reason; /* of all corrections in it, NULL: none */
    size_t evidence_n;  /* bodies that come on top */
    size_t evidence_size;
} parcel;

static size_t bound_of(const fill_item *item) {
    size_t size = STATEMENT_BOUND + item->bodies_n * BODY_REF_BOUND;
    if (item->words.kind == STATEMENT_VALUE) size += strlen(item->words.value.unit);
    return size;
}

static size_t bodies_bytes(const fill_item *item) {
    size_t size = 0;
    for (size_t i = 0; i < item->bodies_n; i++)
        size += item->bodies[i].body.bytes.size + 32;
    return size;
}

/* One body is kept for the reason. */
static bool fits(const parcel *p, const fill_item *item) {
    return p->n < STATEMENTS_MAX && p->size + bound_of(item) <= SUBMISSION_ROOM &&
           p->bodies_n + item->bodies_n + p->evidence_n < BODIES_MAX &&
           p->bodies_size + bodies_bytes(item) + p->evidence_size <= BODIES_ROOM;
}

static void put(parcel *p, fill_item *item) {
    p->items[p->n] = item;
    p->statements[p->n++] = item->words;
    for (size_t i = 0; i < item->bodies_n; i++)
        p->bodies[p->bodies_n++] = item->bodies[i];
    p->size += bound_of(item);
    p->bodies_size += bodies_bytes(item);
}

void post_say(cli *c, const duban_ticket *ticket, size_t statements) {
    bool queued = ticket->sent == DUBAN_QUEUED;
    if (c->json) {
        json_line(
            c->out,
            json_pack("{s:I, s:s, s:o, s:o, s:I}", "number", (json_int_t)ticket->number,
                      "sent", queued ? "queued" : "receipted", "index",
                      queued ? json_null() : json_integer((json_int_t)ticket->index),
                      "received_ms",
                      queued ? json_null()
                             : json_integer((json_int_t)ticket->received_ms),
                      "statements", (json_int_t)statements));
        return;
    }
    if (queued) {
        fprintf(c->out,
                cli_say(c,
                        "已签名入发件箱（第 %" PRIu64 " 号，%zu 项），连上后自动发送。\n",
                        "signed and queued (number %" PRIu64
                        ", %zu statements); it is sent when the broker is reached.\n"),
                ticket->number, statements);
        return;
    }
    char moment[MOMENT_TEXT_SIZE];
    ledger_status st = {0};
    ledger_get_status(duban_slice(c->d), &st);
    moment_write(ticket->received_ms, st.utc_offset_minutes, moment);
    fprintf(c->out,
            cli_say(c, "回执：序号 %" PRIu64 "，%s 收到，%zu 项。\n",
                    "receipt: index %" PRIu64 ", received %s, %zu statements.\n"),
            ticket->index, moment, statements);
}

static duban_status send_parcel(fill *f, parcel *p, const body_ref *evidence,
                                size_t evidence_n, bool offline, post_result *out) {
    cli *c = f->c;
    duban_refusal refusal = {0};
    duban_ticket ticket;
    submission_words made = {.plan = f->plan,
                             .statements = p->statements,
                             .statements_n = (uint32_t)p->n,
                             .evidence = evidence,
                             .evidence_n = (uint32_t)evidence_n,
                             .filler = f->persons.filler,
                             .reviewer = f->persons.reviewer,
                             .signer = f->persons.signer};
    if (p->reason) {
        duban_body_made *body = &p->bodies[p->bodies_n++];
        duban_status s = admin_text_body(c, "reason", p->reason, body);
        if (s < 0) return s;
        made.reason = body->ref;
    }
    event ev = {.kind = KIND_SUBMISSION, .submission = made};
    fill_say_notes(f, &made);
    duban_status s =
        offline ? duban_queue(c->d, &ev, p->bodies, p->bodies_n, &ticket, &refusal)
                : duban_send(c->d, &ev, p->bodies, p->bodies_n, &ticket, &refusal);
    if (s < 0 && refusal.line > 0 && refusal.line <= p->n) {
        fill_refused(f, p->items[refusal.line - 1], &refusal);
        return DUBAN_E_ROWS;
    }
    if (s < 0) return cli_refused(c, &refusal);
    out->messages++;
    out->statements += p->n;
    out->queued += ticket.sent == DUBAN_QUEUED;
    post_say(c, &ticket, p->n);
    return DUBAN_OK;
}

/* Whether two items may share a submission, which has one reason. */
static bool same_reason(const fill_item *a, const fill_item *b) {
    if (!a->words.supersedes || !b->words.supersedes)
        return !a->words.supersedes && !b->words.supersedes;
    return strcmp(a->reason, b->reason) == 0;
}

static void begin_parcel(parcel *p, const fill_item *first) {
    p->n = p->bodies_n = p->size = p->bodies_size = 0;
    p->reason = first->words.supersedes ? first->reason : NULL;
}

/* The broker may know what the slice did not: the one it refused stays out and the others
 * may go again. */
static void give_back(const fill *f, const parcel *p, bool *taken) {
    for (size_t i = 0; i < p->n; i++)
        taken[p->items[i] - f->items] = false;
}

/* Gathers what shares the first item's reason, from it on, until the parcel is full. */
static void gather(fill *f, size_t from, bool *taken, parcel *p) {
    begin_parcel(p, &f->items[from]);
    for (size_t i = from; i < f->n; i++) {
        fill_item *item = &f->items[i];
        if (taken[i] || item->bad || item->same || !same_reason(&f->items[from], item))
            continue;
        if (i != from && !fits(p, item)) return;
        put(p, item);
        taken[i] = true;
    }
}

duban_status post_items(fill *f, const duban_body_made *evidence, size_t evidence_n,
                        bool offline, post_result *out) {
    parcel p = {0};
    bool *taken = arena_alloc(f->a, f->n + 1);
    body_ref *refs = arena_alloc(f->a, (evidence_n + 1) * sizeof *refs);
    p.statements = arena_alloc(f->a, STATEMENTS_MAX * sizeof *p.statements);
    p.bodies = arena_alloc(f->a, (BODIES_MAX + evidence_n) * sizeof *p.bodies);
    p.items = arena_alloc(f->a, STATEMENTS_MAX * sizeof *p.items);
    if (!taken || !refs || !p.statements || !p.bodies || !p.items)
        return cli_refuse(f->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    for (size_t i = 0; i < f->n; i++) {
        if (taken[i] || f->items[i].bad || f->items[i].same) continue;
        p.evidence_n = evidence_n;
        p.evidence_size = 0;
        for (size_t k = 0; k < evidence_n; k++)
            p.evidence_size += evidence[k].body.bytes.size + 32;
        gather(f, i, taken, &p);
        for (size_t k = 0; k < evidence_n; k++) {
            refs[k] = evidence[k].ref;
            p.bodies[p.bodies_n++] = evidence[k];
        }
        duban_status s = send_parcel(f, &p, refs, evidence_n, offline, out);
        if (s == DUBAN_E_ROWS && cli_flag(f->c, "partial")) {
            give_back(f, &p, taken);
            i--; /* once more without it */
            continue;
        }
        if (s < 0) return s;
        evidence_n = 0;
    }
    return DUBAN_OK;
}

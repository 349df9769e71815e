/* The whole journal, verified offline from an auditor's folder: hashes, signatures, the
 * rule book, receipts, witnesses.
 * Knows: the folder, the log's key that the caller trusts. Must not know: networks,
 * brokers, languages. Nothing is believed but that key.
 *
 * One thread reads bundles in order, learns keys and folds the ledger; behind it a pool
 * hashes and verifies signatures on all cores. What is held in memory is the ledger and a
 * bounded number of bundles. */
#ifndef DUBAN_CLIENT_AUDIT_VERIFY_H
#define DUBAN_CLIENT_AUDIT_VERIFY_H

#include "broker/ledger/ledger.h"
#include "client/audit/finding.h"
#include "client/audit/keys.h"
#include "storage/tlog/cosign.h"

/* Conflicts, removals and sessions that a report names; the rest is counted. */
#define AUDIT_LISTED_MAX 256

/* A receipt that holds by itself (client/receipt.h): is this its tree? */
typedef struct audit_receipt {
    const char *name;
    uint64_t index;
    hash256 leaf;
    checkpoint point; /* the one it came with */
} audit_receipt;

typedef struct audit_options {
    const char *folder;
    note_key key;     /* trust comes from outside */
    uint32_t threads; /* 0: all cores */
    const audit_receipt *receipts;
    uint32_t receipts_n;
    const cosign_key *witnesses; /* each that the checkpoint must be signed by */
    uint32_t witnesses_n;
    uint32_t witnesses_needed;                                /* so many of them */
    void (*progress)(void *ctx, uint64_t done, uint64_t all); /* NULL: none */
    void *ctx;
} audit_options;

/* An entry worth naming. */
typedef struct audit_listed {
    event_kind kind; /* CONFLICT, REDACTION, SESSION */
    uint64_t index;
    int64_t received_ms;
    uint32_t office;
    uint32_t key;      /* who signed; of a conflict: whose number was used twice */
    uint64_t number;   /* conflict: that number; redaction: the entry's index */
    const char *words; /* redaction: the document; session: its purpose */
} audit_listed;

typedef struct audit_witnessed {
    const char *name; /* borrowed from the options */
    bool signed_it;
    int64_t time_s;
} audit_witnessed;

typedef struct audit_report {
    checkpoint point;
    bool has_point;   /* the note holds: point may be told */
    uint64_t entries; /* folded */
    uint64_t bytes;   /* of entries */
    uint64_t files;   /* tiles and bundles */
    uint32_t threads;
    double reading_s;          /* processor time of the one thread that reads and folds */
    int64_t first_ms, last_ms; /* received */
    int32_t first_day, last_day;
    uint64_t kinds[KIND_COUNT];
    uint64_t digests; /* compared, all equal */
    uint64_t digest_index;
    hash256 digest; /* of the state at the head */
    uint32_t pages;
    audit_listed *listed; /* AUDIT_LISTED_MAX at most */
    uint32_t listed_n;
    audit_witnessed witnessed[WITNESSES_MAX];
    uint32_t witnesses_n; /* that signed */
    uint32_t newer_n;     /* receipts whose checkpoint is newer than the folder's */
    ledger *ledger;       /* as folded: offices and keys */
    audit_keys keys;      /* signed_n: how many entries each key signed */
    arena words;
    bool ready;
} audit_report;

/* DUBAN_OK also when something is wrong: then *finding says what, the first of it, and
 * *report how far things were looked at. Otherwise the failure is this machine's:
 * NO_MEMORY, IO. LIMIT: more witnesses than WITNESSES_MAX. */
duban_status audit_verify(const audit_options *options, audit_report *report,
                          audit_finding *finding);
void audit_report_close(audit_report *report);

#endif

/* Duban's client library: everything people and scripts do goes through here.
 *
 * Knows: one home folder (key, config, outbox, slice), one broker. Must not know:
 * terminals, spreadsheets, languages. The handle types are opaque; what is said and
 * answered are the words of proto/words.h.
 *
 * A handle is used by one thread at a time. Calls block until they are done or their
 * deadline passes. A refusal (may be NULL) says code, place, found and expected. */
#ifndef DUBAN_CLIENT_DUBAN_H
#define DUBAN_CLIENT_DUBAN_H

#include "broker/ledger/ledger.h"
#include "broker/ledger/note.h"
#include "proto/words.h"

/* Where a broker listens unless somebody says otherwise. */
#define DUBAN_COMMAND_URL "tcp://127.0.0.1:7158"
#define DUBAN_FEED_URL    "tcp://127.0.0.1:7159"

typedef struct duban duban;
typedef struct duban_board duban_board;

/* --- a home: this office's key, config, outbox and slice ---------------------------- */

typedef struct duban_options {
    const char *home;    /* folder; copied */
    const char *command; /* URL of the command socket; copied; NULL: what home says, else
                            DUBAN_COMMAND_URL */
    const char *feed;    /* URL of the feed socket; likewise */
    uint32_t timeout_ms; /* of one exchange; 0: 5000 */
    /* Of a new home's key: */
    algorithm algorithm;    /* ALGORITHM_NONE: Ed25519 */
    const char *passphrase; /* to seal it with; NULL: not sealed */
} duban_options;

/* Makes home (0700) with a new key (0600), or with that of the given seed when not NULL.
 * DUBAN_E_EXISTS when it has a key, DUBAN_E_ALGORITHM when this build cannot make such a
 * key, DUBAN_E_PASSPHRASE when it is too short, DUBAN_E_IO. Config is written beside it.
 */
duban_status duban_home_init(const duban_options *options, const uint8_t *seed,
                             sign_public *public_key, duban_refusal *refusal);

/* Opens a home; touches no network. DUBAN_E_NOT_READY when it has no key. */
duban_status duban_open(const duban_options *options, duban **out,
                        duban_refusal *refusal);
void duban_close(duban *d);

/* Borrowed until duban_close. */
const sign_public *duban_public_key(const duban *d);

/* Whether the key is sealed: until duban_unseal whatever takes a signature is
 * DUBAN_E_PASSPHRASE. */
bool duban_sealed(const duban *d);
/* DUBAN_E_PASSPHRASE: it is another one; those of keyfile_unseal. */
duban_status duban_unseal(duban *d, const char *passphrase, duban_refusal *refusal);

/* A line of the home's config, copied; false, out untouched, when there is none. */
bool duban_config(const duban *d, const char *key, char *out, size_t out_size);

/* Makes a new journal's folder for duband: the broker's key and a genesis signed by this
 * home's key, which becomes the city office's root key. created_ms is the journal's first
 * moment. DUBAN_E_EXISTS when there is one. */
duban_status duban_found(duban *d, const char *data, const genesis_words *genesis,
                         duban_refusal *refusal);

/* --- asking ------------------------------------------------------------------------- */

/* Info about the broker and about this home's key. Borrowed until the next call on d.
 * DUBAN_E_UNREACHABLE, DUBAN_E_TIMEOUT. */
duban_status duban_info(duban *d, info_words *out, duban_refusal *refusal);

/* Whether the outcome only says that nobody could be asked just now: what is kept here is
 * still good, and what was to be sent waits. */
bool duban_is_away(duban_status status);

/* Brings the slice up to date: the configuration everybody may read and this office's own
 * entries, kept on disk and folded into a ledger. Works offline with what is there: then
 * an outcome of duban_is_away, and duban_slice still answers. DUBAN_E_DIVERGED: the
 * broker tells another history than the one kept here. */
duban_status duban_sync(duban *d, duban_refusal *refusal);
/* The folded slice, NULL before the first sync. Borrowed until the next sync or close. */
const ledger *duban_slice(const duban *d);
/* This home's office and key number as the slice knows them, 0 when not enrolled. */
uint32_t duban_office(const duban *d);
uint32_t duban_key(const duban *d);

/* Reading takes a session with the broker, which opens by itself with what this home's
 * office may read (RIGHT_BOARD asked for, and given as far as its right goes). This asks
 * for more: RIGHT_JOURNAL with what for (or the 文号 of the order), which becomes an entry
 * at *index (0: the city office's does not; index may be NULL) before it is answered. It
 * lasts for this handle, and is renewed with the same purpose. DUBAN_E_NOT_ALLOWED: the
 * office was not given it; DUBAN_E_SESSION_NEEDED: this home's key is not enrolled. */
duban_status duban_session_ask(duban *d, right_kind right, const char *purpose,
                               uint64_t *index, duban_refusal *refusal);

duban_status duban_body(duban *d, const hash256 *hash, arena *a, body_words *out,
                        duban_refusal *refusal);
/* Entries as they stand, into an arena; see EntriesRequest. */
duban_status duban_entries(duban *d, const entries_request *ask, arena *a,
                           entries_words *out, duban_refusal *refusal);

/* A tile's hashes or a bundle's entries, as they go into its file; see TileRequest. Into
 * an arena. DUBAN_E_TOO_LARGE: the bundle fits no reply, ask for its entries. */
duban_status duban_tile(duban *d, const tile_request *ask, arena *a, span *out,
                        duban_refusal *refusal);

/* The newest checkpoint that enough witnesses have signed, with their lines. Into an
 * arena. DUBAN_E_NOT_FOUND and the like: the broker has none. */
duban_status duban_witnessed(duban *d, arena *a, const char **out,
                             duban_refusal *refusal);

/* One page of the state with its proof, as the broker tells it: client/page_file.h proves
 * it. Into an arena. */
duban_status duban_page(duban *d, const page_request *ask, arena *a, page_words *out,
                        duban_refusal *refusal);

/* --- the one door in ---------------------------------------------------------------- */

/* A body made ready: the hash to put into the event and the bytes to send beside it. */
typedef struct duban_body_made {
    body_ref ref;
    body_words body; /* bytes borrowed from the caller */
} duban_body_made;

/* Draws a salt and hashes. media is borrowed. DUBAN_E_TOO_LARGE, DUBAN_E_EMPTY. */
duban_status duban_body_make(const void *bytes, size_t size, const char *media,
                             duban_body_made *out);

typedef enum duban_sent { DUBAN_QUEUED, DUBAN_RECEIPTED } duban_sent;

typedef struct duban_ticket {
    uint64_t number; /* the key's number of this message */
    duban_sent sent;
    uint64_t index; /* when receipted */
    int64_t received_ms;
} duban_ticket;

/* Checks against the slice, signs, writes to the outbox (synced), sends, and waits for
 * the receipt. Not reachable is no failure: the ticket says QUEUED, *refusal why, and the
 * same bytes are sent later. A refusal by the check or by the broker takes it out of the
 * outbox again (it is kept under refused/). ev->office, key, number, mark and payload are
 * filled in here; payload lives until the next call on d.
 *
 * What waits in the outbox goes first. When the slice refuses and the broker can be
 * asked, the slice is brought up to date and decides again: what was borrowed from it
 * ends then. Offline, a refusal that newer entries alone could lift (a day that may have
 * come, an index beyond the slice) is left to the broker. Further statuses:
 * DUBAN_E_NOT_READY and DUBAN_E_UNKNOWN_KEY before the key is enrolled,
 * DUBAN_E_SUPERSEDES_NEEDED when a message still queued states the same value,
 * DUBAN_E_LIMIT when too much waits, DUBAN_E_DISK_FULL and DUBAN_E_IO: nothing is queued
 * then. */
duban_status duban_send(duban *d, event *ev, const duban_body_made *bodies,
                        size_t bodies_n, duban_ticket *out, duban_refusal *refusal);

/* The check alone, without the network: nothing is signed or queued. So a sheet's rows
 * can be tried one by one and every bad one be named. current says that the slice was
 * brought up to date just now: then a refusal that newer entries could lift stands too.
 */
duban_status duban_check(duban *d, const event *ev, bool current, duban_refusal *refusal);
/* What the plan's table of checks finds in a submission, as far as the slice knows; see
 * ledger_notes. Fails as duban_check does before it comes to the rules. */
duban_status duban_notes(duban *d, const event *ev, check_visit visit, void *ctx);
/* Only signs and queues, nothing is sent. */
duban_status duban_queue(duban *d, event *ev, const duban_body_made *bodies,
                         size_t bodies_n, duban_ticket *out, duban_refusal *refusal);
/* Sends what is queued, in order of numbers. With wait_ms keeps trying until all have an
 * answer or the time is over. *left is how many stay queued, *refused how many the broker
 * refused in this call. DUBAN_OK also when some stay: then *refusal says why; when none
 * stay but some were refused, or a damaged one was set aside (DUBAN_E_CORRUPT), it says
 * that of the last of them. */
duban_status duban_flush(duban *d, uint32_t wait_ms, size_t *left, size_t *refused,
                         duban_refusal *refusal);

/* --- proofs --------------------------------------------------------------------------
 *
 * The broker's log key is pinned at first contact, every checkpoint is verified with it
 * when it comes, and every receipt proves itself before a message is called receipted. */

/* Pins the log's verifier key before the first contact, as the city office hands it out.
 * DUBAN_E_KEY_FORMAT, DUBAN_E_ALGORITHM; DUBAN_E_DIVERGED: another one is pinned. */
duban_status duban_pin_log(duban *d, const char *vkey, duban_refusal *refusal);
/* The pinned key as text, "" when there is none. Touches no network. */
#define DUBAN_VKEY_SIZE 256
void duban_log_key(duban *d, char out[DUBAN_VKEY_SIZE]);

/* At the end of a command: proves the largest checkpoint seen to continue the one this
 * home kept before, and keeps it. One question, none when the journal did not grow.
 * DUBAN_E_DIVERGED, DUBAN_E_SHORTER, DUBAN_E_NOTE, DUBAN_E_PROOF: the journal is not the
 * one this home saw before, or a receipt did not prove itself, now or earlier in this
 * run; what proves it lies in duban_evidence. Not reachable is no failure. */
duban_status duban_settle(duban *d, duban_refusal *refusal);
/* The file that holds what was found wrong, "" when nothing was. Borrowed. */
const char *duban_evidence(const duban *d);

/* The receipt of the entry at index as text (client/receipt.h), into an arena: of
 * this home's own messages what was kept when the receipt came, without the network; of
 * others, of old ones and with witnessed it is asked of the broker. It has been verified.
 * DUBAN_E_NOT_FOUND, DUBAN_E_UNWITNESSED, whatever asking says. */
duban_status duban_receipt(duban *d, uint64_t index, bool witnessed, arena *a, span *text,
                           duban_refusal *refusal);

typedef enum duban_outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_RECEIPTED,
    OUTBOX_REFUSED
} duban_outbox_state;

typedef struct duban_outbox_row {
    uint64_t number;
    duban_outbox_state state;
    int64_t queued_ms; /* this machine's clock */
    uint64_t index;    /* when receipted */
    int64_t received_ms;
    duban_refusal refusal; /* when refused */
    event ev;              /* decoded into the arena */
} duban_outbox_row;

/* Every message this home ever queued, by number, into an arena. One whose file is
 * damaged is a refused row with DUBAN_E_CORRUPT, its file in refusal.found, and no event.
 */
duban_status duban_outbox(duban *d, arena *a, duban_outbox_row **rows, size_t *rows_n,
                          duban_refusal *refusal);

/* --- boards ------------------------------------------------------------------------- */

/* A board folded from frames: a set of cells, each the newest of its name. Cells are
 * copied. */
duban_status duban_board_new(duban_board **out);
void duban_board_free(duban_board *b);

/* Folds a frame by the rules of architecture.md "The live board". *gap says that prev
 * lies beyond the cursor and nothing was folded. */
duban_status duban_board_fold(duban_board *b, const frame_words *frame, bool *gap);

typedef struct duban_board_head {
    const char *origin; /* borrowed until free */
    const char *plan;
    cursor cursor;
    uint64_t head; /* of the broker when the last frame was made */
    bool has_digest;
    hash256 digest;
    uint64_t digest_index; /* of the last Digest entry up to there; 0: none */
    int64_t moment_ms;     /* when entry cursor.index was received */
} duban_board_head;

void duban_board_get_head(const duban_board *b, duban_board_head *out);
/* NULL when there is none. Borrowed until the next fold. */
const cell *duban_board_cell(const duban_board *b, const cell_name *name);
/* All cells in order of kind, task, metric, office, node, period; borrowed likewise. */
const cell *const *duban_board_cells(duban_board *b, size_t *n);

/* Fetches a whole board into an empty b. ask->skip and after are managed here. */
duban_status duban_board_fetch(duban *d, const board_request *ask, duban_board *b,
                               duban_refusal *refusal);

/* One poll of the feed from where b stands, folded into it. *changed is false when the
 * hold passed without news. DUBAN_E_DIVERGED, DUBAN_E_UNREACHABLE, …
 * Reconnects are the caller's loop: call again; a jittered pause that grows with each
 * failure is sat out here. A signal whose handler does not restart calls ends the hold
 * with DUBAN_E_TIMEOUT. */
duban_status duban_board_follow(duban *d, const char *plan, uint32_t wait_ms,
                                duban_board *b, bool *changed, duban_refusal *refusal);

/* Saves a board with its cursor in the home and loads it again, so that watch goes on
 * where it stood. DUBAN_E_NOT_FOUND when there is none. */
duban_status duban_board_save(duban *d, duban_board *b, duban_refusal *refusal);
duban_status duban_board_load(duban *d, const char *plan, duban_board *b,
                              duban_refusal *refusal);

#endif

/* Cosignatures being gathered: which witness is asked what, what its answer means, and
 * the newest checkpoint that enough of them have signed.
 * Knows: the policy, checkpoints, each witness's standing. Must not know: networks,
 * threads, files.
 *
 * A round has one checkpoint, the newest there was when it began, and all witnesses are
 * asked for that one, since only cosignatures of the same checkpoint add up. It is over
 * when enough have signed or all have answered. An answer that comes later still counts
 * for the checkpoint that stands. A witness that failed is left in peace for a while,
 * which grows up to WITNESS_RETRY_MAX_MS. now_ms is of a clock that only goes forward.
 * One thread uses it. */
#ifndef DUBAN_BROKER_WITNESS_GATHER_H
#define DUBAN_BROKER_WITNESS_GATHER_H

#include "broker/witness/witness_policy.h"
#include "proto/arena.h"
#include "storage/journal.h"
#include "storage/tlog/add_checkpoint.h"

/* A checkpoint with a line of each witness; no NUL. */
#define GATHER_NOTE_MAX (JOURNAL_CHECKPOINT_MAX + WITNESSES_MAX * COSIGN_LINE_MAX)
/* A question with a checkpoint of ours. */
#define GATHER_QUESTION_MAX (ADD_CHECKPOINT_HEAD_MAX + JOURNAL_CHECKPOINT_MAX)
/* A witness's time may differ from the broker's by as much; one that differs more says
 * that a clock is wrong, or that an old cosignature is shown again. */
#define GATHER_CLOCKS_S 600

typedef struct gather_standing {
    uint64_t size;        /* of the tree it is known to have signed last */
    uint64_t signed_size; /* of the newest cosignature that held here */
    int64_t time_s;       /* its time */
    duban_status failure; /* why it has not signed the newest one; OK: it has */
    bool ended;           /* its part of the round */
    uint32_t asked;       /* times in this round */
    uint32_t failures;    /* in a row */
    int64_t retry_ms;     /* after a failure: not before */
} gather_standing;

/* A checkpoint and the lines that were added to it. */
typedef struct gathered {
    journal_head head;
    uint32_t count;
    bool has[WITNESSES_MAX];
    uint16_t line_size[WITNESSES_MAX];
    char line[WITNESSES_MAX][COSIGN_LINE_MAX];
} gathered;

typedef struct gather {
    const witness_policy *policy;
    gathered round; /* head.size 0: none has begun */
    gathered held;  /* the newest with enough; head.size 0: none */
    gather_standing standing[WITNESSES_MAX];
} gather;

/* The policy is borrowed. */
void gather_init(gather *g, const witness_policy *policy);
/* Takes up a note that was witnessed earlier. WITNESS: it does not hold for this policy,
 * the log's key or the journal; then nothing was taken. */
duban_status gather_take_up(gather *g, const char *note_bytes, size_t size,
                            const note_key *log, const journal *j);

/* Begins a round with a checkpoint that is larger than the last one's. */
void gather_begin(gather *g, const journal_head *head, int64_t now_ms);
bool gather_over(const gather *g);
/* Whether the witness is to be asked in this round, now. */
bool gather_wants(gather *g, uint32_t place, int64_t now_ms);
/* When the next of those that failed is to be asked again; INT64_MAX: none is. */
int64_t gather_deadline(const gather *g);

/* Writes the question to that witness about the round's checkpoint. Failures are the
 * journal's. */
duban_status gather_question(gather *g, uint32_t place, const journal *j,
                             char text[GATHER_QUESTION_MAX], size_t *size);

typedef struct gather_answer {
    const journal_head *asked; /* the checkpoint it answers to */
    uint64_t old_size;         /* the size it was proved from */
    long code;                 /* of HTTP */
    const char *type;          /* content type, "" when there is none */
    const char *text;
    size_t size;
    int64_t now_ms;
    int64_t now_s; /* the time of day */
} gather_answer;

/* Takes the answer in. True when the witnessed note has changed by it. */
bool gather_take(gather *g, uint32_t place, const gather_answer *answer);
/* It could not be asked, or did not answer. */
void gather_fail(gather *g, uint32_t place, duban_status status, int64_t now_ms);

/* Writes the newest checkpoint with enough cosignatures; *size is its length. */
void gather_note(const gather *g, char note[GATHER_NOTE_MAX], size_t *size);

#endif

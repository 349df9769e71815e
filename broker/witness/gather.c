#include "broker/witness/gather.h"

#include <assert.h>
#include <string.h>

/* Asked once, told the size that the witness has, asked again with a proof from there. */
#define ASKED_MAX 2

void gather_init(gather *g, const witness_policy *policy) {
    memset(g, 0, sizeof *g);
    g->policy = policy;
}

/* --- what was witnessed earlier ----------------------------------------------------- */

static void add_line(gathered *to, uint32_t place, const char *line, size_t size) {
    assert(size <= COSIGN_LINE_MAX);
    to->count += !to->has[place];
    to->has[place] = true;
    to->line_size[place] = (uint16_t)size;
    memcpy(to->line[place], line, size);
}

static duban_status same_tree(const journal *j, const checkpoint *point) {
    journal_reader *reader = NULL;
    hash256 root;
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_root_at(reader, point->size, &root);
    journal_reader_close(reader);
    if (status) return status;
    return hash_equal(&root, &point->root) ? DUBAN_OK : DUBAN_E_WITNESS;
}

duban_status gather_take_up(gather *g, const char *note_bytes, size_t size,
                            const note_key *log, const journal *j) {
    const witness_policy *p = g->policy;
    gather_standing standing[WITNESSES_MAX] = {{0}};
    gathered held = {.count = 0};
    checkpoint point;
    note parsed;
    const char *line = NULL;
    size_t line_size = 0;
    if (checkpoint_open(note_bytes, size, log, &point) || point.size == 0 ||
        note_parse(note_bytes, size, &parsed) || same_tree(j, &point))
        return DUBAN_E_WITNESS;
    for (uint32_t i = 0; i < p->n; i++) {
        const cosign_key *key = &p->list[i].key;
        if (cosign_verify(&parsed, key, &standing[i].time_s) ||
            note_find_line(parsed.lines, parsed.lines_size, &key->note, &line,
                           &line_size))
            continue;
        if (line_size > COSIGN_LINE_MAX) continue;
        standing[i].size = standing[i].signed_size = point.size;
        add_line(&held, i, line, line_size);
    }
    if (held.count < p->needed ||
        note_find_line(parsed.lines, parsed.lines_size, log, &line, &line_size) ||
        parsed.text_size + 1 + line_size >= JOURNAL_CHECKPOINT_MAX)
        return DUBAN_E_WITNESS;
    held.head.size = point.size;
    held.head.root = point.root;
    memcpy(held.head.checkpoint, parsed.text, parsed.text_size + 1);
    memcpy(held.head.checkpoint + parsed.text_size + 1, line, line_size);
    g->held = held;
    memcpy(g->standing, standing, sizeof standing);
    return DUBAN_OK;
}

/* --- rounds ------------------------------------------------------------------------- */

void gather_begin(gather *g, const journal_head *head, int64_t now_ms) {
    assert(head->size > g->round.head.size);
    memset(&g->round, 0, sizeof g->round);
    g->round.head = *head;
    for (uint32_t i = 0; i < g->policy->n; i++) {
        g->standing[i].ended = now_ms < g->standing[i].retry_ms;
        g->standing[i].asked = 0;
    }
}

bool gather_over(const gather *g) {
    if (g->round.count >= g->policy->needed) return true;
    for (uint32_t i = 0; i < g->policy->n; i++)
        if (!g->standing[i].ended) return false;
    return true;
}

bool gather_wants(gather *g, uint32_t place, int64_t now_ms) {
    gather_standing *s = &g->standing[place];
    if (g->round.head.size == 0 || g->round.has[place]) return false;
    if (s->ended && now_ms >= s->retry_ms) {
        s->ended = false;
        s->asked = 0;
    }
    return !s->ended;
}

int64_t gather_deadline(const gather *g) {
    int64_t next_ms = INT64_MAX;
    for (uint32_t i = 0; i < g->policy->n && g->round.head.size; i++)
        if (!g->round.has[i] && g->standing[i].retry_ms < next_ms)
            next_ms = g->standing[i].retry_ms;
    return next_ms;
}

static duban_status prove(const journal *j, uint64_t old_size, uint64_t size,
                          tlog_path *out) {
    journal_reader *reader = NULL;
    tlog_hash_reader hashes;
    out->count = 0;
    if (old_size == 0 || old_size == size) return DUBAN_OK;
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_hashes(reader, size, &hashes);
    if (!status) status = tlog_prove_consistency(&hashes, old_size, size, out);
    journal_reader_close(reader);
    return status;
}

duban_status gather_question(gather *g, uint32_t place, const journal *j,
                             char text[GATHER_QUESTION_MAX], size_t *size) {
    gather_standing *s = &g->standing[place];
    const journal_head *head = &g->round.head;
    /* A larger tree is only what an answer said, which nobody signed: it is asked again
     * from what it did sign, and says so again when it is true. */
    if (s->size > head->size) s->size = s->signed_size;
    add_checkpoint ask = {.old_size = s->size,
                          .note = head->checkpoint,
                          .note_size = strlen(head->checkpoint)};
    s->asked++;
    duban_status status = prove(j, s->size, head->size, &ask.path);
    return status ? status : add_checkpoint_write(&ask, text, GATHER_QUESTION_MAX, size);
}

/* --- answers ------------------------------------------------------------------------ */

void gather_fail(gather *g, uint32_t place, duban_status status, int64_t now_ms) {
    gather_standing *s = &g->standing[place];
    int64_t pause_ms = WITNESS_ROUND_MS;
    for (uint32_t i = 0; i < s->failures && pause_ms < WITNESS_RETRY_MAX_MS; i++)
        pause_ms *= 2;
    if (pause_ms > WITNESS_RETRY_MAX_MS) pause_ms = WITNESS_RETRY_MAX_MS;
    s->failure = status;
    s->ended = true;
    s->failures++;
    s->retry_ms = now_ms + pause_ms;
}

/* The cosignature in the answer, verified over the checkpoint that was asked about. */
static duban_status read_line(const gather *g, uint32_t place, const gather_answer *a,
                              const char **line, size_t *line_size, int64_t *time_s) {
    char bytes[JOURNAL_CHECKPOINT_MAX + COSIGN_LINE_MAX];
    const cosign_key *key = &g->policy->list[place].key;
    note parsed;
    size_t size = 0;
    if (note_find_line(a->text, a->size, &key->note, line, line_size) ||
        *line_size > COSIGN_LINE_MAX)
        return DUBAN_E_WITNESS;
    if (cosign_append(a->asked->checkpoint, strlen(a->asked->checkpoint), *line,
                      *line_size, bytes, sizeof bytes, &size) ||
        note_parse(bytes, size, &parsed) || cosign_verify(&parsed, key, time_s))
        return DUBAN_E_WITNESS;
    bool off = *time_s > INT64_MAX / 2000 || a->now_s - *time_s > GATHER_CLOCKS_S ||
               *time_s - a->now_s > GATHER_CLOCKS_S;
    return off ? DUBAN_E_WITNESS : DUBAN_OK;
}

/* Puts the line where its checkpoint is; true when what is held has changed. */
static bool keep_line(gather *g, uint32_t place, const gather_answer *a, const char *line,
                      size_t size) {
    uint64_t at = a->asked->size;
    if (at == g->round.head.size) add_line(&g->round, place, line, size);
    if (at == g->held.head.size && at != g->round.head.size) {
        add_line(&g->held, place, line, size);
        return true;
    }
    if (at != g->round.head.size || g->round.count < g->policy->needed) return false;
    g->held = g->round;
    return true;
}

static bool take_line(gather *g, uint32_t place, const gather_answer *a) {
    gather_standing *s = &g->standing[place];
    const char *line = NULL;
    size_t size = 0;
    int64_t time_s = 0;
    duban_status status = read_line(g, place, a, &line, &size, &time_s);
    if (status) {
        gather_fail(g, place, status, a->now_ms);
        return false;
    }
    s->size = s->signed_size = a->asked->size;
    s->time_s = time_s;
    s->failures = 0;
    s->retry_ms = 0;
    if (a->asked->size == g->round.head.size) {
        s->failure = DUBAN_OK;
        s->ended = true;
    }
    return keep_line(g, place, a, line, size);
}

/* 409: it has signed another size last, or another root of this one. */
static void take_size(gather *g, uint32_t place, const gather_answer *a) {
    gather_standing *s = &g->standing[place];
    uint64_t size = 0;
    bool told = strcmp(a->type, ADD_CHECKPOINT_SIZE_TYPE) == 0 &&
                add_checkpoint_size_parse(a->text, a->size, &size) == DUBAN_OK;
    if (!told) {
        gather_fail(g, place, DUBAN_E_WITNESS, a->now_ms);
        return;
    }
    s->size = size;
    if (size == a->old_size)
        gather_fail(g, place, size == a->asked->size ? DUBAN_E_ROOT : DUBAN_E_WITNESS,
                    a->now_ms);
    else if (size > g->round.head.size)
        gather_fail(g, place, DUBAN_E_SHORTER, a->now_ms);
    else if (s->asked >= ASKED_MAX)
        gather_fail(g, place, DUBAN_E_WITNESS, a->now_ms);
}

bool gather_take(gather *g, uint32_t place, const gather_answer *a) {
    switch (a->code) {
    case 200: return take_line(g, place, a);
    case 409: take_size(g, place, a); return false;
    case 403: gather_fail(g, place, DUBAN_E_SIGNATURE, a->now_ms); return false;
    case 404: gather_fail(g, place, DUBAN_E_UNKNOWN_KEY, a->now_ms); return false;
    case 422: gather_fail(g, place, DUBAN_E_ROOT, a->now_ms); return false;
    case 429:
    case 503: gather_fail(g, place, DUBAN_E_BUSY, a->now_ms); return false;
    default: gather_fail(g, place, DUBAN_E_WITNESS, a->now_ms); return false;
    }
}

void gather_note(const gather *g, char note_bytes[GATHER_NOTE_MAX], size_t *size) {
    size_t used = strlen(g->held.head.checkpoint);
    memcpy(note_bytes, g->held.head.checkpoint, used);
    for (uint32_t i = 0; i < g->policy->n; i++) {
        if (!g->held.has[i]) continue;
        memcpy(note_bytes + used, g->held.line[i], g->held.line_size[i]);
        used += g->held.line_size[i];
    }
    *size = used;
}

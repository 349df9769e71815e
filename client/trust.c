#include "client/trust.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHECKPOINT_FILE   "checkpoint"
#define LOCK_FILE         "checkpoint.lock"
#define UNPROVED_FILE     "unproved"
#define EVIDENCE_FOLDER   "evidence"
#define UNPROVED_SIZE_MAX 4096 /* of its file: more than is ever counted */
#define LOCK_MS           5000 /* to wait for another process that writes it */

/* --- points ------------------------------------------------------------------------- */

static duban_status put_note(buffer *to, const char *shown, size_t size) {
    to->size = 0;
    unsigned char *at = buffer_reserve(to, size + 1);
    if (!at) return DUBAN_E_NO_MEMORY;
    memcpy(at, shown, size);
    at[size] = '\0';
    to->size = size;
    return DUBAN_OK;
}

static duban_status set_point(trust_point *to, const checkpoint *point, const char *shown,
                              size_t size) {
    duban_status status = put_note(&to->note, shown, size);
    if (status) return status;
    to->point = *point;
    to->there = true;
    return DUBAN_OK;
}

/* The checkpoint in the folder's file as it reads; *there is false when there is none. */
static duban_status read_file(const path *folder, buffer *bytes, checkpoint *point,
                              bool *there) {
    path file;
    note parsed;
    bytes->size = 0;
    *there = false;
    duban_status status = file_path(&file, folder->text, CHECKPOINT_FILE);
    if (!status) status = file_read(file.text, NOTE_SIZE_MAX, bytes);
    if (status == DUBAN_E_NOT_FOUND) return DUBAN_OK;
    if (status) return status;
    *there = true;
    status = note_parse((const char *)bytes->data, bytes->size, &parsed);
    if (!status) status = checkpoint_parse(parsed.text, parsed.text_size, point);
    return status ? DUBAN_E_NOTE : DUBAN_OK;
}

duban_status trust_open(const char *folder, trust *out) {
    trust t = {.has_key = false};
    checkpoint point;
    buffer bytes;
    bool there = false;
    int n = snprintf(t.folder.text, sizeof t.folder.text, "%s", folder);
    if (n < 0 || (size_t)n >= sizeof t.folder.text) return DUBAN_E_TOO_LARGE;
    buffer_init(&t.kept.note);
    buffer_init(&t.more.note);
    buffer_init(&t.less.note);
    buffer_init(&bytes);
    duban_status status = read_file(&t.folder, &bytes, &point, &there);
    if (status == DUBAN_E_NOTE) {
        trust_break(&t, DUBAN_E_NOTE, "checkpoint", (const char *)bytes.data, bytes.size,
                    NULL);
        status = DUBAN_OK;
    } else if (!status && there)
        status = set_point(&t.kept, &point, (const char *)bytes.data, bytes.size);
    buffer_close(&bytes);
    if (status)
        trust_close(&t);
    else
        *out = t;
    return status;
}

void trust_close(trust *t) {
    buffer_close(&t->kept.note);
    buffer_close(&t->more.note);
    buffer_close(&t->less.note);
}

/* --- evidence ----------------------------------------------------------------------- */

static bool add_text(buffer *to, const void *bytes, size_t size) {
    unsigned char *at = buffer_reserve(to, size + 1);
    if (!at) return false;
    if (size) memcpy(at, bytes, size);
    to->size += size;
    return true;
}

static bool add_note(buffer *to, const char *title, const void *shown, size_t size) {
    static const char rule[] = "----\n";
    const char *bytes = shown;
    bool ended = size == 0 || bytes[size - 1] == '\n';
    return add_text(to, title, strlen(title)) && add_text(to, rule, 5) &&
           add_text(to, shown, size) && (ended || add_text(to, "\n", 1)) &&
           add_text(to, rule, 5);
}

static duban_status evidence_text(const trust *t, const duban_refusal *why,
                                  const char *shown, size_t size, buffer *out) {
    char head[512];
    int n =
        snprintf(head, sizeof head,
                 "duban-evidence/1\n"
                 "E%d %s\n%s\n%s\nfield %s\nmachine time, ms since 1970: %" PRId64 "\n",
                 -(int)why->status, duban_status_name(why->status),
                 duban_status_text(why->status, DUBAN_ZH),
                 duban_status_text(why->status, DUBAN_EN), why->field, file_wall_ms());
    const trust_point *kept = &t->kept;
    bool done = n > 0 && add_text(out, head, (size_t)n) &&
                add_note(out, "kept / 本机所存\n", kept->note.data,
                         kept->there ? kept->note.size : 0) &&
                add_note(out, "shown / 服务所示\n", shown, size);
    return done ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

/* One file for each code and kept size: the first evidence is the one that stays. */
static duban_status keep_evidence(trust *t, const duban_refusal *why, const char *shown,
                                  size_t size) {
    path folder, file, temporary;
    char name[64];
    buffer text;
    snprintf(name, sizeof name, "E%d-%" PRIu64 ".txt", -(int)why->status,
             t->kept.there ? t->kept.point.size : 0);
    duban_status status = file_path(&folder, t->folder.text, EVIDENCE_FOLDER);
    if (!status) status = file_make_folder(folder.text);
    if (!status) status = file_path(&file, folder.text, name);
    if (!status) status = file_path(&temporary, t->folder.text, "evidence.new");
    if (status) return status;
    if (access(file.text, F_OK) != 0) {
        buffer_init(&text);
        status = evidence_text(t, why, shown, size, &text);
        span bytes = {text.data, text.size};
        if (!status) status = file_write(temporary.text, folder.text, name, bytes);
        buffer_close(&text);
    }
    if (!status) t->evidence = file;
    return status;
}

duban_status trust_break(trust *t, duban_status status, const char *field,
                         const char *shown, size_t size, duban_refusal *refusal) {
    if (!t->broken.status) {
        char kept[24] = "";
        if (t->kept.there) snprintf(kept, sizeof kept, "%" PRIu64, t->kept.point.size);
        duban_refusal why = {0};
        duban_refuse(&why, status, 0, field, NULL, kept);
        (void)keep_evidence(t, &why, shown,
                            size); /* what cannot be kept is said anyway */
        duban_refuse(&t->broken, status, 0, why.field, t->evidence.text, kept);
    }
    if (refusal) *refusal = t->broken;
    return t->broken.status;
}

static duban_status still_broken(const trust *t, duban_refusal *refusal) {
    if (t->broken.status && refusal) *refusal = t->broken;
    return t->broken.status;
}

/* --- the key ------------------------------------------------------------------------ */

duban_status trust_pin(trust *t, const note_key *key, const char *field,
                       duban_refusal *refusal) {
    checkpoint point;
    if (t->broken.status) return still_broken(t, refusal);
    if (t->has_key) {
        bool same = strcmp(t->key.name, key->name) == 0 && t->key.id == key->id &&
                    sign_public_equal(&t->key.public_key, &key->public_key);
        return same ? DUBAN_OK
                    : trust_break(t, DUBAN_E_DIVERGED, field, NULL, 0, refusal);
    }
    t->key = *key;
    t->has_key = true;
    const buffer *bytes = &t->kept.note;
    if (t->kept.there &&
        checkpoint_open((const char *)bytes->data, bytes->size, key, &point))
        return trust_break(t, DUBAN_E_NOTE, "checkpoint", NULL, 0, refusal);
    return DUBAN_OK;
}

/* --- checkpoints -------------------------------------------------------------------- */

static bool same_root(const checkpoint *a, const checkpoint *b) {
    return hash_equal(&a->root, &b->root);
}

duban_status trust_see(trust *t, const char *shown, size_t size, duban_refusal *refusal) {
    checkpoint point;
    assert(t->has_key);
    if (t->broken.status) return still_broken(t, refusal);
    if (checkpoint_open(shown, size, &t->key, &point))
        return trust_break(t, DUBAN_E_NOTE, "checkpoint", shown, size, refusal);
    const trust_point *known[] = {&t->kept, &t->more, &t->less};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!known[i]->there || known[i]->point.size != point.size) continue;
        if (same_root(&known[i]->point, &point)) return DUBAN_OK;
        return trust_break(t, DUBAN_E_DIVERGED, "checkpoint", shown, size, refusal);
    }
    bool larger = !t->kept.there || point.size > t->kept.point.size;
    trust_point *place = larger ? &t->more : &t->less;
    bool further =
        larger ? point.size > place->point.size : point.size < place->point.size;
    if (place->there && !further) return DUBAN_OK;
    duban_status status = set_point(place, &point, shown, size);
    return status ? duban_refuse(refusal, status, 0, "checkpoint", NULL, NULL) : DUBAN_OK;
}

/* --- settling ----------------------------------------------------------------------- */

/* Outcomes that say nothing about the log. */
static bool says_nothing(duban_status status) {
    switch (status) {
    case DUBAN_E_NO_MEMORY:
    case DUBAN_E_IO:
    case DUBAN_E_DISK_FULL:
    case DUBAN_E_UNREACHABLE:
    case DUBAN_E_TIMEOUT:
    case DUBAN_E_BUSY:
    case DUBAN_E_STOPPING:
    case DUBAN_E_ADDRESS:
    case DUBAN_E_CERTIFICATE:
    case DUBAN_E_QUOTA: return true;
    default: return false;
    }
}

/* *proved says whether the smaller one is the beginning of the larger one; false without
 * a failure when that could not be asked. */
static duban_status prove(trust *t, const trust_point *small, const trust_point *large,
                          const trust_point *shown, trust_ask ask, void *ctx,
                          bool *proved, duban_refusal *refusal) {
    tlog_path way;
    const char *text = (const char *)shown->note.data;
    const checkpoint *a = &small->point, *b = &large->point;
    duban_status status = ask(ctx, a->size, b->size, &way, refusal);
    *proved = false;
    if (says_nothing(status)) return DUBAN_OK;
    if (status == DUBAN_E_AHEAD)
        return trust_break(t, DUBAN_E_SHORTER, "size", text, shown->note.size, refusal);
    if (!status)
        status = tlog_verify_consistency(a->size, b->size, way.hashes, way.count,
                                         &a->root, &b->root);
    if (status)
        return trust_break(t, DUBAN_E_DIVERGED, "consistency", text, shown->note.size,
                           refusal);
    *proved = true;
    return DUBAN_OK;
}

/* Another process of this home may have kept a larger one in the meantime. */
static duban_status write_larger(const trust *t, const trust_point *larger) {
    path file, temporary;
    checkpoint other;
    buffer bytes;
    bool there = false;
    int lock;
    duban_status status = file_path(&file, t->folder.text, LOCK_FILE);
    if (!status) status = file_path(&temporary, t->folder.text, "checkpoint.new");
    if (!status) status = file_lock(file.text, LOCK_MS, &lock);
    if (status) return status;
    buffer_init(&bytes);
    status = read_file(&t->folder, &bytes, &other, &there);
    if (!status && !(there && other.size >= larger->point.size)) {
        span text = {larger->note.data, larger->note.size};
        status = file_write(temporary.text, t->folder.text, CHECKPOINT_FILE, text);
    }
    buffer_close(&bytes);
    file_unlock(lock);
    return status;
}

static duban_status keep_more(trust *t, duban_refusal *refusal) {
    duban_status status = write_larger(t, &t->more);
    if (status) return duban_refuse(refusal, status, 0, "checkpoint", NULL, NULL);
    trust_point former = t->kept;
    t->kept = t->more;
    t->more = (trust_point){.note = former.note};
    return DUBAN_OK;
}

/* One more command that was shown a checkpoint and given no proof. A line is appended, so
 * that no process undoes what another has counted. A folder that cannot be written to
 * keeps no count, nor anything else. */
static uint32_t count_unproved(const trust *t) {
    path name;
    buffer lines;
    uint32_t n = 0;
    if (file_path(&name, t->folder.text, UNPROVED_FILE)) return 0;
    int file =
        open(name.text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return 0;
    (void)file_write_all(file, "no proof\n", sizeof "no proof\n" - 1);
    close(file);
    buffer_init(&lines);
    if (!file_read(name.text, UNPROVED_SIZE_MAX, &lines))
        for (size_t i = 0; i < lines.size; i++)
            n += lines.data[i] == '\n';
    else
        n = TRUST_UNPROVED_MAX; /* longer than any honest one */
    buffer_close(&lines);
    return n;
}

static duban_status wait_for_proof(trust *t, duban_refusal *refusal) {
    const trust_point *shown = t->more.there ? &t->more : &t->less;
    if (count_unproved(t) < TRUST_UNPROVED_MAX) return DUBAN_OK;
    return trust_break(t, DUBAN_E_DIVERGED, "consistency", (const char *)shown->note.data,
                       shown->note.size, refusal);
}

static void end_waiting(const trust *t) {
    path name;
    if (!file_path(&name, t->folder.text, UNPROVED_FILE)) unlink(name.text);
}

duban_status trust_settle(trust *t, trust_ask ask, void *ctx, duban_refusal *refusal) {
    bool proved = true;
    bool asked = t->kept.there && (t->less.there || t->more.there);
    duban_status status = still_broken(t, refusal);
    if (!status && t->less.there) {
        status = prove(t, &t->less, &t->kept, &t->less, ask, ctx, &proved, refusal);
        if (!status && proved) t->less.there = false;
    }
    if (!status && proved && t->more.there && t->kept.there)
        status = prove(t, &t->kept, &t->more, &t->more, ask, ctx, &proved, refusal);
    if (!status && proved && t->more.there) status = keep_more(t, refusal);
    if (status || !asked) return status;
    if (!proved) return wait_for_proof(t, refusal);
    end_waiting(t);
    return DUBAN_OK;
}

#include "client/witness/cosigner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/file.h"
#include "proto/keyfile.h"

#define KEY_FILE      "key"
#define LOGS_FILE     "logs"
#define SIGNED_FOLDER "signed"
#define FORKS_FOLDER  "forks"
#define LOCK_FILE     "lock"
#define ID_SIZE       33 /* 32 digits of a hash and the NUL */
#define LOGS_SIZE_MAX ((size_t)WITNESS_LOGS_MAX * 2 * NOTE_KEY_TEXT_SIZE)
/* A checkpoint with the log's line and ours. */
#define SIGNED_MAX                                                                       \
    (COSIGN_TEXT_MAX + 1 + NOTE_LINE_SIZE(ORIGIN_SIZE_MAX) + COSIGN_LINE_MAX)

struct cosigner {
    path folder;
    int lock; /* -1: not held */
    sign_key secret;
    cosign_key key;
    uint32_t logs_n;
    cosigner_log logs[WITNESS_LOGS_MAX];
};

/* --- set-up ------------------------------------------------------------------------- */

duban_status cosigner_make(const char *folder, const char *name) {
    path file;
    sign_key key;
    cosign_key made;
    sign_key_random(&key);
    duban_status status = cosign_key_make(name, &key.public_key, &made);
    if (status) status = DUBAN_E_KEY_FORMAT;
    if (!status) status = file_path(&file, folder, KEY_FILE);
    if (!status) status = file_make_folder(folder);
    if (!status) status = keyfile_write(file.text, &key, name);
    sign_wipe(&key, sizeof key);
    return status;
}

/* Cuts the next line off *rest, without blanks around it; false at the end. */
static bool next_line(span *rest, span *out) {
    if (rest->size == 0) return false;
    const uint8_t *end = memchr(rest->data, '\n', rest->size);
    size_t size = end ? (size_t)(end - rest->data) : rest->size;
    size_t taken = end ? size + 1 : size;
    *out = (span){rest->data, size};
    while (out->size && (out->data[0] == ' ' || out->data[0] == '\t'))
        *out = (span){out->data + 1, out->size - 1};
    while (out->size && strchr(" \t\r", out->data[out->size - 1]))
        out->size--;
    *rest = (span){rest->data + taken, rest->size - taken};
    return true;
}

static duban_status read_logs(const char *folder, buffer *out) {
    path file;
    duban_status status = file_path(&file, folder, LOGS_FILE);
    if (!status) status = file_read(file.text, LOGS_SIZE_MAX, out);
    return status == DUBAN_E_NOT_FOUND ? DUBAN_OK : status;
}

/* EXISTS: it stands in those lines. DUPLICATE: another key of its origin does. */
static duban_status look_for(span lines, const note_key *key) {
    span line;
    while (next_line(&lines, &line)) {
        note_key other;
        if (note_key_parse((const char *)line.data, line.size, &other)) continue;
        if (strcmp(other.name, key->name) != 0) continue;
        return other.id == key->id ? DUBAN_E_EXISTS : DUBAN_E_DUPLICATE;
    }
    return DUBAN_OK;
}

static duban_status write_logs(const char *folder, const buffer *lines) {
    path temporary;
    duban_status status = file_path(&temporary, folder, LOGS_FILE ".new");
    span bytes = {lines->data, lines->size};
    return status ? status : file_write(temporary.text, folder, LOGS_FILE, bytes);
}

duban_status cosigner_learn(const char *folder, const char *vkey) {
    note_key key;
    buffer lines;
    size_t size = strlen(vkey);
    duban_status status = note_key_parse(vkey, size, &key);
    if (status) return status;
    buffer_init(&lines);
    status = read_logs(folder, &lines);
    if (!status) status = look_for((span){lines.data, lines.size}, &key);
    if (!status) {
        bool open = lines.size && lines.data[lines.size - 1] != '\n';
        unsigned char *end = buffer_reserve(&lines, size + 2);
        if (!end) status = DUBAN_E_NO_MEMORY;
        if (!status) {
            if (open) *end++ = '\n';
            memcpy(end, vkey, size);
            end[size] = '\n';
            lines.size += size + 1 + open;
            status = write_logs(folder, &lines);
        }
    }
    buffer_close(&lines);
    return status == DUBAN_E_EXISTS ? DUBAN_OK : status;
}

/* --- what it has signed ------------------------------------------------------------- */

static void id_of(const char *origin, char id[ID_SIZE]) {
    char text[HASH_TEXT_SIZE];
    hash256 hash = hash_of(origin, strlen(origin));
    hash_print(&hash, text);
    memcpy(id, text, ID_SIZE - 1);
    id[ID_SIZE - 1] = '\0';
}

static duban_status path_in(const cosigner *c, const char *folder, const char *name,
                            path *out) {
    path inner;
    duban_status status = file_path(&inner, c->folder.text, folder);
    return status ? status : file_path(out, inner.text, name);
}

/* What this key signed is believed; the log's own line is there for others. */
static duban_status read_signed(const cosigner *c, span bytes, cosigner_log *log) {
    note found;
    checkpoint point;
    int64_t time_s = 0;
    if (note_parse((const char *)bytes.data, bytes.size, &found) ||
        cosign_verify(&found, &c->key, &time_s) ||
        checkpoint_parse(found.text, found.text_size, &point) ||
        strcmp(point.origin, log->key.name) != 0)
        return DUBAN_E_CORRUPT;
    log->size = point.size;
    log->root = point.root;
    log->time_s = time_s;
    return DUBAN_OK;
}

static duban_status load_signed(const cosigner *c, cosigner_log *log, path *file) {
    char id[ID_SIZE];
    buffer bytes;
    id_of(log->key.name, id);
    duban_status status = path_in(c, FORKS_FOLDER, id, file);
    log->forked = !status && access(file->text, F_OK) == 0;
    if (!status) status = path_in(c, SIGNED_FOLDER, id, file);
    if (status) return status;
    buffer_init(&bytes);
    status = file_read(file->text, SIGNED_MAX, &bytes);
    if (!status) status = read_signed(c, (span){bytes.data, bytes.size}, log);
    if (status == DUBAN_E_TOO_LARGE) status = DUBAN_E_CORRUPT;
    buffer_close(&bytes);
    return status == DUBAN_E_NOT_FOUND ? DUBAN_OK : status;
}

static duban_status keep(const cosigner *c, const char *folder, const char *origin,
                         span bytes) {
    char id[ID_SIZE];
    path place, temporary;
    id_of(origin, id);
    duban_status status = file_path(&place, c->folder.text, folder);
    if (!status) status = path_in(c, folder, "new", &temporary);
    return status ? status : file_write(temporary.text, place.text, id, bytes);
}

/* --- opening ------------------------------------------------------------------------ */

static duban_status add_log(cosigner *c, const char *vkey, size_t size, uint32_t line,
                            duban_refusal *refusal) {
    cosigner_log log = {.root = tlog_empty_root()};
    char found[NOTE_KEY_TEXT_SIZE];
    path file = {{0}};
    snprintf(found, sizeof found, "%.*s", (int)(size < sizeof found ? size : 0), vkey);
    duban_status status = note_key_parse(vkey, size, &log.key);
    for (uint32_t i = 0; i < c->logs_n && !status; i++) {
        if (strcmp(c->logs[i].key.name, log.key.name) != 0) continue;
        if (c->logs[i].key.id == log.key.id) return DUBAN_OK;
        status = DUBAN_E_DUPLICATE;
    }
    if (!status && c->logs_n == WITNESS_LOGS_MAX) status = DUBAN_E_LIMIT;
    if (status) return duban_refuse(refusal, status, line, "log", found, NULL);
    status = load_signed(c, &log, &file);
    if (status) return duban_refuse(refusal, status, 0, "signed", file.text, NULL);
    c->logs[c->logs_n++] = log;
    return DUBAN_OK;
}

static duban_status add_logs(cosigner *c, duban_refusal *refusal) {
    buffer lines;
    span line;
    uint32_t number = 0;
    buffer_init(&lines);
    duban_status status = read_logs(c->folder.text, &lines);
    if (status) duban_refuse(refusal, status, 0, LOGS_FILE, NULL, NULL);
    span rest = {lines.data, lines.size};
    while (!status && next_line(&rest, &line)) {
        number++;
        if (line.size && line.data[0] != '#')
            status = add_log(c, (const char *)line.data, line.size, number, refusal);
    }
    buffer_close(&lines);
    return status;
}

static duban_status open_key(cosigner *c, duban_refusal *refusal) {
    char name[KEYFILE_NAME_SIZE];
    path file;
    duban_status status = file_path(&file, c->folder.text, KEY_FILE);
    if (!status) status = keyfile_read(file.text, &c->secret, name);
    if (!status) status = cosign_key_make(name, &c->secret.public_key, &c->key);
    if (status == DUBAN_E_NOT_FOUND) status = DUBAN_E_NOT_READY;
    return status ? duban_refuse(refusal, status, 0, KEY_FILE, file.text, NULL)
                  : DUBAN_OK;
}

static duban_status begin_serving(cosigner *c, duban_refusal *refusal) {
    path file;
    duban_status status = file_path(&file, c->folder.text, LOCK_FILE);
    if (!status) status = file_lock(file.text, 0, &c->lock);
    if (!status) status = file_path(&file, c->folder.text, SIGNED_FOLDER);
    if (!status) status = file_make_folder(file.text);
    if (!status) status = file_path(&file, c->folder.text, FORKS_FOLDER);
    if (!status) status = file_make_folder(file.text);
    return status ? duban_refuse(refusal, status, 0, "home", c->folder.text, NULL)
                  : DUBAN_OK;
}

duban_status cosigner_open(const char *folder, bool serve, cosigner **out,
                           duban_refusal *refusal) {
    cosigner *c = calloc(1, sizeof *c);
    if (!c) return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    c->lock = -1;
    snprintf(c->folder.text, sizeof c->folder.text, "%s", folder);
    duban_status status = open_key(c, refusal);
    if (!status && serve) status = begin_serving(c, refusal);
    if (!status) status = add_logs(c, refusal);
    if (status) {
        cosigner_close(c);
        return status;
    }
    *out = c;
    return DUBAN_OK;
}

duban_status cosigner_know(cosigner *c, const char *vkey, duban_refusal *refusal) {
    duban_status status = add_log(c, vkey, strlen(vkey), 0, refusal);
    if (status) return status;
    status = cosigner_learn(c->folder.text, vkey);
    return status ? duban_refuse(refusal, status, 0, LOGS_FILE, c->folder.text, NULL)
                  : DUBAN_OK;
}

void cosigner_close(cosigner *c) {
    if (!c) return;
    if (c->lock >= 0) file_unlock(c->lock);
    sign_wipe(&c->secret, sizeof c->secret);
    free(c);
}

const cosign_key *cosigner_key(const cosigner *c) {
    return &c->key;
}

uint32_t cosigner_logs(const cosigner *c) {
    return c->logs_n;
}

const cosigner_log *cosigner_log_at(const cosigner *c, uint32_t place) {
    return &c->logs[place];
}

/* --- answering ---------------------------------------------------------------------- */

/* A question that could be read. */
typedef struct question {
    add_checkpoint ask;
    note signed_note;
    checkpoint point;
    cosigner_log *log;
    const char *log_line; /* the log's own signature */
    size_t log_line_size;
} question;

static void refuse(cosigner_reply *out, unsigned code, duban_status status) {
    out->code = code;
    out->status = status;
    out->type = "text/plain; charset=utf-8";
    int size = snprintf(out->text, sizeof out->text, "E%d %s %s\n", -(int)status,
                        duban_status_name(status), duban_status_text(status, DUBAN_EN));
    out->size = (size_t)size < sizeof out->text ? (size_t)size : sizeof out->text - 1;
}

/* 409 says which tree it signed last. */
static void tell_size(cosigner_reply *out, const cosigner_log *log, duban_status status) {
    out->code = 409;
    out->status = status;
    out->type = ADD_CHECKPOINT_SIZE_TYPE;
    out->size = add_checkpoint_size_write(log->size, out->text);
}

static cosigner_log *find_log(cosigner *c, const char *origin) {
    for (uint32_t i = 0; i < c->logs_n; i++)
        if (strcmp(c->logs[i].key.name, origin) == 0) return &c->logs[i];
    return NULL;
}

/* 400, 404, 403: what cannot be read, is not known, is not signed. */
static bool read_question(cosigner *c, const char *body, size_t size, question *q,
                          cosigner_reply *out) {
    duban_status status = add_checkpoint_parse(body, size, &q->ask);
    if (!status) status = note_parse(q->ask.note, q->ask.note_size, &q->signed_note);
    if (!status)
        status =
            checkpoint_parse(q->signed_note.text, q->signed_note.text_size, &q->point);
    if (!status && q->signed_note.text_size > COSIGN_TEXT_MAX) status = DUBAN_E_TOO_LARGE;
    if (status) {
        refuse(out, 400, status);
        return false;
    }
    q->log = find_log(c, q->point.origin);
    out->log = q->log;
    if (!q->log) {
        refuse(out, 404, DUBAN_E_ORIGIN);
        return false;
    }
    status = note_verify(&q->signed_note, &q->log->key);
    if (!status)
        status = note_find_line(q->signed_note.lines, q->signed_note.lines_size,
                                &q->log->key, &q->log_line, &q->log_line_size);
    if (status) {
        refuse(out, 403, status);
        return false;
    }
    return true;
}

static bool proof_holds(const question *q) {
    uint64_t old_size = q->ask.old_size, size = q->point.size;
    if (old_size == 0 || old_size == size) return q->ask.path.count == 0;
    return tlog_verify_consistency(old_size, size, q->ask.path.hashes, q->ask.path.count,
                                   &q->log->root, &q->point.root) == DUBAN_OK;
}

/* The checkpoint's text, the log's line and the lines given. */
static duban_status write_note(const question *q, const char *line, size_t line_size,
                               char bytes[SIGNED_MAX], size_t *size) {
    size_t text_size = q->signed_note.text_size + 1; /* with the blank line */
    if (text_size + q->log_line_size + line_size > SIGNED_MAX) return DUBAN_E_TOO_LARGE;
    memcpy(bytes, q->signed_note.text, text_size);
    memcpy(bytes + text_size, q->log_line, q->log_line_size);
    if (line_size) memcpy(bytes + text_size + q->log_line_size, line, line_size);
    *size = text_size + q->log_line_size + line_size;
    return DUBAN_OK;
}

/* Two roots of one size, both signed by the log: the first such note is kept. */
static void keep_fork(cosigner *c, const question *q) {
    char bytes[SIGNED_MAX];
    size_t size = 0;
    if (q->log->forked || write_note(q, NULL, 0, bytes, &size)) return;
    span kept = {(const uint8_t *)bytes, size};
    q->log->forked = !keep(c, FORKS_FOLDER, q->log->key.name, kept);
}

static duban_status sign_and_keep(cosigner *c, const question *q, int64_t now_s,
                                  cosigner_reply *out) {
    char bytes[SIGNED_MAX];
    size_t size = 0;
    duban_status status =
        cosign_line(q->signed_note.text, q->signed_note.text_size, c->key.note.name,
                    &c->secret, now_s, out->text, &out->size);
    if (status || (q->point.size == q->log->size && q->log->time_s)) return status;
    status = write_note(q, out->text, out->size, bytes, &size);
    span kept = {(const uint8_t *)bytes, size};
    if (!status) status = keep(c, SIGNED_FOLDER, q->log->key.name, kept);
    if (status) return status;
    q->log->size = q->point.size;
    q->log->root = q->point.root;
    q->log->time_s = now_s;
    return DUBAN_OK;
}

void cosigner_answer(cosigner *c, const char *body, size_t body_size, int64_t now_s,
                     cosigner_reply *out) {
    question q;
    *out = (cosigner_reply){.status = DUBAN_OK};
    if (!read_question(c, body, body_size, &q, out)) return;
    if (q.ask.old_size > q.point.size) {
        refuse(out, 400, DUBAN_E_AHEAD);
        return;
    }
    if (q.ask.old_size != q.log->size) {
        tell_size(out, q.log, DUBAN_E_SEQUENCE);
        return;
    }
    if (q.ask.old_size == q.point.size && !hash_equal(&q.log->root, &q.point.root)) {
        out->alarm = true;
        keep_fork(c, &q);
        tell_size(out, q.log, DUBAN_E_ROOT);
        return;
    }
    if (!proof_holds(&q)) {
        out->alarm = true;
        refuse(out, 422, DUBAN_E_PROOF);
        return;
    }
    duban_status status = sign_and_keep(c, &q, now_s, out);
    if (status) {
        refuse(out, 500, status);
        return;
    }
    out->code = 200;
    out->type = "text/plain; charset=utf-8";
}

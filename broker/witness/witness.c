#include "broker/witness/witness.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker/monotonic.h"
#include "storage/files.h"

#define WITNESSED_FILE "witnessed"
/* A thread with nothing to do looks up now and then all the same. */
#define IDLE_MS 10000

/* One witness at the other end of the wire. */
typedef struct peer {
    witness *owner;
    uint32_t place;
    CURL *easy;
    char url[WITNESS_URL_SIZE_MAX + sizeof ADD_CHECKPOINT_PATH];
    bool asking;
    journal_head asked;
    uint64_t old_size;
    char question[GATHER_QUESTION_MAX];
    char answer[WITNESS_ANSWER_MAX];
    size_t answer_size;
    duban_status said; /* the failure told to the operator last */
} peer;

struct witness {
    witness_options options;
    pthread_t thread;
    bool running;
    atomic_bool stop;
    atomic_bool hungry; /* the thread waits for a newer head */
    CURLM *multi;
    struct curl_slist *headers;
    uint32_t peers_n;
    peer peers[WITNESSES_MAX];
    gather gather; /* the thread's */
    bool short_of; /* the operator was told that there are not enough */

    pthread_mutex_t lock; /* guards what is below */
    gather_standing shown[WITNESSES_MAX];
    uint64_t size;
    size_t note_size;
    char note[GATHER_NOTE_MAX];
};

static const char *name_of(const witness *w, uint32_t place) {
    return w->options.policy->list[place].key.note.name;
}

/* --- the file ----------------------------------------------------------------------- */

/* Not synced: what is lost or torn is gathered anew. */
static void write_file(witness *w) {
    char path[PATH_MAX], temporary[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/" WITNESSED_FILE, w->options.folder);
    int more = snprintf(temporary, sizeof temporary, "%s/" WITNESSED_FILE ".new",
                        w->options.folder);
    if (size < 0 || more < 0 || (size_t)more >= sizeof temporary) return;
    int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    duban_status status = DUBAN_E_IO;
    if (file >= 0) {
        status = files_write_at(file, w->note, w->note_size, 0);
        close(file);
    }
    if (!status && rename(temporary, path) != 0) status = DUBAN_E_IO;
    if (status) log_warn(w->options.log, "witness", "%s cannot be written", path);
}

/* What is in the gather goes to where other threads see it. */
static void show(witness *w) {
    pthread_mutex_lock(&w->lock);
    memcpy(w->shown, w->gather.standing, sizeof w->shown);
    if (w->gather.held.head.size) {
        gather_note(&w->gather, w->note, &w->note_size);
        w->size = w->gather.held.head.size;
    }
    pthread_mutex_unlock(&w->lock);
}

static void read_file(witness *w) {
    char path[PATH_MAX];
    size_t size = 0;
    int length = snprintf(path, sizeof path, "%s/" WITNESSED_FILE, w->options.folder);
    if (length < 0 || (size_t)length >= sizeof path) return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    duban_status status = files_read_at(file, w->note, sizeof w->note, 0, &size);
    close(file);
    if (!status)
        status = gather_take_up(&w->gather, w->note, size, w->options.log_key,
                                w->options.journal);
    if (status)
        log_warn(w->options.log, "witness", "%s does not hold here and is made anew",
                 path);
    show(w);
}

/* --- what the operator is told ------------------------------------------------------ */

static bool is_split(duban_status status) {
    return status == DUBAN_E_ROOT || status == DUBAN_E_SHORTER;
}

/* Once a change. */
static void tell_peer(witness *w, uint32_t place) {
    peer *p = &w->peers[place];
    const gather_standing *s = &w->gather.standing[place];
    const logger *log = w->options.log;
    if (p->said == s->failure) return;
    p->said = s->failure;
    if (!s->failure)
        log_info(log, "witness", "%s signs again", name_of(w, place));
    else if (is_split(s->failure))
        log_warn(log, "witness",
                 "ATTENTION: %s has signed another history of this journal, of %" PRIu64
                 " entries: %s. This journal may come from an older copy: stop, and find "
                 "out",
                 name_of(w, place), s->size, duban_status_name(s->failure));
    else
        log_warn(log, "witness", "%s does not sign: %s %s", name_of(w, place),
                 duban_status_name(s->failure), duban_status_text(s->failure, DUBAN_EN));
}

static void tell_count(witness *w) {
    const witness_policy *p = w->options.policy;
    uint32_t able = 0;
    for (uint32_t i = 0; i < p->n; i++)
        able += w->gather.standing[i].failure == DUBAN_OK;
    bool short_of = able < p->needed;
    if (short_of == w->short_of) return;
    w->short_of = short_of;
    if (short_of)
        log_warn(w->options.log, "witness", "%u of %u witnesses sign, %u are needed%s",
                 able, p->n, p->needed, p->block ? ": receipts wait" : "");
    else
        log_info(w->options.log, "witness", "enough witnesses sign again");
}

static void note_change(witness *w, uint32_t place, bool news) {
    if (w->gather.standing[place].failure)
        METRICS_COUNT(w->options.metrics, witness_failures);
    tell_peer(w, place);
    tell_count(w);
    show(w);
    if (!news) return;
    METRICS_COUNT(w->options.metrics, witnessed);
    write_file(w);
    w->options.on_witnessed(w->options.ctx);
}

/* --- asking ------------------------------------------------------------------------- */

static size_t on_bytes(char *bytes, size_t unit, size_t count, void *ctx) {
    peer *p = ctx;
    size_t size = unit * count;
    if (size > sizeof p->answer - p->answer_size) return 0; /* ends the transfer */
    memcpy(p->answer + p->answer_size, bytes, size);
    p->answer_size += size;
    return size;
}

static void ask(witness *w, peer *p) {
    size_t size = 0;
    duban_status status =
        gather_question(&w->gather, p->place, w->options.journal, p->question, &size);
    p->old_size = w->gather.standing[p->place].size;
    if (!status) {
        p->asked = w->gather.round.head;
        p->answer_size = 0;
        curl_easy_setopt(p->easy, CURLOPT_POSTFIELDSIZE, (long)size);
        if (curl_multi_add_handle(w->multi, p->easy) != CURLM_OK)
            status = DUBAN_E_INTERNAL;
    }
    p->asking = !status;
    METRICS_COUNT(w->options.metrics, witness_questions);
    if (!status) return;
    gather_fail(&w->gather, p->place, status, monotonic_ms());
    note_change(w, p->place, false);
}

static duban_status status_of_curl(CURLcode code) {
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return DUBAN_E_TIMEOUT;
    case CURLE_OUT_OF_MEMORY: return DUBAN_E_NO_MEMORY;
    case CURLE_WRITE_ERROR: return DUBAN_E_TOO_LARGE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR: return DUBAN_E_CERTIFICATE;
    default: return DUBAN_E_UNREACHABLE;
    }
}

static void take_answer(witness *w, peer *p, CURLcode code) {
    char *type = NULL;
    gather_answer answer = {.asked = &p->asked,
                            .old_size = p->old_size,
                            .text = p->answer,
                            .size = p->answer_size,
                            .now_ms = monotonic_ms(),
                            .now_s = log_wall_ms() / 1000};
    curl_multi_remove_handle(w->multi, p->easy);
    p->asking = false;
    if (code != CURLE_OK) {
        gather_fail(&w->gather, p->place, status_of_curl(code), answer.now_ms);
        note_change(w, p->place, false);
        return;
    }
    curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &answer.code);
    curl_easy_getinfo(p->easy, CURLINFO_CONTENT_TYPE, &type);
    answer.type = type ? type : "";
    bool news = gather_take(&w->gather, p->place, &answer);
    note_change(w, p->place, news);
}

static void take_answers(witness *w) {
    CURLMsg *message;
    int left = 0;
    while ((message = curl_multi_info_read(w->multi, &left))) {
        peer *p = NULL;
        if (message->msg != CURLMSG_DONE) continue;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &p);
        take_answer(w, p, code);
    }
}

/* --- the thread --------------------------------------------------------------------- */

/* Begins a round when it is time; returns how long nothing needs to be done. */
static int64_t begin_round(witness *w, int64_t *next_ms) {
    journal_head head;
    int64_t now_ms = monotonic_ms();
    atomic_store(&w->hungry, true); /* before the look, so that no head is missed */
    journal_get_head(w->options.journal, &head);
    uint64_t had = w->gather.round.head.size;
    if (head.size <= (had ? had : w->gather.held.head.size)) return IDLE_MS;
    atomic_store(&w->hungry, false);
    if (had && !gather_over(&w->gather)) return IDLE_MS; /* an answer will come */
    if (now_ms < *next_ms) return *next_ms - now_ms;
    *next_ms = now_ms + WITNESS_ROUND_MS;
    gather_begin(&w->gather, &head, now_ms);
    return WITNESS_ROUND_MS;
}

static int64_t ask_all(witness *w) {
    int64_t now_ms = monotonic_ms(), deadline_ms = gather_deadline(&w->gather);
    for (uint32_t i = 0; i < w->peers_n; i++)
        if (!w->peers[i].asking && gather_wants(&w->gather, i, now_ms))
            ask(w, &w->peers[i]);
    return deadline_ms > now_ms ? deadline_ms - now_ms : WITNESS_ROUND_MS;
}

static void *run(void *ctx) {
    witness *w = ctx;
    int64_t next_ms = 0;
    int running = 0;
    while (!atomic_load(&w->stop)) {
        int64_t round_ms = begin_round(w, &next_ms);
        int64_t retry_ms = ask_all(w);
        curl_multi_perform(w->multi, &running);
        take_answers(w);
        int64_t wait_ms = round_ms < retry_ms ? round_ms : retry_ms;
        curl_multi_poll(w->multi, NULL, 0, (int)wait_ms, NULL);
    }
    return NULL;
}

/* --- opening and closing ------------------------------------------------------------ */

duban_status witness_begin_process(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? DUBAN_OK
                                                             : DUBAN_E_INTERNAL;
}

/* Redirects are not followed and no proxy is asked: the address is the witness. */
static duban_status open_peer(witness *w, uint32_t place) {
    peer *p = &w->peers[place];
    p->owner = w;
    p->place = place;
    p->easy = curl_easy_init();
    if (!p->easy) return DUBAN_E_NO_MEMORY;
    snprintf(p->url, sizeof p->url, "%s" ADD_CHECKPOINT_PATH,
             w->options.policy->list[place].url);
    bool set =
        !curl_easy_setopt(p->easy, CURLOPT_URL, p->url) &&
        !curl_easy_setopt(p->easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
        !curl_easy_setopt(p->easy, CURLOPT_PROXY, "") &&
        !curl_easy_setopt(p->easy, CURLOPT_NOSIGNAL, 1L) &&
        !curl_easy_setopt(p->easy, CURLOPT_QUICK_EXIT, 1L) &&
        !curl_easy_setopt(p->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)WITNESS_CONNECT_MS) &&
        !curl_easy_setopt(p->easy, CURLOPT_TIMEOUT_MS, (long)WITNESS_ANSWER_MS) &&
        !curl_easy_setopt(p->easy, CURLOPT_USERAGENT, "duband/" DUBAN_VERSION) &&
        !curl_easy_setopt(p->easy, CURLOPT_POST, 1L) &&
        !curl_easy_setopt(p->easy, CURLOPT_POSTFIELDS, p->question) &&
        !curl_easy_setopt(p->easy, CURLOPT_HTTPHEADER, w->headers) &&
        !curl_easy_setopt(p->easy, CURLOPT_WRITEFUNCTION, on_bytes) &&
        !curl_easy_setopt(p->easy, CURLOPT_WRITEDATA, p) &&
        !curl_easy_setopt(p->easy, CURLOPT_PRIVATE, p);
    return set ? DUBAN_OK : DUBAN_E_INTERNAL;
}

duban_status witness_new(const witness_options *options, witness **out) {
    duban_status status = DUBAN_OK;
    witness *w = calloc(1, sizeof *w);
    if (!w) return DUBAN_E_NO_MEMORY;
    w->options = *options;
    pthread_mutex_init(&w->lock, NULL);
    gather_init(&w->gather, options->policy);
    read_file(w);
    w->multi = curl_multi_init();
    w->headers = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
    if (!w->multi || !w->headers) status = DUBAN_E_NO_MEMORY;
    for (; w->peers_n < options->policy->n && !status; w->peers_n++)
        status = open_peer(w, w->peers_n);
    if (!status && pthread_create(&w->thread, NULL, run, w) != 0)
        status = DUBAN_E_NO_MEMORY;
    if (status) {
        witness_free(w);
        return status;
    }
    w->running = true;
    *out = w;
    return DUBAN_OK;
}

void witness_head(witness *w) {
    if (w && atomic_exchange(&w->hungry, false)) curl_multi_wakeup(w->multi);
}

void witness_stop(witness *w) {
    if (!w || !w->running) return;
    atomic_store(&w->stop, true);
    curl_multi_wakeup(w->multi);
    pthread_join(w->thread, NULL);
    w->running = false;
}

void witness_free(witness *w) {
    if (!w) return;
    for (uint32_t i = 0; i < WITNESSES_MAX; i++) {
        if (w->peers[i].asking) curl_multi_remove_handle(w->multi, w->peers[i].easy);
        curl_easy_cleanup(w->peers[i].easy);
    }
    curl_multi_cleanup(w->multi);
    curl_slist_free_all(w->headers);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* --- what others see ---------------------------------------------------------------- */

static pthread_mutex_t *lock_of(const witness *w) {
    return (pthread_mutex_t *)(uintptr_t)&w->lock;
}

duban_status witness_newest(const witness *w, buffer *out, uint64_t *size) {
    duban_status status = DUBAN_E_UNWITNESSED;
    pthread_mutex_lock(lock_of(w));
    if (w->size) {
        unsigned char *to = buffer_reserve(out, w->note_size);
        status = to ? DUBAN_OK : DUBAN_E_NO_MEMORY;
        if (to) {
            memcpy(to, w->note, w->note_size);
            out->size += w->note_size;
            *size = w->size;
        }
    }
    pthread_mutex_unlock(lock_of(w));
    return status;
}

duban_status witness_read(void *ctx, buffer *out) {
    uint64_t size = 0;
    return witness_newest(ctx, out, &size);
}

duban_status witness_info_fill(const witness *w, arena *space, info_words *info) {
    if (!w) return DUBAN_OK;
    const witness_policy *p = w->options.policy;
    witness_info *rows = arena_alloc(space, p->n * sizeof *rows);
    if (!rows) return DUBAN_E_NO_MEMORY;
    pthread_mutex_lock(lock_of(w));
    for (uint32_t i = 0; i < p->n; i++)
        rows[i] = (witness_info){.name = name_of(w, i),
                                 .size = w->shown[i].signed_size,
                                 .time_ms = w->shown[i].time_s * 1000,
                                 .failure = (uint32_t) - (int)w->shown[i].failure};
    info->witnessed_size = w->size;
    pthread_mutex_unlock(lock_of(w));
    info->witnesses = rows;
    info->witnesses_n = p->n;
    info->witnesses_needed = p->needed;
    info->witnesses_block = p->block;
    return DUBAN_OK;
}

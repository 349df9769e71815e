#include "client/bench/city.h"

#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

#define CHUNK_TASKS  20
#define SPLIT        100 /* of every county in every metric */
#define UNIT         "个"
#define REASON       "核对台账后更正。"
#define MINUTES      480
#define FIRST_COUNTY 2
#define FIRST_LEAD   (FIRST_COUNTY + BENCH_COUNTIES)

static const date first_date = {2023, 1, 1}, last_date = {2023, 12, 31};

static void seed_key(uint32_t number, sign_key *out) {
    static const char what[] = "duban bench key";
    hash256 seed = hash_of_two(what, sizeof what, &number, sizeof number);
    sign_key_of_seed(seed.bytes, out);
}

static void make_keys(bench_city *city) {
    for (uint32_t i = 0; i < BENCH_KEYS; i++) {
        bench_key *k = &city->keys[i];
        seed_key(i + 1, &k->pair);
        k->number = i + 1;
        k->next = 1;
        k->low = 1;
        if (i == 0)
            k->office = 1;
        else if (i <= BENCH_LEADS)
            k->office = FIRST_LEAD + i - 1;
        else
            k->office = FIRST_COUNTY + (i - 1 - BENCH_LEADS) % BENCH_COUNTIES;
    }
    city->keys[0].next = 2; /* 1 signed the genesis */
    city->keys[0].low = 2;
}

void bench_city_init(bench_city *city) {
    memset(city, 0, sizeof *city);
    make_keys(city);
    seed_key(0, &city->broker);
    city->genesis = (genesis_words){
        .origin = BENCH_ORIGIN,
        .utc_offset_minutes = MINUTES,
        .city = {.number = 1,
                 .code = "city",
                 .name = "市政府办公室",
                 .kind = OFFICE_CITY},
        .algorithm = ALGORITHM_ED25519,
        .rules_version = RULES_VERSION,
        .drill = true,
        .created_ms = moment_of_day(day_of_date(last_date), MINUTES) + 9 * 3600000};
    memcpy(city->genesis.root_key, city->keys[0].pair.public_key.bytes, 32);
    memcpy(city->genesis.broker_key, city->broker.public_key.bytes, 32);
    city->reason_body.bytes = (span){(const uint8_t *)REASON, strlen(REASON)};
    city->reason = (body_ref){.present = true,
                              .hash = hash_of_two(city->reason_body.salt, BODY_SALT_SIZE,
                                                  REASON, strlen(REASON)),
                              .size = (uint32_t)strlen(REASON),
                              .media = "text/plain"};
}

void bench_city_close(bench_city *city) {
    free(city->blocks);
    city->blocks = NULL;
    city->blocks_n = 0;
    for (size_t i = 0; i < BENCH_KEYS; i++)
        sign_wipe(&city->keys[i].pair, sizeof city->keys[i].pair);
    sign_wipe(&city->broker, sizeof city->broker);
}

duban_status bench_sign(const sign_key *pair, uint32_t office, uint32_t key,
                        uint64_t number, event *ev, buffer *signed_bytes,
                        sign_signature *signature) {
    buffer payload;
    buffer_init(&payload);
    duban_status s = codec_event_write(ev, &payload);
    signed_words words = {.context = SIGN_CONTEXT,
                          .origin = BENCH_ORIGIN,
                          .kind = ev->kind,
                          .algorithm = ALGORITHM_ED25519,
                          .office = office,
                          .key = key,
                          .number = number,
                          .payload = {payload.data, payload.size}};
    size_t before = signed_bytes->size;
    if (s >= 0) s = codec_signed_write(&words, signed_bytes);
    if (s >= 0)
        s = sign_bytes(pair, signed_bytes->data + before, signed_bytes->size - before,
                       signature);
    if (s >= 0) {
        /* the payload is the last field of what is signed */
        ev->payload =
            (span){signed_bytes->data + signed_bytes->size - payload.size, payload.size};
    }
    buffer_close(&payload);
    return s;
}

/* --- founding ----------------------------------------------------------------------- */

typedef struct founding {
    bench_city *city;
    bench_deliver deliver;
    void *ctx;
    buffer bytes;
} founding;

/* Signs and delivers; ev->payload is good until the next call. */
static duban_status say(founding *f, bench_key *key, event *ev, uint64_t *index) {
    sign_signature signature;
    uint64_t at, number = key->next;
    f->bytes.size = 0;
    duban_status s = bench_sign(&key->pair, key->office, key->number, number, ev,
                                &f->bytes, &signature);
    if (s >= 0)
        s = f->deliver(f->ctx, (span){f->bytes.data, f->bytes.size}, &signature, ev->kind,
                       key, number, &at);
    if (s < 0) return s;
    key->next = number + 1;
    key->low = number + 1;
    if (index) *index = at;
    return DUBAN_OK;
}

static duban_status say_offices(founding *f) {
    office_words offices[BENCH_OFFICES - 1];
    char names[BENCH_OFFICES - 1][32], codes[BENCH_OFFICES - 1][16];
    uint32_t n = 0;
    for (uint32_t number = 2; number <= BENCH_OFFICES; number++, n++) {
        bool lead = number >= FIRST_LEAD;
        uint32_t at = lead ? number - FIRST_LEAD + 1 : number - FIRST_COUNTY + 1;
        snprintf(names[n], sizeof names[n], "%s%u", lead ? "部门" : "县区", at);
        snprintf(codes[n], sizeof codes[n], "%s%u", lead ? "lead" : "county", at);
        offices[n] = (office_words){.number = number,
                                    .code = codes[n],
                                    .name = names[n],
                                    .kind = lead ? OFFICE_DEPARTMENT : OFFICE_COUNTY,
                                    .parent = 1};
    }
    event ev = {.kind = KIND_OFFICES};
    ev.offices.offices = offices;
    ev.offices.offices_n = n;
    return say(f, &f->city->keys[0], &ev, NULL);
}

static duban_status say_keys(founding *f) {
    key_words keys[BENCH_KEYS - 1];
    for (uint32_t i = 1; i < BENCH_KEYS; i++) {
        const bench_key *k = &f->city->keys[i];
        keys[i - 1] = (key_words){
            .number = k->number, .office = k->office, .algorithm = ALGORITHM_ED25519};
        memcpy(keys[i - 1].public_key, k->pair.public_key.bytes, 32);
    }
    event ev = {.kind = KIND_KEYS};
    ev.keys.keys = keys;
    ev.keys.keys_n = BENCH_KEYS - 1;
    return say(f, &f->city->keys[0], &ev, NULL);
}

/* Metrics of a task: two in the first forty, one in the others. */
static uint32_t metrics_of(uint32_t task) {
    return task <= BENCH_METRICS - BENCH_TASKS ? 2 : 1;
}

static uint32_t lead_of(uint32_t task) {
    return (task - 1) % BENCH_LEADS;
}

typedef struct task_made {
    char number[8];
    char title[48];
    uint32_t lead;
    metric_words metrics[2];
    split_words splits[2 * BENCH_COUNTIES];
} task_made;

static void make_task(uint32_t id, const uint32_t *counties, task_made *t,
                      task_words *out) {
    static const char *const labels[] = {"完成项目数", "新开工项目数"};
    uint32_t n = metrics_of(id), splits = 0;
    snprintf(t->number, sizeof t->number, "%u", id);
    snprintf(t->title, sizeof t->title, "第%u项重点任务", id);
    t->lead = FIRST_LEAD + lead_of(id);
    for (uint32_t m = 0; m < n; m++) {
        t->metrics[m] = (metric_words){.id = m + 1,
                                       .label = labels[m],
                                       .comparator = COMPARATOR_COUNT,
                                       .target = decimal_of_int(SPLIT * BENCH_COUNTIES),
                                       .tolerance = decimal_of_int(TOLERANCE_DEFAULT),
                                       .unit = UNIT,
                                       .nature = NATURE_CUMULATIVE,
                                       .strength = STRENGTH_EXPECTED,
                                       .rollup = ROLLUP_SUM,
                                       .definition = "",
                                       .splits_complete = true};
        for (uint32_t c = 0; c < BENCH_COUNTIES; c++)
            t->splits[splits++] = (split_words){
                .metric = m + 1, .office = counties[c], .value = decimal_of_int(SPLIT)};
    }
    *out = (task_words){.id = id,
                        .number = t->number,
                        .chapter = "一、测量用",
                        .section = "",
                        .title = t->title,
                        .kind = TASK_INDICATOR,
                        .leads = &t->lead,
                        .leads_n = 1,
                        .responsible = counties,
                        .responsible_n = BENCH_COUNTIES,
                        .metrics = t->metrics,
                        .metrics_n = n,
                        .splits = t->splits,
                        .splits_n = splits};
}

static duban_status say_plan(founding *f) {
    uint32_t counties[BENCH_COUNTIES], chunk = 0;
    for (uint32_t c = 0; c < BENCH_COUNTIES; c++)
        counties[c] = FIRST_COUNTY + c;
    task_made *made = calloc(CHUNK_TASKS, sizeof *made);
    if (!made) return DUBAN_E_NO_MEMORY;
    hash_stream hash;
    hash_begin(&hash);
    duban_status s = DUBAN_OK;
    for (uint32_t first = 1; first <= BENCH_TASKS && s >= 0; first += CHUNK_TASKS) {
        task_words tasks[CHUNK_TASKS];
        for (uint32_t i = 0; i < CHUNK_TASKS; i++)
            make_task(first + i, counties, &made[i], &tasks[i]);
        event ev = {.kind = KIND_PLAN_CHUNK,
                    .plan_chunk = {.plan = 1,
                                   .code = BENCH_PLAN,
                                   .chunk = ++chunk,
                                   .tasks = tasks,
                                   .tasks_n = CHUNK_TASKS}};
        s = say(f, &f->city->keys[0], &ev, NULL);
        if (s >= 0) hash_add(&hash, ev.payload.data, ev.payload.size);
    }
    free(made);
    if (s < 0) return s;
    event ev = {.kind = KIND_PLAN_PUBLISH,
                .plan_publish = {.plan = 1,
                                 .code = BENCH_PLAN,
                                 .title = "测量用台账",
                                 .first_day = day_of_date(first_date),
                                 .last_day = day_of_date(last_date),
                                 .cycle = PERIOD_QUARTER,
                                 .window_first = 1,
                                 .window_last = 10,
                                 .chunks = chunk,
                                 .hash = hash_end(&hash)}};
    return say(f, &f->city->keys[0], &ev, NULL);
}

static duban_status say_timetables(founding *f) {
    for (uint32_t task = 1; task <= BENCH_TASKS; task++) {
        uint64_t index;
        event filed = {.kind = KIND_TIMETABLE,
                       .timetable = {.plan = 1, .task = task, .profile = PROFILE_EVEN}};
        duban_status s = say(f, &f->city->keys[1 + lead_of(task)], &filed, &index);
        if (s < 0) return s;
        event ev = {.kind = KIND_TIMETABLE_REVIEW,
                    .timetable_review = {
                        .plan = 1, .task = task, .index = index, .accepted = true}};
        s = say(f, &f->city->keys[0], &ev, NULL);
        if (s < 0) return s;
    }
    return DUBAN_OK;
}

duban_status bench_city_found(bench_city *city, const lights_words *lights,
                              bench_deliver deliver, void *ctx) {
    founding f = {.city = city, .deliver = deliver, .ctx = ctx};
    event table = {.kind = KIND_LIGHTS, .lights = *lights};
    table.lights.plan = 1;
    table.lights.version = 1;
    buffer_init(&f.bytes);
    duban_status s = say_offices(&f);
    if (s >= 0) s = say_keys(&f);
    if (s >= 0) s = say_plan(&f);
    if (s >= 0) s = say(&f, &city->keys[0], &table, NULL);
    if (s >= 0) s = say_timetables(&f);
    buffer_close(&f.bytes);
    return s;
}

/* --- the stream --------------------------------------------------------------------- */

duban_status bench_stream_begin(bench_city *city, uint32_t batch) {
    size_t groups = BENCH_METRICS / batch;
    size_t n = groups * BENCH_COUNTIES * BENCH_ROUNDS;
    bench_block *blocks = calloc(n, sizeof *blocks);
    if (!blocks) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        blocks[i].office = FIRST_COUNTY + (uint32_t)(i % BENCH_COUNTIES);
        blocks[i].first = (uint32_t)(i / BENCH_COUNTIES % groups) * batch;
        blocks[i].round = (uint32_t)(i / BENCH_COUNTIES / groups);
    }
    free(city->blocks);
    city->blocks = blocks;
    city->blocks_n = n;
    city->batch = batch;
    city->turn = 0;
    return DUBAN_OK;
}

/* One of the office's keys whose window has room; NULL when none has. */
static bench_key *key_with_room(bench_city *city, uint32_t office) {
    for (size_t i = 0; i < BENCH_COUNTY_KEYS; i++) {
        size_t at = (city->key_turn + i) % BENCH_COUNTY_KEYS;
        bench_key *k =
            &city->keys[1 + BENCH_LEADS + at * BENCH_COUNTIES + (office - FIRST_COUNTY)];
        if (k->next - k->low < NUMBER_WINDOW) return k;
    }
    return NULL;
}

bool bench_stream_take(bench_city *city, bench_job *out) {
    for (size_t tried = 0; tried < city->blocks_n; tried++) {
        bench_block *b = &city->blocks[city->turn];
        city->turn = (city->turn + 1) % city->blocks_n;
        if (city->turn % BENCH_COUNTIES == 0) city->key_turn++;
        if (b->busy) continue;
        bench_key *k = key_with_room(city, b->office);
        if (!k) continue;
        b->busy = true;
        k->waiting |= 1ULL << (k->next - k->low);
        *out = (bench_job){.block = b,
                           .key = k,
                           .number = k->next++,
                           .with_body = b->standing && !city->reason_stored};
        return true;
    }
    return false;
}

void bench_stream_done(bench_city *city, const bench_job *job, uint64_t index) {
    bench_key *k = job->key;
    k->waiting &= ~(1ULL << (job->number - k->low));
    while (k->low < k->next && !(k->waiting & 1)) {
        k->waiting >>= 1;
        k->low++;
    }
    job->block->standing = index;
    job->block->revision++;
    job->block->busy = false;
    if (job->with_body) city->reason_stored = true;
}

/* Metric number 0..BENCH_METRICS-1: one of every task, then the second ones. */
static void place(uint32_t metric, uint32_t *task, uint32_t *id) {
    bool second = metric >= BENCH_TASKS;
    *task = second ? metric - BENCH_TASKS + 1 : metric + 1;
    *id = second ? 2 : 1;
}

duban_status bench_stream_write(const bench_city *city, const bench_job *job,
                                statement_words *statements, buffer *signed_bytes,
                                sign_signature *signature) {
    const bench_block *b = job->block;
    int32_t day = day_of_date((date){2023, (int32_t)b->round * 3 + 1, 1});
    period round = period_of_day(PERIOD_QUARTER, day);
    /* A quarter of the split each round, a little more or less with every revision. */
    int64_t stated = (b->round + 1) * SPLIT / BENCH_ROUNDS + b->revision % 7;
    for (uint32_t i = 0; i < city->batch; i++) {
        statement_words *to = &statements[i];
        *to = (statement_words){.period = round,
                                .kind = STATEMENT_VALUE,
                                .value = {.amount = decimal_of_int(stated),
                                          .mode = MODE_TO_DATE,
                                          .unit = UNIT},
                                .supersedes = b->standing};
        place(b->first + i, &to->task, &to->value.metric);
    }
    event ev = {.kind = KIND_SUBMISSION,
                .submission = {.plan = 1,
                               .statements = statements,
                               .statements_n = city->batch,
                               .filler = "bench"}};
    if (b->standing) ev.submission.reason = city->reason;
    return bench_sign(&job->key->pair, b->office, job->key->number, job->number, &ev,
                      signed_bytes, signature);
}

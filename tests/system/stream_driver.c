/* A client that streams submissions while somebody kills its broker.
 *
 *     stream_driver found DIR                makes DIR/home and DIR/data
 *     stream_driver run URL FILE RATE        founds the city, prints "streaming", sends
 *                                            RATE submissions a second until SIGTERM and
 *                                            what is in flight is answered
 *
 * FILE gets one line "KEY NUMBER INDEX" for each acknowledgement, written at once. A
 * broken connection is NNG's to mend: the very same bytes are sent again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/bench_load.h"
#include "client/cli/lights.h"
#include "client/connection.h"
#include "proto/codec.h"

#define IN_FLIGHT  64
#define TIMEOUT_MS 10000

static int failed(const char *what, duban_status s, const duban_refusal *r) {
    fprintf(stderr, "stream_driver: %s: %s %s %s %s\n", what, duban_status_name(s),
            r ? r->field : "", r ? r->found : "", r ? r->expected : "");
    return 1;
}

static int found(const bench_city *city, const char *folder) {
    char home[4096], data[4096];
    uint8_t public_key[32];
    duban *d;
    duban_refusal refusal = {0};
    snprintf(home, sizeof home, "%s/home", folder);
    snprintf(data, sizeof data, "%s/data", folder);
    duban_options options = {.home = home};
    duban_status s =
        duban_home_init(&options, city->keys[0].pair.seed, public_key, &refusal);
    if (s >= 0) s = duban_open(&options, &d, &refusal);
    if (s < 0) return failed("home", s, &refusal);
    s = duban_found(d, data, &city->genesis, &refusal);
    duban_close(d);
    return s < 0 ? failed("found", s, &refusal) : 0;
}

static duban_status deliver(void *ctx, span signed_bytes, const sign_signature *signature,
                            event_kind kind, const bench_key *key, uint64_t number,
                            uint64_t *index) {
    (void)kind, (void)key, (void)number;
    request_words ask = {
        .kind = REQUEST_SUBMIT,
        .submit = {.signed_bytes = signed_bytes,
                   .signature = {signature->bytes, sizeof signature->bytes}}};
    buffer request, answer;
    reply_words reply;
    arena a;
    buffer_init(&request);
    buffer_init(&answer);
    arena_init(&a, 0);
    duban_status s = codec_request_write(&ask, &request);
    if (s >= 0)
        s = connection_exchange(ctx, (span){request.data, request.size}, TIMEOUT_MS,
                                PATIENT, &answer);
    if (s >= 0) s = codec_reply_read((span){answer.data, answer.size}, &a, &reply, NULL);
    if (s >= 0) s = reply.refusal.status;
    if (s >= 0 && reply.kind != REPLY_RECEIPT) s = DUBAN_E_MALFORMED;
    if (s >= 0) *index = reply.receipt.index;
    if (s < 0) failed("founding", s, &reply.refusal);
    buffer_close(&request);
    buffer_close(&answer);
    arena_close(&a);
    return s;
}

static void acked(void *ctx, const bench_job *job, uint64_t index) {
    fprintf(ctx, "%u %llu %llu\n", job->key->number, (unsigned long long)job->number,
            (unsigned long long)index);
    fflush(ctx);
}

static int stream(bench_city *city, const char *url, FILE *to, double rate) {
    duban_refusal refusal = {0};
    bench_load load = {.url = url,
                       .city = city,
                       .in_flight = IN_FLIGHT,
                       .seconds = 3600,
                       .per_second = rate,
                       .acked = acked,
                       .acked_ctx = to};
    bench_listen_for_stop();
    puts("streaming");
    fflush(stdout);
    duban_status s = bench_load_run(&load, &refusal);
    fprintf(stderr, "stream_driver: %llu acknowledged, %llu times busy\n",
            (unsigned long long)load.all, (unsigned long long)load.busy);
    bench_load_close(&load);
    if (s == DUBAN_E_TIMEOUT && bench_stopped()) return 0; /* as asked */
    return s < 0 ? failed("stream", s, &refusal) : 0;
}

static int run(bench_city *city, const char *url, const char *path, double rate) {
    cli c = {.lang = DUBAN_EN, .out = stdout, .err = stderr};
    lights_words lights;
    connection *to = NULL;
    arena a;
    int code = 1;
    FILE *acks = fopen(path, "w");
    if (!acks) return failed(path, DUBAN_E_IO, NULL);
    arena_init(&a, 0);
    duban_status s = lights_load(&c, &a, NULL, &lights);
    if (s >= 0) s = connection_new(url, &to);
    if (s >= 0) s = bench_city_found(city, &lights, deliver, to);
    if (s >= 0) s = bench_stream_begin(city, 1);
    if (s >= 0)
        code = stream(city, url, acks, rate);
    else
        failed("city", s, NULL);
    connection_free(to);
    arena_close(&a);
    fclose(acks);
    return code;
}

int main(int argc, char **argv) {
    static bench_city city;
    int code = 2;
    if (sign_init() < 0) return failed("sign", DUBAN_E_INTERNAL, NULL);
    bench_city_init(&city);
    if (argc == 3 && strcmp(argv[1], "found") == 0)
        code = found(&city, argv[2]);
    else if (argc == 5 && strcmp(argv[1], "run") == 0)
        code = run(&city, argv[2], argv[3], atof(argv[4]));
    else
        fputs("stream_driver found DIR | run URL FILE RATE\n", stderr);
    bench_city_close(&city);
    return code;
}

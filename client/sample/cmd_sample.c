/* Plays the sample city: every office a home of its own, every act one command of `duban`
 * run as that office would run it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "client/cli/args.h"
#include "client/cli/commands.h"
#include "client/keyline.h"
#include "client/cli/moment.h"
#include "client/cli/print.h"
#include "client/sample/story.h"
#include "proto/hash.h"

#define DEFAULT_SEED   2023
#define PAUSE_MAX_MS   3000
#define MS_OF_DAY      86400000
#define PLAY_WORDS_MAX (ACT_WORDS_MAX + 8)

static volatile sig_atomic_t stop_asked;

static void ask_stop(int number) {
    (void)number;
    stop_asked = 1;
}

typedef struct player {
    cli *c;
    const char *folder;
    sample_tables tables;
    story story;
    arena arena;
    size_t played;  /* acts of the story done, in this run and before */
    int64_t now_ms; /* the journal's */
    int64_t until_ms;
    double days_per_second; /* 0: as fast as it goes */
    int32_t utc_offset_minutes;
    FILE *nothing; /* where the acted commands print */
    size_t refused;
} player;

static duban_status needed(cli *c, const char *name, const char **out) {
    *out = cli_option(c, name);
    if (*out) return DUBAN_OK;
    return cli_refuse(c, DUBAN_E_USAGE, 0, name, "", "--help");
}

static uint64_t read_seed(const cli *c) {
    const char *seed = cli_option(c, "seed");
    return seed ? strtoull(seed, NULL, 10) : DEFAULT_SEED;
}

static void home_of(const player *p, const char *code, char out[CLI_PATH_MAX]) {
    snprintf(out, CLI_PATH_MAX, "%s/%s", p->folder, code);
}

/* --- keys --------------------------------------------------------------------------- */

static duban_status make_home(player *p, const sample_office *office, uint64_t seed) {
    cli *c = p->c;
    char home[CLI_PATH_MAX], path[CLI_PATH_MAX + 8], line[KEYLINE_SIZE];
    home_of(p, office->code, home);
    /* A sample's keys follow from its seed: they protect nothing. */
    hash256 secret = hash_of_two(&seed, sizeof seed, office->code, strlen(office->code));
    sign_public public_key;
    duban_options options = {.home = home};
    duban_refusal refusal = {0};
    duban_status s = duban_home_init(&options, secret.bytes, &public_key, &refusal);
    if (s == DUBAN_E_EXISTS) return DUBAN_OK;
    if (s < 0) return cli_refused(c, &refusal);
    keyline_write(&public_key, line);
    snprintf(path, sizeof path, "%s.pub", home);
    return cli_write_file(c, path, line, strlen(line), 0644);
}

duban_status cmd_sample_keys(cli *c) {
    const char *source;
    player p = {.c = c};
    duban_status s = needed(c, "dir", &p.folder);
    if (s >= 0) s = needed(c, "source", &source);
    if (s < 0) return s;
    if (mkdir(p.folder, 0700) != 0 && errno != EEXIST)
        return cli_refuse(c, DUBAN_E_IO, 0, p.folder, strerror(errno), NULL);
    arena_init(&p.arena, 0);
    s = sample_tables_read(c, source, &p.arena, &p.tables);
    for (size_t i = 0; s >= 0 && i < p.tables.offices_n; i++) {
        const sample_office *office = &p.tables.offices[i];
        /* Office 1 is the city office: it has its key from `duban init --city`. */
        if (!office->group && office->number != 1)
            s = make_home(&p, office, read_seed(c));
    }
    arena_close(&p.arena);
    return s;
}

/* --- play --------------------------------------------------------------------------- */

/* Runs one command as another home would; what it prints goes nowhere but refusals. */
static duban_status run_words(player *p, const char *home, const char **words, int n) {
    cli c = {.lang = p->c->lang,
             .quiet = true,
             .url_command = p->c->url_command,
             .url_feed = p->c->url_feed,
             .out = p->nothing,
             .err = p->c->err};
    char *argv[PLAY_WORDS_MAX + 1] = {(char *)"duban"};
    for (int i = 0; i < n; i++)
        argv[1 + i] = (char *)words[i];
    snprintf(c.home, sizeof c.home, "%s", home);
    duban_status s = args_find(&c, 1 + n, argv);
    if (s >= 0) s = args_check(&c);
    if (s >= 0) s = c.command->run(&c);
    duban_close(c.d);
    return s;
}

static duban_status set_time(player *p, int64_t moment_ms) {
    if (moment_ms <= p->now_ms) return DUBAN_OK;
    char moment[MOMENT_TEXT_SIZE];
    moment_write(moment_ms, p->utc_offset_minutes, moment);
    const char *words[] = {"time", "set", moment};
    duban_status s = run_words(p, p->c->home, words, 3);
    if (s >= 0) p->now_ms = moment_ms;
    return s;
}

static void pause_until(const player *p, int64_t moment_ms) {
    if (p->days_per_second <= 0) return;
    double ms = (double)(moment_ms - p->now_ms) / MS_OF_DAY / p->days_per_second * 1000;
    long long wait = ms > PAUSE_MAX_MS ? PAUSE_MAX_MS : (long long)ms;
    struct timespec t = {wait / 1000, wait % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Index of the submission that stands for the value an office will correct, 0: none. */
static uint64_t standing_index(player *p, const char *home, const cell_name *name) {
    duban_options options = {
        .home = home, .command = p->c->url_command, .feed = p->c->url_feed};
    duban *d;
    uint64_t index = 0;
    if (duban_open(&options, &d, NULL) < 0) return 0;
    if (duban_sync(d, NULL) >= 0) {
        uint32_t plan = ledger_find_plan(duban_slice(d), cli_plan_code(p->c));
        cell value;
        if (ledger_cell(duban_slice(d), plan, name, &value)) index = value.value.index;
    }
    duban_close(d);
    return index;
}

static duban_status write_sheet(player *p, const char *home, const act *a,
                                char path[CLI_PATH_MAX + 16]) {
    snprintf(path, CLI_PATH_MAX + 16, "%s/sheet.csv", home);
    return cli_write_file(p->c, path, a->sheet, strlen(a->sheet), 0600);
}

static duban_status play_act(player *p, const act *a, const char *home) {
    const char *words[PLAY_WORDS_MAX];
    char path[CLI_PATH_MAX + 16], index_text[24];
    int n = 0;
    if (a->kind == ACT_CORRECTION) {
        uint64_t index = standing_index(p, home, &a->value);
        if (index == 0) return DUBAN_OK; /* it was never reported */
        snprintf(index_text, sizeof index_text, "%llu", (unsigned long long)index);
        words[n++] = "correct";
        words[n++] = index_text;
    }
    for (int i = 0; i < a->words_n; i++)
        words[n++] = a->words[i];
    if (a->sheet) {
        duban_status s = write_sheet(p, home, a, path);
        if (s < 0) return s;
        words[n++] = path;
    }
    return run_words(p, home, words, n);
}

static const char *code_of(const player *p, uint32_t number) {
    for (size_t i = 0; i < p->tables.offices_n; i++)
        if (p->tables.offices[i].number == number) return p->tables.offices[i].code;
    return "";
}

/* How far the story was told stands beside the homes, so that a run which was ended goes
 * on with the next act and not with the next moment. */
static void progress_path(const player *p, char path[CLI_PATH_MAX + 16]) {
    snprintf(path, CLI_PATH_MAX + 16, "%s/played", p->folder);
}

static void read_progress(player *p) {
    char path[CLI_PATH_MAX + 16];
    unsigned long long played = 0;
    progress_path(p, path);
    FILE *f = fopen(path, "r");
    if (!f) return; /* nothing was played yet */
    if (fscanf(f, "%llu", &played) == 1) p->played = (size_t)played;
    fclose(f);
}

static duban_status keep_progress(player *p) {
    char path[CLI_PATH_MAX + 16], text[32];
    progress_path(p, path);
    int n = snprintf(text, sizeof text, "%zu\n", p->played);
    FILE *f = fopen(path, "w");
    bool good = f && fwrite(text, 1, (size_t)n, f) == (size_t)n;
    if (f) good = fclose(f) == 0 && good;
    return good ? DUBAN_OK : cli_refuse(p->c, DUBAN_E_IO, 0, path, strerror(errno), NULL);
}

static duban_status play_one(player *p, const act *a) {
    char home[CLI_PATH_MAX];
    home_of(p, code_of(p, a->office), home);
    pause_until(p, a->moment_ms);
    if (stop_asked) return DUBAN_OK;
    duban_status s = set_time(p, a->moment_ms);
    if (s < 0) return s;
    s = play_act(p, a, a->office == 1 ? p->c->home : home);
    int code = cli_exit_code(s);
    if (code == 1) p->refused++; /* people are refused too: the story goes on */
    if (code > 1) return s;
    p->played++;
    return keep_progress(p);
}

static duban_status play_story(player *p) {
    print_progress bar;
    print_progress_begin(&bar, p->c->err, cli_say(p->c, "示例报送", "sample"));
    duban_status s = DUBAN_OK;
    while (s >= 0 && p->played < p->story.acts_n && !stop_asked) {
        const act *a = &p->story.acts[p->played];
        if (a->moment_ms > p->until_ms) break;
        s = play_one(p, a);
        print_progress_step(&bar, p->played, p->story.acts_n);
    }
    print_progress_end(&bar);
    return s >= 0 && !stop_asked ? set_time(p, p->until_ms) : s;
}

static duban_status read_until(player *p) {
    const char *text = cli_option(p->c, "until");
    int32_t day = day_of_date((date){2024, 1, 31});
    if (text && day_read(text, &day) < 0)
        return cli_refuse(p->c, DUBAN_E_DATE, 0, "until", text, "2023-10-31");
    p->until_ms = moment_of_day(day, p->utc_offset_minutes) + 18 * 3600000;
    text = cli_option(p->c, "speed");
    if (text) p->days_per_second = strtod(text, NULL);
    return DUBAN_OK;
}

/* Reads the tables, asks where the journal stands, and tells the story. */
static duban_status prepare(player *p, const char *source) {
    cli *c = p->c;
    info_words info;
    duban_refusal refusal = {0};
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    s = duban_info(c->d, &info, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    if (!info.drill) return cli_refuse(c, DUBAN_E_NOT_DRILL, 0, NULL, NULL, NULL);
    p->now_ms = info.now_ms;
    p->utc_offset_minutes = info.utc_offset_minutes;
    s = read_until(p);
    if (s >= 0) s = sample_tables_read(c, source, &p->arena, &p->tables);
    if (s < 0) return s;
    const char *code = cli_plan_code(c);
    if (!code) return DUBAN_E_UNKNOWN_PLAN;
    uint32_t plan = ledger_find_plan(duban_slice(c->d), code);
    s = story_tell(duban_slice(c->d), plan, &p->tables, read_seed(c), &p->arena,
                   &p->story);
    return s < 0 ? cli_refuse(c, s, 0, "plan", code, NULL) : DUBAN_OK;
}

duban_status cmd_sample_play(cli *c) {
    const char *source;
    player p = {.c = c};
    duban_status s = needed(c, "dir", &p.folder);
    if (s >= 0) s = needed(c, "source", &source);
    if (s < 0) return s;
    p.nothing = fopen("/dev/null", "w");
    if (!p.nothing)
        return cli_refuse(c, DUBAN_E_IO, 0, "/dev/null", strerror(errno), NULL);
    arena_init(&p.arena, 0);
    struct sigaction action = {.sa_handler = ask_stop};
    sigaction(SIGTERM, &action, NULL);
    read_progress(&p);
    s = prepare(&p, source);
    if (s >= 0) s = play_story(&p);
    if (s >= 0 && p.refused)
        fprintf(c->err, cli_say(c, "%zu 次操作被拒绝。\n", "%zu acts were refused.\n"),
                p.refused);
    arena_close(&p.arena);
    fclose(p.nothing);
    return s;
}

/* duban office enroll, list. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/key_kit.h"
#include "client/cli/office_key.h"
#include "client/cli/offices.h"
#include "client/cli/print.h"
#include "client/cli/say.h"
#include "client/cli/text.h"

/* Bytes of one event that are surely enough for what is not counted below. */
#define EVENT_ROOM      (SIGNED_SIZE_MAX - 1024)
#define OFFICE_OVERHEAD 48
#define KEY_SIZE        64

/* --- enroll ------------------------------------------------------------------------- */

/* An upper bound of an office's bytes in an event. */
static size_t office_size(const office_words *office) {
    size_t size = OFFICE_OVERHEAD + strlen(office->code) + strlen(office->name);
    for (uint32_t i = 0; i < office->aliases_n; i++)
        size += strlen(office->aliases[i]) + 4;
    return size + (size_t)office->members_n * 5;
}

/* Those that are not enrolled yet, moved to the front. */
static size_t only_new(const ledger *l, office_words *offices, size_t n) {
    ledger_status st;
    size_t made = 0;
    ledger_get_status(l, &st);
    for (size_t i = 0; i < n; i++)
        if (offices[i].number > st.offices) offices[made++] = offices[i];
    return made;
}

/* As many offices to an event as fit. */
static duban_status send_offices(cli *c, const office_words *offices, size_t n) {
    size_t at = 0;
    print_progress bar;
    print_progress_begin(&bar, c->err, cli_say(c, "登记单位", "offices"));
    duban_status s = DUBAN_OK;
    while (at < n && s >= 0) {
        size_t end = at, size = 0;
        while (end < n && size + office_size(&offices[end]) <= EVENT_ROOM)
            size += office_size(&offices[end++]);
        event ev = {.kind = KIND_OFFICES};
        ev.offices.offices = offices + at;
        ev.offices.offices_n = (uint32_t)(end - at);
        s = admin_send(c, &ev, NULL, 0, NULL);
        at = end;
        print_progress_step(&bar, at, n);
    }
    print_progress_end(&bar);
    return s;
}

static duban_status send_keys(cli *c, const key_words *keys, size_t n) {
    size_t at = 0;
    while (at < n) {
        size_t end = at + EVENT_ROOM / KEY_SIZE < n ? at + EVENT_ROOM / KEY_SIZE : n;
        event ev = {.kind = KIND_KEYS};
        ev.keys.keys = keys + at;
        ev.keys.keys_n = (uint32_t)(end - at);
        duban_status s = admin_send(c, &ev, NULL, 0, NULL);
        if (s < 0) return s;
        at = end;
    }
    return DUBAN_OK;
}

/* DIR/CODE.pub of every office of the table; *missing counts those that have none. */
static duban_status read_keys(cli *c, const offices_table *t, key_words *keys, size_t *n,
                              size_t *missing) {
    const char *folder = cli_option(c, "keys");
    duban_status worst = DUBAN_OK;
    struct stat st;
    if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
        return cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "keys", folder,
                          cli_say(c, "公钥目录", "a folder of public keys"));
    for (size_t i = 0; i < t->n; i++) {
        char path[CLI_PATH_MAX];
        sign_public key;
        int size = snprintf(path, sizeof path, "%s/%s.pub", folder, t->offices[i].code);
        if (size < 0 || (size_t)size >= sizeof path)
            return cli_refuse(c, DUBAN_E_TOO_LARGE, 0, "keys", folder, NULL);
        if (stat(path, &st) != 0) {
            *missing += t->offices[i].kind != OFFICE_GROUP; /* a group never signs */
            continue;
        }
        duban_status s = key_read(c, path, &key);
        if (s >= 0) s = office_take_key(c, path, &key, t->offices[i].number, keys, n);
        if (s < 0) worst = s;
    }
    return worst;
}

/* Each new key as its fingerprint, to be compared with what its office says. */
static void say_keys(cli *c, const key_words *keys, size_t n) {
    const print_column columns[] = {
        {cli_say(c, "密钥", "key"), PRINT_RIGHT, 0},
        {cli_say(c, "代码", "code"), PRINT_LEFT, 0},
        {cli_say(c, "名称", "name"), PRINT_LEFT, 60},
        {cli_say(c, "指纹", "fingerprint"), PRINT_LEFT, 0},
    };
    const ledger *l = duban_slice(c->d);
    print_table *t = print_table_new(columns, 4, c->color);
    for (size_t i = 0; i < n; i++) {
        char fingerprint[SIGN_FINGERPRINT_SIZE];
        office_key_fingerprint(&keys[i], fingerprint);
        print_table_row(t);
        print_table_cell_format(t, "%u", (unsigned)keys[i].number);
        print_table_cell(t, find_office_code(l, keys[i].office));
        print_table_cell(t, find_office_name(l, keys[i].office));
        print_table_cell(t, fingerprint);
    }
    if (n) print_table_write(t, c->out);
    print_table_free(t);
}

static json_t *keys_json(const ledger *l, const key_words *keys, size_t n) {
    json_t *made = json_array();
    for (size_t i = 0; i < n; i++) {
        char fingerprint[SIGN_FINGERPRINT_SIZE];
        office_key_fingerprint(&keys[i], fingerprint);
        json_array_append_new(made,
                              json_pack("{s:i, s:s, s:s}", "number", (int)keys[i].number,
                                        "code", find_office_code(l, keys[i].office),
                                        "fingerprint", fingerprint));
    }
    return made;
}

static void say_enrolled(cli *c, size_t offices, const key_words *keys, size_t keys_n,
                         size_t missing) {
    if (c->json) {
        json_line(c->out, json_pack("{s:I, s:I, s:I, s:o}", "offices",
                                    (json_int_t)offices, "keys", (json_int_t)keys_n,
                                    "without_key", (json_int_t)missing, "enrolled",
                                    keys_json(duban_slice(c->d), keys, keys_n)));
        return;
    }
    if (!c->quiet) say_keys(c, keys, keys_n);
    fprintf(c->out,
            cli_say(c, "新登记单位 %zu 个，密钥 %zu 把。\n",
                    "%zu offices and %zu keys enrolled.\n"),
            offices, keys_n);
    if (missing)
        fprintf(c->err,
                cli_say(c, "另有 %zu 个单位没有公钥文件，可日后再登记。\n",
                        "%zu offices have no key file; they can be enrolled later.\n"),
                missing);
}

static duban_status enroll_table(cli *c, arena *a) {
    offices_table t;
    duban_status s = offices_read(c, a, c->args[0], duban_slice(c->d), &t);
    if (s < 0) return s;
    size_t keys_n = 0, missing = 0;
    key_words *keys = arena_alloc(a, (t.n + 1) * sizeof *keys);
    office_words *fresh = arena_alloc(a, (t.n + 1) * sizeof *fresh);
    if (!keys || !fresh) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    memcpy(fresh, t.offices, t.n * sizeof *fresh);
    size_t offices = only_new(duban_slice(c->d), fresh, t.n);
    s = send_offices(c, fresh, offices);
    if (s >= 0 && cli_option(c, "keys")) s = read_keys(c, &t, keys, &keys_n, &missing);
    if (s >= 0) s = send_keys(c, keys, keys_n);
    if (s < 0) return s;
    say_enrolled(c, offices, keys, keys_n, missing);
    return DUBAN_OK;
}

/* --code for an office that stands adds a key to it; for another makes it first. */
static duban_status single_office(cli *c, office_words *out, bool *stands) {
    const ledger *l = duban_slice(c->d);
    ledger_status st;
    ledger_get_status(l, &st);
    const char *code = cli_option(c, "code"), *name = cli_option(c, "name");
    const char *kind = cli_option(c, "kind");
    office_words known;
    *stands = find_office(l, code, &known) && strcmp(known.code, code) == 0;
    if (*stands) {
        *out = known;
        return DUBAN_OK;
    }
    if (!name) return cli_refuse(c, DUBAN_E_USAGE, 0, "name", "", "--name TEXT");
    if (!kind) return cli_refuse(c, DUBAN_E_USAGE, 0, "kind", "", "--kind KIND");
    *out = (office_words){.number = st.offices + 1,
                          .code = code,
                          .name = name,
                          .kind = text_read_office_kind(kind),
                          .parent = 1};
    if (!out->kind)
        return cli_refuse(c, DUBAN_E_WORD, 0, "kind", kind,
                          cli_say(c, "县区、部门 等", "county, department, …"));
    return DUBAN_OK;
}

static duban_status enroll_single(cli *c) {
    office_words office;
    bool stands = false;
    sign_public key;
    const char *text = cli_option(c, "key");
    if (!cli_option(c, "code"))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "code", "", "FILE.csv, --code CODE");
    duban_status s = single_office(c, &office, &stands);
    if (s < 0) return s;
    if (stands && !text)
        return cli_refuse(c, DUBAN_E_EXISTS, 0, "code", office.code, "--key KEY");
    if (text) s = key_read(c, text, &key);
    if (text && s >= 0) s = key_compare(c, &key);
    if (s < 0) return s;
    uint32_t number = office.number;
    if (!stands) {
        event ev = {.kind = KIND_OFFICES};
        ev.offices.offices = &office;
        ev.offices.offices_n = 1;
        s = admin_send(c, &ev, NULL, 0, NULL);
    }
    key_words made;
    size_t keys_n = 0;
    if (s >= 0 && text) s = office_take_key(c, "key", &key, number, &made, &keys_n);
    if (s >= 0) s = send_keys(c, &made, keys_n);
    if (s < 0) return s;
    say_enrolled(c, stands ? 0 : 1, &made, keys_n, 0);
    return DUBAN_OK;
}

duban_status cmd_office_enroll(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    if (c->args_n == 0) return enroll_single(c);
    if (cli_flag(c, "fingerprint"))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "fingerprint",
                          cli_option(c, "fingerprint"), "--code CODE --key KEY");
    arena a;
    arena_init(&a, 0);
    s = enroll_table(c, &a);
    arena_close(&a);
    return s;
}

/* --- list --------------------------------------------------------------------------- */

static uint32_t keys_of(const ledger *l, uint32_t office, json_t *numbers) {
    ledger_status st;
    ledger_key key;
    uint32_t n = 0;
    ledger_get_status(l, &st);
    for (uint32_t number = 1; number <= st.keys; number++)
        if (ledger_get_key(l, number, &key) && key.office == office && !key.revoked) {
            n++;
            if (numbers) json_array_append_new(numbers, json_integer(number));
        }
    return n;
}

static void office_json(cli *c, const ledger *l, const office_words *o) {
    json_t *keys = json_array(), *aliases = json_array(), *members = json_array();
    keys_of(l, o->number, keys);
    for (uint32_t i = 0; i < o->aliases_n; i++)
        json_array_append_new(aliases, json_string(o->aliases[i]));
    for (uint32_t i = 0; i < o->members_n; i++)
        json_array_append_new(members, json_string(find_office_code(l, o->members[i])));
    json_t *made = json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "number",
                             (int)o->number, "code", o->code, "name", o->name, "kind",
                             text_office_kind_code(o->kind), "parent",
                             find_office_code(l, o->parent), "aliases", aliases,
                             "members", members, "keys", keys);
    json_t *successors = json_array(), *formerly = json_array();
    for (uint32_t i = 0; i < o->successors_n; i++)
        json_array_append_new(successors,
                              json_string(find_office_code(l, o->successors[i])));
    for (uint32_t i = 0; i < o->formerly_n; i++)
        json_array_append_new(formerly, json_string(o->formerly[i]));
    json_object_set_new(made, "key_rows", office_keys_json(l, o->number));
    json_object_set_new(made, "outside", json_boolean(o->outside));
    json_object_set_new(made, "ended", json_day(o->ended_day));
    json_object_set_new(made, "successors", successors);
    json_object_set_new(made, "formerly", formerly);
    json_line(c->out, made);
}

/* "原名 西县；2023-05-01 撤并入 东县" */
static void office_changes(const cli *c, const ledger *l, const office_words *o,
                           char out[SAY_SIZE]) {
    char day[DAY_TEXT_SIZE], text[SAY_SIZE];
    out[0] = '\0';
    if (o->outside)
        (void)say_list(out, SAY_SIZE, "; ", cli_say(c, "辖外", "outside the remit"));
    for (uint32_t i = 0; i < o->formerly_n; i++) {
        snprintf(text, sizeof text, cli_say(c, "原名 %s", "formerly %s"), o->formerly[i]);
        (void)say_list(out, SAY_SIZE, "; ", text);
    }
    if (!o->ended_day) return;
    say_day(o->ended_day, day);
    snprintf(text, sizeof text, cli_say(c, "%s 撤并", "ended %s"), day);
    for (uint32_t i = 0; i < o->successors_n; i++)
        (void)say_list(text, sizeof text, i ? ", " : cli_say(c, "入 ", " into "),
                       find_office_name(l, o->successors[i]));
    (void)say_list(out, SAY_SIZE, "; ", text);
}

duban_status cmd_office_list(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    cli_say_kept(c);
    if (cli_flag(c, "keys") && !c->json) {
        office_print_keys(c);
        return DUBAN_OK;
    }
    const print_column columns[] = {
        {cli_say(c, "编号", "no"), PRINT_RIGHT, 0},
        {cli_say(c, "代码", "code"), PRINT_LEFT, 0},
        {cli_say(c, "名称", "name"), PRINT_LEFT, 60},
        {cli_say(c, "类别", "kind"), PRINT_LEFT, 0},
        {cli_say(c, "密钥", "keys"), PRINT_RIGHT, 0},
        {cli_say(c, "变动", "changes"), PRINT_LEFT, 60},
    };
    char changes[SAY_SIZE];
    const ledger *l = duban_slice(c->d);
    ledger_status st;
    ledger_get_status(l, &st);
    print_table *t = print_table_new(columns, 6, c->color);
    for (uint32_t number = 1; number <= st.offices; number++) {
        office_words o;
        if (!ledger_get_office(l, number, &o)) continue;
        if (c->json) {
            office_json(c, l, &o);
            continue;
        }
        print_table_row(t);
        print_table_cell_format(t, "%u", (unsigned)number);
        print_table_cell(t, o.code);
        print_table_cell(t, o.name);
        print_table_cell(t, text_office_kind(o.kind, c->lang));
        print_table_cell_format(t, "%u", (unsigned)keys_of(l, number, NULL));
        office_changes(c, l, &o, changes);
        print_table_cell(t, changes);
    }
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
    return DUBAN_OK;
}

/* duban office rotate, revoke, and what office enroll and list say of keys. */
#include "client/cli/office_key.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/key_kit.h"
#include "client/cli/print.h"

#define OFFICE_OF_CITY 1

/* --- enrolling ---------------------------------------------------------------------- */

/* False when no key with these bytes is enrolled. */
static bool find_key(const ledger *l, const sign_public *public_key, ledger_key *out) {
    ledger_status st;
    ledger_get_status(l, &st);
    for (uint32_t number = 1; number <= st.keys; number++)
        if (ledger_get_key(l, number, out) &&
            sign_public_equal(&out->public_key, public_key))
            return true;
    return false;
}

duban_status office_take_key(cli *c, const char *where, const sign_public *public_key,
                             uint32_t office, key_words *keys, size_t *keys_n) {
    const ledger *l = duban_slice(c->d);
    ledger_key known;
    ledger_status st;
    ledger_get_status(l, &st);
    if (find_key(l, public_key, &known)) {
        if (known.office == office && !known.revoked) return DUBAN_OK;
        return cli_refuse(c, known.revoked ? DUBAN_E_REVOKED : DUBAN_E_KEY_OFFICE, 0,
                          where, find_office_code(l, known.office),
                          cli_say(c, "一把新密钥", "a new key"));
    }
    key_words *key = &keys[(*keys_n)++];
    *key = (key_words){.number = st.keys + (uint32_t)*keys_n,
                       .office = office,
                       .algorithm = public_key->algorithm};
    memcpy(key->public_key, public_key->bytes, sizeof key->public_key);
    return DUBAN_OK;
}

void office_key_fingerprint(const key_words *key, char out[SIGN_FINGERPRINT_SIZE]) {
    sign_public made = sign_public_of(key->algorithm, key->public_key);
    sign_fingerprint(&made, out);
}

/* --- listing ------------------------------------------------------------------------ */

json_t *office_keys_json(const ledger *l, uint32_t office) {
    ledger_status st;
    ledger_key key;
    json_t *made = json_array();
    ledger_get_status(l, &st);
    for (uint32_t number = 1; number <= st.keys; number++) {
        char fingerprint[SIGN_FINGERPRINT_SIZE];
        if (!ledger_get_key(l, number, &key) || key.office != office) continue;
        sign_fingerprint(&key.public_key, fingerprint);
        json_array_append_new(
            made, json_pack("{s:i, s:s, s:s, s:I, s:I, s:b}", "number", (int)number,
                            "algorithm", sign_algorithm_name(key.public_key.algorithm),
                            "fingerprint", fingerprint, "since", (json_int_t)key.since,
                            "last_number", (json_int_t)key.last_number, "revoked",
                            key.revoked));
    }
    return made;
}

void office_print_keys(cli *c) {
    const print_column columns[] = {
        {cli_say(c, "密钥", "key"), PRINT_RIGHT, 0},
        {cli_say(c, "代码", "code"), PRINT_LEFT, 0},
        {cli_say(c, "名称", "name"), PRINT_LEFT, 60},
        {cli_say(c, "指纹", "fingerprint"), PRINT_LEFT, 0},
        {cli_say(c, "算法", "algorithm"), PRINT_LEFT, 0},
        {cli_say(c, "自序号", "since"), PRINT_RIGHT, 0},
        {cli_say(c, "状态", "state"), PRINT_LEFT, 0},
    };
    const ledger *l = duban_slice(c->d);
    ledger_status st;
    ledger_key key;
    ledger_get_status(l, &st);
    print_table *t = print_table_new(columns, 7, c->color);
    for (uint32_t number = 1; number <= st.keys; number++) {
        char fingerprint[SIGN_FINGERPRINT_SIZE];
        if (!ledger_get_key(l, number, &key)) continue;
        sign_fingerprint(&key.public_key, fingerprint);
        print_table_row(t);
        print_table_cell_format(t, "%u", (unsigned)number);
        print_table_cell(t, find_office_code(l, key.office));
        print_table_cell(t, find_office_name(l, key.office));
        print_table_cell(t, fingerprint);
        print_table_cell(t, sign_algorithm_name(key.public_key.algorithm));
        print_table_cell_format(t, "%" PRIu64, key.since);
        print_table_cell(t, key.revoked ? cli_say(c, "已吊销", "revoked")
                                        : cli_say(c, "可用", "usable"));
    }
    print_table_write(t, c->out);
    print_table_free(t);
}

/* --- rotate, revoke ----------------------------------------------------------------- */

static uint32_t usable_keys(const ledger *l, uint32_t office, ledger_key *last) {
    ledger_status st;
    ledger_key key;
    uint32_t n = 0;
    ledger_get_status(l, &st);
    for (uint32_t number = 1; number <= st.keys; number++)
        if (ledger_get_key(l, number, &key) && key.office == office && !key.revoked) {
            *last = key;
            n++;
        }
    return n;
}

/* --number of a key, 0 when it was not given. */
static duban_status read_number(cli *c, uint32_t *out) {
    const char *text = cli_option(c, "number");
    char *end = NULL;
    unsigned long number = text ? strtoul(text, &end, 10) : 0;
    if (text && (!number || *end || number > KEYS_MAX))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "number", text,
                          cli_say(c, "--number 密钥编号", "--number of a key"));
    *out = (uint32_t)number;
    return DUBAN_OK;
}

static duban_status known_key(cli *c, uint32_t number, ledger_key *out) {
    char text[16];
    snprintf(text, sizeof text, "%" PRIu32, number);
    if (!ledger_get_key(duban_slice(c->d), number, out))
        return cli_refuse(c, DUBAN_E_UNKNOWN_KEY, 0, "number", text, NULL);
    if (out->revoked) return cli_refuse(c, DUBAN_E_REVOKED, 0, "number", text, NULL);
    return DUBAN_OK;
}

static key_words revocation(const ledger_key *key) {
    return (key_words){.number = key->number,
                       .office = key->office,
                       .algorithm = key->public_key.algorithm,
                       .revoked = true};
}

static bool is_ours(const cli *c, const ledger_key *key) {
    return sign_public_equal(&key->public_key, duban_public_key(c->d));
}

/* Once this home's own key is revoked it can read nothing with it any more. */
static duban_status send(cli *c, const key_words *keys, uint32_t n, bool ours,
                         uint64_t *index) {
    event ev = {.kind = KIND_KEYS};
    ev.keys.keys = keys;
    ev.keys.keys_n = n;
    return ours ? admin_send_only(c, &ev, NULL, 0, index)
                : admin_send(c, &ev, NULL, 0, index);
}

/* What would leave nobody who can enrol a key again is refused here with its reason (the
 * broker refuses it too); what would lock this home out is to be said twice. */
static duban_status careful(cli *c, const ledger_key *old,
                            const sign_public *replaced_by) {
    ledger_key last;
    bool ours = is_ours(c, old);
    bool city = old->office == OFFICE_OF_CITY;
    if (city && !replaced_by && usable_keys(duban_slice(c->d), old->office, &last) == 1)
        return cli_refuse(
            c, DUBAN_E_STATE, 0, "number", NULL,
            cli_say(c, "市政府办公室的最后一把密钥不能吊销，先登记另一把",
                    "the city office's last key stays: enrol another one first"));
    if (!ours && !(city && replaced_by)) return DUBAN_OK;
    if (!cli_flag(c, "fingerprint"))
        return cli_refuse(
            c, DUBAN_E_NEEDED, 0, "fingerprint", NULL,
            replaced_by
                ? cli_say(c, "--fingerprint 新密钥的指纹", "--fingerprint of the new key")
                : cli_say(c, "--fingerprint 本机正在使用的密钥的指纹",
                          "--fingerprint of the key that this home uses"));
    return DUBAN_OK;
}

duban_status cmd_office_revoke(cli *c) {
    ledger_key known;
    uint32_t number = 0;
    uint64_t index = 0;
    duban_status s = cli_open_synced(c);
    if (s >= 0) s = read_number(c, &number);
    if (s >= 0 && !number)
        s = cli_refuse(c, DUBAN_E_USAGE, 0, "number", "",
                       cli_say(c, "--number 密钥编号", "--number of a key"));
    if (s >= 0) s = known_key(c, number, &known);
    if (s >= 0) s = careful(c, &known, NULL);
    if (s >= 0) s = key_compare(c, &known.public_key);
    if (s < 0) return s;
    key_words key = revocation(&known);
    s = send(c, &key, 1, is_ours(c, &known), &index);
    if (s < 0) return s;
    if (c->json)
        json_line(c->out, json_pack("{s:i, s:I}", "revoked", (int)number, "index",
                                    (json_int_t)index));
    else
        fprintf(c->out,
                cli_say(c, "密钥 %u 已吊销，自序号 %" PRIu64 " 起。\n",
                        "key %u is revoked from index %" PRIu64 " on.\n"),
                (unsigned)number, index);
    return DUBAN_OK;
}

/* The key to be replaced: by its number, or the only one that the office has. */
static duban_status old_key(cli *c, const office_words *office, ledger_key *out) {
    uint32_t number = 0;
    char found[24];
    duban_status s = read_number(c, &number);
    if (s < 0) return s;
    uint32_t n = usable_keys(duban_slice(c->d), office->number, out);
    snprintf(found, sizeof found, "%" PRIu32, n);
    if (number) {
        s = known_key(c, number, out);
        if (s >= 0 && out->office != office->number)
            s = cli_refuse(c, DUBAN_E_KEY_OFFICE, 0, "number", office->code, NULL);
        return s;
    }
    if (n == 1) return DUBAN_OK;
    if (n == 0)
        return cli_refuse(c, DUBAN_E_STATE, 0, "office", office->code,
                          "duban office enroll --code CODE --key KEY");
    return cli_refuse(c, DUBAN_E_NEEDED, 0, "number", found,
                      cli_say(c, "--number 要更换的密钥编号（duban office list --keys）",
                              "--number of the key it replaces (duban office list "
                              "--keys)"));
}

static void say_rotated(cli *c, const key_words keys[2], uint64_t index) {
    char fingerprint[SIGN_FINGERPRINT_SIZE];
    office_key_fingerprint(&keys[0], fingerprint);
    if (c->json)
        json_line(c->out,
                  json_pack("{s:i, s:s, s:i, s:I}", "enrolled", (int)keys[0].number,
                            "fingerprint", fingerprint, "revoked", (int)keys[1].number,
                            "index", (json_int_t)index));
    else
        fprintf(c->out,
                cli_say(c,
                        "密钥 %u 已登记，密钥 %u 已吊销，自序号 %" PRIu64
                        " 起。\n指纹 %s\n",
                        "key %u is enrolled and key %u revoked from index %" PRIu64
                        " on.\nfingerprint %s\n"),
                (unsigned)keys[0].number, (unsigned)keys[1].number, index, fingerprint);
}

duban_status cmd_office_rotate(cli *c) {
    office_words office;
    ledger_key old;
    sign_public key;
    key_words keys[2];
    size_t n = 0;
    uint64_t index = 0;
    const char *text = cli_option(c, "key");
    if (!text) return cli_refuse(c, DUBAN_E_USAGE, 0, "key", "", "--key KEY");
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    if (!find_office(duban_slice(c->d), c->args[0], &office))
        return cli_refuse(c, DUBAN_E_UNKNOWN_OFFICE, 0, "office", c->args[0], NULL);
    s = key_read(c, text, &key);
    if (s >= 0) s = old_key(c, &office, &old);
    if (s >= 0) s = careful(c, &old, &key);
    if (s >= 0) s = key_compare(c, &key);
    if (s >= 0) s = office_take_key(c, "key", &key, office.number, keys, &n);
    if (s >= 0 && n == 0)
        s = cli_refuse(c, DUBAN_E_EXISTS, 0, "key", office.code,
                       cli_say(c, "一把新密钥", "a new key"));
    if (s < 0) return s;
    keys[1] = revocation(&old);
    bool ours = is_ours(c, &old);
    s = send(c, keys, 2, ours, &index);
    if (s < 0) return s;
    say_rotated(c, keys, index);
    if (ours && !c->quiet)
        fprintf(c->err, "%s\n",
                cli_say(c, "本机的旧密钥已不能用：现在运行 duban key use。",
                        "This home's old key is of no use any more: duban key use."));
    return DUBAN_OK;
}

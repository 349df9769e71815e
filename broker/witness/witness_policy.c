#include "broker/witness/witness_policy.h"

#include <stdlib.h>
#include <string.h>

static bool is_url(const char *text, size_t size) {
    bool web = strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
    const char *host = strstr(text, "//");
    return web && size < WITNESS_URL_SIZE_MAX && host[2] && host[2] != '/' &&
           strcspn(text, " \t") == size;
}

static duban_status add(witness_policy *p, const char *value, duban_refusal *refusal) {
    static const char expected[] = "NAME+ID+KEY http://HOST:7170";
    witness_named made;
    size_t key_size = strcspn(value, " \t");
    const char *url = value + key_size + strspn(value + key_size, " \t");
    size_t url_size = strlen(url);
    if (!is_url(url, url_size))
        return duban_refuse(refusal, DUBAN_E_USAGE, 0, "witness", value, expected);
    duban_status status = cosign_key_parse(value, key_size, &made.key);
    if (!status && p->n == WITNESSES_MAX) status = DUBAN_E_LIMIT;
    for (uint32_t i = 0; i < p->n && !status; i++)
        if (sign_public_equal(&p->list[i].key.note.public_key, &made.key.note.public_key))
            status = DUBAN_E_DUPLICATE;
    if (status) return duban_refuse(refusal, status, 0, "witness", value, expected);
    while (url_size && url[url_size - 1] == '/')
        url_size--;
    memcpy(made.url, url, url_size);
    made.url[url_size] = '\0';
    p->list[p->n++] = made;
    return DUBAN_OK;
}

static duban_status set_needed(witness_policy *p, const char *value,
                               duban_refusal *refusal) {
    char *end = NULL;
    unsigned long needed = strtoul(value, &end, 10);
    if (!*value || *end || value[0] == '-' || needed == 0 || needed > WITNESSES_MAX)
        return duban_refuse(refusal, DUBAN_E_USAGE, 0, "witnesses_needed", value,
                            "1 .. 16");
    p->needed = (uint32_t)needed;
    return DUBAN_OK;
}

duban_status witness_policy_set(witness_policy *p, const char *key, const char *value,
                                duban_refusal *refusal) {
    if (strcmp(key, "witness") == 0) return add(p, value, refusal);
    if (strcmp(key, "witnesses_needed") == 0) return set_needed(p, value, refusal);
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0)
        return duban_refuse(refusal, DUBAN_E_USAGE, 0, "witnesses_block", value,
                            "yes | no");
    p->block = yes;
    return DUBAN_OK;
}

duban_status witness_policy_end(witness_policy *p, duban_refusal *refusal) {
    if (p->needed > p->n)
        return duban_refuse(refusal, DUBAN_E_USAGE, 0, "witnesses_needed", NULL,
                            "witness = VKEY URL");
    if (p->block && p->n == 0)
        return duban_refuse(refusal, DUBAN_E_USAGE, 0, "witnesses_block", NULL,
                            "witness = VKEY URL");
    if (p->needed == 0 && p->n) p->needed = p->n / 2 + 1;
    return DUBAN_OK;
}

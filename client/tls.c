#include "client/tls.h"

#include <nng/supplemental/tls/tls.h>
#include <stdio.h>
#include <string.h>

#include "proto/certificate.h"

static void get_path(const home *h, const char *key, path *out) {
    out->text[0] = '\0';
    path named;
    if (!home_get(h, key, named.text, sizeof named.text)) return;
    if (named.text[0] == '/')
        *out = named;
    else if (file_path(out, h->folder.text, named.text))
        out->text[0] = '\0';
}

void tls_desk_of_home(const home *h, tls_desk *out) {
    get_path(h, "tls_ca", &out->ca);
    get_path(h, "tls_cert", &out->cert);
    get_path(h, "tls_key", &out->key);
    (void)home_get(h, "tls_name", out->name, sizeof out->name);
}

bool tls_desk_needed(const char *url) {
    static const char *const schemes[] = {"tls+tcp://", "tls+tcp4://", "tls+tcp6://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncmp(url, schemes[i], strlen(schemes[i])) == 0) return true;
    return false;
}

/* HOST of scheme://HOST:PORT, without the brackets of an IPv6 one. */
static bool host_of(const char *url, char out[TLS_NAME_SIZE_MAX + 1]) {
    const char *from = strstr(url, "://");
    const char *end = strrchr(url, ':');
    if (!from || end < from + 3) return false;
    from += 3;
    if (*from == '[' && end[-1] == ']') {
        from++;
        end--;
    }
    if (end <= from || end - from > TLS_NAME_SIZE_MAX) return false;
    memcpy(out, from, (size_t)(end - from));
    out[end - from] = '\0';
    return true;
}

static bool name_of(const tls_desk *desk, const char *url,
                    char out[TLS_NAME_SIZE_MAX + 1]) {
    if (!desk->name[0]) return host_of(url, out);
    memcpy(out, desk->name, sizeof desk->name);
    return true;
}

static int prepare(nng_dialer dialer, const char *name, const certificate_texts *texts) {
    nng_tls_config *made = NULL;
    int error = nng_tls_config_alloc(&made, NNG_TLS_MODE_CLIENT);
    if (error) return error;
    error = nng_tls_config_version(made, NNG_TLS_1_2, NNG_TLS_1_2);
    if (!error) error = nng_tls_config_auth_mode(made, NNG_TLS_AUTH_MODE_REQUIRED);
    if (!error) error = nng_tls_config_server_name(made, name);
    if (!error) error = nng_tls_config_ca_chain(made, texts->ca, NULL);
    if (!error) error = nng_tls_config_own_cert(made, texts->cert, texts->key, NULL);
    if (!error) error = nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, made);
    nng_tls_config_free(made); /* the dialer holds it */
    return error;
}

duban_status tls_desk_dialer(const tls_desk *desk, const char *url, nng_dialer dialer,
                             duban_refusal *refusal) {
    static const tls_desk none;
    char name[TLS_NAME_SIZE_MAX + 1];
    certificate_texts texts;
    if (!tls_desk_needed(url)) return DUBAN_OK;
    if (!desk) desk = &none;
    certificate_files files = {desk->ca.text, desk->cert.text, desk->key.text, ""};
    if (!name_of(desk, url, name))
        return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "broker", url,
                            "tls+tcp://HOST:PORT");
    duban_status status =
        certificate_load(&files, CERTIFICATE_CLIENT, file_wall_ms(), &texts, refusal);
    if (status) return status;
    if (prepare(dialer, name, &texts) != 0)
        status = duban_refuse(refusal, DUBAN_E_CERTIFICATE, 0, "tls_cert", files.cert,
                              nng_tls_engine_description());
    certificate_close(&texts);
    return status;
}

duban_status tls_desk_refused(const tls_desk *desk, const char *url, int error,
                              duban_refusal *refusal) {
    char name[TLS_NAME_SIZE_MAX + 1] = "";
    char found[sizeof refusal->found];
    if (!tls_desk_needed(url)) return DUBAN_OK;
    if (error != NNG_ECRYPTO && error != NNG_EPEERAUTH) return DUBAN_OK;
    (void)(desk ? name_of(desk, url, name) : false);
    snprintf(found, sizeof found, "证书被拒 certificate refused: %.80s", url);
    return duban_refuse(refusal, DUBAN_E_CERTIFICATE, 0, "broker", found, name);
}

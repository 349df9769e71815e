#include "broker/door/tls.h"

#include <nng/supplemental/tls/tls.h>
#include <stdlib.h>

#include "broker/log.h"
#include "proto/certificate.h"

struct tls {
    const config *config;
    nng_tls_config *server;
    nng_tls_config *client;
};

static nng_tls_config *make(nng_tls_mode mode, nng_tls_auth_mode demand,
                            const certificate_texts *texts) {
    nng_tls_config *made = NULL;
    if (nng_tls_config_alloc(&made, mode) != 0) return NULL;
    if (nng_tls_config_version(made, NNG_TLS_1_2, NNG_TLS_1_2) == 0 &&
        nng_tls_config_auth_mode(made, demand) == 0 &&
        nng_tls_config_ca_chain(made, texts->ca, texts->crl) == 0 &&
        nng_tls_config_own_cert(made, texts->cert, texts->key, NULL) == 0)
        return made;
    nng_tls_config_free(made);
    return NULL;
}

static void let_go(tls *t) {
    if (t->server) nng_tls_config_free(t->server);
    if (t->client) nng_tls_config_free(t->client);
    t->server = NULL;
    t->client = NULL;
}

duban_status tls_reload(tls *t, duban_refusal *refusal) {
    const config *c = t->config;
    certificate_files files = {c->tls_ca, c->tls_cert, c->tls_key, c->tls_crl};
    certificate_texts texts;
    duban_status status =
        certificate_load(&files, CERTIFICATE_BROKER, log_wall_ms(), &texts, refusal);
    if (status) return status;
    tls made = {.config = c};
    made.server = make(NNG_TLS_MODE_SERVER, NNG_TLS_AUTH_MODE_REQUIRED, &texts);
    made.client = make(NNG_TLS_MODE_CLIENT, NNG_TLS_AUTH_MODE_NONE, &texts);
    certificate_close(&texts);
    if (!made.server || !made.client) {
        let_go(&made);
        return duban_refuse(refusal, DUBAN_E_CERTIFICATE, 0, "tls_cert", c->tls_cert,
                            nng_tls_engine_description());
    }
    let_go(t);
    *t = made;
    return DUBAN_OK;
}

duban_status tls_new(const config *c, tls **out, duban_refusal *refusal) {
    if (!address_is_tls(c->listen) && !address_is_tls(c->feed) &&
        !address_is_tls(c->publish)) {
        *out = NULL;
        return DUBAN_OK;
    }
    tls *t = calloc(1, sizeof *t);
    if (!t) return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, "tls", NULL, NULL);
    t->config = c;
    duban_status status = tls_reload(t, refusal);
    if (status) {
        free(t);
        return status;
    }
    *out = t;
    return DUBAN_OK;
}

duban_status tls_listener(const tls *t, const char *url, nng_listener listener) {
    if (!address_is_tls(url)) return DUBAN_OK;
    if (!t) return DUBAN_E_CERTIFICATE;
    int error = nng_listener_set_ptr(listener, NNG_OPT_TLS_CONFIG, t->server);
    return error ? DUBAN_E_CERTIFICATE : DUBAN_OK;
}

duban_status tls_own_dialer(const tls *t, const char *url, nng_dialer dialer) {
    if (!address_is_tls(url)) return DUBAN_OK;
    if (!t) return DUBAN_E_CERTIFICATE;
    int error = nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, t->client);
    return error ? DUBAN_E_CERTIFICATE : DUBAN_OK;
}

void tls_free(tls *t) {
    if (!t) return;
    let_go(t);
    free(t);
}

#include "client/pki/pki.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/pki/authority.h"
#include "client/pki/make.h"
#include "proto/sign.h"

#define DAY_S            86400
#define SERIAL_SIZE      16
#define ALPHANUMERIC     "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAMES_SIZE       (PKI_HOSTS_MAX * 2 * (TLS_NAME_SIZE_MAX + 8))
#define CRL_NAME         "crl"
#define CRL_SUFFIX       ".pem"
#define CERT_SUFFIX      ".crt"
#define KEY_SUFFIX       ".key"
#define BAD_DAYS_MESSAGE "1 .. 36500"

static bool days_ok(uint32_t days) {
    return days > 0 && days <= PKI_DAYS_MAX;
}

/* --- the list ----------------------------------------------------------------------- */

static duban_status write_list(const pki *p, const authority *a, const pki_index *index) {
    path file;
    char *text = NULL;
    duban_status status = pkifile_path(p->folder, CRL_NAME, CRL_SUFFIX, &file);
    if (status) return status;
    X509_CRL *list = make_list(a->cert, a->key, index, p->now_ms / 1000);
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = list && bio && PEM_write_bio_X509_CRL(bio, list) == 1;
    long size = ok ? BIO_get_mem_data(bio, &text) : 0;
    status = size > 0 ? pkifile_replace(&file, text, (size_t)size) : DUBAN_E_NO_MEMORY;
    BIO_free(bio);
    X509_CRL_free(list);
    return status;
}

/* --- a new authority ---------------------------------------------------------------- */

static duban_status found(const pki *p, const char *name, uint32_t days) {
    path cert;
    authority a = {0};
    pki_index none = {0};
    int64_t now_s = p->now_ms / 1000;
    duban_status status = pkifile_path(p->folder, "ca", CERT_SUFFIX, &cert);
    if (!status && access(cert.text, F_OK) == 0) status = DUBAN_E_EXISTS;
    if (status) return status;
    a.key = make_key();
    if (a.key) a.cert = make_ca(a.key, name, now_s, now_s + (int64_t)days * DAY_S);
    if (!a.cert) status = DUBAN_E_NO_MEMORY;
    if (!status) status = authority_save(p, &a);
    if (!status) status = index_write(p->folder, &none);
    if (!status) status = write_list(p, &a, &none);
    authority_close(&a);
    return status;
}

duban_status pki_init(const pki *p, const char *name, uint32_t days,
                      duban_refusal *refusal) {
    int lock;
    if (!days_ok(days))
        return duban_refuse(refusal, DUBAN_E_LIMIT, 0, "days", NULL, BAD_DAYS_MESSAGE);
    if (!*name || strlen(name) > PKI_NAME_SIZE_MAX)
        return duban_refuse(refusal, DUBAN_E_TEXT, 0, "name", name, NULL);
    duban_status status = file_make_folder(p->folder);
    if (!status) status = pkifile_lock(p->folder, &lock);
    if (status) return duban_refuse(refusal, status, 0, "pki", p->folder, NULL);
    status = found(p, name, days);
    file_unlock(lock);
    return status ? duban_refuse(refusal, status, 0, "pki", p->folder, NULL) : DUBAN_OK;
}

/* --- issuing ------------------------------------------------------------------------ */

static bool name_ok(const char *name) {
    size_t size = strlen(name);
    return size && size <= CODE_SIZE_MAX && *name != '.' && *name != '-' &&
           strspn(name, ALPHANUMERIC "._-") == size;
}

static bool is_address(const char *host) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static bool is_dns(const char *host) {
    size_t size = strlen(host);
    return size && size <= TLS_NAME_SIZE_MAX && *host != '.' && *host != '-' &&
           strspn(host, ALPHANUMERIC ".-") == size;
}

/* An address stands twice: as what it is, and as a name, because mbedTLS 2.28 compares
 * nothing but names. */
static duban_status write_names(const pki_order *order, char *out,
                                duban_refusal *refusal) {
    size_t used = 0;
    if (!order->hosts_n || order->hosts_n > PKI_HOSTS_MAX)
        return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "host", NULL, "--dns, --ip");
    for (size_t i = 0; i < order->hosts_n; i++) {
        const char *host = order->hosts[i], *comma = i ? "," : "";
        if (is_address(host))
            used += (size_t)snprintf(out + used, NAMES_SIZE - used, "%sIP:%s,DNS:%s",
                                     comma, host, host);
        else if (is_dns(host))
            used +=
                (size_t)snprintf(out + used, NAMES_SIZE - used, "%sDNS:%s", comma, host);
        else
            return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "host", host,
                                "duban.city.example, 10.1.2.3");
    }
    return DUBAN_OK;
}

static duban_status check_order(const pki_order *order, char *names,
                                duban_refusal *refusal) {
    if (!name_ok(order->name))
        return duban_refuse(refusal, DUBAN_E_CODE, 0, "name", order->name,
                            "[0-9A-Za-z._-]");
    if (!days_ok(order->days))
        return duban_refuse(refusal, DUBAN_E_LIMIT, 0, "days", NULL, BAD_DAYS_MESSAGE);
    return order->broker ? write_names(order, names, refusal) : DUBAN_OK;
}

typedef struct paths {
    path folder;
    path ca;
    path cert;
    path key;
} paths;

/* All of them are free, and the folder is there. */
static duban_status find_paths(const pki *p, const pki_order *order, paths *out) {
    duban_status status = DUBAN_OK;
    if (order->out)
        status = snprintf(out->folder.text, sizeof out->folder.text, "%s", order->out) >=
                         (int)sizeof out->folder.text
                     ? DUBAN_E_TOO_LARGE
                     : DUBAN_OK;
    else
        status = pkifile_path(p->folder, order->name, "", &out->folder);
    const char *folder = out->folder.text;
    if (!status) status = pkifile_path(folder, "ca", CERT_SUFFIX, &out->ca);
    if (!status) status = pkifile_path(folder, order->name, CERT_SUFFIX, &out->cert);
    if (!status) status = pkifile_path(folder, order->name, KEY_SUFFIX, &out->key);
    if (!status) status = file_make_folder(folder);
    const path *all[] = {&out->ca, &out->cert, &out->key};
    for (size_t i = 0; i < 3 && !status; i++)
        if (access(all[i]->text, F_OK) == 0) status = DUBAN_E_EXISTS;
    return status;
}

/* The row is on disk before the certificate: nothing exists that cannot be revoked. */
static duban_status issue(const pki *p, const authority *a, const pki_order *order,
                          const char *names, const paths *to, pki_row *row) {
    uint8_t serial[SERIAL_SIZE];
    pki_index index = {0};
    sign_random(serial, sizeof serial);
    serial[0] = (serial[0] & 0x7F) | 0x40; /* positive, and of full length */
    for (size_t i = 0; i < sizeof serial; i++)
        snprintf(row->serial + 2 * i, 3, "%02x", serial[i]);
    int64_t from_s = (order->from_ms ? order->from_ms : p->now_ms) / 1000;
    int64_t until_s = from_s + (int64_t)order->days * DAY_S;
    if (until_s > authority_until(a)) until_s = authority_until(a);
    row->broker = order->broker;
    row->until_s = until_s;
    snprintf(row->name, sizeof row->name, "%s", order->name);
    make_order what = {serial,     order->name, order->broker ? names : NULL,
                       make_key(), from_s,      until_s};
    X509 *made = what.key ? make_certificate(a->cert, a->key, &what) : NULL;
    duban_status status = made ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status) status = index_read(p->folder, &index, NULL);
    if (!status) status = index_add(&index, row);
    if (!status) status = index_write(p->folder, &index);
    if (!status) status = authority_write_key(&to->key, what.key, NULL);
    if (!status) status = authority_write_cert(&to->cert, made);
    if (!status) status = authority_write_cert(&to->ca, a->cert);
    index_close(&index);
    X509_free(made);
    EVP_PKEY_free(what.key);
    return status;
}

duban_status pki_issue(const pki *p, const pki_order *order, pki_row *out,
                       duban_refusal *refusal) {
    char names[NAMES_SIZE] = "";
    int lock;
    authority a;
    paths to;
    pki_row row = {0};
    duban_status status = check_order(order, names, refusal);
    if (!status) status = authority_open(p, &a, refusal);
    if (status) return status;
    status = pkifile_lock(p->folder, &lock);
    if (!status) {
        status = find_paths(p, order, &to);
        if (!status) status = issue(p, &a, order, names, &to, &row);
        file_unlock(lock);
    }
    authority_close(&a);
    if (status)
        return duban_refuse(refusal, status, 0, "out",
                            order->out ? order->out : order->name, NULL);
    *out = row;
    return DUBAN_OK;
}

/* --- revoking ----------------------------------------------------------------------- */

static duban_status mark(const pki *p, pki_index *index, const char *which,
                         size_t *marked) {
    size_t known = 0, n = 0;
    for (size_t i = 0; i < index->n; i++) {
        pki_row *row = &index->rows[i];
        if (strcmp(row->serial, which) != 0 && strcmp(row->name, which) != 0) continue;
        known++;
        if (row->revoked_s) continue;
        row->revoked_s = p->now_ms / 1000;
        n++;
    }
    if (!known) return DUBAN_E_NOT_FOUND;
    if (!n) return DUBAN_E_STATE;
    *marked = n;
    return DUBAN_OK;
}

/* Revokes `which` when it is not NULL, and writes the list. */
static duban_status rewrite(const pki *p, const char *which, size_t *revoked,
                            duban_refusal *refusal) {
    authority a;
    pki_index index = {0};
    int lock;
    size_t n = 0;
    duban_status status = authority_open(p, &a, refusal);
    if (status) return status;
    status = pkifile_lock(p->folder, &lock);
    if (status) {
        authority_close(&a);
        return duban_refuse(refusal, status, 0, "pki", p->folder, NULL);
    }
    status = index_read(p->folder, &index, refusal);
    if (!status && which) {
        status = mark(p, &index, which, &n);
        if (!status) status = index_write(p->folder, &index);
        if (status) duban_refuse(refusal, status, 0, "certificate", which, NULL);
    }
    if (!status) {
        status = write_list(p, &a, &index);
        if (status) duban_refuse(refusal, status, 0, "crl", p->folder, NULL);
    }
    file_unlock(lock);
    index_close(&index);
    authority_close(&a);
    if (!status) *revoked = n;
    return status;
}

duban_status pki_revoke(const pki *p, const char *which, size_t *revoked,
                        duban_refusal *refusal) {
    return rewrite(p, which, revoked, refusal);
}

duban_status pki_crl(const pki *p, duban_refusal *refusal) {
    size_t none = 0;
    return rewrite(p, NULL, &none, refusal);
}

duban_status pki_list(const pki *p, pki_row **out, size_t *n, duban_refusal *refusal) {
    pki_index index;
    duban_status status = index_read(p->folder, &index, refusal);
    if (status) return status;
    *out = index.rows;
    *n = index.n;
    return DUBAN_OK;
}

#include "broker/door/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A DNS name with its NUL. */
#define HOST_SIZE 254

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

bool address_is_tls(const char *url) {
    return starts(url, "tls+tcp://") || starts(url, "tls+tcp4://") ||
           starts(url, "tls+tcp6://");
}

/* The part behind the scheme of a tcp address, NULL when it is another. */
static const char *tcp_rest(const char *url) {
    if (address_is_tls(url)) return strstr(url, "://") + strlen("://");
    if (starts(url, "tcp://")) return url + strlen("tcp://");
    if (starts(url, "tcp4://")) return url + strlen("tcp4://");
    if (starts(url, "tcp6://")) return url + strlen("tcp6://");
    return NULL;
}

static bool port_ok(const char *text) {
    size_t n = strlen(text);
    if (n == 0 || n > 5 || strspn(text, "0123456789") != n) return false;
    return atoi(text) <= 65535;
}

/* Splits host:port or [host]:port; *port points into rest. */
static duban_status split(const char *rest, char host[HOST_SIZE], const char **port) {
    const char *from = rest;
    const char *end = strrchr(rest, ':');
    if (!end || !port_ok(end + 1)) return DUBAN_E_ADDRESS;
    *port = end + 1;
    if (*from == '[') {
        if (end - from < 3 || end[-1] != ']') return DUBAN_E_ADDRESS;
        from++;
        end--;
    }
    size_t size = (size_t)(end - from);
    if (size >= HOST_SIZE) return DUBAN_E_ADDRESS;
    memcpy(host, from, size);
    host[size] = '\0';
    return DUBAN_OK;
}

static bool is_loopback(const char *host) {
    struct in_addr four;
    struct in6_addr six;
    if (strcmp(host, "localhost") == 0) return true;
    if (inet_pton(AF_INET, host, &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
    return false;
}

duban_status address_check(const char *url) {
    char host[HOST_SIZE];
    const char *port = NULL;
    if (strlen(url) >= ADDRESS_SIZE) return DUBAN_E_ADDRESS;
    if (starts(url, "ipc://")) return url[6] ? DUBAN_OK : DUBAN_E_ADDRESS;
    if (starts(url, "inproc://")) return url[9] ? DUBAN_OK : DUBAN_E_ADDRESS;
    const char *rest = tcp_rest(url);
    if (!rest) return DUBAN_E_ADDRESS;
    duban_status status = split(rest, host, &port);
    if (status) return status;
    return address_is_tls(url) || is_loopback(host) ? DUBAN_OK : DUBAN_E_NOT_LOOPBACK;
}

bool address_any_port(const char *url) {
    char host[HOST_SIZE];
    const char *port = NULL;
    const char *rest = tcp_rest(url);
    return rest && split(rest, host, &port) == DUBAN_OK && atoi(port) == 0;
}

duban_status address_with_port(const char *url, int port, char out[ADDRESS_SIZE]) {
    const char *colon = strrchr(url, ':');
    if (!tcp_rest(url) || !colon) return DUBAN_E_ADDRESS;
    int size = snprintf(out, ADDRESS_SIZE, "%.*s:%d", (int)(colon - url), url, port);
    return size > 0 && size < ADDRESS_SIZE ? DUBAN_OK : DUBAN_E_ADDRESS;
}

/* Addresses to listen on: which are allowed and what becomes of a port.
 * Knows: the text of a URL. Must not know: sockets.
 *
 * Other machines come by tls+tcp:// alone. Without TLS only this machine may speak to the
 * broker: tcp:// to 127.0.0.0/8, ::1 or localhost, ipc:// and inproc:// (architecture.md,
 * "sharp edges": a plain listener can be killed from outside, and nothing on the way is
 * encrypted). A 4 or 6 behind tcp keeps to that kind of address. */
#ifndef DUBAN_BROKER_DOOR_ADDRESS_H
#define DUBAN_BROKER_DOOR_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/status.h"

/* A URL with its NUL. */
#define ADDRESS_SIZE 256

/* DUBAN_OK when a broker may listen there. DUBAN_E_NOT_LOOPBACK when other machines could
 * reach it, DUBAN_E_ADDRESS when it is no address of a kind named above. */
duban_status address_check(const char *url);

/* Whether it is tls+tcp://, tls+tcp4:// or tls+tcp6://. */
bool address_is_tls(const char *url);

/* Whether the port is left to the machine: tcp://...:0. */
bool address_any_port(const char *url);

/* The same tcp address with another port. DUBAN_E_ADDRESS when it has none or does not
 * fit. */
duban_status address_with_port(const char *url, int port, char out[ADDRESS_SIZE]);

#endif

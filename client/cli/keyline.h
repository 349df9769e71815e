/* The one line by which an office hands over its public key.
 *
 *     duban-public/1 ed25519 <base64 of the 32 bytes>
 *
 * Knows: that line. Must not know: where it is kept. */
#ifndef DUBAN_CLIENT_CLI_KEYLINE_H
#define DUBAN_CLIENT_CLI_KEYLINE_H

#include <stdint.h>

#include "proto/status.h"

#define KEYLINE_SIZE 96 /* with its NUL, without a line end */

void keyline_write(const uint8_t public_key[32], char out[KEYLINE_SIZE]);
/* Reads such a line, or the base64 alone; white space around it is passed over.
 * DUBAN_E_KEY_FORMAT when it is neither or no usable key. */
duban_status keyline_read(const char *text, uint8_t public_key[32]);

#endif

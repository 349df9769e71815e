/* The one line of text that is a public key, such as an office hands over.
 *
 *     duban-public/1 ed25519 <base64 of the 32 bytes>
 *     duban-public/1 sm2 <base64 of the 33 bytes>
 *
 * Knows: that line. Must not know: where it is kept. */
#ifndef DUBAN_CLIENT_KEYLINE_H
#define DUBAN_CLIENT_KEYLINE_H

#include "proto/sign.h"
#include "proto/status.h"

#define KEYLINE_SIZE 96 /* with its NUL, without a line end */

void keyline_write(const sign_public *public_key, char out[KEYLINE_SIZE]);
/* Reads such a line, or the base64 of an Ed25519 key alone; white space around it is
 * passed over. DUBAN_E_KEY_FORMAT when it is neither or no usable key, DUBAN_E_ALGORITHM
 * when it is one that this build cannot verify. */
duban_status keyline_read(const char *text, sign_public *public_key);

#endif

/* What the commands that make or take keys have in common.
 * Knows: options, key lines, fingerprints. Must not know: what is done with a key. */
#ifndef DUBAN_CLIENT_CLI_KEY_KIT_H
#define DUBAN_CLIENT_CLI_KEY_KIT_H

#include "client/cli/cli.h"
#include "proto/sign.h"

/* --algorithm of a new key; ALGORITHM_NONE when it was not given. Refuses names it does
 * not know and what this build cannot make. */
duban_status key_words_read(cli *c, algorithm *out);
/* The key as its owner handed it in: a key line, or a file with one. */
duban_status key_read(cli *c, const char *text, sign_public *out);
/* Whether --fingerprint, where it was given, is this key's: upper case and other dashes
 * or spaces between the digits do no harm. DUBAN_E_FINGERPRINT. */
duban_status key_compare(cli *c, const sign_public *key);
/* Writes the key line into the home, for handing in. */
duban_status key_publish(cli *c, const sign_public *key, const char *file);

#endif

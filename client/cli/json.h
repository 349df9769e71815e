/* JSON on a stream: the few helpers that commands share above jansson.
 * Knows: jansson. Must not know: commands. */
#ifndef DUBAN_CLIENT_CLI_JSON_H
#define DUBAN_CLIENT_CLI_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "proto/words.h"

/* Prints the value as one line and releases it. */
void json_line(FILE *f, json_t *value);
/* {"error":{"code":"E409","name":…,"text":…,"line":…,"field":…,"found":…,"expected":…}}
 */
void json_refusal(FILE *f, const duban_refusal *refusal, duban_lang lang);

/* A decimal as a JSON string of its exact digits, "5.5": JSON numbers become floats in
 * most readers, and ours are never floats. */
json_t *json_decimal(decimal value);
json_t *json_day(int32_t day);     /* "2023-04-07", null for 0 */
json_t *json_period(period value); /* "2023Q2", null for none */
json_t *json_hash(const hash256 *hash);

#endif

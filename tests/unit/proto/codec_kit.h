/* Help for the codec's tests: fills, compares and judges any message by its table of
 * rules, so that a member added to a table is tested without further words. */
#ifndef DUBAN_TESTS_CODEC_KIT_H
#define DUBAN_TESTS_CODEC_KIT_H

#include "proto/codec.h"
#include "proto/codec_internal.h"

typedef struct kit {
    arena arena;
    uint32_t next; /* the next recognisable number; also picks the choices of oneofs */
} kit;

/* How many choices the oneof of a message has; 0 when it has none. */
unsigned kit_choices(const message_rule *rule);
/* Sets every member of zeroed words to valid, recognisable data that no other member has
 * (as far as its type can). Arrays get an element for each choice, at least two. The
 * oneof of the outermost message takes that choice, from 0. */
void kit_fill(kit *k, const message_rule *rule, unsigned choice, void *words);
bool kit_equal(const message_rule *rule, const void *a, const void *b);
/* NULL, or the name of a member that breaks what codec.h promises of words read. */
const char *kit_fault(const message_rule *rule, const void *words);

/* A message and the door it is read by: all of them, with each choice. */
typedef enum door { DOOR_SIGNED, DOOR_EVENT, DOOR_REQUEST, DOOR_REPLY, DOOR_FRAME } door;

typedef struct message {
    door door;
    event_kind kind; /* DOOR_EVENT */
    const message_rule *rule;
    unsigned choice;
} message;

#define KIT_MESSAGES_MAX 64
#define KIT_WORDS_MAX    2048 /* the largest struct of words */

/* Returns how many there are. */
size_t kit_messages(message out[KIT_MESSAGES_MAX]);
/* Through the public doors. words is what rule describes. */
duban_status kit_write(const message *m, const void *words, buffer *out);
duban_status kit_read(const message *m, span bytes, arena *a, void *words,
                      duban_refusal *refusal);

/* Appends one field by hand, to send what our writer would not. */
void raw_varint(buffer *b, uint32_t id, uint64_t value);
void raw_sized(buffer *b, uint32_t id, const void *bytes, size_t size);

#endif

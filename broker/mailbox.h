/* What other threads tell the loop besides calls: the committer, NNG's pipe events, the
 * worker's verification.
 * Knows: the newest of each. Must not know: what the loop does about it.
 *
 * Heads overwrite each other, since only the newest counts. Connections that went away
 * are listed up to MAILBOX_GONE_MAX; beyond that they are forgotten, and their polls end
 * when their hold does. */
#ifndef DUBAN_BROKER_MAILBOX_H
#define DUBAN_BROKER_MAILBOX_H

#include <pthread.h>

#include "storage/journal.h"

#define MAILBOX_GONE_MAX   1024
#define MAILBOX_DETAIL_MAX 160

typedef struct mail {
    bool has_head;
    bool witnessed; /* there is a newer witnessed checkpoint */
    journal_head head;
    duban_status failed; /* why the broker must stop; DUBAN_OK: it need not */
    duban_status why;    /* what made that so, e.g. DISK_FULL of a failed COMMIT */
    char detail[MAILBOX_DETAIL_MAX];
    uint32_t gone[MAILBOX_GONE_MAX];
    uint32_t gone_n;
} mail;

typedef struct mailbox {
    pthread_mutex_t lock;
    mail mail;
    void (*wake)(void *ctx);
    void *ctx;
} mailbox;

/* wake(ctx) is called on the telling thread. */
void mailbox_init(mailbox *box, void (*wake)(void *ctx), void *ctx);
void mailbox_close(mailbox *box);

void mailbox_head(mailbox *box, const journal_head *head);
void mailbox_witnessed(mailbox *box);
/* The first reason stays. detail is copied. */
void mailbox_failed(mailbox *box, duban_status status, duban_status why,
                    const char *detail);
void mailbox_gone(mailbox *box, uint32_t pipe);

/* Everything told since the last time; false when there is nothing. Loop only. */
bool mailbox_take(mailbox *box, mail *out);

#endif

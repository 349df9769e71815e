#include "broker/mailbox.h"

#include <stdio.h>
#include <string.h>

void mailbox_init(mailbox *box, void (*wake)(void *ctx), void *ctx) {
    memset(box, 0, sizeof *box);
    pthread_mutex_init(&box->lock, NULL);
    box->wake = wake;
    box->ctx = ctx;
}

void mailbox_close(mailbox *box) {
    pthread_mutex_destroy(&box->lock);
}

void mailbox_head(mailbox *box, const journal_head *head) {
    pthread_mutex_lock(&box->lock);
    box->mail.head = *head;
    box->mail.has_head = true;
    pthread_mutex_unlock(&box->lock);
    box->wake(box->ctx);
}

void mailbox_witnessed(mailbox *box) {
    pthread_mutex_lock(&box->lock);
    box->mail.witnessed = true;
    pthread_mutex_unlock(&box->lock);
    box->wake(box->ctx);
}

void mailbox_failed(mailbox *box, duban_status status, duban_status why,
                    const char *detail) {
    pthread_mutex_lock(&box->lock);
    if (!box->mail.failed) {
        box->mail.failed = status;
        box->mail.why = why;
        snprintf(box->mail.detail, sizeof box->mail.detail, "%s", detail ? detail : "");
    }
    pthread_mutex_unlock(&box->lock);
    box->wake(box->ctx);
}

void mailbox_gone(mailbox *box, uint32_t pipe) {
    pthread_mutex_lock(&box->lock);
    if (box->mail.gone_n < MAILBOX_GONE_MAX) box->mail.gone[box->mail.gone_n++] = pipe;
    pthread_mutex_unlock(&box->lock);
    box->wake(box->ctx);
}

bool mailbox_take(mailbox *box, mail *out) {
    pthread_mutex_lock(&box->lock);
    mail *from = &box->mail;
    bool any = from->has_head || from->witnessed || from->failed || from->gone_n;
    if (any) {
        out->has_head = from->has_head;
        if (from->has_head) out->head = from->head;
        out->witnessed = from->witnessed;
        out->failed = from->failed;
        out->why = from->why;
        memcpy(out->detail, from->detail, sizeof out->detail);
        memcpy(out->gone, from->gone, from->gone_n * sizeof *from->gone);
        out->gone_n = from->gone_n;
        from->has_head = false;
        from->witnessed = false;
        from->failed = DUBAN_OK;
        from->gone_n = 0;
    }
    pthread_mutex_unlock(&box->lock);
    return any;
}

#include "broker/door/quota.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

typedef struct row {
    uint32_t pending;
    uint32_t debt; /* thousandths of a submission; 0: the whole burst is there */
    int64_t at_ms; /* when the debt was reckoned */
} row;

struct quota {
    pthread_mutex_t lock;
    row rows[KEYS_MAX + 1]; /* by key number */
};

duban_status quota_new(quota **out) {
    quota *q = calloc(1, sizeof *q);
    if (!q) return DUBAN_E_NO_MEMORY;
    pthread_mutex_init(&q->lock, NULL);
    *out = q;
    return DUBAN_OK;
}

void quota_free(quota *q) {
    if (!q) return;
    pthread_mutex_destroy(&q->lock);
    free(q);
}

static void reckon(row *r, int64_t now_ms) {
    int64_t paid = (now_ms - r->at_ms) * KEY_RATE;
    if (paid <= 0) return;
    r->debt = paid >= r->debt ? 0 : r->debt - (uint32_t)paid;
    r->at_ms = now_ms;
}

duban_status quota_take(quota *q, uint32_t key, int64_t now_ms) {
    if (key > KEYS_MAX) return DUBAN_E_QUOTA;
    duban_status status = DUBAN_E_QUOTA;
    pthread_mutex_lock(&q->lock);
    row *r = &q->rows[key];
    reckon(r, now_ms);
    if (r->pending < KEY_PENDING_MAX && r->debt <= (KEY_BURST - 1) * 1000u) {
        r->pending++;
        r->debt += 1000;
        status = DUBAN_OK;
    }
    pthread_mutex_unlock(&q->lock);
    return status;
}

void quota_give(quota *q, uint32_t key) {
    pthread_mutex_lock(&q->lock);
    assert(key <= KEYS_MAX && q->rows[key].pending > 0);
    q->rows[key].pending--;
    pthread_mutex_unlock(&q->lock);
}

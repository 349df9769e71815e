#include "broker/ledger/posts.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/trace.h"

typedef struct post_book {
    const post_words *posts; /* number n stands at n - 1; in texts */
    uint32_t posts_n;
    pool texts;
} post_book;

uint32_t posts_count(const ledger *l) {
    return l->posts == NULL ? 0 : l->posts->posts_n;
}

/* --- checking ----------------------------------------------------------------------- */

static duban_status check_post(const posts_words *words, uint32_t i, uint32_t next,
                               const verdict *v) {
    const post_words *post = &words->posts[i];
    if (post->number == 0 || post->number > next)
        return refuse_number(v, DUBAN_E_SEQUENCE, "number", post->number, next);
    if (post->number > POSTS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "posts", post->number, POSTS_MAX);
    if (*post->code == '\0' || *post->title == '\0')
        return refuse(v, DUBAN_E_EMPTY, *post->code == '\0' ? "code" : "title");
    if (post->from_day < DAY_MIN || post->from_day > DAY_MAX)
        return refuse_day(v, DUBAN_E_DATE, "from_day", post->from_day, DAY_MIN, DAY_MAX);
    if (post->until_day != 0 &&
        (post->until_day < post->from_day || post->until_day > DAY_MAX))
        return refuse_day(v, DUBAN_E_DATE, "until_day", post->until_day, post->from_day,
                          DAY_MAX);
    for (uint32_t j = 0; j < i; j++)
        if (words->posts[j].number == post->number)
            return refuse_found(v, DUBAN_E_DUPLICATE, "number", post->number);
    return DUBAN_OK;
}

/* until_day is the last day. */
static bool overlap(const post_words *a, const post_words *b) {
    return (a->until_day == 0 || a->until_day >= b->from_day) &&
           (b->until_day == 0 || b->until_day >= a->from_day);
}

/* Whether a post shares its code with another on some day. */
static duban_status check_codes(const post_words *posts, uint32_t posts_n,
                                const posts_words *words, const verdict *v) {
    for (uint32_t i = 0; i < words->posts_n; i++) {
        const post_words *post = &posts[words->posts[i].number - 1];
        verdict at = {v->refusal, i + 1};
        for (uint32_t n = 0; n < posts_n; n++)
            if (&posts[n] != post && strcmp(posts[n].code, post->code) == 0 &&
                overlap(&posts[n], post))
                return refuse_text(&at, DUBAN_E_DUPLICATE, "code", post->code, NULL);
    }
    return DUBAN_OK;
}

static bool copy_post(ledger *l, const post_words *from, post_words *to) {
    pool *texts = &l->pending.texts;
    *to = *from;
    to->code = pool_text(texts, &l->memory, from->code);
    to->title = pool_text(texts, &l->memory, from->title);
    if (from->holder.present)
        to->holder.media = pool_text(texts, &l->memory, from->holder.media);
    return to->code != NULL && to->title != NULL &&
           (!from->holder.present || to->holder.media != NULL);
}

/* All posts as they will stand, in l->pending. */
static bool prepare(ledger *l, const posts_words *words, uint32_t posts_n) {
    uint32_t before = posts_count(l);
    post_words *posts = pool_take(&l->pending.texts, &l->memory, posts_n * sizeof *posts);
    if (posts == NULL) return false;
    for (uint32_t i = 0; i < posts_n; i++) {
        const post_words *from = i < before ? &l->posts->posts[i] : NULL;
        for (uint32_t n = 0; n < words->posts_n; n++)
            if (words->posts[n].number == i + 1) from = &words->posts[n];
        if (!copy_post(l, from, &posts[i])) return false;
    }
    l->pending.posts = posts;
    l->pending.posts_n = posts_n;
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published &&
            !cells_reserve(&l->plans[i]->board.cells, &l->memory, posts_n - before))
            return false;
    if (l->posts != NULL) return true;
    l->posts = l->memory.resize(l->memory.ctx, NULL, 0, sizeof *l->posts);
    if (l->posts != NULL) *l->posts = (post_book){0};
    return l->posts != NULL;
}

duban_status posts_check(ledger *l, const posts_words *words, uint32_t signer,
                         const verdict *v) {
    (void)signer;
    uint32_t next = posts_count(l) + 1;
    if (words->posts_n == 0) return refuse(v, DUBAN_E_EMPTY, "posts");
    for (uint32_t i = 0; i < words->posts_n; i++) {
        verdict at = {v->refusal, i + 1};
        duban_status status = check_post(words, i, next, &at);
        if (status != DUBAN_OK) return status;
        next += words->posts[i].number == next;
    }
    if (!prepare(l, words, next - 1)) return refuse_memory(v);
    return check_codes(l->pending.posts, next - 1, words, v);
}

/* --- folding in --------------------------------------------------------------------- */

void posts_show(const ledger *l, plan *p, uint64_t index) {
    for (uint32_t i = 0; i < posts_count(l); i++) {
        cell_name name = {.kind = CELL_POST, .node = i + 1};
        uint32_t at = cells_find(&p->board.cells, &name);
        if (at == NONE) at = board_add(&p->board, &name, NONE, index);
        board_put(&p->board, at, &(cell){.post = l->posts->posts[i]}, index);
    }
}

void posts_apply(ledger *l, uint64_t index, const posts_words *words, uint32_t signer) {
    (void)signer;
    pool before = l->posts->texts;
    l->posts->posts = l->pending.posts;
    l->posts->posts_n = l->pending.posts_n;
    l->posts->texts = l->pending.texts;
    l->pending.texts = (pool){0};
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published) posts_show(l, l->plans[i], index);
    pool_free(&before, &l->memory); /* cells point to the new texts by now */
    trace_say(l, "%" PRIu64 " posts %" PRIu32 " -> %" PRIu32, index, words->posts_n,
              l->posts->posts_n);
}

void posts_free(ledger *l) {
    if (l->posts == NULL) return;
    pool_free(&l->posts->texts, &l->memory);
    l->memory.resize(l->memory.ctx, l->posts, sizeof *l->posts, 0);
    l->posts = NULL;
}

void posts_page(const ledger *l, page_writer *w) {
    for (uint32_t i = 0; i < posts_count(l); i++) {
        const post_words *post = &l->posts->posts[i];
        page_put_text(w, "post");
        page_put_u32(w, post->number);
        page_put_text(w, post->code);
        page_put_text(w, post->title);
        page_put_u32(w, (uint32_t)post->from_day);
        page_put_u32(w, (uint32_t)post->until_day);
        page_put_u32(w, post->holder.present);
        if (!post->holder.present) continue;
        page_put_bytes(w, post->holder.hash.bytes, HASH_SIZE);
        page_put_u32(w, post->holder.size);
        page_put_text(w, post->holder.media);
    }
}

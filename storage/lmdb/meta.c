#include "storage/lmdb/meta.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/files.h"
#include "storage/lmdb/layout.h"

#define META_MAGIC    0xBEEFC0DEu
#define META_VERSION  1
#define PAGE_SIZE_MIN 4096 /* LMDB takes the machine's, at most 32 KiB */
#define PAGE_SIZE_MAX 32768

static bool tree_sound(const lmdb_tree *tree, uint64_t last_page) {
    if (tree->root == NO_PAGE) return tree->depth == 0 && tree->entries == 0;
    uint64_t pages = tree->branch_pages + tree->leaf_pages + tree->overflow_pages;
    return tree->root <= last_page && tree->root >= TREES && tree->depth > 0 &&
           tree->depth <= TREE_DEPTH_MAX && tree->branch_pages <= last_page &&
           tree->leaf_pages <= last_page && tree->overflow_pages <= last_page &&
           pages <= last_page;
}

static bool page_sound(const lmdb_meta *meta, uint64_t number, uint32_t page_bytes,
                       uint64_t file_bytes) {
    if (meta->number != number || meta->flags != PAGE_META) return false;
    if (meta->magic != META_MAGIC || meta->trees[0].pad != page_bytes) return false;
    if (meta->address != 0 || meta->last_page < TREES - 1) return false;
    return meta->last_page < file_bytes / page_bytes;
}

static bool trees_sound(const lmdb_meta *meta) {
    for (int i = 0; i < TREES; i++)
        if (!tree_sound(&meta->trees[i], meta->last_page)) return false;
    return true;
}

/* Each commit writes the page its number's last bit names: so the numbers are neighbours.
 */
static bool follow(const lmdb_meta *even, const lmdb_meta *odd) {
    if (even->transaction == 0 && odd->transaction == 0) return true;
    if (even->transaction % 2 != 0 || odd->transaction % 2 != 1) return false;
    return even->transaction + 1 == odd->transaction ||
           odd->transaction + 1 == even->transaction;
}

static duban_status read_meta(int fd, off_t at, lmdb_meta *out) {
    size_t size;
    duban_status status = files_read_at(fd, out, sizeof *out, at, &size);
    if (status) return status;
    if (size == 0 && at == 0) return DUBAN_E_NOT_FOUND;
    return size == sizeof *out ? DUBAN_OK : DUBAN_E_CORRUPT;
}

static duban_status check(int fd, bool live) {
    struct stat file;
    lmdb_meta pages[2];
    if (fstat(fd, &file) != 0) return files_status(errno);
    duban_status status = read_meta(fd, 0, &pages[0]);
    if (status) return status;
    uint32_t page_bytes = pages[0].trees[0].pad;
    bool other = pages[0].magic == META_MAGIC && pages[0].version != META_VERSION;
    if (page_bytes < PAGE_SIZE_MIN || page_bytes > PAGE_SIZE_MAX ||
        (page_bytes & (page_bytes - 1)))
        return other ? DUBAN_E_VERSION : DUBAN_E_CORRUPT;
    status = read_meta(fd, page_bytes, &pages[1]);
    if (status) return status;
    for (uint32_t i = 0; i < 2; i++)
        if (!page_sound(&pages[i], i, page_bytes, (uint64_t)file.st_size))
            return DUBAN_E_CORRUPT;
    /* Another LMDB's file says so on both; one alone is damaged. */
    if (other && pages[1].version == pages[0].version) return DUBAN_E_VERSION;
    if (other || pages[1].version != META_VERSION) return DUBAN_E_CORRUPT;
    /* When the write of a meta page fails, LMDB puts the old number and last page back,
     * but not the old trees: so only the page it will take must have sound ones. */
    const lmdb_meta *newest =
        pages[1].transaction > pages[0].transaction ? &pages[1] : &pages[0];
    if (!trees_sound(newest)) return DUBAN_E_CORRUPT;
    return live || follow(&pages[0], &pages[1]) ? DUBAN_OK : DUBAN_E_CORRUPT;
}

duban_status lmdb_meta_check(const char *path, bool live) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return files_status(errno);
    duban_status status = check(fd, live);
    close(fd);
    return status;
}

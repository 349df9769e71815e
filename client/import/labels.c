#include "client/import/labels.h"

static const char *const leaders[] = {"牵头领导", "牵头市领导", "责任领导", "分管领导",
                                      "包保领导", "市级领导",   "负责领导", NULL};
static const char *const leads[] = {"牵头单位",     "牵头部门",     "牵头责任单位",
                                    "责任牵头单位", "主办单位",     "主责单位",
                                    "主责部门",     "牵头单位部门", NULL};
static const char *const responsible[] = {"责任单位", "责任部门", "配合单位",
                                          "配合部门", "协办单位", "参与单位",
                                          "参加单位", "协同单位", NULL};
static const char *const deadline[] = {"完成时限", "完成时间", "办结时限", NULL};

label label_at(piece p, size_t position, size_t *size) {
    const char *const *const lists[] = {leaders, leads, responsible, deadline};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        size_t n = piece_word_at(p, position, lists[i]);
        if (n == 0) continue;
        *size = n;
        return (label)(LABEL_LEADERS + (int)i);
    }
    return LABEL_NONE;
}

size_t label_first(piece p) {
    for (size_t i = 0; i < p.size; i += piece_step(p, i)) {
        size_t size = 0;
        if (label_at(p, i, &size) == LABEL_NONE) continue;
        if (piece_starts(piece_from(p, i + size), "：")) return i;
        if (piece_ends(piece_cut(p, 0, i), "（")) return i;
    }
    return PIECE_NONE;
}

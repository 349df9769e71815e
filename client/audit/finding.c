#include "client/audit/finding.h"

#include <string.h>

bool audit_finding_before(const audit_finding *a, const audit_finding *b) {
    if (b->fault == AUDIT_NO_FAULT) return a->fault != AUDIT_NO_FAULT;
    if (a->fault == AUDIT_NO_FAULT) return false;
    if (a->has_index != b->has_index) return !a->has_index;
    if (a->has_index && a->index != b->index) return a->index < b->index;
    return a->fault < b->fault;
}

static duban_status status_of(audit_fault fault) {
    switch (fault) {
    case AUDIT_NO_FAULT: return DUBAN_OK;
    case AUDIT_CHECKPOINT:
    case AUDIT_KEY: return DUBAN_E_NOTE;
    case AUDIT_ROOT: return DUBAN_E_ROOT;
    case AUDIT_DIGEST: return DUBAN_E_DIGEST;
    case AUDIT_RECEIPT: return DUBAN_E_PROOF;
    case AUDIT_WITNESS: return DUBAN_E_WITNESS;
    default: return DUBAN_E_CORRUPT;
    }
}

audit_finding audit_finding_of(audit_fault fault, duban_status why, uint64_t index,
                               const tile_name *name) {
    audit_finding out = {.fault = fault,
                         .status = status_of(fault),
                         .why = why,
                         .has_index = true,
                         .index = index};
    char text[TILE_PATH_SIZE];
    if (!name) {
        out.has_index = false;
        return out;
    }
    tile_path_print(name, text);
    memcpy(out.file, text, sizeof text);
    return out;
}

#include "broker/ledger/reporting.h"

#include "proto/limits.h"

bool reporting_leaves(visibility task, int32_t exempt_day, const item_cell *item) {
    if (task == VISIBILITY_OFFLINE || item->withdrawn) return true;
    if (exempt_day == 0) return false;
    return item->close_day == 0 || item->close_day >= exempt_day;
}

void reporting_add(reporting *r, const item_cell *item, int32_t today) {
    bool reported = item->first_ms != 0;
    bool asked = item->close_day != 0 && item->open_day <= today;
    if (item->withdrawn || (!reported && !asked)) return;
    r->expected++;
    r->reported += reported;
    r->on_time += reported && !item->late;
}

bool reporting_share(uint32_t part, uint32_t whole, decimal *out) {
    if (whole == 0) return false;
    uint64_t tenths = ((uint64_t)part * 2000 + whole) / (2 * (uint64_t)whole);
    *out = (decimal){(int64_t)(tenths * (DECIMAL_MICRO / 10))};
    return true;
}

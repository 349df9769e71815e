#include "broker/ledger/grade_order.h"

uint32_t grade_rank(const grade_order *order, grade value) {
    if (order->n == 0) return value;
    for (uint32_t i = 0; i < order->n; i++)
        if (order->grades[i] == value) return i + 1;
    return 0;
}

grade grade_running_from(const grade_order *order) {
    return order->running_from == GRADE_NONE ? GRADE_YELLOW : order->running_from;
}

bool grade_runs(const grade_order *order, grade value) {
    uint32_t rank = grade_rank(order, value);
    return rank > 0 && rank >= grade_rank(order, grade_running_from(order));
}

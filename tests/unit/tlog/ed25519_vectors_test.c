/* The published edge cases of Ed25519 verification against the policy of
 * docs/decisions/0002: a vector is refused exactly when it carries a refused flag.
 * Skipped (77) where the vectors are not beside the project. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/sign.h"

#define VECTORS "../shared/vectors/ed25519/ed25519vectors.json"

/* The policy, flag by flag. */
static const struct {
    const char *flag;
    bool refused;
} policy[] = {
    {"low_order_A", true},
    {"low_order_R", true},
    {"low_order_residue", true},
    {"non_canonical_A", true},
    {"non_canonical_R", true},
    {"reencoded_k", true},
    {"low_order_component_A", false},
    {"low_order_component_R", false},
};
#define POLICY_COUNT (sizeof policy / sizeof policy[0])

static json_t *vectors;

static int load(void **state) {
    (void)state;
    vectors = json_load_file(VECTORS, 0, NULL);
    return json_is_array(vectors) && json_array_size(vectors) > 0 ? 0 : -1;
}

static int forget(void **state) {
    (void)state;
    json_decref(vectors);
    return 0;
}

static size_t policy_of(const char *flag) {
    for (size_t i = 0; i < POLICY_COUNT; i++)
        if (strcmp(policy[i].flag, flag) == 0) return i;
    fail_msg("the policy says nothing of the flag %s", flag);
    return 0;
}

static void read_hex(const json_t *vector, const char *name, uint8_t *bytes,
                     size_t size) {
    const char *hex = json_string_value(json_object_get(vector, name));
    assert_non_null(hex);
    assert_int_equal(strlen(hex), 2 * size);
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'}, *end = NULL;
        bytes[i] = (uint8_t)strtoul(digits, &end, 16);
        assert_ptr_equal(end, digits + 2);
    }
}

static bool accepted(const json_t *vector) {
    sign_public key = {.algorithm = ALGORITHM_ED25519};
    sign_signature signature;
    const char *message = json_string_value(json_object_get(vector, "msg"));
    assert_non_null(message);
    read_hex(vector, "key", key.bytes, SIGN_PUBLIC_SIZE);
    read_hex(vector, "sig", signature.bytes, SIGN_SIGNATURE_SIZE);
    return sign_verify(&key, message, strlen(message), &signature) == DUBAN_OK;
}

static void every_vector_is_judged_as_the_policy_says_of_its_flags(void **state) {
    (void)state;
    size_t accepted_count = 0, wrong = 0, seen[POLICY_COUNT] = {0};
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        const json_t *vector = json_array_get(vectors, i);
        const json_t *flags = json_object_get(vector, "flags");
        bool refused = false;
        for (size_t f = 0; f < json_array_size(flags); f++) {
            size_t at = policy_of(json_string_value(json_array_get(flags, f)));
            refused |= policy[at].refused;
            seen[at]++;
        }
        bool is_accepted = accepted(vector);
        accepted_count += is_accepted;
        if (is_accepted != refused) continue;
        print_error("vector %zu is %s\n", i, is_accepted ? "accepted" : "refused");
        wrong++;
    }
    print_message("%zu vectors, %zu accepted\n", json_array_size(vectors),
                  accepted_count);
    for (size_t i = 0; i < POLICY_COUNT; i++)
        assert_true(seen[i] > 0);
    assert_true(accepted_count > 0);
    assert_int_equal(wrong, 0);
}

/* sign_public_usable is stricter than verification: no key with a small-order part. */
static void keys_flagged_in_any_way_are_not_usable(void **state) {
    (void)state;
    size_t usable = 0;
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        const json_t *vector = json_array_get(vectors, i);
        const json_t *flags = json_object_get(vector, "flags");
        bool flagged = false;
        for (size_t f = 0; f < json_array_size(flags); f++) {
            const char *flag = json_string_value(json_array_get(flags, f));
            flagged |= flag[strlen(flag) - 1] == 'A';
        }
        sign_public key = {.algorithm = ALGORITHM_ED25519};
        read_hex(vector, "key", key.bytes, SIGN_PUBLIC_SIZE);
        assert_int_equal(sign_public_usable(&key), !flagged);
        usable += !flagged;
    }
    assert_true(usable > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_is_judged_as_the_policy_says_of_its_flags),
        cmocka_unit_test(keys_flagged_in_any_way_are_not_usable),
    };
    if (access("../shared", F_OK) != 0) {
        puts("skipped: there is no ../shared beside the project, so no vectors");
        return 77;
    }
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, load, forget);
}

/*
 * Goal: every figure of a reference file comes out of the functions that the reports use.
 *
 * stat_cases FILE.json… prints "case/variant/key expected got relative_error" for each figure and exits 1
 * when one is beyond the file's tolerance or was not computed.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/stat_base.h"
#include "tests/stat/cases.h"

static const struct {
    const char *name; /* a group's key begins with this */
    json_t *(*compute)(const json_t *input);
} cases[] = {
    {"case01_", case_item},          {"case02_", case_welch},        {"case03_", case_ordinal},
    {"case04_", case_chisq},         {"case05_", case_multiplicity}, {"case06_", case_reliability},
    {"case07_", case_index_partial}, {"case08_", case_classes},      {"case09_", case_units},
    {"case10_", case_trend},         {"case11_", case_nonresponse},  {"case12_", case_degenerate},
    {"case13_", case_oct_apr},       {"case14_", case_cluster},
};

struct tally {
    long right, wrong;
    double worst; /* relative error of those that are right and not iterative */
};

/* The tolerance that the files are made for: absolute 1e-13 plus relative 1e-10; 1e-6 for iterative methods.
 */
static bool within(double expected, double got, bool iterative)
{
    double apart = fabs(got - expected);

    return iterative ? apart <= 1e-6 * fabs(expected) : apart <= 1e-13 + 1e-10 * fabs(expected);
}

static void print_json(const json_t *v)
{
    if (v == NULL)
        printf(" missing");
    else if (json_is_null(v))
        printf(" null");
    else if (json_is_string(v))
        printf(" %s", json_string_value(v));
    else if (json_is_number(v))
        printf(" %.15g", json_number_value(v));
    else
        printf(" %s", json_is_array(v) ? "[…]" : "{…}");
}

static void compare_leaf(const char *path, const json_t *expected, const json_t *got, bool iterative,
                         struct tally *t)
{
    bool right = false;

    printf("%s", path);
    print_json(expected);
    print_json(got);
    if (json_is_number(expected) && json_is_number(got)) {
        double e = json_number_value(expected), x = json_number_value(got);
        double error = fabs(x - e) / (e != 0 ? fabs(e) : 1);

        right = within(e, x, iterative);
        printf(" %.2g", error);
        if (right && !iterative && error > t->worst)
            t->worst = error;
    } else {
        right = got != NULL && json_equal(expected, got);
        printf(" -");
    }
    printf("%s\n", right ? "" : " WRONG");
    t->right += right;
    t->wrong += !right;
}

/* Follows the expected value; what was computed beyond it does not matter. */
static void compare(const char *path, json_t *expected, const json_t *got, bool iterative, struct tally *t)
{
    char below[300];
    const char *key;
    json_t *e;
    size_t i;

    if (json_is_object(expected) && json_is_object(got)) {
        json_object_foreach(expected, key, e)
        {
            (void)snprintf(below, sizeof below, "%s/%s", path, key);
            compare(below, e, json_object_get(got, key), iterative, t);
        }
    } else if (json_is_array(expected) && json_is_array(got) &&
               json_array_size(expected) == json_array_size(got)) {
        json_array_foreach(expected, i, e)
        {
            (void)snprintf(below, sizeof below, "%s[%zu]", path, i);
            compare(below, e, json_array_get(got, i), iterative, t);
        }
    } else if (json_is_array(expected) && json_is_null(got)) {
        json_array_foreach(expected, i, e)
        { /* each must then be null */
            (void)snprintf(below, sizeof below, "%s[%zu]", path, i);
            compare(below, e, got, iterative, t);
        }
    } else if (!json_is_array(expected) && json_array_size(got) == 1) { /* a list of one, unwrapped */
        compare_leaf(path, expected, json_array_get(got, 0), iterative, t);
    } else {
        compare_leaf(path, expected, got, iterative, t);
    }
}

static bool listed(const json_t *list, const char *key)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (json_is_string(item) && strcmp(json_string_value(item), key) == 0)
            return true;
    }
    return false;
}

static json_t *compute(const char *name, const json_t *input)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strncmp(name, cases[i].name, strlen(cases[i].name)) == 0)
            return cases[i].compute(input);
    }
    return json_object(); /* every expected key is then missing */
}

static void run_case(const char *name, json_t *group, const json_t *iterative, struct tally *t)
{
    const char *variant, *key;
    json_t *v, *expected;
    char path[300];

    json_object_foreach(group, variant, v)
    {
        json_t *got;

        if (!json_is_object(v) || !json_is_object(json_object_get(v, "expected")))
            continue; /* title, note */
        got = compute(name, json_object_get(v, "input"));
        json_object_foreach(json_object_get(v, "expected"), key, expected)
        {
            (void)snprintf(path, sizeof path, "%s/%s/%s", name, variant, key);
            compare(path, expected, json_object_get(got, key), listed(iterative, key), t);
        }
        json_decref(got);
    }
}

static bool run_file(const char *file, struct tally *t)
{
    json_error_t error;
    json_t *root = json_load_file(file, 0, &error), *group;
    const json_t *iterative;
    const char *name;

    if (root == NULL) {
        (void)fprintf(stderr, "stat_cases: %s:%d:%d: %s\n", file, error.line, error.column, error.text);
        return false;
    }
    iterative = json_object_get(json_object_get(root, "meta"), "iterative_keys");
    json_object_foreach(root, name, group)
    {
        if (strcmp(name, "meta") != 0)
            run_case(name, group, json_object_get(iterative, name), t);
    }
    json_decref(root);
    return true;
}

int main(int argc, char **argv)
{
    struct tally t = {0, 0, 0};
    bool ok = argc > 1;

    if (argc < 2) {
        (void)fprintf(stderr, "usage: stat_cases FILE.json...\n");
        return 2;
    }
    stat_init();
    for (int i = 1; i < argc; i++)
        ok = run_file(argv[i], &t) && ok;
    printf("%ld figures right, %ld wrong; the largest relative error of a closed form is %.1e\n", t.right,
           t.wrong, t.worst);
    return ok && t.wrong == 0 && t.right > 0 ? 0 : 1;
}

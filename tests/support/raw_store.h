#ifndef TLD_TESTS_RAW_STORE_H
#define TLD_TESTS_RAW_STORE_H

/* What tests do to the file of a store behind its back. Anything that goes wrong aborts the test. */

#include <stdint.h>

/* Runs SQL; returns how many rows the last statement changed. */
int raw_exec(const char *address, const char *sql);

/* Makes the file one of an older schema, as a program of then would have left it: 1, 3, 5 or 6. */
void raw_back_to(const char *address, int version);

/* Of a class's sealed answers the first `count` that are `from` become `to`. */
void raw_change_answers(const char *address, int64_t group_id, uint8_t from, uint8_t to, int count);

#endif

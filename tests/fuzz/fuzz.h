#ifndef TLD_TESTS_FUZZ_H
#define TLD_TESTS_FUZZ_H

/*
 * A fuzz target is one file fuzz_<name>.c with the function below: it hands the bytes to a parser and aborts
 * (FUZZ_CHECK) when what comes out breaks the parser's promises. `make fuzz` lets libFuzzer call it with
 * bytes of its own making; `make fuzz-replay` calls it with the files of tests/corpus/<name>/ in an ordinary
 * build. A new target takes this file, one line in the Makefile's FUZZ and a few starting files in its
 * corpus; an input that found a fault stays in the corpus.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(holds) fuzz_check((holds), #holds, __FILE__, __LINE__)

static inline void fuzz_check(int holds, const char *what, const char *file, int line)
{
    if (holds)
        return;
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

#endif

/* Runs one fuzz target over the files named on the command line. Having none to run is a failure. */

#include <string.h>

#include "core/base/err.h"
#include "core/base/file.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX_BYTES = 4 * 1024 * 1024 };

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;

    for (int i = 1; i < argc; i++) {
        char *text = NULL;
        uint8_t *exact; /* of just this length, so that a sanitizer sees a read past the end */
        size_t bytes = 0;

        if (!file_read(argv[i], INPUT_MAX_BYTES, &text, &bytes, &e)) {
            (void)fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        exact = malloc(bytes > 0 ? bytes : 1);
        FUZZ_CHECK(exact != NULL);
        if (bytes > 0)
            memcpy(exact, text, bytes);
        (void)LLVMFuzzerTestOneInput(exact, bytes);
        free(exact);
        free(text);
    }
    printf("%s: %d inputs\n", argv[0], argc - 1);
    return argc > 1 ? 0 : 1;
}

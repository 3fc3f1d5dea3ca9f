#ifndef TLD_DOMAIN_ROUND_H
#define TLD_DOMAIN_ROUND_H

/* A round: one dated measurement, "YYYY-MM", and the states it passes through. */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"

enum round_state {
    ROUND_PLANNED, /* before opens; takes no answers */
    ROUND_OPEN,    /* takes answers */
    ROUND_CLOSED,  /* takes none; still the single responses */
    ROUND_SEALED   /* column blocks only; never opens again */
};
const char *round_state_word(enum round_state s); /* "planned", "open", "closed", "sealed" */

enum { ROUND_CODE_BYTES = 8 }; /* "2026-10" and its NUL */

struct round {
    char code[ROUND_CODE_BYTES];
    enum round_state state;
    int64_t opens_s;  /* from when it opens by itself, UTC seconds */
    int64_t closes_s; /* from when it closes by itself; > opens_s */
};

/* Accepts "2026-10": a month of the school years 2000/2001 to 2198/2199. ERR_INPUT. */
bool round_code_check(const char *code, struct err *e) __attribute__((warn_unused_result));

/* The school year that a round belongs to (August to July): "2026-10" → 2026, "2027-04" → 2026. */
int round_school_year(const char *code);

/* Months since year 0, for differences between rounds: "2026-10" → 24321. */
int round_months(const char *code);

/* Default times: the 1st of the month 06:00 to the last of the month 20:00, on a Swedish clock. */
void round_default_times(const char *code, int64_t *opens_s, int64_t *closes_s);

/*
 * The state that the clock asks for: a planned round opens at opens_s, an open one closes at closes_s. Never
 * goes back; a round that was missed altogether (now >= closes_s while planned) becomes closed.
 */
enum round_state round_state_at(const struct round *r, int64_t now_s);

#endif

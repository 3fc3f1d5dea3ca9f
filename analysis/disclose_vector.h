#ifndef TLD_ANALYSIS_DISCLOSE_VECTOR_H
#define TLD_ANALYSIS_DISCLOSE_VECTOR_H

/* One vector over the groups of a sheet, whole responses or one item's, and the linear stage over it: for
 * disclose_decide. */

#include "analysis/disclose_sheet.h"

struct sheet_vector {
    const int64_t *n;
    const uint64_t *answers;     /* NULL: nobody is like another */
    const int64_t *const *count; /* of each group */
    const struct sheet_told *told;
    const uint8_t *before;
    uint64_t *as_if; /* of each group: an answer that as a partner it is taken to have given alike; or NULL */
    uint8_t *state;  /* what is withheld already; then the answer */
};

/* The one answer of all in the group, or 0; DISCLOSE_DONT_KNOW where nobody counts. */
uint64_t vector_one_answer(const struct sheet_vector *v, size_t g);

/* Whether the group must not follow from what is shown. silent_too: those who chose vet ej are somebody. */
bool vector_is_secret(const struct disclose_sheet *s, const struct sheet_vector *v, size_t g,
                      bool silent_too);

/* Withholds more where something that must not follows by adding and subtracting (disclose_linear.h): within
 * each of the blocks, of what it shows alone; NULL: of all that is shown. */
void vector_release(const struct disclose_sheet *s, const struct sheet_vector *v, const bool *block);

#endif

#ifndef TLD_ANALYSIS_RESULTS_H
#define TLD_ANALYSIS_RESULTS_H

/* The lattices of a dataset's measurements with what an audience may see of them: what tables are made from.
 */

#include "analysis/lattice.h"

struct results {
    const struct dataset *d;
    enum release_audience audience;
    struct lattice *lattice; /* one for each measurement of the dataset */
};

struct results_options {
    unsigned threads;                   /* 0: as many as there are processors */
    void (*progress)(const char *what); /* or NULL; called from any of the threads, one at a time */
};

/* Makes all of them, and decides what principals and the administration may see, on all processors. d is
 * borrowed. */
void results_init(struct results *r, const struct dataset *d, const struct results_options *o);
/* Decides what of that everybody may see. */
void results_narrow(struct results *r, const struct results_options *o);
void results_fini(struct results *r);

#endif

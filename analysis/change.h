#ifndef TLD_ANALYSIS_CHANGE_H
#define TLD_ANALYSIS_CHANGE_H

/*
 * How an item of a group has changed since an earlier place, and how sure that is.
 *
 * Within a school year a group of whole classes is measured twice through the same classes. With at least
 * STAT_CHANGE_CLASSES of them shown both times, and in them three quarters of the answers of both times:
 * paired t on the class means ("paired_classes"). Else Welch, each variance times the design effect of the
 * classes shown at that time, at least 1; fewer than two of them at one time, that of the other time
 * ("welch_design_effect"). Otherwise, and where fewer than two classes are shown both times: Welch ("welch").
 */

#include "analysis/history.h"
#include "analysis/measure.h"
#include "analysis/stat_change.h"

struct change {
    struct contrast contrast; /* now less then, of all answers */
    struct stat_t_test
        test; /* the one that `method` names; its interval is of the difference that it tests */
    struct stat_value p;
    const char *method; /* NULL: there is no test */
    /* Within a school year, of a test but paired_classes: of how many of the assumptions tried on who
     * answered twice, and how alike, a difference would be told: "0/12" to "12/12". NULL: not known. */
    const char *robust;
    struct source *source; /* the classes whose figures the test is made of; all are shown */
    size_t sources, capacity;
};

/* a and b: the measures at now and then. */
void change_init(struct change *c, const struct history *h, const struct origin *now,
                 const struct origin *then, const struct measure *a, const struct measure *b);
void change_fini(struct change *c);

#endif

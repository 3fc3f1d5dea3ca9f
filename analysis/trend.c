#include "analysis/trend.h"

#include <stdlib.h>

#include "core/base/mem.h"

static const double CONFIDENCE = 0.95;

struct origin *trend_origins(const struct history *h, const struct place *now, const struct line *before,
                             size_t item, size_t *count)
{
    struct origin *at = mem_alloc(before->count + 1, sizeof *at);

    *count = 0;
    at[0] = (struct origin){.place = now, .item = item};
    if (!origin_shown(&at[0]))
        return at;
    *count = 1;
    for (size_t i = 0; i < before->count; i++) {
        const struct origin o = history_origin(h, now->measurement, item, &before->at[i]);

        if (origin_shown(&o))
            at[(*count)++] = o;
    }
    return at;
}

struct trend trend_line(const struct history *h, const struct origin *at, size_t count)
{
    struct stat_trend_round *round = mem_alloc(count, sizeof *round);
    const int now = count == 0 ? 0 : round_months(at[0].place->lattice->m->round->code);
    struct trend t = {.per_year = stat_none(STAT_TOO_FEW), .interval = stat_range_none(STAT_TOO_FEW)};

    for (size_t i = 0; i < count; i++) {
        const int month = round_months(at[count - 1 - i].place->lattice->m->round->code);

        round[i] = (struct stat_trend_round){.years = (month - now) / 12.0,
                                             .april = month % 12 == 3,
                                             .summary = history_summary(h, &at[count - 1 - i])};
    }
    if (count >= TREND_LEAST) {
        const struct stat_regression r = stat_trend_line(round, count, stat_trend_seasons(round, count));
        const struct stat_trend_slope s = stat_trend_slope(round, count);

        t.per_year = r.state == STAT_OK ? stat_ok(r.coefficient[1]) : stat_none(r.state);
        t.interval = stat_trend_interval(&s, CONFIDENCE);
    }
    free(round);
    return t;
}

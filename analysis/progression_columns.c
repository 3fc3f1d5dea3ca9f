#include "analysis/progression_columns.h"

#include "analysis/series.h"

const struct column PROGRESSION_COLUMNS[] = {
    ROW_FIRST,
    [COL_INDEX] = {.name = "index_0_100",
                   .help = "100 (mean - 1) / (C - 1), 100 is best: reversed questions are turned",
                   .from = OWN,
                   .decimals = 1},
    [COL_SHARE_POSITIVE] = {.name = "share_positive",
                            .help = "share of n who chose a positive option, 0-1; questions only",
                            .from = OWN,
                            .decimals = 3},
    [COL_SHARE_DONT_KNOW] = {.name = "share_dont_know",
                             .help = "share who chose vet ej, of n and these, 0-1; questions only",
                             .from = OWN,
                             .decimals = 3},
    [COL_CI_LOW] = {.name = "ci_low",
                    .help = "95 % process interval of the mean",
                    .from = OWN,
                    .decimals = 2},
    [COL_CI_HIGH] = {.name = "ci_high", .help = "its upper end", .from = OWN, .decimals = 2},
    [COL_CHANGE_PREVIOUS] = {.name = "change_previous",
                             .help = "mean less the mean when the group was last measured",
                             .from = OWN | PREVIOUS,
                             .decimals = 2},
    [COL_CHANGE_SAME_MONTH] = {.name = "change_same_month",
                               .help = "mean less the mean of the same month a year before; of a grade: "
                                       "other pupils",
                               .from = OWN | SAME_MONTH,
                               .decimals = 2},
    [COL_DIFFERENCE_STATE] = {.name = "difference_state",
                              .help = "of change_previous: tydlig skillnad, möjlig skillnad, ingen påvisad "
                                      "skillnad, för få svar",
                              .from = OWN | PREVIOUS | CLASSES,
                              .too_few = MEASURE_TOO_FEW},
    [COL_P] = {.name = "p",
               .help = "of change_previous, two-sided; by which test says method",
               .from = OWN | PREVIOUS | CLASSES,
               .decimals = 4},
    [COL_P_ADJUSTED] = {.name = "p_adjusted",
                        .help =
                            "Benjamini-Hochberg over the units' dimensions in the round (the areas' and the "
                            "municipality's are families of their own); others are exploratory and have none",
                        .from = OWN | PREVIOUS | CLASSES,
                        .decimals = 4},
    [COL_EFFECT_DELTA] = {.name = "effect_delta",
                          .help = "of change_previous: Cliff's delta, -1..1",
                          .from = OWN | PREVIOUS,
                          .decimals = 2},
    [COL_STATUS] = {.name = "status",
                    .help =
                        "value, suppressed, too_few, low_response (--public alone), undefined or not_asked",
                    .status = true},
    ROW_BELONGS(COL_BELONGS),
    [COL_SERIES] = {.name = "series", .help = SERIES_HELP},
    [COL_CHANGE_COHORT] = {.name = "change_cohort",
                           .help =
                               "of a grade: mean less the mean of the grade below a year before, much the "
                               "same pupils",
                           .from = OWN | COHORT,
                           .decimals = 2},
    [COL_TREND_PER_YEAR] = {.name = "trend_per_year",
                            .help = "the line through all rounds until this one in which the row was shown, "
                                    "with an April term: change of the mean a year; from 3 rounds on",
                            .from = OWN | TREND,
                            .decimals = 3},
    [COL_TREND_LOW] = {.name = "trend_low",
                       .help = "95 % interval of it; from 6 rounds on",
                       .from = OWN | TREND,
                       .decimals = 3},
    [COL_TREND_HIGH] = {.name = "trend_high", .help = "its upper end", .from = OWN | TREND, .decimals = 3},
    [COL_TREND_ROUNDS] = {.name = "trend_rounds",
                          .help = "how many rounds the line has, or would have",
                          .from = OWN | TREND},
    [COL_METHOD] = {.name = "method",
                    .help =
                        "the test of p: welch; within a school year paired_classes (paired t on the means of "
                        "four classes or more that most of the answers are in), else welch_design_effect",
                    .from = OWN | PREVIOUS | CLASSES},
    [COL_ROBUST] =
        {.name = "robust",
         .help = "of a test within a school year: on how many of 12 assumptions on who answered twice, "
                 "and how alike, p < .05, 0/12 to 12/12; none for paired_classes, which needs no such, "
                 "and for genders",
         .from = OWN | PREVIOUS | CLASSES},
    [COL_TARGET] = {.name = "target",
                    .help = "of a unit: what it wants to reach in this round, on the scale of target_measure",
                    .decimals = 2},
    [COL_TARGET_STATE] = {.name = "target_state",
                          .help =
                              "by the 95 % process interval of the figure: uppnått, inte uppnått, kan inte "
                              "avgöras; för få svar where it is withheld",
                          .from = OWN,
                          .instead = MEASURE_TOO_FEW},
    [COL_TARGET_MEASURE] = {.name = "target_measure", .help = "index (index_0_100), mean or share_positive"},
    [COL_TARGET_DIRECTION] = {.name = "target_direction", .help = "at_least or at_most"},
    [COL_INSTEAD] = {.name = "instead",
                     .help = "where the row is withheld: the nearest wider group that is shown, as "
                             "level/group_kind/group of its own row",
                     .from = INSTEAD},
    [COL_INSTEAD_INDEX] = {.name = "instead_index_0_100",
                           .help = "its index_0_100, the same round, form and item",
                           .from = INSTEAD,
                           .decimals = 1},
    [COL_CHANGE_LOW] = {.name = "change_low",
                        .help =
                            "95 % interval by that test: of change_previous, or for paired_classes of the "
                            "classes' mean change",
                        .from = OWN | PREVIOUS | CLASSES,
                        .decimals = 2},
    [COL_CHANGE_HIGH] = {.name = "change_high",
                         .help = "its upper end",
                         .from = OWN | PREVIOUS | CLASSES,
                         .decimals = 2},
    [COL_DETECTABLE] = {.name = "detectable",
                        .help = "the smallest change that this test would have shown with so many answers "
                                "(power 0.8)",
                        .from = OWN | PREVIOUS | CLASSES,
                        .decimals = 2},
    [COL_RESPONSE_WARNING] = ROW_RESPONSE_WARNING,
};
const size_t PROGRESSION_COLUMN_COUNT = COL_COUNT;

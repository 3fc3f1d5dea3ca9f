# data.table's side of figures.mjs: Rscript figures_datatable.R FILE.csv. Prints one line of JSON: the seconds of each
# form in which it can be asked for all figures, from its own table in memory, on all processors.
suppressMessages(library(data.table))
setDTthreads(0)
file <- commandArgs(trailingOnly = TRUE)[1]
tries <- 7
codes <- c(1, 2, 3, 4, 9) # 9: vet ej, 0: unanswered

# n, mean and sd follow from the counts of the categories, as ours do: vectors over all units.
figures <- function(c1, c2, c3, c4) {
    n <- c1 + c2 + c3 + c4
    sum <- c1 + 2 * c2 + 3 * c3 + 4 * c4
    square <- c1 + 4 * c2 + 9 * c3 + 16 * c4
    list(n = n, mean = sum / n, sd = sqrt((square - sum * sum / n) / (n - 1)))
}

check <- function(f, c1, c2, c3, c4, dont_know, unanswered) {
    c(n = sum(f$n), mean = sum(f$mean), sd = sum(f$sd), category = sum(c1 + 2 * c2 + 3 * c3 + 4 * c4),
      dont_know = sum(dont_know), unanswered = sum(unanswered))
}

# A column a question: for each unit the counts of each column.
by_column <- function() {
    counts <- wide[, lapply(.SD, tabulate, nbins = 9L), by = unit]
    size <- wide[, .N, by = unit]$N
    total <- 0
    for (q in questions) {
        m <- matrix(as.double(counts[[q]]), nrow = 9)
        f <- figures(m[1, ], m[2, ], m[3, ], m[4, ])
        total <- total + check(f, m[1, ], m[2, ], m[3, ], m[4, ], m[9, ], size - f$n - m[9, ])
    }
    total
}

# A row an answer: for each unit, question and answer their number.
by_row <- function() {
    counts <- long[, .N, by = .(unit, question, answer)]
    table <- dcast(counts, unit + question ~ answer, value.var = "N", fill = 0L)
    c1 <- as.double(table$`1`)
    f <- figures(c1, table$`2`, table$`3`, table$`4`)
    check(f, c1, table$`2`, table$`3`, table$`4`, table$`9`, table$`0`)
}

best <- function(form) {
    seconds <- Inf
    for (i in seq_len(tries)) seconds <- min(seconds, system.time(total <- form())[["elapsed"]])
    sprintf('{"seconds": %.3f, "check": {%s}}', seconds, paste(sprintf('"%s": %.6f', names(total), total), collapse = ", "))
}

loaded <- system.time({
    wide <- fread(file, showProgress = FALSE)
    questions <- names(wide)[-1]
    setkey(wide, unit)
})[["elapsed"]]
column <- best(by_column)
loaded <- loaded + system.time({
    long <- melt(wide, id.vars = "unit", variable.name = "question", value.name = "answer")
    rm(wide)
    invisible(gc())
})[["elapsed"]]
tries <- 1 # it takes so much longer
row <- best(by_row)
cat(sprintf('{"version": "%s", "threads": %d, "loaded": %.2f, "forms": {"a column a question": %s, "a row an answer": %s}}\n',
            packageVersion("data.table"), getDTthreads(), loaded, column, row))

# The same work as benchmarks/scoring.py in R: scores by rowMeans with the half rule, psych::alpha
# on ten scales, psych::omega on their correlations if GPArotation is installed.
# Rscript scoring.R ANSWERS ROWS RESULT
#   ANSWERS  rows x 30 answers, one byte each, item after item, 0 = missing
#   RESULT   written: scale,statistic,item,value
# Prints one line: wall and CPU seconds of scores, reliability and omega, then peak memory in MB.
arguments <- commandArgs(TRUE)
rows <- as.integer(arguments[2])
suppressWarnings(suppressMessages(library(psych)))

raw <- readBin(arguments[1], "integer", rows * 30, size = 1)
raw[raw == 0] <- NA
answers <- as.data.frame(matrix(raw, ncol = 30))
rm(raw)
invisible(gc())

subscales <- setNames(lapply(0:5, function(k) k * 5 + 1:5), paste0("S", 1:6))
metas <- setNames(lapply(0:2, function(k) k * 10 + 1:10), paste0("M", 1:3))
scales <- c(subscales, metas, list(INDEX = 1:30))
reversed <- seq(4, 30, by = 4)
factors <- c(rep(1, 6), rep(2, 3), 6)

half_rule <- function(items) {
  score <- rowMeans(items, na.rm = TRUE)
  score[rowSums(!is.na(items)) < 3] <- NA
  25 * (score - 1)
}
all_scores <- function(keyed) {
  leaf <- sapply(subscales, function(columns) half_rule(keyed[, columns]))
  meta <- sapply(0:2, function(k) rowMeans(leaf[, 2 * k + 1:2]))
  cbind(leaf, meta, rowMeans(meta))
}
timed <- function(work) {
  before <- proc.time()
  value <- work()
  spent <- proc.time() - before
  list(value = value, wall = spent[[3]], cpu = sum(spent[c(1, 2, 4, 5)], na.rm = TRUE))
}
quiet <- function(work) suppressWarnings(suppressMessages(work))

scoring <- timed(function() {
  answers[, reversed] <<- 6 - answers[, reversed]
  all_scores(answers)
})
alphas <- timed(function() {
  lapply(scales, function(columns) quiet(alpha(answers[, columns], warnings = FALSE)))
})
omegas <- list(wall = NA, cpu = NA)
if (requireNamespace("GPArotation", quietly = TRUE)) {
  omegas <- timed(function() {
    lapply(seq_along(scales), function(k) {
      correlations <- cor(answers[, scales[[k]]], use = "pairwise")
      quiet(omega(correlations, nfactors = factors[k], plot = FALSE))
    })
  })
}

entry <- function(scale, statistic, value) {
  data.frame(scale = scale, statistic = statistic, item = seq_along(value) - 1,
             value = sprintf("%.17g", value))
}
result <- do.call(rbind, lapply(seq_along(scales), function(k) {
  name <- names(scales)[k]
  found <- alphas$value[[k]]
  score <- scoring$value[, k]
  parts <- list(
    entry(name, "mean score", mean(score, na.rm = TRUE)),
    entry(name, "sd of scores", sd(score, na.rm = TRUE)),
    entry(name, "respondents scored", sum(!is.na(score))),
    entry(name, "alpha", found$total$raw_alpha),
    entry(name, "standardised alpha", found$total$std.alpha),
    entry(name, "lambda6", found$total[["G6(smc)"]]),
    entry(name, "alpha if dropped", found$alpha.drop$raw_alpha),
    entry(name, "item-rest correlation", found$item.stats$r.drop)
  )
  if (!is.na(omegas$wall)) {
    parts <- c(parts, list(
      entry(name, "omega total", omegas$value[[k]]$omega.tot),
      entry(name, "omega hierarchical", omegas$value[[k]]$omega_h)
    ))
  }
  do.call(rbind, parts)
}))
write.csv(result, arguments[3], row.names = FALSE, quote = FALSE)

peak <- NA
if (file.exists("/proc/self/status")) {
  status <- readLines("/proc/self/status")
  peak <- as.numeric(gsub("[^0-9]", "", grep("^VmHWM", status, value = TRUE))) / 1024
}
cat(scoring$wall, scoring$cpu, alphas$wall, alphas$cpu, omegas$wall, omegas$cpu, peak, "\n")

# The same work as benchmarks/comparison.py in R: lme4::lmer for doctors within organisations and
# within units, metafor::rma with Knapp and Hartung, BLUPs, prediction and each one left out, and
# boot::boot over organisations.
# Rscript comparison.R SCORES ROWS SCALES ORGANISATIONS UNITS DRAWS RESULT
#   SCORES  rows x scales doubles, scale after scale; then organisation and unit of each row, as doubles
#   DRAWS   number of draws; RESULT written: scale,statistic,place,value
# Prints one line: wall seconds of lmer, metafor and boot.
arguments <- commandArgs(TRUE)
rows <- as.integer(arguments[2])
scales <- as.integer(arguments[3])
draws <- as.integer(arguments[6])
suppressWarnings(suppressMessages({ library(lme4); library(metafor); library(boot) }))
raw <- readBin(arguments[1], "double", rows * (scales + 2))
scores <- matrix(raw[seq_len(rows * scales)], ncol = scales)
organisation <- factor(raw[rows * scales + seq_len(rows)])
unit <- factor(raw[rows * (scales + 1) + seq_len(rows)])

out <- list()
keep <- function(scale, statistic, values)
  out[[length(out) + 1]] <<- data.frame(scale, statistic, place = seq_along(values) - 1, value = values)
wall <- c(0, 0, 0)
timed <- function(which, work) {
  spent <- system.time(value <- work())[[3]]
  wall[which] <<- wall[which] + spent
  value
}
for (s in seq_len(scales)) {
  y <- scores[, s]
  fits <- timed(1, function() list(
    lmer(y ~ 1 + (1 | organisation)), lmer(y ~ 1 + (1 | unit))))
  for (k in 1:2) {
    parts <- as.data.frame(VarCorr(fits[[k]]))$vcov
    keep(s, c("variance, organisations", "variance, units")[k], parts)
    keep(s, c("effects, organisations", "effects, units")[k], ranef(fits[[k]])[[1]][, 1])
  }
  n <- as.numeric(table(organisation))
  mean_o <- as.numeric(tapply(y, organisation, mean))
  v <- as.numeric(tapply(y, organisation, var)) / n
  timed(2, function() {
    fit <- rma(mean_o, v, method = "REML", test = "knha", control = list(threshold = 1e-10, maxiter = 1000))
    keep(s, "mean and tau2", c(fit$beta[1], fit$se, fit$tau2))
    keep(s, "shrunken", blup(fit)$pred)
    left <- leave1out(rma(mean_o, v, method = "DL"))
    z <- (mean_o - left$estimate) / sqrt(v + left$tau2 + left$se^2)
    keep(s, "left out, z", z)
    keep(s, "adjusted p", p.adjust(2 * pnorm(-abs(z)), method = "BH"))
  })
  set.seed(s)
  found <- timed(3, function() boot(data.frame(mean_o, v), function(d, i) {
    one <- rma(d$mean_o[i], d$v[i], method = "REML", control = list(maxiter = 1000))
    c(one$beta[1], one$tau2)
  }, R = draws))
  keep(s, "interval of the mean, drawn", quantile(found$t[, 1], c(.025, .975)))
  keep(s, "interval of tau2, drawn", quantile(found$t[, 2], c(.025, .975)))
}
write.csv(do.call(rbind, out), arguments[7], row.names = FALSE)
cat(wall, "\n")

"""A study over a cohort: associations, mediation, group means and the percentiles of a healthy group."""

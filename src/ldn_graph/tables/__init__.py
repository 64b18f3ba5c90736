"""Tables and plots for clinicians: Summary of Findings, study-by-study comparison, forest plot.

Everything comes out of canned queries; figures are as printed. `sheet` is a table and its forms, `material` the rows
that tables are made of, `people` how many stand behind them, `absolute` what a ratio means beside a baseline risk,
`summary` and `comparison` the two tables, `forest` the panels of a plot, `axis` and `drawing` its picture.
"""

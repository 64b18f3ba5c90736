"""The number rules that SHACL cannot say: pure functions over the facts of one study, exact in their arithmetic.

A rule looks at figures as they are printed, each with its closed rounding box, and is silent where it cannot decide.
`docs/rules.md` says of each rule what it checks, why, by which formula, and from which source.
"""

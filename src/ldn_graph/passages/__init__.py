"""Passages: where values stand in a copy of a source that the user owns, and whether each figure stands there.

`reading` sees through typesetting, `numerals` finds printed numbers, `wording` knows a passage again without its text,
`wanted` is what the evidence says, `sources` are the user's files, `places` finds the passages in them, `checks` looks
for the figures, `forms` writes what came out, `locating` gives a curator the line to paste.
"""

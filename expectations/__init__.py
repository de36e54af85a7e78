"""Expectations: what a row must hold to enter the warehouse, and what the marts must hold to be published.

`rules` says what a rule is; `documents`, `claims` and `company_facts` are the suites of gate 1, `facts`, `units` and
`batch` those of gate 2; `validation` runs a suite in Great Expectations; `gates` decides what its results mean. Nothing
here corrects a row.
"""

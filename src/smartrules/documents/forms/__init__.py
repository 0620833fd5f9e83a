"""The form in which a community gives its facts: an Excel workbook → facts.

`layout` says what the cells of a form are found by, for this room and for the one that writes forms. `archive` takes a
workbook apart within bounds, `workbook` reads its cells, `cells` what people write into them, and `reading` makes facts of
it all. Nothing here needs more than Python itself; what makes workbooks is in `smartrules.reports.forms`.
"""

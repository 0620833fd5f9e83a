"""The form in which a community gives its facts, written as an Excel workbook from the declarations of a ruleset.

`pages` says which rows there are, `cells` what may be written into them, `checks` the formulas that check it while it is written,
`sheet` how it looks, and `writing` makes the workbook. What its cells are found by when it is read again is in
`smartrules.documents.forms.layout`.
"""

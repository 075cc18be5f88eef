"""The policy document (蛟办发〔2021〕28号) as pure code: no clock, no database, no exception for "not eligible".

Start with `decide.decide`. One module per part of the document, in its order: household, income, property, tekun,
categories, dibao, phase_out, single_person. `due.amount_due` says what a running award is due for a month,
`timeline.timeline` plays decisions and months through, `price.price_subsidy` says what a published rise in prices pays.
Readings and parameters live in `standards/*.yaml`, the sentences of the documents with the functions that apply them in
`provisions/*.yaml`. `index` (量化评审) advises.
"""

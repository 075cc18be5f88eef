"""The intake form: sections of the draft, rows in them, and the family they make.

``typed`` reads what a browser sent, ``draft`` puts all sections together, ``precheck`` asks the rules, ``known`` looks
numbers up, ``review`` fills a draft from the file; the other modules are one section each.
"""

"""What a check may ask: of tabs, of the project, of the members of groups.

Each method either does what its name says or raises a `Failure` with the evidence.
"""

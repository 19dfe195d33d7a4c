"""`make doctor`: what a project runs on, and what of it is in the way.

It changes nothing, and what it starts ends with it.
"""

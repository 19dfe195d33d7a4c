"""`make doctor`: what a project runs on, and what is wrong with it.

It changes nothing, and what it starts ends with it.
"""

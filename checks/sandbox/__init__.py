"""A learner's project in processes of its own: started, isolated, and ended.

`processes` forks them and reads what they report; `child` is what such a process does
first, `isolation` gives it a database and a key prefix of its own, `source` loads the
learner's modules, `daphne` serves them. `broker` finds or starts Redis.
"""

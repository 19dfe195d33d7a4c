"""The checks in here judge projects that tests make: they are no tests themselves."""

collect_ignore_glob = ["*"]

"""What a check may ask for: tabs, the project, the members of groups."""

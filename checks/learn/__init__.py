"""What goes on while somebody learns: watching files, serving their project."""

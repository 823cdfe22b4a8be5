"""What `kiemtra` does at the command line: one module a group of commands, each a function of its arguments."""

"""A stranger's spreadsheet -> plain cells: looked at, then opened in a process of its own and under limits."""

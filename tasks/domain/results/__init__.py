"""The results of a year, counted from facts: every unit on its line, the silent ones too."""

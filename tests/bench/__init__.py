"""Speed and memory, measured and never promised in a timed test: ratios against a bare reference in the same run."""

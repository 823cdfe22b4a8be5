"""The end of a year: its facts gathered as of a moment, and editions that stay what they were."""

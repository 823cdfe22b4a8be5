"""The year 2025 of huyện Vĩnh Linh on a virtual clock: the real flows, a real Prefect server, simulated people."""

"""Bad days of a living house: server, runner and runs killed at random, and how long no clock came."""

import random
import tempfile
import time
from datetime import datetime
from pathlib import Path

from tasks.domain.calendar import ZONE
from tests.flows.conftest import PLAN
from tests.lived import WAYS, BadDays, LivedHouse

EVERY_SECONDS = 60


def bench(size: int) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        house = LivedHouse(Path(folder))
        try:
            house.found(PLAN.read_text(encoding="utf-8"), f"every_seconds = {EVERY_SECONDS}")
            days = BadDays(house, random.Random(seed), house.start())
            days.goes_on(datetime.now(ZONE))
            for number in range(size):
                way = WAYS[number % len(WAYS)]
                struck = days.strike(way)
                begun = time.monotonic()
                days.goes_on(struck)
                print(f"  {number + 1:>3} {way:<7} went on after {time.monotonic() - begun:>6.1f} s", flush=True)
            left = [run for run in house.runs("", "RUNNING") if run["auto_scheduled"]]
            print(f"{size} kills; runs that look alive at the end: {len(left)}")
        finally:
            house.close()

"""The shards of a plan on a Dask cluster: python3 run_on_dask.py PLAN [SCHEDULER]

Without the address of a scheduler, workers are started on this machine.
"""

import os
import subprocess
import sys

from distributed import Client, as_completed

SLICES = int(os.environ.get("DASK_SLICES", "64"))
REFUSED = (1, 2)  # wrong input: trying again is of no use
ATTEMPTS = 20


def stridebuf(*arguments):
    """Runs the command; raises, so that Dask tries elsewhere, unless it is done or refuses for good."""
    ended = subprocess.run(["stridebuf", *arguments], stderr=subprocess.PIPE, text=True)
    if ended.returncode not in (0, *REFUSED):
        raise RuntimeError(f"status {ended.returncode}: {ended.stderr.strip()}")
    return ended.returncode, ended.stderr.strip()


def main(plan, scheduler=None):
    with Client(scheduler) if scheduler else Client(processes=True, dashboard_address=None) as client:
        shares = [f"{i}/{SLICES}" for i in range(SLICES)]
        futures = [
            client.submit(stridebuf, "run", plan, "--quiet", "--slice", share, retries=ATTEMPTS, pure=False)
            for share in shares
        ]
        for _, (status, message) in as_completed(futures, with_results=True):
            if status in REFUSED:
                client.cancel(futures)
                sys.exit(f"{message}\nstatus {status}, which no retry mends")
    return subprocess.run(["stridebuf", "verify", plan]).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

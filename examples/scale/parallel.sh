#!/usr/bin/env bash
# The shards of a plan on the cores of this machine: parallel.sh PLAN [SLICES]
# Start it again after whatever ended it: slices that ended well are skipped, the others go on where they were.
set -uo pipefail
plan=$1
slices=${2:-64}
log=${JOBLOG:-$plan.joblog}

seq "$slices" | parallel --joblog "$log" --resume-failed -N0 stridebuf run "$plan" --quiet --of "$slices" || exit

stridebuf verify "$plan"
status=$?
# 3: what was done has been damaged since; the log must not keep it from being done again.
if [ "$status" = 3 ]; then rm -f "$log"; fi
exit "$status"

"""Compares stores as zarr-python sees them: compare.py SOURCE RESULT DTYPE, where DTYPE is for floats, or "" for what was there"""
import json
import sys

import numpy as np
import zarr

source, result, descr = sys.argv[1:4]


def fill(array, dtype):
    value = array.fill_value
    return None if value is None else np.asarray(value).astype(dtype)


def same(a, b):
    return a.dtype.hasobject and (a == b).all() or a.tobytes() == b.tobytes()


def compare(before, after):
    floats = before.dtype.kind == "f" and descr
    dtype = np.dtype(descr) if floats else before.dtype
    with np.errstate(all="ignore"):
        values = before[...].astype(dtype)
        fills = fill(before, dtype), fill(after, dtype)
    return {
        "dtype": after.dtype == dtype,
        # Without a fill value, missing items are whatever lies in memory.
        "values": before.fill_value is None or bool(same(values, after[...])),
        "attributes": before.attrs.asdict() == after.attrs.asdict(),
        "initialized": before.nchunks_initialized == after.nchunks_initialized,
        "fill": fills[0] is None and fills[1] is None or bool(same(*fills)),
        "rest": [before.order, before.filters, before._dimension_separator] == [after.order, after.filters, after._dimension_separator]
        or "shuffled" in before.path,
        "compressor": before.compressor == after.compressor,
        "chunks": before.chunks == after.chunks,
    }


a, b = zarr.open(source, mode="r"), zarr.open(result, mode="r")
wrong = []
if isinstance(a, zarr.Array):
    pairs = [("", a, b)]
else:
    pairs = []
    a.visititems(lambda name, each: pairs.append((name, each, b[name])))
    if ".zmetadata" in a.store:
        consolidated = zarr.open_consolidated(result, mode="r")
        pairs += [(name + " (consolidated)", each, consolidated[name]) for name, each, _ in pairs]
for name, before, after in pairs:
    if isinstance(before, zarr.Group):
        if before.attrs.asdict() != after.attrs.asdict():
            wrong.append([name, "attributes"])
        continue
    wrong += [[name, what] for what, right in compare(before, after).items() if not right]
print(json.dumps({"arrays": len(pairs), "wrong": wrong}))

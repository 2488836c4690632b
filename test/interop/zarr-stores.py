"""Writes Zarr v2 arrays with zarr-python, and each array's values as .npy beside it: zarr-stores.py FOLDER"""
import sys

import numcodecs
import numpy as np
import zarr

folder = sys.argv[1]
root = zarr.open_group(folder + "/v2.zarr", mode="w")
rng = np.random.default_rng(15)
record = np.dtype([("id", "<i4"), ("x", ">f8"), ("tag", "S3"), ("at", "<f4", (2,))])
T = "datetime64[ns]"


def put(name, values, chunks=(3, 4), **options):
    array = root.create_dataset(name, shape=values.shape, chunks=chunks[: values.ndim], dtype=values.dtype, **options)
    array[...] = values
    save(name)


def save(name):
    np.save(f"{folder}/{name}.npy", root[name][...])


grid = rng.integers(0, 1 << 16, (7, 9))
for descr in "b1 i1 u1 <i2 >i2 <u4 >u4 <i8 >u8 <f2 >f2 <f4 >f4 <f8 >f8 <c8 >c8 <c16 >c16".split():
    put("num_" + descr.replace("<", "l").replace(">", "b"), (grid / 7).astype(descr))
put("date", grid.astype("<i8").view("<M8[ns]"))
put("date_big", grid.astype(">M8[s]"))
put("delta", grid.astype("<m8[ms]"))
put("bytes", grid.astype("S5"))
put("text", grid.astype("<U5"))
put("text_big", grid.astype(">U5"))
put("raw", np.frombuffer(grid.astype("<u8").tobytes()[:378], "V6").reshape(7, 9))
records = np.zeros((7, 9), record)
records["id"], records["x"], records["tag"], records["at"] = grid, grid / 3, grid.astype("S3"), grid[..., None]
put("record", records)
put("fortran", (grid / 7).astype(">f4"), order="F")
put("fortran_record", records, order="F")
put("shuffled", (grid / 7).astype("<f8"), filters=[numcodecs.Shuffle(8)], compressor=numcodecs.Zlib(1))
put("plain", (grid / 7).astype(">f4"), compressor=None)
put("scalar", np.array(2.5, "<f2"))

# Arrays of which most chunks are missing.
fills = {
    "fill_int": ("<i8", 2**60 + 1),
    "fill_uint": (">u8", 2**64 - 2),
    "fill_half": ("<f2", 1.5),
    "fill_nan": (">f4", np.nan),
    "fill_complex": ("<c16", 1.5 - 2j),
    "fill_date": ("<M8[s]", np.datetime64("2026-11-24T12:00:00", "s")),
    "fill_nat": (">m8[ms]", np.timedelta64("NaT")),
    "fill_bytes": ("S3", b"ab"),
    "fill_text": ("<U3", "äb"),
    "fill_record": (record, (7, 0.1, b"xy", (1, -2))),
}
for name, (dtype, fill) in fills.items():
    array = root.create_dataset(name, shape=(7, 9), chunks=(3, 4), dtype=dtype, fill_value=fill)
    array[0, 0] = np.zeros((), dtype)
    save(name)

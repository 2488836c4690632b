"""Writes Zarr v2 stores with zarr-python: stores.py FOLDER"""
import sys

import numcodecs
import numpy as np
import zarr

folder = sys.argv[1]
rng = np.random.default_rng(19)
grid = rng.integers(-200, 200, (7, 9))


def put(root, name, values, chunks=(3, 4), missing=False, **options):
    array = root.create_dataset(name, shape=values.shape, chunks=chunks[: values.ndim], dtype=values.dtype, **options)
    if missing:
        array[0:2, 0:3] = values[0:2, 0:3]
        array[6:, 5:] = values[6:, 5:]
    else:
        array[...] = values
    array.attrs["units"] = "m"
    array.attrs["of"] = [1, 2.0, {"deep": None, "ä": "ß"}]
    return array


numbers = zarr.open_group(folder + "/numbers.zarr", mode="w")
numbers.attrs["title"] = "numbers"
for descr in "b1 i1 u1 <i2 >i2 <u4 >u4 <i8 >u8 <f2 >f2 <f4 >f4 <f8 >f8".split():
    put(numbers, descr.replace("<", "l").replace(">", "b"), (abs(grid) / 3).astype(descr))
inner = numbers.create_group("inner/deeper")
inner.attrs["depth"] = 2
for order in "CF":
    for separator in "./":
        for descr in "<f4", ">f8":
            name = f"{order}{'dot' if separator == '.' else 'slash'}{descr[1:]}"
            put(inner, name, (grid / 7).astype(descr), order=order, dimension_separator=separator, missing=True)
put(inner, "scalar", np.array(2.5, "<f8"))
put(inner, "line", (np.arange(11) / 3).astype("<f4"), chunks=(4,))
put(inner, "empty", np.zeros((0, 5), "<f4"))
put(inner, "cube", rng.random((5, 6, 7)).astype(">f4"), chunks=(2, 3, 4), order="F")
compressors = {
    "none": None,
    "gzip": numcodecs.GZip(3),
    "zlib": numcodecs.Zlib(2),
    "zstd": numcodecs.Zstd(4),
    "lz4": numcodecs.LZ4(),
    "blosc_bits": numcodecs.Blosc("zstd", 3, numcodecs.Blosc.BITSHUFFLE),
    "blosc_auto": numcodecs.Blosc("lz4hc", 3, numcodecs.Blosc.AUTOSHUFFLE),
    "blosc_plain": numcodecs.Blosc("zlib", 9, numcodecs.Blosc.NOSHUFFLE),
}
for name, compressor in compressors.items():
    put(inner, "packed_" + name, (grid / 7).astype("<f4"), compressor=compressor)
put(inner, "shuffled", (grid / 7).astype("<f8"), filters=[numcodecs.Shuffle(8)], compressor=numcodecs.Zlib(1))
fills = {"nan": np.nan, "inf": -np.inf, "third": 1 / 3, "large": 9.96921e36, "zero": -0.0, "none": None}
for name, fill in fills.items():
    put(inner, "fill_" + name, (grid / 7).astype("<f4"), fill_value=fill, missing=True)
put(inner, "fill_int", grid.astype("<i8"), fill_value=2**60 + 1, missing=True)
put(inner, "fill_uint", abs(grid).astype(">u8"), fill_value=2**64 - 2, missing=True)
zarr.consolidate_metadata(numbers.store)

other = zarr.open_group(folder + "/other.zarr", mode="w")
put(other, "weights", (grid / 7).astype("<f4"))
put(other, "complex", (grid + 1j * grid.T.reshape(7, 9)).astype(">c16"), fill_value=1.5 - 2j, missing=True)
put(other, "date", grid.astype("<M8[ns]"))
put(other, "date_big", grid.astype(">M8[s]"), fill_value=np.datetime64("2026-11-24T12:00:00", "s"), missing=True)
put(other, "bytes", grid.astype("S5"))
put(other, "text", grid.astype(">U5"))
put(other, "object", grid.astype(str).astype(object), object_codec=numcodecs.VLenUTF8())
record = np.zeros((7, 9), [("id", "<i4"), ("x", ">f8"), ("tag", "S3"), ("at", "<f4", (2,))])
record["id"], record["x"] = grid, grid / 3
put(other, "record", record, order="F")
put(other, "delta", (grid / 7).astype("<f4"), filters=[numcodecs.Delta("<f4")])
put(other, "bz2", (grid / 7).astype("<f4"), compressor=numcodecs.BZ2(1))

one = zarr.open_array(folder + "/one.zarr", mode="w", shape=(100, 130), chunks=(20, 30), dtype="<f8", order="F")
one[...] = rng.random((100, 130))
one.attrs["exact"] = 2**60 + 1

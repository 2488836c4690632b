"""Writes TIFF files with GDAL into the folder argv[1], and what they hold as raw native samples; prints what there is as JSON."""
import json, os, sys
import numpy as np
from osgeo import gdal

gdal.UseExceptions()
folder = sys.argv[1]
HEIGHT, WIDTH = 75, 117
CODES = {"u1": gdal.GDT_Byte, "i2": gdal.GDT_Int16, "u2": gdal.GDT_UInt16, "i4": gdal.GDT_Int32, "u4": gdal.GDT_UInt32,
         "f4": gdal.GDT_Float32, "f8": gdal.GDT_Float64}
random = np.random.default_rng(20)
files = []


def put(name, kind, bands, options, values=None, stored=None, no_data=None, written=None):
    """`stored`: what the file holds where that is narrower; `written`: the part of it that is written at all."""
    if values is None:
        values = random.integers(0, 200, (bands, HEIGHT, WIDTH)) * (1 if kind[0] == "u" else 0.5 if kind[0] == "f" else -1)
    values = values.astype("<" + kind)
    path = os.path.join(folder, f"{len(files)}.tif")
    file = gdal.GetDriverByName("GTiff").Create(path, WIDTH, HEIGHT, bands, CODES[kind], options)
    for band in range(bands):
        if no_data is not None:
            file.GetRasterBand(band + 1).SetNoDataValue(no_data)
        left, top, right, bottom = written or (0, 0, WIDTH, HEIGHT)
        file.GetRasterBand(band + 1).WriteArray(values[band, top:bottom, left:right], left, top)
    file = None
    read = gdal.Open(path).ReadAsArray().reshape(bands, HEIGHT, WIDTH).astype("<" + kind)
    # libtiff writes floating-point predictors of big-endian files with swapped bytes; what it reads from them is what they hold.
    assert written or (read == values).all() or "ENDIANNESS=BIG" in options and "PREDICTOR=3" in options, name
    stored = stored or {"u1": "uint8", "i2": "int16", "u2": "uint16", "i4": "int32", "u4": "uint32", "f4": "float32",
                        "f8": "float64"}[kind]
    read.astype("<" + kind).tofile(path + ".raw")
    files.append({"name": name, "path": path, "bands": bands, "kind": "<" + kind, "dtype": stored})


TILED = ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"]
for order in ["LITTLE", "BIG"]:
    end = f"ENDIANNESS={order}"
    for kind in CODES:
        for planar in ["PIXEL", "BAND"]:
            put(f"{order} {kind} {planar} tiles", kind, 3, [end, *TILED, f"INTERLEAVE={planar}", "COMPRESS=DEFLATE"])
        put(f"{order} {kind} strips", kind, 2, [end, "BLOCKYSIZE=8", "COMPRESS=LZW"])
    for kind, predictor in [("u1", 2), ("i2", 2), ("u2", 2), ("u4", 2), ("f4", 2), ("f4", 3), ("f8", 3)]:
        for planar in ["PIXEL", "BAND"]:
            options = [end, *TILED, f"INTERLEAVE={planar}", "COMPRESS=DEFLATE", f"PREDICTOR={predictor}"]
            put(f"{order} {kind} {planar} tiles, predictor {predictor}", kind, 3, options)
        options = [end, "BLOCKYSIZE=8", "COMPRESS=LZW", f"PREDICTOR={predictor}"]
        put(f"{order} {kind} strips, predictor {predictor}", kind, 2, options)
    halves = random.integers(-2048, 2048, (2, HEIGHT, WIDTH)) / 8
    halves[0, :2, :4] = [[np.inf, -np.inf, -0.0, 65504], [2**-24, 6e-8, 1 / 3, 2**-14]]
    halves = halves.astype("<f2").astype("<f4")
    for predictor in ["1", "3"] if order == "LITTLE" else ["1"]:
        options = [end, *TILED, "NBITS=16", "INTERLEAVE=PIXEL", "COMPRESS=DEFLATE", f"PREDICTOR={predictor}"]
        put(f"{order} float16, predictor {predictor}", "f4", 2, options, halves, "float16")
    for bits in [1, 2, 4, 7, 12, 15]:
        kind = "u1" if bits <= 8 else "u2"
        values = random.integers(0, 2**bits, (3, HEIGHT, WIDTH))
        for planar in ["PIXEL", "BAND"]:
            put(f"{order} {bits} bits {planar}", kind, 3, [end, *TILED, f"NBITS={bits}", f"INTERLEAVE={planar}"], values)
    sparse = ["SPARSE_OK=TRUE", *TILED, end]
    part = (32, 16, 64, 48)
    for planar in ["PIXEL", "BAND"]:
        put(f"{order} sparse {planar}", "i2", 2, [*sparse, f"INTERLEAVE={planar}"], no_data=-999, written=part)
    put(f"{order} sparse float16", "f4", 2, [*sparse, "NBITS=16"], halves, "float16", -999, part)
    put(f"{order} sparse NaN", "f4", 1, sparse, no_data=np.nan, written=part)
    if "LERC" in gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST"):
        put(f"{order} LERC", "f4", 2, [end, *TILED, "COMPRESS=LERC", "INTERLEAVE=BAND"])
put("BigTIFF", "u2", 3, ["BIGTIFF=YES", "COMPRESS=ZSTD", "BLOCKYSIZE=10"])
print(json.dumps(files))

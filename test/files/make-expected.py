"""Writes expected.json: what NumPy makes of the files here. Run with NumPy 1.24 or later: python3 make-expected.py"""
import hashlib
import json
import pathlib
import struct

import numpy as np

here = pathlib.Path(__file__).parent
raw = lambda name, dtype, offset, shape, order: np.fromfile(here / name, dtype, int(np.prod(shape)), offset=offset).reshape(shape, order=order)
arrays = {p.name: np.load(p) for p in sorted(here.glob("*.npy"))}
arrays["resampled_anat_moved.nii"] = raw("resampled_anat_moved.nii", ">f4", 352, (17, 21, 3), "F")
arrays["scale.fits"] = raw("scale.fits", ">i2", 5760, (21, 20), "C")
arrays["kokoro-af_heart-8.bin"] = raw("kokoro-af_heart-8.bin", "<f4", 0, (8, 1, 256), "C")

sha = lambda a: hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()
hex64 = lambda x: struct.pack(">d", x).hex()
expected = {}
for name, a in arrays.items():
    entry = {"descr": np.lib.format.dtype_to_descr(a.dtype), "shape": a.shape, "fortran": bool(a.flags.fnc), "bytes_C": sha(a)}
    if a.dtype.names is None:
        wide = np.ascontiguousarray(a).astype("<f8")
        some = wide[np.isfinite(wide)]
        entry |= {"min": hex64(some.min()), "max": hex64(some.max()), "mean": float(some.mean()), "nan": int(np.isnan(wide).sum())}
        if some.size == wide.size:  # the bits of NaN are nobody's promise
            with np.errstate(over="ignore"):
                entry |= {"float64_C": sha(wide), "float16_F": hashlib.sha256(a.astype("<f2").tobytes("F")).hexdigest()}
    expected[name] = entry
# The FITS standard, section 4.4.2.5: physical value = BZERO + BSCALE * stored value, here in double precision.
scaled = arrays["scale.fits"].astype("<f8") * 0.045777764213996 + 1500.0
expected["scale.fits"]["scaled"] = [hex64(x) for x in scaled.ravel()]
(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")

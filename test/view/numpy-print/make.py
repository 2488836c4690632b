"""
Arrays and what NumPy prints for them: `/usr/bin/python3 make.py > cases.json`, formatted by `npm run format` (NumPy 1.24 wrote the one that is here).

`text` is str(a); without axes it is NumPy's text with all digits (floatmode "unique"), since str() of a scalar is Python's.
Bytes are those of the array's memory, base64; strides and byteOffset are given where it is not C-contiguous.
"""

import base64
import json
import warnings

import numpy as np

warnings.simplefilter("ignore")
nan, inf = np.nan, np.inf
cases = []


def case(name, a, base=None):
    a = np.asanyarray(a)
    base = a if base is None else base
    memory = base if base.flags.c_contiguous else np.ascontiguousarray(base)
    entry = {"name": name, "descr": np.lib.format.dtype_to_descr(a.dtype), "shape": a.shape}
    if base is not a:
        entry["strides"] = a.strides
        entry["byteOffset"] = a.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    entry["bytes"] = base64.b64encode(memory.tobytes()).decode()
    entry["text"] = np.array2string(a, floatmode="unique") if a.ndim == 0 else str(a)
    cases.append(entry)


for kind in "i1 u1 <i2 >i2 <u2 <i4 >i4 >u4 <i8 >i8".split():
    low = np.iinfo(kind).min
    case(f"{kind} extremes", np.array([low, 0, 7, np.iinfo(kind).max], kind))
case("uint64 above int64", np.array([2**64 - 1, 1], "<u8"))
case("int matrix", np.array([[1, -20, 300], [4, 5, 6]], "<i4"))
case("int cube", np.arange(24, dtype="u1").reshape(2, 3, 4))
case("four axes", np.arange(16, dtype="<i2").reshape(2, 2, 2, 2))
case("five axes of one", np.full((1, 1, 1, 1, 1), 3, "<i2"))
case("wrapped", np.arange(60, dtype="<i2"))
case("wrapped at the width", np.full(25, 10, "u1"))
case("wrapped rows", np.arange(60, dtype="<i2").reshape(2, 30) * 100)
case("wrapped in a cube", np.arange(80, dtype="u1").reshape(2, 2, 20))

case("1000 items", np.arange(1000, dtype="<i2"))
case("1001 items", np.arange(1001, dtype="<i2"))
case("summarised matrix", np.arange(50 * 60, dtype="<i2").reshape(50, 60))
case("summarised rows only", np.arange(1200, dtype="<i2").reshape(200, 6))
case("summarised columns only", np.arange(1200, dtype="<i2").reshape(6, 200))
case("summarised cube", np.arange(11**3, dtype="<i2").reshape(11, 11, 11))
case("summarised floats", np.linspace(0, 1, 1001).astype("<f2"))
case("summarised wide", np.linspace(-1, 1, 1001).astype("<f4").reshape(7, 143))
case("summarised text", np.array(["x" * (i % 5) for i in range(1010)], "S4"))
case("width of what is shown", np.concatenate([np.arange(3), np.full(1000, 30000), np.arange(3)]).astype("<i2"))

seven = np.array([7], "<i4")
case("broadcast", np.broadcast_to(seven, (3, 4)), seven)
line = np.arange(12, dtype="<i4")
case("negative stride", line[::-1], line)
case("every other, backwards", line[10:1:-3], line)
grid = np.arange(12, dtype=">f8").reshape(3, 4) / 4
case("transposed, big-endian", grid.T, grid)
case("both backwards", grid[::-1, ::-1], grid)
case("column", grid[:, 1], grid)

for shape in [(0,), (0, 3), (2, 0), (2, 0, 3)]:
    case(f"nothing {shape}", np.empty(shape, "<f4"))

case("whole floats", np.array([1.0, 2.0, 3.0]))
case("aligned points", np.array([1, 2.5, -3.25, 100]))
case("big-endian floats", np.array([1, 2.5, -3.25, 100], ">f8"))
case("float matrix", np.array([[1.5, -2], [0.125, 1000]]))
case("signed zeros", np.array([0.0, -0.0, 1]))
case("only zeros", np.zeros(3))
case("not finite", np.array([1, nan, -inf, inf]))
case("only NaN", np.array([nan, nan]))
case("NaN and inf", np.array([nan, inf]))
case("long fractions", np.array([1 / 3, 2 / 3, 10 / 3]))
case("rounded up to one", np.array([0.99999999999, 0.5]))
case("ties to even", np.array([2.0**-9, 3 * 2.0**-9, 5 * 2.0**-9, 0.5]))
case("ties with exponents", np.array([1000000005, 1000000015, 1000000025]) * 1.0)
case("large", np.array([1e10, 1]))
case("just below the exponents", np.array([99999999.0, 1e5]))
case("at the exponents", np.array([1e8, 1e6]))
case("small", np.array([1.5e-7, 2]))
case("small but plain", np.array([0.0001, 0.05]))
case("far apart", np.array([0.001, 1.001]))
case("not too far apart", np.array([0.001, 1]))
case("exponents with NaN", np.array([1e10, nan, -inf, -1.25e-3]))
case("three digits of exponent", np.array([1e100, 1e-5, 1]))
case("extremes", np.array([np.finfo("f8").max, np.finfo("f8").tiny, 5e-324]))
case("all digits", np.array([np.pi * 1e9, np.e * 1e-9]))
case("float matrix, wrapped", (np.arange(30) / 7).reshape(2, 15))
case("exponents, wrapped", 10.0 ** np.arange(-6, 9))
case("float32", np.array([0.1, 0.2, 1 / 3], "<f4"))
case("float32, big-endian", np.array([0.1, 16777216, 1 / 3], ">f4") / np.array(100, "f4"))
case("float32, exponents", np.array([1e-10, 3.4028235e38], "<f4"))
case("float32, powers of two", 2.0 ** np.arange(-30, 10, 3).astype("<f4"))
case("float32, a million", np.array([1479149.4, 1909203.9], "<f4"))
case("float16", np.array([0.1, 3.14, -2.5, 100], "<f2"))
case("float16, big-endian", np.array([0.1, 3.14, -2.5], ">f2"))
case("float16, least", np.array([6e-8, 6.1e-5, 1], "<f2"))
case("float16, greatest", np.array([65504, -inf, nan], "<f2"))
long = np.array([0.1, 2, -0.5], np.longdouble)
long.view("u1").reshape(3, 16)[:, 10:] = 0
case("long double", long)

case("complex", np.array([1 + 2j, 3 - 4j], "<c8"))
case("complex, aligned", np.array([0.1 - 0.4j, 1 + 10.25j], "<c8"))
case("complex, not finite", np.array([complex(nan, -inf), complex(1, nan), complex(-2.5, inf)], "<c16"))
case("complex, exponents", np.array([1e10 + 1j, 1 - 1e-10j], ">c16"))
case("complex matrix", np.array([[1j, 2], [-3.5, 4 - 0.25j]], "<c16"))

case("booleans", np.array([True, False]))
case("all true", np.array([[True, True], [True, True]]))

case("days", np.array(["2000-01-01", "NaT", "1969-12-31"], "<M8[D]"))
case("only NaT", np.array(["NaT"], "<M8[D]"))
case("milliseconds, big-endian", np.array(["2000-01-01T12:34:56.789", "0001-01-01"], ">M8[ms]"))
for unit in ["Y", "M", "W", "h", "m", "s", "us", "ns", "25s"]:
    case(f"instants in {unit}", np.array([0, 1000, -1], f"<M8[{unit}]"))
case("instants, wrapped", np.array(["2024-02-28", "2024-02-29", "2024-03-01"], "<M8[ns]").reshape(1, 3))
case("durations", np.array([1, -20000, "NaT"], "<m8[s]"))
case("durations of nothing known", np.array([1, 2], "<m8"))

case("bytes", np.array([b"ab", b"", b"c\x00d", b"it's", b'"', b"\\\n\xff"], "S4"))
case("text", np.array(["ab", "", "\u00e9\u20ac", "it's", 'say "x"', "\t\x1b\\", "\U0001f600", "\u200b\xa0"], "<U8"))
case("text, big-endian", np.array([["a", "bcd"], ["ef", ""]], ">U3"))
case("text, wrapped", np.array([f"word number {i}" for i in range(9)], "<U16"))
case("raw bytes", np.array([b"\x00A", b"\xff\x01"], "V2"))

point = np.dtype([("id", "<i4"), ("x", "<f8")])
case("records", np.array([(1, 1.5), (10, -2), (100, 0.25)], point))
case("one field", np.array([(1,), (22,)], [("a", "<i2")]))
dated = [("day", "<M8[D]"), ("took", "<m8[s]"), ("tag", "S4"), ("ok", "?")]
case("records with dates", np.array([("2020-02-02", 5, b"ab", True), ("NaT", "NaT", b"", False)], dated))
case("big-endian records", np.array([(1, 1.5, 2j), (-300, 1e9, -1)], [("i", ">i2"), ("x", ">f8"), ("z", ">c8")]))
case("nested records", np.array([((1, 2.5), 3), ((-10, 4), 5)], [("p", [("x", "<i2"), ("y", "<f4")]), ("n", "u1")]))
case("sub-arrays", np.array([([1, 20], [[1.5, 2], [3, nan]]), ([3, 4], [[0, 1], [2, 3]])], [("i", "<i2", 2), ("m", "<f4", (2, 2))]))
case("long sub-arrays", np.zeros(2, [("i", "u1", 1001)]))
case("padded records", np.array([(1, 2), (3, 4)], np.dtype([("a", "u1"), ("b", "<i4")], align=True)))
wide = np.zeros(3, [(f"f{i}", "<f4") for i in range(24)])
for i in range(24):
    wide[f"f{i}"] = [i, i * 1.5, -i]
case("wide records", wide)
case("many records", np.array([(i, i / 2) for i in range(1005)], [("id", "<i2"), ("h", "<f2")]))
case("matrix of records", np.array([[(1, 2.0), (3, 4.5)], [(5, 6.0), (7, 8.0)]], point))

case("one float", np.array(0.1234567890123))
case("one float32", np.array(0.1, "<f4"))
case("one integer", np.array(-5, "<i8"))
case("one complex", np.array(1.5 - 2j))
case("one date", np.array("2000-01-01", "<M8[D]"))
case("one text", np.array("it's"))
case("one record", np.array((1, 0.1), point))
case("one boolean", np.array(True))

lines = ",\n".join(json.dumps(each, default=list) for each in cases)
print(f'{{"numpy": "{np.__version__}", "cases": [\n{lines}\n]}}')

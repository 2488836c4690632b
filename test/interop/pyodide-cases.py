"""Random exporters of buffers with what CPython says of them; run inside Pyodide by pyodide-differential.test.ts"""
import array, ctypes, json, math, random, struct
from _testbuffer import ND_FORTRAN, ND_PIL, ndarray

NATIVE = "bBhHiIlLqQnNefd?cP"
STANDARD = "bBhHiIlLqQefd?c"


def value(rng, letter, order):
    """A value that the letter takes, often at a limit."""
    if letter == "?":
        return rng.random() < 0.5
    if letter == "c":
        return bytes([rng.randrange(256)])
    if letter == "e":
        return rng.choice([0.0, -0.0, 1.5, -65504.0, 6e-8, math.inf, math.nan, rng.randrange(-2048, 2048) / 8])
    if letter in "fd":
        return rng.choice([0.0, -0.0, math.inf, -math.inf, math.nan, rng.uniform(-1e30, 1e30), 2.0**-140, rng.random()])
    nbytes = struct.calcsize((order if order in "<>=!" else "") + letter)
    bits = nbytes * 8
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if letter.islower() else (0, (1 << bits) - 1)
    return rng.choice([low, high, 0, 1, rng.randint(low, high)])


def canon(v):
    """Text that JavaScript can write too: floats by their bits, NaN alike."""
    if isinstance(v, bool):
        return "T" if v else "F"
    if isinstance(v, int):
        return str(v)
    if isinstance(v, float):
        return "nan" if v != v else struct.pack(">d", v).hex()
    if isinstance(v, complex):
        return "(" + canon(v.real) + canon(v.imag) + ")"
    if isinstance(v, (bytes, bytearray)):
        return "b" + v.hex()
    if isinstance(v, str):
        return "s" + "".join(f"{ord(c):x}." for c in v)
    return "[" + ",".join(map(canon, v)) + "]"


def random_format(rng):
    """Order, letters and counts of a struct format, and how to make its values."""
    order = rng.choice(["", "@", "<", ">", "=", "!"])
    letters = NATIVE if order in ("", "@") else STANDARD
    text, makers = order, []
    for _ in range(rng.randint(1, 5)):
        kind = rng.random()
        if kind < 0.1:
            text += rng.choice(["x", "2x", "3x"])
        elif kind < 0.2:
            n = rng.randint(1, 6)
            text += f"{n}s"
            makers.append(lambda n=n: rng.randbytes(n))
        elif kind < 0.25:
            n = rng.randint(2, 6)
            text += f"{n}p"
            makers.append(lambda n=n: rng.randbytes(rng.randrange(n)))
        else:
            letter, n = rng.choice(letters), rng.choice([1, 1, 1, 2, 3])
            text += (str(n) if n > 1 else "") + letter
            makers += [lambda letter=letter: value(rng, letter, order)] * n
    if not makers:
        text += "b"
        makers.append(lambda: value(rng, "b", order))
    return text, makers


def random_shape(rng, most=4, empty=True):
    return [rng.randint(0 if empty and rng.random() < 0.05 else 1, 4) for _ in range(rng.randint(0, most))]


def random_slices(rng, shape):
    def one(n):
        step = rng.choice([-3, -2, -1, 1, 1, 2, 3])
        ends = [None, *range(-n - 1, n + 2)]
        return [rng.choice(ends), rng.choice(ends), step]

    return [one(n) for n in shape]


def sliced(exporter, slices):
    return exporter[tuple(slice(*s) for s in slices)] if len(slices) > 1 else exporter[slice(*slices[0])]


def testbuffer(rng, scalar):
    """An ndarray of _testbuffer in C order, F order or through pointers, and a part of it."""
    if scalar:
        order = rng.choice(["", "@", "<", ">", "="])
        letter = rng.choice(NATIVE if order in ("", "@") else STANDARD)
        format, make = order + letter, lambda: value(rng, letter, order)
    else:
        format, makers = random_format(rng)
        make = lambda: makers[0]() if len(makers) == 1 else tuple(m() for m in makers)
    shape = random_shape(rng)
    count = math.prod(shape)
    flags = rng.choice([0, 0, ND_FORTRAN, ND_PIL]) if shape and count else 0
    items = [make() for _ in range(max(count, 1))]
    exporter = ndarray(items if shape else items[0], shape=shape, format=format, flags=flags)
    if shape and rng.random() < 0.6:
        exporter = sliced(exporter, random_slices(rng, shape))
    case = {"values": canon(exporter.tolist()), "nbytes": memoryview(exporter).nbytes}
    if exporter.ndim and 0 not in exporter.shape:
        slices = random_slices(rng, exporter.shape)
        try:
            case["part"] = {"slices": slices, "values": canon(sliced(exporter, slices).tolist())}
        except (BufferError, ValueError):
            pass
    return exporter, case


def from_array(rng):
    code = rng.choice("bBhHiIlLqQfdw")
    n = rng.randint(0, 12)
    items = [chr(rng.randrange(32, 0xD800)) if code == "w" else value(rng, code, "@") for _ in range(n)]
    exporter = array.array(code, "".join(items) if code == "w" else items)
    view = memoryview(exporter)
    slices = random_slices(rng, [n])
    part = view[slice(*slices[0])]
    # memoryview has no letter "w": the array's own values.
    values = list(exporter[slice(*slices[0])])
    return part, {"values": canon(values), "nbytes": part.nbytes}


def from_cast(rng):
    letter = rng.choice("bBhHiIlLqQnNfd?c")
    shape = random_shape(rng, 3, False) or [1]
    size = struct.calcsize(letter)
    data = b"".join(struct.pack(letter, value(rng, letter, "@")) for _ in range(math.prod(shape)))
    memory = data if rng.random() < 0.3 else bytearray(data)
    view = memoryview(memory).cast(letter, shape)
    if len(shape) == 1 and rng.random() < 0.5:
        view = view[slice(*random_slices(rng, shape)[0])]
    assert view.itemsize == size
    return view, {"values": canon(view.tolist()), "nbytes": view.nbytes}


LEAVES = [getattr(ctypes, "c_" + n) for n in "bool char byte ubyte short ushort int uint long ulong longlong ulonglong float double longdouble wchar void_p".split()]
LEAVES += [getattr(ctypes, n) for n in ("c_double_complex", "c_float_complex") if hasattr(ctypes, n)]
SWAPPED = [t for t in LEAVES if hasattr(t, "__ctype_be__") and t not in (ctypes.c_void_p, ctypes.c_wchar, ctypes.c_longdouble)]


def random_ctype(rng, depth, swapped):
    kind = rng.random()
    if depth == 0 or kind < 0.5:
        return rng.choice(SWAPPED if swapped else LEAVES)
    if kind < 0.75:
        return random_ctype(rng, depth - 1, swapped) * rng.randint(1, 3)
    base = ctypes.BigEndianStructure if swapped else ctypes.Structure
    fields = [(f"f{i}", random_ctype(rng, depth - 1, swapped)) for i in range(rng.randint(1, 4))]
    facts = {"_fields_": fields}
    if rng.random() < 0.2:
        facts = {"_pack_": rng.choice([1, 2, 4]), "_layout_": "ms", "_fields_": fields}
    return type("S", (base,), facts)


def fill_wide(rng, t, address):
    """Characters are set one by one: not every four bytes are one."""
    if issubclass(t, ctypes.Array):
        for i in range(t._length_):
            fill_wide(rng, t._type_, address + i * ctypes.sizeof(t._type_))
    elif issubclass(t, (ctypes.Structure, ctypes.BigEndianStructure)):
        for name, inner in t._fields_:
            fill_wide(rng, inner, address + getattr(t, name).offset)
    elif t is ctypes.c_wchar:
        t.from_address(address).value = chr(rng.randrange(32, 0xD800))


def ctype_canon(t, address, big):
    if issubclass(t, ctypes.Array):
        size = ctypes.sizeof(t._type_)
        return "[" + ",".join(ctype_canon(t._type_, address + i * size, big) for i in range(t._length_)) + "]"
    if issubclass(t, (ctypes.Structure, ctypes.BigEndianStructure)):
        parts = (ctype_canon(inner, address + getattr(t, name).offset, big) for name, inner in t._fields_)
        return "[" + ",".join(parts) + "]"
    v = (t.__ctype_be__ if big and hasattr(t, "__ctype_be__") else t).from_address(address).value
    # The value of a big-endian c_bool is its byte.
    return canon(0 if v is None else bool(v) if t._type_ == "?" else v)


def from_ctypes(rng):
    swapped = rng.random() < 0.3
    t = random_ctype(rng, 3, swapped)
    if not issubclass(t, (ctypes.Array, ctypes.Structure, ctypes.BigEndianStructure)):
        t, swapped = t * 2, False
    elif issubclass(t, ctypes.Array):
        swapped = swapped and "Big" in str(t.__mro__)
    memory = bytearray(rng.randbytes(ctypes.sizeof(t)))
    exporter = t.from_buffer(memory)
    fill_wide(rng, t, ctypes.addressof(exporter))
    big = is_swapped(t)
    view = memoryview(exporter)
    return exporter, {"values": ctype_canon(t, ctypes.addressof(exporter), big), "nbytes": view.nbytes}


def is_swapped(t):
    """Only fields of a BigEndianStructure are; arrays of plain numbers are native."""
    while issubclass(t, ctypes.Array):
        t = t._type_
    return issubclass(t, ctypes.BigEndianStructure)


def from_struct(rng):
    format, makers = random_format(rng)
    values = [m() for m in makers]
    data = struct.pack(format, *values)
    return data, {"struct": format, "data": data.hex(), "values": canon(list(struct.unpack(format, data)))}


KINDS = {
    "testbuffer scalar": (6, lambda rng: testbuffer(rng, True)),
    "testbuffer format": (5, lambda rng: testbuffer(rng, False)),
    "array": (2, from_array),
    "cast": (2, from_cast),
    "ctypes": (5, from_ctypes),
    "struct": (3, from_struct),
}


def make(first, count):
    """Cases first … first + count - 1: the exporters, and what is known of them as JSON."""
    exporters, cases = [], []
    for seed in range(first, first + count):
        rng = random.Random(seed)
        kind = rng.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
        exporter, case = KINDS[kind][1](rng)
        case |= {"seed": seed, "kind": kind}
        if "struct" not in case:
            m = memoryview(exporter)
            case |= {"shape": m.shape, "strides": m.strides, "itemsize": m.itemsize, "readonly": m.readonly, "format": m.format}
            case["bytes"] = m.tobytes().hex()
        exporters.append(exporter)
        cases.append(case)
    return exporters, json.dumps(cases)


def same(exporter, back):
    """Whether a memoryview that came back shows the same bytes in the same shape; sub-arrays have become axes."""
    m = memoryview(exporter)
    return m.tobytes() == back.tobytes() and m.shape == back.shape[: m.ndim] and m.nbytes == back.nbytes

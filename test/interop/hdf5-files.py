"""Writes argv[1], an HDF5 file of the types that h5py can write, and prints the values of its datasets as JSON."""
import json, sys
import h5py
import numpy as np

numbers = [0, 1, 2.5, -3, 100]
with h5py.File(sys.argv[1], "w") as file:
    values = {}

    def put(name, array, **options):
        file.create_dataset(name, data=array, **options)
        values[name] = plain(array)

    def plain(array):
        """What the adapter's toArray() gives, as JSON has it: 64-bit integers and complex numbers as text."""
        array = np.asarray(array)
        if array.dtype.names:
            columns = {name: plain(array[name]) for name in array.dtype.names}
            return [{name: column[i] for name, column in columns.items()} for i in range(len(array))]
        if array.dtype.kind == "c":
            return [{"re": x.real, "im": x.imag} for x in array.tolist()]
        if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
            return [str(x) for x in array.tolist()]
        return array.tolist()

    for order in "<>":
        for kind in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]:
            array = np.array([abs(x) for x in numbers] if kind[0] == "u" else numbers).astype(order + kind)
            put(f"{order}{kind}", array)
        enum = h5py.enum_dtype({"RED": 1, "GREEN": 300}, basetype=order + "i2")
        put(f"{order}enum", np.array([1, 300], order + "i2"), dtype=enum)
        other = "<" if order == ">" else ">"

        def compound(name, *fields):
            array = np.zeros(3, list(fields))
            for field in array.dtype.names:
                if array[field].dtype.names is None:
                    array[field] = np.arange(array[field].size).reshape(array[field].shape) * 1.5 + 1
            put(f"{order}{name}", array)

        compound("record", ("a", order + "i4"), ("b", order + "f8"))
        compound("mixed", ("a", order + "i4"), ("b", other + "f8"), ("c", order + "u2"))
        compound("lists", ("a", order + "i2", (2, 2)), ("b", order + "f4"))
        compound("behind an enum", ("a", order + "i4"), ("e", enum), ("b", order + "f8"))
        nested = np.dtype([("x", order + "i2"), ("y", order + "f4")])
        array = np.zeros(2, [("p", nested), ("q", order + "i4")])
        array["p"]["x"], array["p"]["y"], array["q"] = [1, 2], [1.5, 2.5], [7, 8]
        file.create_dataset(f"{order}nested", data=array)
        values[f"{order}nested"] = [{"p": {"x": 1, "y": 1.5}, "q": 7}, {"p": {"x": 2, "y": 2.5}, "q": 8}]
        lists = file.create_dataset(f"{order}arrays", (3,), dtype=np.dtype((order + "i4", (2,))))
        lists[...] = np.arange(6).reshape(3, 2)
        values[f"{order}arrays"] = [[0, 1], [2, 3], [4, 5]]

    put("bool", np.array([True, False, True]))
    file.create_dataset("text", data=np.array([b"ab", b"cdef"], "S4"))
    put("table", np.arange(24, dtype="<i2").reshape(4, 6))
    put("chunked", np.arange(3000, dtype=">f4").reshape(50, 60), chunks=(7, 9), compression="gzip", shuffle=True)
    put("one", np.float64(3.5))
    file.create_dataset("padded", data=np.array([(1, 2.5)], np.dtype([("a", "i1"), ("b", "<f8")], align=True)))
    named = np.array([(1, "x"), (2, "yy")], [("a", "<i4"), ("name", h5py.string_dtype())])
    file.create_dataset("named", data=named)
    file.create_dataset("nothing", data=h5py.Empty("f4"))
    file.create_dataset("empty", data=np.zeros((0, 3), "<f4"))
    file.create_dataset("strings", data=["a", "b"], dtype=h5py.string_dtype())
    file.create_dataset("long double", data=np.array([1.5], np.longdouble))
    file.create_dataset("opaque", data=np.array([b"ab", b"cd"], "V3"))
    file.create_dataset("reference", data=np.array([file["one"].ref], h5py.ref_dtype))
    file.create_dataset("lzf", data=np.arange(10), chunks=(10,), compression="lzf")
print(json.dumps(values))

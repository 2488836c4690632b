/** What someone new gets wrong, and what is said to it: the argument by name, what came, and the way out. */
import { describe, expect, test } from "vitest";
import { writeNpy, writeNpz } from "../src/io/npy.js";
import { writeSafetensors } from "../src/io/safetensors.js";
import * as shared from "../src/shared.js";
import { unpackColumns } from "../src/struct/index.js";
import { backends } from "./lib/backends.js";

// biome-ignore lint/suspicious/noExplicitAny: the calls are what no type would allow
type Anything = any;

for (const { name, api } of backends) {
  const {
    array,
    convert,
    copy,
    describe: described,
    dtype,
    empty,
    explainPlan,
    fill,
    fromDescription,
    structDType,
    view,
  } = {
    ...shared,
    ...api,
  } as Anything;
  const bytes = new Uint8Array(26);
  const v = view(bytes);
  const grid = empty([2, 3], "f");
  const points = array([{ id: 1 }], "T{i:id:}");

  const rows: [call: () => unknown, error: string, message: string][] = [
    // What memory there is, and how it is looked at.
    [
      () => view([1, 2, 3]),
      "TypeError",
      '"source" expected an ArrayBuffer, SharedArrayBuffer, typed array, DataView, WebAssembly.Memory or ndbuffer exporter, got an array; array() makes a view of lists',
    ],
    [() => view(Promise.resolve(bytes)), "TypeError", "got a Promise"],
    [() => view("AAAA"), "TypeError", 'got "AAAA"'],
    [() => view(bytes, "<f"), "TypeError", '"options" expected an object, got a format: say { format: "<f" }'],
    [() => view(bytes, dtype("<f")), "TypeError", "got a format: say { format: your dtype }"],
    [() => view(bytes, { dtype: "<f" }), "TypeError", '"options" has no option "dtype": did you mean "format"?'],
    [() => view(bytes, { offset: 4 }), "TypeError", '"options" has no option "offset": did you mean "byteOffset"?'],
    [() => view(bytes, { shape: "2,3" }), "TypeError", '"shape" expected an array of integers, got "2,3"'],
    [
      () => view(bytes, { format: "<f" }),
      "LayoutError",
      '26 bytes are 6 items of float32 (4 bytes) with 2 left over: "shape" says how many to look at, "byteOffset" where they start',
    ],
    [() => view(bytes.subarray(0, 3), { format: "T{<h:a:<h:b:}" }), "LayoutError", "3 bytes are 0 items"],
    [
      () => view(new Float32Array(3), { byteOffset: 2 }),
      "LayoutError",
      "10 bytes are 2 items of float32 (4 bytes) with 2 left over",
    ],
    [
      () => view(bytes, { format: "<f", shape: [3, 4] }),
      "BoundsError",
      "shape [3,4] with strides [16,4] reaches bytes 0 to 48 of a memory of bytes 0 to 26",
    ],
    [
      () => view(new Float32Array(6), { shape: [2, 3], strides: [3, 1] }),
      "LayoutError",
      '"elementStrides" counts elements',
    ],
    // Names of types.
    [() => dtype("flaot32"), "UnknownDTypeError", "did you mean float32?"],
    [
      () => dtype("np.float32"),
      "UnknownDTypeError",
      "no dtype is called np.float32, and it is no PEP 3118 format: did you mean float32?",
    ],
    [() => dtype("torch.bfloat16"), "UnknownDTypeError", "did you mean bfloat16?"],
    [
      () => dtype("string"),
      "UnknownDTypeError",
      'text has a fixed length in memory: "10s" are 10 bytes, "10w" 10 code points',
    ],
    [() => dtype("boolean"), "UnknownDTypeError", 'truth values are "bool"'],
    [() => dtype("timestamp"), "UnknownDTypeError", 'write it with its unit, "timestamp[ms]"'],
    [() => dtype("float32[3]"), "UnknownDTypeError", "did you mean float32"],
    [() => dtype(Float32Array), "TypeError", '"format" expected a string or a DType, got a function; write "float32"'],
    [() => dtype([["x", "<f4"]]), "TypeError", "got an array; dtypeFromNumpyDescr() reads NumPy's lists of fields"],
    [() => convert(v), "TypeError", '"format" expected a string or a DType, got undefined'],
    // Arguments in another order, or of another kind.
    [() => convert("f", v), "TypeError", '"src" expected a view, a TypedArray or an ndbuffer exporter, got "f"'],
    [() => convert([1, 2], "f"), "TypeError", "got an array; array() makes a view of lists"],
    [() => copy([0, 0], v), "TypeError", '"dst" expected a view, a TypedArray or an ndbuffer exporter, got an array'],
    [
      () => copy(grid, [1, 2, 3]),
      "TypeError",
      '"src" expected a view, a TypedArray, an ndbuffer exporter or a value, got an array; array() makes a view of lists',
    ],
    [() => copy(v.asReadonly(), v), "LayoutError", "the destination is read-only"],
    [
      () => copy(empty([2, 3], "f"), empty([6], "f")),
      "LayoutError",
      "shape [6] does not broadcast to [2,3]: reshape the source",
    ],
    [() => empty("f", [2]), "TypeError", '"format" expected a string or a DType, got an array'],
    [() => empty(5, "f"), "TypeError", '"shape" expected an array of integers, got 5'],
    [() => fill(empty([2], "f"), "x"), "TypeError", '"value" expected a number, got "x"'],
    [
      () => described(new Float32Array(1)),
      "TypeError",
      '"view" expected a view, got a Float32Array; view() makes one of it',
    ],
    [() => explainPlan(v), "TypeError", '"src" expected a view'],
    [() => structDType({ x: "<f" }), "TypeError", '"fields" expected an array of { name, dtype }, got an object'],
    [() => structDType([["x", "<f"]]), "TypeError", '"fields[0]" expected { name, dtype }, got an array'],
    [
      () => structDType([{ name: "x", dtype: "<f" }]),
      "TypeError",
      '"fields[0].dtype" expected a DType, got "<f"; dtype() makes one of text',
    ],
    // Options.
    [() => convert(v, "f", { round: "nearest" }), "TypeError", 'did you mean "rounding"?'],
    [
      () => convert(v, "f", { rounding: "nearest" }),
      "RangeError",
      '"options.rounding" expected one of "truncate", "nearest-even", got "nearest"',
    ],
    [() => convert(v, "f", { overflow: "clamp" }), "RangeError", 'expected one of "wrap", "saturate", "error"'],
    [
      () => convert(v, "f", { out: new Float32Array(26) }),
      "TypeError",
      '"options.out" expected a view, got a Float32Array; view() makes one of it',
    ],
    [
      () => convert(view(bytes), "f", { out: empty([26], "d") }),
      "LayoutError",
      "options.out holds float64, not float32",
    ],
    [
      () => copy(grid, 1, { where: [true, false] }),
      "TypeError",
      '"options.where" expected a view, a TypedArray or an ndbuffer exporter, got an array; array()',
    ],
    [() => v.toTypedArray({ copy: true }), "TypeError", 'no option "copy": known are float16, out'],
    [() => v.toArray({ trimm: true }), "TypeError", 'did you mean "trim"?'],
    [() => v.equals(v, { nan: true }), "TypeError", 'no option "nan"'],
    // Views.
    [
      () => grid.get([0, 1]),
      "TypeError",
      '"index" expected 2 integers, got 1; they are arguments of their own: ...index',
    ],
    [() => v.get(), "TypeError", '"index" expected 1 integer, got 0; slice() gives sub-views'],
    [() => v.set(5), "TypeError", '"index" expected 1 integer in front of the value, got 0'],
    [() => v.get(0, 1), "TypeError", "newaxis in slice() adds axes"],
    [() => v.get(26), "BoundsError", "index 26 is out of bounds for axis 0 of length 26"],
    [() => points.set(0, { id: "1" }), "TypeError", '"value.id" expected an integer, got "1"'],
    [() => points.field("idd"), "LayoutError", 'no field "idd" in ^T{i:id:}; it has "id"'],
    [() => points.toTypedArray(), "LayoutError", "use field(name) for one of its fields, or toBytes()"],
    [
      () => grid.reshape([4, 2]),
      "LayoutError",
      "shape [2,3] cannot become [4,2], which is another number of items than 6",
    ],
    [() => empty([4, 6], "f").transpose().reshape([24]), "LayoutError", 'a copy is needed: contiguous(view, "C")'],
    [() => v.equals([1]), "TypeError", '"other" expected a view, got an array; array() makes a view of lists'],
    [() => v.cast("<f"), "LayoutError", 'pass dtype("<f") for anything else'],
    [() => array([1, "a"]), "TypeError", '"nested" holds 1 and "a": give a format that both fit'],
    [() => array([{ x: 1 }]), "TypeError", '"nested" holds an object, which does not say how it is stored'],
    [() => array([[1, 2], [3]]), "LayoutError", '"nested[1]" expected a list of 2, got a list of 1'],
  ];

  describe(name, () => {
    test("runs on its backend", () => expect(api.backend.name).toBe(name));

    test.each(rows)("%s", (wrong, error, message) => {
      expect(wrong).toThrow(message);
      expect(wrong).toThrow(expect.objectContaining({ name: error }));
    });

    test("a description says what the view leaves over", () => {
      const part = view(bytes, { format: "<f", shape: [2], strides: [-8], byteOffset: 12 });
      expect(described(part)).toMatchObject({ bytesBefore: 4, bytesAfter: 10 });
      expect(described(part.slice("1:1"))).toMatchObject({ bytesBefore: 12, bytesAfter: 14 });
      expect(described(array([1, 2]))).toMatchObject({ bytesBefore: 0, bytesAfter: 0 });
      expect(fromDescription(described(part)).strides).toEqual([-8]);
    });
  });
}

test("columns say how many bytes are left over", () => {
  expect(() => unpackColumns("<h", new Uint8Array(3))).toThrow(
    "expected whole records of 2 bytes, got a buffer of 3 bytes: 1 are left over",
  );
});

test.each([
  [
    () => writeNpy(Float32Array.of(1) as Anything),
    '"source" expected a view, got a Float32Array; view() makes one of it',
  ],
  [() => writeNpz({ a: [1] } as Anything), '"arrays.a" expected a view, got an array; array() makes a view of lists'],
  [() => writeSafetensors(new Map([["w", 1]]) as Anything), '"tensors.w" expected a view, got 1'],
])("%s", (write, message) => {
  expect(write).toThrow(new TypeError(message));
});

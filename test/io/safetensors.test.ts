import { expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { fromName, view } from "../../src/index.js";
import { readSafetensors, type SafetensorsType, writeSafetensors } from "../../src/io/safetensors.js";
import { safetensorsTypes } from "../../src/io/safetensors-rules.js";
import { fill, toHex } from "../lib/vectors.js";

const types = Object.keys(safetensorsTypes) as SafetensorsType[];

/** One tensor of each type, filled with bits that are values of it. */
function everyType() {
  return new Map(
    types.map((type, i) => {
      const { bits } = safetensorsTypes[type];
      const format = fromName("safetensors", type);
      const bytes = fill(8 * format.itemsize, i, type === "BOOL" ? 1 : bits < 8 ? 2 ** bits - 1 : 255);
      return [`${type}.weight`, view(bytes, { format, shape: [2, 4] })] as const;
    }),
  );
}

test("every type goes out and in again", () => {
  const tensors = everyType();
  const bytes = writeSafetensors(tensors, { format: "pt", ключ: "значение" });
  const file = readSafetensors(bytes);
  expect(new Set(file.names)).toEqual(new Set(tensors.keys()));
  expect(file.metadata).toEqual({ format: "pt", ключ: "значение" });
  for (const [name, tensor] of tensors) {
    const read = file.get(name);
    expect([read.dtype.name, read.shape], name).toEqual([tensor.dtype.name, tensor.shape]);
    expect(toHex(read.toBytes()), name).toBe(toHex(tensor.toBytes()));
  }
});

test("views lie over the file's bytes; tensors are aligned", () => {
  const bytes = writeSafetensors(everyType());
  const file = readSafetensors(bytes);
  for (const [name, tensor] of file) {
    if (name.startsWith("F4") || name.startsWith("F6")) continue;
    expect(tensor.buffer, name).toBe(bytes.buffer);
    expect(tensor.byteOffset % tensor.dtype.alignment, name).toBe(0);
  }
});

test("packed values: F4 low nibble first, F6 from the low bits", () => {
  const f4 = view(Uint8Array.of(1, 2, 3, 15), { format: dtypes.float4_e2m1fn });
  const f6 = view(Uint8Array.of(1, 0, 0, 63), { format: dtypes.float6_e3m2fn });
  const file = readSafetensors(writeSafetensors({ f4, f6 }));
  expect(toHex(file.bytes("f4"))).toBe("21f3");
  expect(toHex(file.bytes("f6"))).toBe("0100fc");
  expect(file.info("f6")).toMatchObject({ type: "F6_E3M2", shape: [4], nbytes: 3 });
  expect(() => writeSafetensors({ x: view(Uint8Array.of(1), { format: dtypes.float4_e2m1fn }) })).toThrow(RangeError);
});

test("strided and big-endian views are written in C order, little-endian", () => {
  const big = view(Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4), { format: ">h", shape: [2, 2] });
  const file = readSafetensors(writeSafetensors({ x: big.transpose() }));
  expect(file.info("x").type).toBe("I16");
  expect(toHex(file.bytes("x"))).toBe("0100030002000400");
});

test("dtypes without a name, missing tensors and wrong arguments are refused", () => {
  const record = view(new Uint8Array(8), { format: "T{<i:a:<i:b:}" });
  expect(() => writeSafetensors({ record })).toThrow(
    expect.objectContaining({ name: "FileFormatError", reason: "dtype" }),
  );
  const file = readSafetensors(writeSafetensors({}));
  expect(file.names).toEqual([]);
  expect(() => file.get("x")).toThrow(RangeError);
  expect(file.has("x")).toBe(false);
  expect(() => readSafetensors([] as never)).toThrow(TypeError);
});

test("names that mean something to objects are ordinary", () => {
  const x = view(Uint8Array.of(7));
  const file = readSafetensors(
    writeSafetensors(
      new Map([
        ["__proto__", x],
        ["constructor", x],
        ["10", x],
        ["9", x],
      ]),
    ),
  );
  expect(file.names).toEqual(["10", "9", "__proto__", "constructor"]);
  expect(file.get("__proto__").get(0)).toBe(7);
});

/** `toAttribute` of stridebuf/ndarray against deck.gl's own attributes, on luma.gl's device without a GPU, and three.js. */
import { AttributeManager } from "@deck.gl/core";
import { NullDevice } from "@luma.gl/test-utils";
import { array, empty, type StridedView, view } from "stridebuf";
import { type AttributeDescription, toAttribute } from "stridebuf/ndarray";
import * as three from "three";
import { describe, expect, test } from "vitest";

const counted = (n: number) => Float64Array.from({ length: n }, (_, i) => i);

/** Interleaved vertices: 3 floats, 4 bytes of colour, 2 halves. */
function vertices(count: number): StridedView {
  const all = empty([count], "T{(3)<f:position:(4)B:color:(2)<e:uv:}");
  for (let i = 0; i < count; i++)
    all.set(i, { position: [i, i + 0.5, -i], color: [i, 2, 3, 255], uv: [i / 4, 1] } as never);
  return all;
}

describe("attributes", () => {
  const records = view(new ArrayBuffer(64), { format: "T{(3)<f:position:<I:color:}", shape: [4] });
  test("a field of interleaved records stays where it is", () => {
    const { value, ...layout } = toAttribute(records.field("position"));
    expect(layout).toEqual({ size: 3, stride: 16, offset: 0, count: 4 });
    expect(value.buffer).toBe(records.buffer);
    expect(toAttribute(records.field("color").slice("1:"))).toMatchObject({
      size: 1,
      stride: 16,
      count: 3,
      offset: 12,
    });
  });

  test("components that are apart are put together", () => {
    const planar = view(Float32Array.from(counted(6)), { shape: [3, 2] }).transpose();
    expect(toAttribute(planar)).toEqual({
      value: new Float32Array([0, 2, 4, 1, 3, 5]),
      size: 3,
      stride: 12,
      offset: 0,
      count: 2,
    });
  });

  test("what cannot be an attribute", () => {
    for (const items of [view(new BigInt64Array(3)), empty([2], "complex64"), empty([2], "bfloat16"), records])
      expect(() => toAttribute(items)).toThrow(expect.objectContaining({ name: "LayoutError", reason: "dtype" }));
    expect(() => toAttribute(view(new Float32Array(10), { shape: [2, 5] }))).toThrow(
      expect.objectContaining({ reason: "shape" }),
    );
  });
});

describe("deck.gl", () => {
  const device = new NullDevice({});

  /** What the GPU would get: the values by the layout that deck.gl makes of the attribute. */
  async function uploaded(attribute: AttributeDescription, type: string): Promise<unknown> {
    const { count, size } = attribute;
    const manager = new AttributeManager(device, { id: "test" } as never);
    manager.add({ items: { size, type, accessor: "getItem" } as never });
    const data = { length: count };
    manager.update({ numInstances: count, data, buffers: { getItem: attribute }, props: {}, context: {} } as never);
    const [layout] = manager.getBufferLayouts() as unknown as Layout[];
    const [first] = layout!.attributes;
    const format = /^(.*?)(x\d)?(-webgl)?$/.exec(first!.format)![1]!;
    const bytes = await manager.getAttributes().items!.getBuffer()!.readAsync();
    const item = itemTypes[format]!;
    const { itemsize } = view(new Uint8Array(8), { format: item, shape: [1] });
    const { byteStride } = layout!;
    const strides = [byteStride, itemsize];
    return view(bytes, { format: item, shape: [count, size], strides, byteOffset: first!.byteOffset }).toArray();
  }
  interface Layout {
    byteStride: number;
    attributes: { format: string; byteOffset: number }[];
  }
  const itemTypes: Record<string, string> = {
    float32: "<f",
    uint8: "B",
    unorm8: "B",
    float16: "<e",
    uint32: "<I",
    sint16: "<h",
  };

  test("takes interleaved floats, bytes and halves as they lie", async () => {
    const all = vertices(5);
    for (const [field, type] of [
      ["position", "float32"],
      ["color", "uint8"],
      ["uv", "float32"],
    ] as const) {
      const attribute = toAttribute(all.field(field));
      expect(attribute.value.buffer).toBe(all.buffer);
      expect(await uploaded(attribute, type)).toEqual(all.field(field).expandItems().toArray());
    }
  });

  test("backwards, planar and big-endian ones", async () => {
    const planar = view(Float32Array.from(counted(6)), { shape: [3, 2] });
    const big = view(new Uint8Array([0, 1, 0, 2, 0, 3, 255, 252]), { format: ">h", shape: [2, 2] });
    for (const [source, type] of [
      [planar.flip(), "float32"],
      [planar.transpose(), "float32"],
      [planar.slice("::2, 1:"), "float32"],
      [big, "sint16"],
    ] as const)
      expect(await uploaded(toAttribute(source), type)).toEqual(source.toArray());
  });

  test("splits doubles in two, wherever they came from", async () => {
    const records = empty([3], "T{(2)<d:lonlat:<I:id:}");
    const values = [
      [13.4, 52.5],
      [2.35, 48.85],
      [-0.12, 51.5],
    ];
    for (const [i, lonlat] of values.entries()) records.set(i, { lonlat, id: 7 } as never);
    const attribute = toAttribute(records.field("lonlat"));
    const manager = new AttributeManager(device, { id: "test" } as never);
    manager.add({ positions: { size: 2, type: "float64", accessor: "getPosition" } as never });
    manager.update({ numInstances: 3, data: { length: 3 }, buffers: { getPosition: attribute }, props: {} } as never);
    const floats = new Float32Array((await manager.getAttributes().positions!.getBuffer()!.readAsync()).buffer);
    const sums = values.map((_, i) => [0, 1].map((k) => floats[4 * i + k]! + floats[4 * i + 2 + k]!));
    expect(sums.flat().map((x) => x.toFixed(10))).toEqual(values.flat().map((x) => x.toFixed(10)));
  });
});

describe("three.js", () => {
  test("reads interleaved records without a copy", () => {
    const all = vertices(4);
    for (const field of ["position", "color"]) {
      const { value, size, stride, offset, count } = toAttribute(all.field(field));
      const buffer = new three.InterleavedBuffer(value, stride / value.BYTES_PER_ELEMENT);
      const attribute = new three.InterleavedBufferAttribute(buffer, size, offset / value.BYTES_PER_ELEMENT);
      expect([buffer.array.buffer, attribute.count]).toEqual([all.buffer, count]);
      const seen = Array.from({ length: count }, (_, i) =>
        Array.from({ length: size }, (_, k) => attribute.getComponent(i, k)),
      );
      expect(seen).toEqual(all.field(field).expandItems().toArray());
    }
  });

  test("bounds a geometry of dense vertices, and reads halves", () => {
    const planar = view(Float32Array.of(0, 1, 2, 3, 4, 5), { shape: [3, 2] }).transpose();
    const { value, size } = toAttribute(planar);
    const geometry = new three.BufferGeometry();
    geometry.setAttribute("position", new three.BufferAttribute(value, size));
    geometry.computeBoundingBox();
    expect(geometry.boundingBox.min.toArray()).toEqual([0, 2, 4]);
    expect(geometry.boundingBox.max.toArray()).toEqual([1, 3, 5]);
    const halves = toAttribute(
      array(
        [
          [0.5, 1],
          [-2, 4],
        ],
        "<e",
      ),
    );
    expect(halves.type).toBe("float16");
    expect(new three.Float16BufferAttribute(halves.value, halves.size).getX(1)).toBe(-2);
  });
});

/**
 * The platform's own copy of the same traffic: `(bytes read + bytes written) / 2` bytes from one place to another, by
 * `TypedArray.prototype.set` between two ArrayBuffers and by `memory.copy` inside one Wasm memory. All pages written.
 */

/** (module (import "e" "m" (memory 0)) (func (export "c") (param i32 i32 i32) memory.copy of (0, 1, 2))) */
const copyModule = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x07, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00],
  ...[0x02, 0x08, 0x01, 0x01, 0x65, 0x01, 0x6d, 0x02, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x63, 0x00, 0x00],
  ...[0x0a, 0x0e, 0x01, 0x0c, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfc, 0x0a, 0x00, 0x00, 0x0b],
);

export function memoryCopy(bytes) {
  const aligned = (bytes + 63) & ~63;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((2 * aligned + 4096) / 65536) });
  new Uint8Array(memory.buffer).fill(0x5a);
  const { c } = new WebAssembly.Instance(new WebAssembly.Module(copyModule), { e: { m: memory } }).exports;
  const copy = /** @type {Function} */ (c);
  return () => copy(1024, 1024 + aligned, bytes);
}

export function variants(spec) {
  const bytes = Math.max(1, Math.round(spec.traffic / 2));
  const from = new Uint8Array(bytes).fill(0x5a);
  const to = new Uint8Array(bytes).fill(0xa5);
  const pairs = [0, 1].map(() => [new Uint8Array(to.buffer), new Uint8Array(from.buffer)]);
  return [
    { name: "TypedArray.set", kind: "ceiling", call: (w) => pairs[w][0].set(pairs[w][1]) },
    { name: "memory.copy", kind: "ceiling", call: memoryCopy(bytes) },
  ];
}

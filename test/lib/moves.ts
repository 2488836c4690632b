/** Copies checked against a naive byte loop that reads everything first; bytes outside `dst` are guards. */
import type { Backend } from "../../src/backend/backend.js";
import { createJsBackend } from "../../src/backend/js/backend.js";
import { createWasmBackend } from "../../src/backend/wasm/backend.js";
import { voidDType } from "../../src/dtype/make-other.js";
import { createEngine } from "../../src/engine/engine.js";
import { planMove } from "../../src/engine/plan.js";
import { run } from "../../src/engine/run.js";
import { StridedView } from "../../src/view/view.js";

const wasm = createWasmBackend();
if (wasm.reason !== undefined) throw new Error(wasm.reason);

/** Both backends, apart from the public API. */
export const bareBackends: readonly Backend[] = [wasm, createJsBackend()];

export interface MoveCase {
  shape: number[];
  width: number;
  unit: number;
  dstOffset: number;
  dstStrides: number[];
  srcOffset: number;
  srcStrides: number[];
  /** Bytes of the buffer of `dst`, and of `src` when it has its own. */
  dstBytes: number;
  srcBytes?: number;
}

export function noise(nbytes: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(nbytes);
  let x = (seed * 2654435761 + 12345) | 1;
  for (let i = 0; i < nbytes; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x;
  }
  return bytes;
}

/** What the copy has to give, byte by byte. */
export function naive(c: MoveCase, dst: Uint8Array, src: Uint8Array): Uint8Array {
  const out = dst.slice();
  const index = new Array(c.shape.length).fill(0);
  if (c.shape.includes(0)) return out;
  for (;;) {
    let to = c.dstOffset;
    let from = c.srcOffset;
    for (let axis = 0; axis < index.length; axis++) {
      to += index[axis] * c.dstStrides[axis]!;
      from += index[axis] * c.srcStrides[axis]!;
    }
    for (let k = 0; k < c.width; k += c.unit)
      for (let j = 0; j < c.unit; j++) out[to + k + j] = src[from + k + c.unit - 1 - j]!;
    let axis = index.length - 1;
    while (axis >= 0 && ++index[axis] === c.shape[axis]) index[axis--] = 0;
    if (axis < 0) return out;
  }
}

/** One block of backend memory that grows as needed, so that thousands of cases share it. */
class Arena {
  #block;
  constructor(readonly backend: Backend) {
    this.#block = backend.allocate(1 << 16);
  }
  place(bytes: Uint8Array, start: number): { buffer: ArrayBufferLike; byteOffset: number } {
    if (start + bytes.length > this.#block.nbytes) {
      this.#block.free();
      this.#block = this.backend.allocate(2 * (start + bytes.length));
    }
    const { buffer, byteOffset } = this.#block;
    new Uint8Array(buffer, byteOffset + start, bytes.length).set(bytes);
    return { buffer, byteOffset: byteOffset + start };
  }
}

const arenas = new Map<Backend, Arena>();

/** Runs one case; returns what went wrong, or undefined. */
export function checkMove(backend: Backend, resident: boolean, c: MoveCase, seed: number): string | undefined {
  const dstBytes = noise(c.dstBytes, seed);
  const srcBytes = c.srcBytes === undefined ? dstBytes : noise(c.srcBytes, seed + 7);
  const expected = naive(c, dstBytes, srcBytes);
  let arena = arenas.get(backend);
  if (arena === undefined) {
    arena = new Arena(backend);
    arenas.set(backend, arena);
  }
  const same = c.srcBytes === undefined;
  const apart = 64 * Math.ceil(c.dstBytes / 64);
  // The larger extent first: placing may replace the block.
  let from = { buffer: srcBytes.buffer as ArrayBufferLike, byteOffset: 0 };
  let to = { buffer: dstBytes.buffer as ArrayBufferLike, byteOffset: 0 };
  if (resident) {
    from = same ? from : arena.place(srcBytes, apart);
    to = arena.place(dstBytes, 0);
    if (same) from = to;
  }
  try {
    const { host } = createEngine(backend);
    const viewOf = (buffer: ArrayBufferLike, byteOffset: number, strides: number[]) => {
      const layout = { byteOffset, shape: [...c.shape], strides: [...strides], suboffsets: null };
      return new StridedView(host, { buffer }, voidDType(c.width), layout);
    };
    const dst = viewOf(to.buffer, to.byteOffset + c.dstOffset, c.dstStrides);
    const src = viewOf(from.buffer, from.byteOffset + c.srcOffset, c.srcStrides);
    run(backend, planMove(backend, dst, src, c.unit), dst, src);
  } catch (error) {
    return `${backend.name} ${resident ? "resident" : "ordinary"}: ${error} ${JSON.stringify(c)}`;
  }
  const got = new Uint8Array(to.buffer, to.byteOffset, c.dstBytes);
  const wrong = expected.findIndex((byte, i) => byte !== got[i]);
  if (wrong < 0) return undefined;
  return `${backend.name} ${resident ? "resident" : "ordinary"}: byte ${wrong} ${JSON.stringify(c)}`;
}

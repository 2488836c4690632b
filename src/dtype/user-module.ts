/**
 * Modules with a user's own kernels, instantiated over a memory of ours. They import `env.memory` and may import `env.base`,
 * the address of bytes that are theirs; everything else in that memory is not.
 */

import { stridebufError } from "../errors.js";
import type { CodecKernels, PrivateKernel, UserKernel } from "./codec-kernels.js";
import type { WasmCodec } from "./dtype.js";

const failure = (message: string, cause?: unknown): Error =>
  stridebufError("EngineError", `the codec's Wasm module ${message}`, { phase: "compile" }, cause);

function within(
  codec: WasmCodec,
  memory: WebAssembly.Memory,
  allocate: (nbytes: number) => number,
): (name: string) => UserKernel {
  const wanted = WebAssembly.Module.imports(codec.module);
  const foreign = wanted.find(({ module, name }) => module !== "env" || (name !== "memory" && name !== "base"));
  if (foreign) throw failure(`imports ${foreign.module}.${foreign.name}; there is env.memory and env.base`);
  const staticBytes = codec.staticBytes ?? 0;
  const base = new WebAssembly.Global({ value: "i32" }, staticBytes > 0 ? allocate(staticBytes) : 0);
  let exports: WebAssembly.Exports;
  try {
    exports = new WebAssembly.Instance(codec.module, { env: { memory, base } }).exports;
  } catch (cause) {
    throw failure(`cannot be instantiated: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  return (name) => {
    const kernel = exports[name];
    if (typeof kernel !== "function") throw failure(`exports no function ${JSON.stringify(name)}`);
    return kernel as UserKernel;
  };
}

/** Bytes of each of the two tiles in a private memory. */
const TILE_BYTES = 1 << 16;
const PAGE = 1 << 16;
/** As many pages as our own module starts with, so that a kernel may ask for as much. */
const LEAST_PAGES = 32;

/** A codec over a memory of its own: tiles are copied in and out. Serves where the engine's memory is not at hand. */
class PrivateCodec {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: (name: string) => UserKernel;
  readonly #dst: number;
  readonly #src: number;

  constructor(codec: WasmCodec) {
    const reserved = Math.ceil((codec.staticBytes ?? 0) / PAGE) * PAGE;
    const pages = Math.max(LEAST_PAGES, (2 * TILE_BYTES + reserved) / PAGE + 1);
    try {
      this.#memory = new WebAssembly.Memory({ initial: pages });
    } catch (cause) {
      throw stridebufError("EngineError", "no memory for the codec's Wasm module", { phase: "memory" }, cause);
    }
    // The first page stays free: an address of 0 is nobody's.
    this.#kernel = within(codec, this.#memory, () => PAGE);
    this.#dst = PAGE + reserved;
    this.#src = this.#dst + TILE_BYTES;
  }

  /** @throws EngineError (`compile`) when the module has no such function */
  kernel(name: string): PrivateKernel {
    const kernel = this.#kernel(name);
    return (dst, dstWidth, src, srcWidth, count) => {
      const most = Math.max(1, Math.floor(TILE_BYTES / Math.max(dstWidth, srcWidth)));
      for (let done = 0; done < count; done += most) {
        const n = Math.min(most, count - done);
        let heap = new Uint8Array(this.#memory.buffer);
        heap.set(src.subarray(done * srcWidth, (done + n) * srcWidth), this.#src);
        kernel(this.#dst, this.#src, n);
        // The kernel may have grown the memory.
        heap = new Uint8Array(this.#memory.buffer);
        dst.set(heap.subarray(this.#dst, this.#dst + n * dstWidth), done * dstWidth);
      }
    };
  }
}

const privates = new WeakMap<WasmCodec, PrivateCodec>();

function apart(codec: WasmCodec, name: string): PrivateKernel {
  let own = privates.get(codec);
  if (own === undefined) {
    own = new PrivateCodec(codec);
    privates.set(codec, own);
  }
  return own.kernel(name);
}

export const userModules: CodecKernels = { within, apart };

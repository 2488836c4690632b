/** Every kind of memory that a view can lie in, filled with given bytes, and what somebody else can do to it meanwhile. */
import { NDBUFFER } from "../../../../src/exchange/index.js";
import type { MemoryOptions, ResidentView, StridedView } from "../../../../src/shared.js";
import { outputPool } from "../../../../src/shared.js";
import type { LentView } from "../../../../src/view/lent.js";
import type { backends } from "../../../lib/backends.js";

export type Api = Omit<(typeof backends)[number]["api"], "engine">;

export interface Memory {
  /** All of it, as bytes. */
  readonly base: StridedView;
  /** Ends the memory while views of it live. */
  readonly end?: () => void;
  /** Moves or grows it: its bytes stay. */
  readonly move?: () => void;
  /** Gives it back after the run. */
  readonly close?: () => void;
}

type Make = (api: Api, content: Uint8Array) => Memory;

/** What the compiler's library does not know yet. */
const Buffer_ = ArrayBuffer as unknown as new (
  nbytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(nbytes: number): void };

const buffer = (content: Uint8Array): ArrayBuffer => content.slice().buffer as ArrayBuffer;
const detach = (memory: ArrayBufferLike): void => void structuredClone(memory, { transfer: [memory as ArrayBuffer] });

function filled(base: StridedView, content: Uint8Array): StridedView {
  new Uint8Array(base.buffer, base.byteOffset, content.length).set(content);
  return base;
}

/** Wasm memories are as large as a page. */
const PAGE = 65536;

const made = {
  ordinary: (api, content) => {
    const memory = buffer(content);
    return { base: api.view(memory), end: () => detach(memory) };
  },
  "a part of a typed array": (api, content) => {
    const memory = new Uint8Array(content.length + 7);
    memory.set(content, 5);
    return { base: api.view(memory.subarray(5, 5 + content.length)), end: () => detach(memory.buffer) };
  },
  resizable: (api, content) => {
    const memory = new Buffer_(content.length, { maxByteLength: 2 * content.length });
    new Uint8Array(memory).set(content);
    const move = () => memory.resize(2 * content.length);
    return { base: api.view(memory), end: () => memory.resize(8), move };
  },
  shared: (api, content) => {
    const memory = new SharedArrayBuffer(content.length);
    new Uint8Array(memory).set(content);
    return { base: api.view(memory) };
  },
  "WebAssembly.Memory": (api, content) => {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(content.length / PAGE), maximum: 64 });
    new Uint8Array(memory.buffer).set(content);
    return { base: api.view(memory), move: () => void memory.grow(1) };
  },
  "shared WebAssembly.Memory": (api, content) => {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(content.length / PAGE), maximum: 64, shared: true });
    new Uint8Array(memory.buffer).set(content);
    return { base: api.view(memory), move: () => void memory.grow(1) };
  },
  foreign: (api, content) => {
    const memory = buffer(content);
    const whole = { byteOffset: 0, shape: [content.length], strides: null, format: "B", itemsize: 1 };
    const base = api.view({ [NDBUFFER]: () => ({ version: 1, buffer: memory, readonly: false, ...whole }) } as never);
    return { base: base as StridedView, end: () => detach(memory) };
  },
  lent: (api, content) => {
    const base = api.view(buffer(content), { owner: "somebody", release: () => {} }) as LentView;
    return { base, end: () => base.release(), close: () => base.release() };
  },
  resident: (api, content) => {
    const base = api.empty([content.length], "B", { resident: true }) as ResidentView;
    const grown: ResidentView[] = [];
    return {
      base: filled(base, content),
      end: () => base.dispose(),
      // As much as the memory has, so that it grows.
      move: () => void grown.push(api.empty([base.buffer.byteLength], "B", { resident: true }) as ResidentView),
      close: () => {
        base.dispose();
        for (const block of grown) block.dispose();
      },
    };
  },
  pool: (api, content) => {
    const pool = outputPool();
    // Smaller blocks are none of a pool.
    const base = api.empty([Math.max(content.length, PAGE)], "B", { pool }) as ResidentView;
    return { base: filled(base, content), end: () => base.dispose(), close: () => base.dispose() };
  },
} satisfies Record<keyof MemoryOptions, Make> & Record<string, Make>;

export type Placement = keyof typeof made;
export const placements: Readonly<Record<Placement, Make>> = made;
export const placementNames = Object.keys(made) as Placement[];

/** The first `count` bytes of a memory as they are now. @throws what its views throw, when it is gone */
export const bytesOf = ({ base }: Memory, count: number): Uint8Array =>
  Uint8Array.from(new Uint8Array(base.buffer, base.byteOffset, count));

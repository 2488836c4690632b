/** The `ndbuffer` contract, version 1, as types: see docs/ndbuffer.md. */

/** The method by which an object shows one block of its memory. */
export const NDBUFFER: unique symbol = Symbol.for("ndbuffer");

/** The method by which an object shows several blocks of one type, one after the other along axis 0. */
export const NDBUFFER_CHUNKS: unique symbol = Symbol.for("ndbuffer.chunks");

/** Typed, strided memory. Sizes, strides and offsets are bytes. */
export interface NDBuffer {
  /** The version of the contract. */
  readonly version: 1;
  /** A getter where memory can move (Wasm): read it at each use, never keep it. */
  readonly buffer: ArrayBufferLike;
  /** Where item [0, …, 0] starts. */
  readonly byteOffset: number;
  /** Items per axis; [] is one item. */
  readonly shape: readonly number[];
  /** Bytes to the next item per axis, of any sign; null is C order without gaps. */
  readonly strides: readonly number[] | null;
  /** PEP 3118 text, the byte order spelled for elements wider than a byte. */
  readonly format: string;
  /** Bytes per item. */
  readonly itemsize: number;
  /** Whether the consumer must not write. */
  readonly readonly: boolean;
  /** Keeps the memory alive: hold the NDBuffer as long as the memory is used. */
  readonly owner?: unknown;
  /** Gives the memory back, once, however often it is called; after it the memory must not be used. */
  release?(): void;
  /** Only when asked for: which items are valid, as `?` items of the same shape or one bit per item (docs/ndbuffer.md). */
  readonly mask?: NDBuffer;
  /** Only when asked for: per axis what to add after following the pointer found there, negative for no pointer. */
  readonly suboffsets?: readonly number[];
  /** Bytes of those pointers. */
  readonly pointerSize?: 4 | 8;
  /** Only when asked for: where `buffer` lives, when it is no CPU memory. */
  readonly device?: { readonly type: string };
}

/** What a consumer can take beyond plain, strided CPU memory in a basic format, and what it needs. */
export interface NDRequest {
  /** Needs the right to write. */
  readonly writable?: boolean;
  /** Needs the items without gaps, in C order, in Fortran order or in either. */
  readonly contiguous?: "C" | "F" | "any";
  /** Can take a mask. */
  readonly mask?: boolean;
  /** Can take pointers (`suboffsets`). */
  readonly indirect?: boolean;
  /** Types of devices whose memory it can take. */
  readonly devices?: readonly string[];
  /** `"any"`: can take formats beyond the basic ones, if only as opaque bytes. */
  readonly formats?: "basic" | "any";
}

/** An object that shows one block. */
export interface NDExporter {
  /** The block, or null where the request asks for what it is not. */
  [NDBUFFER](request?: NDRequest): NDBuffer | null;
}

/** An object that shows several blocks. */
export interface NDChunkExporter {
  /** The blocks in order, or null where the request asks for what they are not. */
  [NDBUFFER_CHUNKS](request?: NDRequest): Iterable<NDBuffer> | null;
}

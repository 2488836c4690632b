/** Which memory a source of `view()` shows, told by structure: sources come from any realm. */

import { codeOfElement } from "../dtype/print.js";
import { elementOfArray } from "../dtype/typed-arrays.js";
import { stridebufError } from "../errors.js";
import { integer, operandError, proveThere } from "./checks.js";
import type { Storage } from "./storage.js";

/** A part of a buffer: sizes are bytes. */
export interface SourceWindow {
  /** The memory. */
  readonly buffer: ArrayBufferLike;
  /** Bytes from the start of the buffer to the part. */
  readonly byteOffset: number;
  /** Bytes of the part. */
  readonly byteLength: number;
}

/** The part of a memory that a source shows. */
export interface Window {
  readonly storage: Storage;
  readonly start: number;
  readonly end: number;
  readonly format: string;
}

/** The letter of a typed array's elements; undefined for a DataView and for what is no array. */
export function letterOf(source: unknown): string | undefined {
  const element = elementOfArray(source);
  return element && codeOfElement(element);
}

/** A `WebAssembly.Memory` of any realm: what has a buffer and can grow. */
const isMemory = (source: unknown): source is { readonly buffer: ArrayBufferLike } =>
  typeof source === "object" && source !== null && "buffer" in source && "grow" in source;

/** A part of a buffer by structure, as libraries hand it around. */
const isWindow = (source: unknown): source is SourceWindow =>
  typeof source === "object" &&
  source !== null &&
  "buffer" in source &&
  "byteOffset" in source &&
  "byteLength" in source;

export function windowOf(source: unknown): Window {
  if (source instanceof ArrayBuffer)
    return { storage: { buffer: source, data: undefined }, start: 0, end: lengthOf(source, source), format: "B" };
  if (ArrayBuffer.isView(source)) {
    proveThere(source);
    const { buffer, byteOffset, byteLength } = source;
    const end = integer("source.byteOffset", byteOffset, 0) + integer("source.byteLength", byteLength, 0);
    return {
      storage: { buffer, data: undefined },
      start: byteOffset,
      end: Math.min(end, lengthOf(buffer, source)),
      format: letterOf(source) ?? "B",
    };
  }
  if (isMemory(source)) {
    const storage: Storage = {
      moves: true,
      get buffer() {
        return source.buffer;
      },
    };
    return { storage, start: 0, end: lengthOf(source.buffer, source), format: "B" };
  }
  if (isWindow(source)) {
    const { buffer, byteOffset, byteLength } = source;
    const start = integer("source.byteOffset", byteOffset, 0);
    const end = start + integer("source.byteLength", byteLength, 0);
    const there = lengthOf(buffer, source);
    if (end > there)
      throw stridebufError("BoundsError", `the source ends at byte ${end} of a memory of ${there}`, {
        byteOffset: there,
      });
    return { storage: { buffer, data: undefined }, start, end, format: "B" };
  }
  const end = lengthOf(source, source);
  return { storage: { buffer: source as ArrayBufferLike, data: undefined }, start: 0, end, format: "B" };
}

/**
 * The length of a buffer. Making a DataView is the one test of a buffer that cannot be fooled, across realms and for
 * shared memory too; it also tells a detached one.
 */
export function lengthOf(buffer: unknown, source: unknown): number {
  try {
    // An ArrayBuffer is asked in a tenth of the time that a new DataView takes; one that is gone looks empty there.
    const nbytes = buffer instanceof ArrayBuffer ? byteLengthOf.call(buffer) : 0;
    return nbytes > 0 ? nbytes : new DataView(buffer as ArrayBuffer).byteLength;
  } catch (cause) {
    if (isBuffer(buffer)) throw stridebufError("BoundsError", "the memory of the source has been detached", {}, cause);
    const expected =
      "an ArrayBuffer, SharedArrayBuffer, typed array, DataView, WebAssembly.Memory or ndbuffer exporter";
    throw operandError("source", expected, source);
  }
}

/** Whether something is an ArrayBuffer, detached or not. */
function isBuffer(value: unknown): boolean {
  try {
    byteLengthOf.call(value);
    return true;
  } catch {
    return false;
  }
}

const byteLengthOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!.get! as () => number;

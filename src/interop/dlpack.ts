/**
 * stridebuf/dlpack: `DLTensor` structures (dlpack.h 1.1) in the memory of another WebAssembly module, read and written field by
 * field. Nothing is called: the deleter stays with whoever owns the tensor.
 */

import { stridebufError } from "../errors.js";
import { type StridedView, view } from "../index.js";
import { requireKnownOptions } from "../options.js";
import type { WasmMemory } from "../platform.js";
import { fromName, toName } from "../shared.js";
import { argumentError, integer } from "../view/checks.js";
import { delivered, READ_OPTIONS, type ReadOptions } from "./out.js";

/** What an address of DLPack points to. */
export interface DLTensorOptions {
  /** Whether the address is that of a `DLManagedTensorVersioned`; otherwise of a `DLTensor` or `DLManagedTensor`. */
  readonly versioned?: boolean;
  /** Bytes of a pointer in that module: 4 (wasm32, the default) or 8. */
  readonly pointerSize?: 4 | 8;
}

/** Where a tensor is, and what becomes of its items. */
export interface FromDLTensorOptions extends DLTensorOptions, ReadOptions {}

/** Offsets of fields, in bytes, by the size of a pointer. */
const FIELDS = {
  4: { device: 4, ndim: 12, dtype: 16, shape: 20, strides: 24, byteOffset: 32, size: 40, flags: 16, tensor: 24 },
  8: { device: 8, ndim: 16, dtype: 20, shape: 24, strides: 32, byteOffset: 40, size: 48, flags: 24, tensor: 32 },
} as const;

const CPU = 1;
const READ_ONLY = 1n;
const PADDED = 4n;
/** The version of the header that these offsets are of; minor versions only add. */
const MAJOR = 1;

class Structure {
  readonly fields: (typeof FIELDS)[4 | 8];
  readonly #data: DataView;
  readonly #wide: boolean;

  constructor(memory: WasmMemory, pointerSize: 4 | 8) {
    this.#data = new DataView(memory.buffer);
    this.#wide = pointerSize === 8;
    this.fields = FIELDS[pointerSize];
  }

  /** @throws BoundsError when the bytes are not in the memory */
  require(address: number, nbytes: number): void {
    if (address > 0 && address + nbytes <= this.#data.byteLength) return;
    const text = `${nbytes} bytes at address ${address} are not in a memory of ${this.#data.byteLength} bytes`;
    throw stridebufError("BoundsError", text, { byteOffset: address });
  }

  uint32(address: number): number {
    return this.#data.getUint32(address, true);
  }
  uint64(address: number): bigint {
    return this.#data.getBigUint64(address, true);
  }
  /** An int64 that JavaScript counts exactly. */
  int64(address: number): number {
    const value = this.#data.getBigInt64(address, true);
    if (BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))) return Number(value);
    throw stridebufError("LayoutError", `the tensor has a size or stride of ${value}`, { reason: "overflow" });
  }
  int64s(address: number, count: number): number[] {
    this.require(address, 8 * count);
    return Array.from({ length: count }, (_, i) => this.int64(address + 8 * i));
  }
  pointer(address: number): number {
    return this.#wide ? this.int64(address) : this.uint32(address);
  }

  setUint32(address: number, value: number): void {
    this.#data.setUint32(address, value, true);
  }
  setUint64(address: number, value: bigint): void {
    this.#data.setBigUint64(address, value, true);
  }
  setPointer(address: number, value: number): void {
    if (this.#wide) this.setUint64(address, BigInt(value));
    else this.setUint32(address, value);
  }
}

function structureOf(memory: WasmMemory, address: number, options: DLTensorOptions): Structure {
  const { pointerSize = 4 } = options;
  if (pointerSize !== 4 && pointerSize !== 8) throw argumentError("options.pointerSize", "4 or 8", pointerSize);
  integer("address", address, 0);
  return new Structure(memory, pointerSize);
}

/**
 * The tensor at an address, over the module's own memory, which may grow. Vector lanes become a sub-array of the item, or with
 * `as` or `out` a last axis. The structure must outlive the call only; its data must outlive the view.
 *
 * @param memory - the module's memory
 * @param address - bytes
 * @throws BoundsError when the structure or its items are not in the memory; LayoutError (`exchange`) for tensors of another
 * device, packed types below 8 bits and unknown versions, and when `out` has another shape or dtype or is read-only;
 * UnknownDTypeError; as `convert` with `as` or `out`
 *
 * @example
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * writeDLTensor(memory, 8, view(memory, { format: "<f", shape: [2, 3], byteOffset: 1024 }), { versioned: true });
 * fromDLTensor(memory, 8, { versioned: true }).shape; // [2, 3]
 */
export function fromDLTensor(memory: WasmMemory, address: number, options: FromDLTensorOptions = {}): StridedView {
  requireKnownOptions(options, ["versioned", "pointerSize", ...READ_OPTIONS]);
  const at = structureOf(memory, address, options);
  const { fields } = at;
  let tensor = address;
  let flags = 0n;
  if (options.versioned) {
    at.require(address, fields.tensor);
    if (at.uint32(address) !== MAJOR) throw refused(`it is of DLPack ${at.uint32(address)}, not ${MAJOR}`);
    flags = at.uint64(address + fields.flags);
    tensor += fields.tensor;
  }
  at.require(tensor, fields.size);
  const device = at.uint32(tensor + fields.device);
  if (device !== CPU) throw refused(`it lives on the device of type ${device}`);
  const code = at.uint32(tensor + fields.dtype);
  const [type, bits, lanes] = [code & 0xff, (code >> 8) & 0xff, code >>> 16];
  if (bits < 8 && (flags & PADDED) === 0n) throw refused(`its items of ${bits} bits are packed`);
  const dtype = fromName("dlpack", { code: type, bits, lanes });
  const ndim = at.uint32(tensor + fields.ndim);
  const shape = ndim === 0 ? [] : at.int64s(at.pointer(tensor + fields.shape), ndim);
  const strides = at.pointer(tensor + fields.strides);
  const items = view(memory, {
    format: dtype,
    shape,
    ...(strides === 0 || ndim === 0 ? {} : { strides: at.int64s(strides, ndim).map((n) => n * dtype.itemsize) }),
    byteOffset: at.pointer(tensor) + at.int64(tensor + fields.byteOffset),
    readonly: (flags & READ_ONLY) !== 0n,
  });
  const isKept = options.as === undefined && options.out === undefined;
  return isKept ? items : delivered(items.expandItems(), options);
}

const refused = (why: string): Error =>
  stridebufError("LayoutError", `the DLTensor cannot be shown: ${why}`, { reason: "exchange" });

/**
 * Describes a view of a module's memory as a `DLTensor` for that module, its shape and strides behind it. `manager_ctx` and
 * `deleter` of the versioned form are null: the memory stays with the module.
 *
 * @param address - where to write, a multiple of 8
 * @returns the bytes that were written from `address` on
 * @throws LayoutError (`exchange`) for a view that is not in this memory, (`dtype`) for a type that DLPack does not name, in
 * the other byte order too, (`strides`) for strides that are no whole items; BoundsError when there is no room. Nothing is
 * written then
 *
 * @example
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * writeDLTensor(memory, 8, view(memory, { format: "<f", shape: [2, 3], byteOffset: 1024 })); // 72
 */
export function writeDLTensor(
  memory: WasmMemory,
  address: number,
  source: StridedView,
  options: DLTensorOptions = {},
): number {
  requireKnownOptions(options, ["versioned", "pointerSize"]);
  const at = structureOf(memory, address, options);
  const { fields } = at;
  const { dtype, shape, strides, itemsize, ndim } = source;
  if (source.buffer !== memory.buffer || source.suboffsets !== null)
    throw stridebufError("LayoutError", "the view does not lie in this memory, or goes through pointers", {
      reason: "exchange",
    });
  const name = toName("dlpack", dtype);
  if (name === undefined)
    throw stridebufError("LayoutError", `DLPack has no name for ${dtype.name}`, { reason: "dtype" });
  const isPadded = name.bits < 8;
  if (isPadded && !options.versioned) throw refused(`only the versioned form can say that ${dtype.name} takes a byte`);
  const uneven = strides.findIndex((step, axis) => shape[axis]! > 1 && step % itemsize !== 0);
  if (uneven >= 0)
    throw stridebufError("LayoutError", `the stride of axis ${uneven} is no whole number of items`, {
      reason: "strides",
      axis: uneven,
    });
  if (address % 8 !== 0) throw argumentError("address", "a multiple of 8", address);
  const tensor = address + (options.versioned ? fields.tensor : 0);
  const shapeAt = tensor + fields.size;
  const end = shapeAt + 16 * ndim;
  at.require(address, end - address);
  new Uint8Array(memory.buffer, address, end - address).fill(0);
  if (options.versioned) {
    at.setUint32(address, MAJOR);
    at.setUint32(address + 4, 1);
    at.setUint64(address + fields.flags, (source.readonly ? READ_ONLY : 0n) | (isPadded ? PADDED : 0n));
  }
  at.setPointer(tensor, source.byteOffset);
  at.setUint32(tensor + fields.device, CPU);
  at.setUint32(tensor + fields.ndim, ndim);
  at.setUint32(tensor + fields.dtype, name.code | (name.bits << 8) | (name.lanes << 16));
  at.setPointer(tensor + fields.shape, shapeAt);
  at.setPointer(tensor + fields.strides, shapeAt + 8 * ndim);
  shape.forEach((n, axis) => {
    at.setUint64(shapeAt + 8 * axis, BigInt(n));
    at.setUint64(shapeAt + 8 * (ndim + axis), BigInt.asUintN(64, BigInt(Math.trunc(strides[axis]! / itemsize))));
  });
  return end - address;
}

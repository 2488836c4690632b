/**
 * Where the kernels of users' codecs are found. What instantiates their modules (user-module.ts) is put in place when an owner is
 * registered: before that there is no such codec, and a program that registers nothing has no use for it.
 */

import type { WasmCodec } from "./dtype.js";

/** dst and src are byte addresses, count is in items. */
export type UserKernel = (dst: number, src: number, count: number) => void;

/** A kernel over ordinary memory; widths are bytes per item. */
export type PrivateKernel = (
  dst: Uint8Array,
  dstWidth: number,
  src: Uint8Array,
  srcWidth: number,
  count: number,
) => void;

export interface CodecKernels {
  /**
   * The functions that a codec exports over one memory. `allocate` gives the address of zeroed bytes that stay.
   *
   * @throws EngineError (`compile`) when the module cannot be instantiated; the function that is returned, when it has no such function
   */
  within(
    codec: WasmCodec,
    memory: WebAssembly.Memory,
    allocate: (nbytes: number) => number,
  ): (name: string) => UserKernel;
  /** A codec's kernel over ordinary memory. @throws EngineError (`compile`) as `within`, (`memory`) */
  apart(codec: WasmCodec, name: string): PrivateKernel;
}

let provided: CodecKernels | undefined;

export function provideCodecKernels(kernels: CodecKernels): void {
  provided = kernels;
}

/** For whoever has a codec with a module. */
export const codecKernels = (): CodecKernels => provided!;

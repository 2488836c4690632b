/** Kernels of assembly/folds. */

import { base64 } from "./binary.js";
import { MAX_UNIQUE } from "./few.js";
import { type FewValues, type Floats, type Folded, type Kernels, middleOf, type Piece } from "./piece.js";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly TILE: WebAssembly.Global;
  readonly RESULT: WebAssembly.Global;
  readonly FEW: WebAssembly.Global;
  narrow8(count: number, turn: number): void;
  narrow16(count: number, turn: number): void;
  int32(count: number, turn: number): void;
  int64(count: number, hasNaT: number): void;
  uint64(count: number): void;
  float32(count: number): void;
  float64(count: number): void;
  few8(count: number): number;
  few16(count: number): number;
  few32(count: number): number;
  few64(count: number): number;
  fewF32(count: number): number;
  fewF64(count: number): number;
}

/** Bytes of the table of different values. */
const FEW_BYTES = 256 * 9 + 4;

const isFloat = (piece: Piece): piece is Floats => piece instanceof Float32Array || piece instanceof Float64Array;

/** @throws where the platform refuses to compile */
export function wasmKernels(): Kernels {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(base64, "base64")));
  const kernel = instance.exports as unknown as Exports;
  const { buffer } = kernel.memory;
  const memory = new Uint8Array(buffer);
  const [tile, result, few] = [kernel.TILE, kernel.RESULT, kernel.FEW].map(({ value }) => value as number);
  const numbers = new Float64Array(buffer, result, 6);
  const signed = new BigInt64Array(buffer, result, 2);
  const unsigned = new BigUint64Array(buffer, result, 2);

  const place = ({ buffer, byteOffset, byteLength }: Piece): void =>
    memory.set(new Uint8Array(buffer, byteOffset, byteLength), tile);

  function folded(): Folded {
    const [min, max, sum, squares, zeros] = numbers as unknown as [number, number, number, number, number];
    return { min, max, sum, squares, zeros };
  }

  const fewBy: Readonly<Record<number, (count: number) => number>> = {
    ...{ 1: kernel.few8, 2: kernel.few16, 4: kernel.few32, 8: kernel.few64 },
  };

  function fewValues(): FewValues {
    const table = new Uint8Array(FEW_BYTES);
    let known = 0;
    return {
      add(piece) {
        place(piece);
        memory.set(table, few);
        const width = piece.BYTES_PER_ELEMENT;
        if (isFloat(piece)) known = width === 4 ? kernel.fewF32(piece.length) : kernel.fewF64(piece.length);
        else known = fewBy[width]!(piece.length);
        table.set(memory.subarray(few, few! + FEW_BYTES));
      },
      get counting() {
        return known <= MAX_UNIQUE;
      },
      get count() {
        return known <= MAX_UNIQUE ? known : null;
      },
    };
  }

  return {
    narrow(piece) {
      place(piece);
      const run = piece.BYTES_PER_ELEMENT === 1 ? kernel.narrow8 : kernel.narrow16;
      run(piece.length, middleOf(piece));
      return folded();
    },
    int32(piece) {
      place(piece);
      kernel.int32(piece.length, middleOf(piece));
      return folded();
    },
    int64(piece, hasNaT) {
      place(piece);
      const isSigned = piece instanceof BigInt64Array;
      if (isSigned) kernel.int64(piece.length, hasNaT ? 1 : 0);
      else kernel.uint64(piece.length);
      const [, , sum, squares, zeros, absent] = numbers as unknown as [0, 0, number, number, number, number];
      const [min, max] = (isSigned ? signed : unsigned) as unknown as [bigint, bigint];
      if (absent === piece.length) return { min: 0n, max: 0n, sum, squares, zeros, absent };
      return { min, max, sum, squares, zeros, absent };
    },
    floats(piece) {
      place(piece);
      if (piece.BYTES_PER_ELEMENT === 4) kernel.float32(piece.length);
      else kernel.float64(piece.length);
      return folded();
    },
    few: fewValues,
  };
}

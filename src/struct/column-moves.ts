/**
 * The loops of columns.ts. A loop that feeds several columns costs little more per record than one that feeds one, so
 * columns of the same width and byte order go together (bench/special/struct). Units are read signed, since only the bits
 * matter: Node 24 compiles `getInt32` to a load and `getUint32` to a call (bench/NOTES.md).
 */

/** Where the units of a column come from, and the memory that they go to. */
export interface RawColumn {
  readonly raw: ArrayBuffer;
  /** Bytes of one unit, reversed when the order is not the machine's. */
  readonly unit: 1 | 2 | 4 | 8;
  /** Units per record, adjacent in the column. */
  readonly units: number;
  /** Bytes from the start of the record. */
  readonly byteOffset: number;
  readonly isLittle: boolean;
}

/** Moves the records `first` … of `src`, which are `stride` bytes each. */
export type Move = (src: DataView, first: number, count: number, stride: number) => void;

const one = (column: RawColumn): boolean => column.units === 1;

/** Moves of binary64 columns: numbers keep their value, NaNs perhaps not their payload. */
export function moveFloat64(columns: readonly RawColumn[]): Move[] {
  const moves: Move[] = [];
  const rest: RawColumn[] = columns.filter((column) => !one(column));
  for (const isLittle of [true, false]) {
    const group = columns.filter((column) => one(column) && column.isLittle === isLittle);
    while (group.length >= 2) moves.push(pairOfFloat64(group.shift()!, group.shift()!, isLittle));
    rest.push(...group);
  }
  return [...moves, ...moveUnits(rest)];
}

// What a loop uses stands in its own variables: captured ones would be loaded and checked at every step.

function pairOfFloat64(columnA: RawColumn, columnB: RawColumn, isLittle: boolean): Move {
  const arrays = [new Float64Array(columnA.raw), new Float64Array(columnB.raw)] as const;
  return (src, first, count, stride) => {
    const [a, b] = arrays;
    const fromA = columnA.byteOffset;
    const fromB = columnB.byteOffset;
    const little = isLittle;
    const end = first + count;
    for (let i = first, at = first * stride; i < end; i++, at += stride) {
      a[i] = src.getFloat64(at + fromA, little);
      b[i] = src.getFloat64(at + fromB, little);
    }
  };
}

/** Moves of any columns, bit for bit. */
export function moveUnits(columns: readonly RawColumn[]): Move[] {
  const moves: Move[] = [];
  const rest: RawColumn[] = columns.filter((column) => column.unit !== 4 || !one(column));
  for (const isLittle of [true, false]) {
    const group = columns.filter((column) => column.unit === 4 && one(column) && column.isLittle === isLittle);
    while (group.length >= 4) moves.push(fourWords(group.splice(0, 4), isLittle));
    while (group.length >= 2) moves.push(twoWords(group.shift()!, group.shift()!, isLittle));
    rest.push(...group);
  }
  for (const column of rest) {
    if (column.units > MANY_UNITS) moves.push(runOfBytes(column));
    else for (let unit = 0; unit < column.units; unit++) moves.push(single[column.unit](column, unit));
  }
  return moves;
}

function fourWords(columns: readonly RawColumn[], isLittle: boolean): Move {
  const arrays = columns.map((column) => new Int32Array(column.raw));
  return (src, first, count, stride) => {
    const [a, b, c, d] = arrays as [Int32Array, Int32Array, Int32Array, Int32Array];
    const [fromA, fromB, fromC, fromD] = columns.map((column) => column.byteOffset) as [number, number, number, number];
    const little = isLittle;
    const end = first + count;
    for (let i = first, at = first * stride; i < end; i++, at += stride) {
      a[i] = src.getInt32(at + fromA, little);
      b[i] = src.getInt32(at + fromB, little);
      c[i] = src.getInt32(at + fromC, little);
      d[i] = src.getInt32(at + fromD, little);
    }
  };
}

function twoWords(columnA: RawColumn, columnB: RawColumn, isLittle: boolean): Move {
  const arrays = [new Int32Array(columnA.raw), new Int32Array(columnB.raw)] as const;
  return (src, first, count, stride) => {
    const [a, b] = arrays;
    const fromA = columnA.byteOffset;
    const fromB = columnB.byteOffset;
    const little = isLittle;
    const end = first + count;
    for (let i = first, at = first * stride; i < end; i++, at += stride) {
      a[i] = src.getInt32(at + fromA, little);
      b[i] = src.getInt32(at + fromB, little);
    }
  };
}

/** From here on the units of a record are moved together: a loop for each would cost more than the call. */
const MANY_UNITS = 32;

function runOfBytes({ raw, unit, units, byteOffset, isLittle }: RawColumn): Move {
  const dst = new Uint8Array(raw);
  const nbytes = unit * units;
  return (src, first, count, stride) => {
    const bytes = new Uint8Array(src.buffer, src.byteOffset, src.byteLength);
    for (let i = first; i < first + count; i++) {
      const at = i * stride + byteOffset;
      dst.set(bytes.subarray(at, at + nbytes), i * nbytes);
    }
    if (isLittle || unit === 1) return;
    for (let at = first * nbytes; at < (first + count) * nbytes; at += unit) dst.subarray(at, at + unit).reverse();
  };
}

/** One unit of a column; a loop per width, since a shared one would see several array types. */
const single: Readonly<Record<RawColumn["unit"], (column: RawColumn, unit: number) => Move>> = {
  1: ({ raw, units, byteOffset }, unit) => {
    const array = new Uint8Array(raw);
    return (src, first, count, stride) => {
      const dst = array;
      const step = units;
      let next = first * step + unit;
      let at = first * stride + byteOffset + unit;
      for (let left = count; left > 0; left--, next += step, at += stride) dst[next] = src.getUint8(at);
    };
  },
  2: ({ raw, units, byteOffset, isLittle }, unit) => {
    const array = new Int16Array(raw);
    return (src, first, count, stride) => {
      const dst = array;
      const step = units;
      const little = isLittle;
      let next = first * step + unit;
      let at = first * stride + byteOffset + unit * 2;
      for (let left = count; left > 0; left--, next += step, at += stride) dst[next] = src.getInt16(at, little);
    };
  },
  4: ({ raw, units, byteOffset, isLittle }, unit) => {
    const array = new Int32Array(raw);
    return (src, first, count, stride) => {
      const dst = array;
      const step = units;
      const little = isLittle;
      let next = first * step + unit;
      let at = first * stride + byteOffset + unit * 4;
      for (let left = count; left > 0; left--, next += step, at += stride) dst[next] = src.getInt32(at, little);
    };
  },
  8: ({ raw, units, byteOffset, isLittle }, unit) => {
    const array = new Int32Array(raw);
    return (src, first, count, stride) => {
      const dst = array;
      const step = 2 * units;
      const little = isLittle;
      const low = little ? 0 : 4;
      let next = first * step + 2 * unit;
      let at = first * stride + byteOffset + unit * 8;
      for (let left = count; left > 0; left--, next += step, at += stride) {
        dst[next] = src.getInt32(at + low, little);
        dst[next + 1] = src.getInt32(at + 4 - low, little);
      }
    };
  },
};

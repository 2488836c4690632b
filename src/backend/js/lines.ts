/**
 * Strided lines in plain TypeScript, one function per access width so that each stays monomorphic. Offsets and strides
 * count elements of the array given (words for 8-byte items). Items are read whole before they are written, one after
 * the other in the order of the line, so a line may be run over overlapping memory in the direction that bears it.
 */

export type Line<A> = (d: A, s: A, di: number, si: number, dStride: number, sStride: number, count: number) => void;

export const copy8: Line<Uint8Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = s[si]!;
    di += dStride;
    si += sStride;
  }
};

export const copy16: Line<Uint16Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = s[si]!;
    di += dStride;
    si += sStride;
  }
};

export const copy32: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = s[si]!;
    di += dStride;
    si += sStride;
  }
};

export const copy64: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const low = s[si]!;
    const high = s[si + 1]!;
    d[di] = low;
    d[di + 1] = high;
    di += dStride;
    si += sStride;
  }
};

export const swap16: Line<Uint16Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const x = s[si]!;
    d[di] = (x << 8) | (x >>> 8);
    di += dStride;
    si += sStride;
  }
};

const reversed = (x: number): number => (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);

export const swap32: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    d[di] = reversed(s[si]!);
    di += dStride;
    si += sStride;
  }
};

export const swap64: Line<Uint32Array> = (d, s, di, si, dStride, sStride, count) => {
  for (let i = 0; i < count; i++) {
    const low = s[si]!;
    const high = s[si + 1]!;
    d[di] = reversed(high);
    d[di + 1] = reversed(low);
    di += dStride;
    si += sStride;
  }
};

const item = new Uint8Array(256);

/** Items of any width, byte by byte, reversed in units of `unit` bytes (1 keeps them). */
export function moveBytes(
  d: Uint8Array,
  s: Uint8Array,
  di: number,
  si: number,
  dStride: number,
  sStride: number,
  count: number,
  width: number,
  unit: number,
): void {
  if (width > item.length) {
    moveLong(d, s, di, si, dStride, sStride, count, width, unit);
    return;
  }
  for (let i = 0; i < count; i++) {
    if (unit === 1) for (let k = 0; k < width; k++) item[k] = s[si + k]!;
    else for (let k = 0; k < width; k += unit) for (let j = 0; j < unit; j++) item[k + j] = s[si + k + unit - 1 - j]!;
    for (let k = 0; k < width; k++) d[di + k] = item[k]!;
    di += dStride;
    si += sStride;
  }
}

/** Long items: the platform's own copy, then a reversal in place. */
function moveLong(
  d: Uint8Array,
  s: Uint8Array,
  di: number,
  si: number,
  dStride: number,
  sStride: number,
  count: number,
  width: number,
  unit: number,
): void {
  for (let i = 0; i < count; i++) {
    if (d.buffer === s.buffer) d.copyWithin(di, si, si + width);
    else d.set(s.subarray(si, si + width), di);
    if (unit > 1) reverseUnits(d, di, width, unit);
    di += dStride;
    si += sStride;
  }
}

function reverseUnits(d: Uint8Array, di: number, width: number, unit: number): void {
  for (let k = di; k < di + width; k += unit)
    for (let a = k, b = k + unit - 1; a < b; a++, b--) {
      const x = d[a]!;
      d[a] = d[b]!;
      d[b] = x;
    }
}

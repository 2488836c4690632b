/** Where a tile lies, and six results of 8 bytes each: least, greatest, sum, squares, zeros, left out. */

export const RESULT: usize = memory.data(48, 16);

export const TILE: usize = (__heap_base + 15) & ~15;

// @ts-ignore: decorator
@inline
export function put<T>(slot: usize, value: T): void {
  store<T>(RESULT + (slot << 3), value);
}

/**
 * The packed description of a loop nest: one row per axis, outermost first, of three 32-bit words: items, destination
 * stride, source stride (bytes, two's complement). It stands in static memory, so a copy crosses the border once.
 */

/** The most axes a nest can have; 66 leaves room for what views (64) can gain when items are split. */
const AXES = 66;

/** Byte address of the descriptor, written by the host before `move` and `transform`. */
export const DESCRIPTOR: usize = memory.data(AXES * 12, 16);

// @ts-ignore: decorator
@inline
export function axisAt(axis: i32): usize {
  return DESCRIPTOR + <usize>axis * 12;
}

// @ts-ignore: decorator
@inline
export function items(axis: usize): u32 {
  return load<u32>(axis);
}

// @ts-ignore: decorator
@inline
export function dstStride(axis: usize): i32 {
  return load<i32>(axis, 4);
}

// @ts-ignore: decorator
@inline
export function srcStride(axis: usize): i32 {
  return load<i32>(axis, 8);
}

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

/**
 * Whether each of `count` layouts is C-contiguous; one byte per answer, 0 or 1. A layout is a run of float64 (so that
 * sizes beyond 2^32 are exact): axes, bytes per item, then items and stride of each axis, outermost first. Axes of one
 * item do not count, an empty layout is contiguous (PyBuffer_IsContiguous). Any alignment.
 */
export function areContiguous(answers: usize, layouts: usize, count: i32): void {
  let at = layouts;
  for (let i = 0; i < count; i++) {
    const first = at + 16;
    const end = first + (<usize>load<f64>(at) << 4);
    let step = load<f64>(at, 8);
    let contiguous = true;
    let empty = false;
    for (let axis = end; axis > first; ) {
      axis -= 16;
      const n = load<f64>(axis);
      if (n == 0) empty = true;
      else if (n != 1) {
        if (load<f64>(axis, 8) != step) contiguous = false;
        step *= n;
      }
    }
    store<u8>(answers + i, u8(contiguous || empty));
    at = end;
  }
}

/** Scratch tiles in static memory. Each is small enough to stay in L1 beside the lines that it is filled from. */

/** Bytes of a scratch tile. */
export const SCRATCH_BYTES: usize = 16384;

/** The tile of lines and transposes, the two of conversions, and the room for tails, one after the other. */
export const SCRATCH: usize = memory.data(49408, 64);

/** Bytes of all of it. */
export const SCRATCH_ALL: i32 = 49408;

/** Bytes from SCRATCH to the scratch of this instance: several instances over one memory each have their own. */
export let SCRATCH_SHIFT: usize = 0;

/** The tile of lines and transposes. */
// @ts-ignore: decorator
@inline
export function scratch(): usize {
  return SCRATCH + SCRATCH_SHIFT;
}

/** The two tiles that the stages of a conversion alternate between. */
// @ts-ignore: decorator
@inline
export function tileA(): usize {
  return SCRATCH + SCRATCH_BYTES + SCRATCH_SHIFT;
}

// @ts-ignore: decorator
@inline
export function tileB(): usize {
  return SCRATCH + 2 * SCRATCH_BYTES + SCRATCH_SHIFT;
}

/**
 * Room for one block of a kernel's tail: the last, short block is copied here, converted whole by the same loop as all
 * others, and copied out; so a tail can never differ from the body. Input at +0, output at +128.
 */
// @ts-ignore: decorator
@inline
export function tail(): usize {
  return SCRATCH + 3 * SCRATCH_BYTES + SCRATCH_SHIFT;
}
/** Bytes from tail() to the tail's output. */
export const TAIL_OUT: usize = 128;

/** Bytes of each half of the staging window. Lines use a part that stays in L2; transposes want long runs (bench/NOTES.md, thresholds: window). */
export const WINDOW_BYTES: i32 = 1048576;

/** Where the host puts data of other memories, and takes it from, each with a cache line more so that data may begin anywhere in its first line. */
export const WINDOW_IN: usize = memory.data(1048640, 64);
export const WINDOW_OUT: usize = memory.data(1048640, 64);

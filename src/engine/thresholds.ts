/** Where one way of doing the same thing begins to win over another. Each names the benchmark that set it. */

/** Items shorter than this (bytes) are not worth a call of the platform's `set` each: bench/move, rows. */
export const PLATFORM_ROW = 128;

/** Staged work below this many bytes is done in plain TypeScript: bench/move, small. */
export const SCRIPT_BYTES = 512;

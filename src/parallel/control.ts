/**
 * The words by which the threads of a crew agree, in shared memory. The owner writes a job, then the claim: a number of the
 * job in the upper and of its next chunk in the lower half. A thread that moves the claim on has that chunk, and the job's
 * words stay until it is counted as done.
 */

/** Numbers of the words. Claim and done stand in cache lines of their own. */
export const word = {
  claim: 0,
  done: 16,
  failed: 17,
  chunks: 32,
  /** Which kernel; see {@link job}. */
  job: 33,
  /** Where the first chunk begins, and bytes from one chunk to the next. */
  dst: 34,
  src: 35,
  dstStep: 36,
  srcStep: 37,
  /** The other arguments of the kernel. */
  ndim: 38,
  width: 39,
  unit: 40,
} as const;

/** Bytes of all words. */
export const CONTROL_BYTES = 192;

/** What a job does. */
export const job = { move: 0, transform: 1, end: 2 } as const;

/** Bits of the number of a chunk. */
export const CHUNK_BITS = 12;

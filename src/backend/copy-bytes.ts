/**
 * One contiguous run of bytes by the platform's own calls, around a trap. Where the C library copies by `rep movsb` on AMD's Zen 3 (glibc bug
 * 30994), a run of 2 to 512 KiB whose destination begins 1 to 31 bytes behind its source, both modulo 4096, takes up to twenty times as long.
 * Two arrays of 64 KiB that were made one after the other lie like that, since malloc puts 16 bytes before each (bench/NOTES.md, a trap of
 * rep movsb). Addresses are not known here, so a clock tells, and only where such a trap is; the way round leads through a third memory.
 */

import { type Clock, fineClock } from "./clock.js";
import { type Arrays, arraysOf } from "./js/arrays.js";

/** Runs of so many bytes may be trapped. Shorter ones lose less than finding out costs. */
const LEAST = 4096;
const MOST = 524_288;

/** Addresses that are equal modulo this are taken for the same one while a copy is under way. */
const PAGE = 4096;

/** So many bytes at most tell whether a run is trapped, copied so many times: caches and compiled code may not be ready for the first. */
const SAMPLE = 16_384;
const TURNS = 5;

/** A run that is copied faster than this many bytes per millisecond is not trapped. */
const SLOW = 4e6;

/** Bytes per step of the way round: a step stays in L2. */
const STEP = 65_536;

/** All of a buffer is what whole arrays are copied from; its array is there already. */
export function bytesAt(buffer: ArrayBufferLike, byteOffset: number, nbytes: number): Uint8Array {
  const { u8 } = arraysOf(buffer);
  return nbytes === u8.length ? u8 : new Uint8Array(buffer, byteOffset, nbytes);
}

/** Milliseconds that the fastest of some copies of the beginning of a run takes. */
function timeOf(now: Clock, to: Uint8Array, toOffset: number, from: Uint8Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) {
    const start = now();
    to.set(from, toOffset);
    least = Math.min(least, now() - start);
  }
  return least;
}

/** The clock where this machine has the trap, else null; undefined before anybody asked. */
let trapClock: Clock | null | undefined;

/** Whether the trap is here, found out by one memory that is copied within. */
function findTrap(): Clock | null {
  const now = fineClock();
  if (now === null) return null;
  const memory = new Uint8Array(2 * SAMPLE + PAGE).fill(1);
  const from = memory.subarray(0, SAMPLE);
  const apart = timeOf(now, memory, SAMPLE + 64, from);
  return timeOf(now, memory, SAMPLE + 16, from) > 3 * apart ? now : null;
}

/**
 * Whether a run from one buffer to another is trapped: found out when the same two come again at the same distance, since copies that are
 * made once would pay more for the answer than they gain.
 */
function isTrapped(
  now: Clock,
  to: Arrays,
  from: Arrays,
  dstOffset: number,
  srcOffset: number,
  nbytes: number,
): boolean {
  const pair = from.serial * PAGE + ((dstOffset - srcOffset) & (PAGE - 1));
  if (to.pair !== pair) {
    to.pair = pair;
    to.isTrapped = undefined;
    return false;
  }
  if (to.isTrapped === undefined) {
    const sample = from.u8.subarray(srcOffset, srcOffset + Math.min(SAMPLE, nbytes));
    to.isTrapped = sample.length / timeOf(now, to.u8, dstOffset, sample) < SLOW;
  }
  return to.isTrapped;
}

let third: Uint8Array | undefined;

/** Through a third memory, which lies half a page from the source where large arrays begin as far into a page as each other. */
function copyAround(to: Uint8Array, dstOffset: number, src: ArrayBufferLike, srcOffset: number, nbytes: number): void {
  third ??= new Uint8Array(STEP + PAGE);
  for (let done = 0; done < nbytes; done += STEP) {
    const n = Math.min(STEP, nbytes - done);
    const at = (srcOffset + PAGE / 2) & (PAGE - 64);
    third.set(bytesAt(src, srcOffset + done, n), at);
    to.set(third.subarray(at, at + n), dstOffset + done);
  }
}

/** Whether a run of so many bytes may be trapped on this machine. */
export function hasTrap(nbytes: number): boolean {
  if (nbytes < LEAST || nbytes > MOST) return false;
  if (trapClock === undefined) trapClock = findTrap();
  return trapClock !== null;
}

/** Copies a run; within one buffer the two may overlap in any way. */
export function copyBytes(
  dst: ArrayBufferLike,
  dstOffset: number,
  src: ArrayBufferLike,
  srcOffset: number,
  nbytes: number,
): void {
  const to = arraysOf(dst);
  if (hasTrap(nbytes)) {
    const distance = dstOffset - srcOffset;
    const apart = distance & (PAGE - 1);
    const goesRound =
      dst === src
        ? Math.abs(distance) >= nbytes && apart > 0 && apart < 32
        : isTrapped(trapClock!, to, arraysOf(src), dstOffset, srcOffset, nbytes);
    if (goesRound) {
      copyAround(to.u8, dstOffset, src, srcOffset, nbytes);
      return;
    }
  }
  if (dst === src) to.u8.copyWithin(dstOffset, srcOffset, srcOffset + nbytes);
  else to.u8.set(bytesAt(src, srcOffset, nbytes), dstOffset);
}

/**
 * The ways of running one large line take turns over pieces of it, the fastest one finishes, and is remembered. Which of them that is
 * depends on the processor, its caches and its neighbours; the bytes do not.
 */

import type { ChosenMove, ChosenTransform, Conversion, Executor, Loop, Place } from "../backend.js";

/** Bytes of the larger side in one turn. */
const PIECE = 524_288;

/** Turns of each. */
const TURNS = 3;

/** A rival has to take less than this part of the time, or the first choice stays. */
const MARGIN = 0.95;

/**
 * The first choice begins with one run, and the winners of this many races have one as well, since who has run little yet is not optimised
 * (bench/NOTES.md, the planner measures); after that the winner of each race has twice as many runs as the one before.
 */
const EARLY_RACES = 3;

/** The most runs of a winner before all are tried again. */
const LONGEST_REIGN = 64;

/** Kinds of lines whose winner is remembered. */
const MOST_KINDS = 256;

type Clock = () => number;

/**
 * A clock that goes on within a few of its own calls; browsers' clocks may stand still for longer than a turn takes, and then
 * there is none.
 */
function fineClock(): Clock | null {
  const { performance } = globalThis as { performance?: { now(): number } };
  if (performance === undefined) return null;
  const start = performance.now();
  for (let call = 0; call < 64; call++) if (performance.now() > start) return () => performance.now();
  return null;
}

/** Runs a piece of a line: so many items from these places on. */
type RunPiece = (executor: Executor, dst: Place, src: Place, count: number) => void;

/** Who can run a line: the first choice, then its rivals. */
type Candidates = readonly [Executor, ...Executor[]];

const moved = ({ buffer, byteOffset }: Place, by: number): Place => ({ buffer, byteOffset: byteOffset + by });

/** The winners of one backend. */
export class Races {
  readonly #winners = new Map<string, { readonly executor: Executor; readonly races: number; left: number }>();
  readonly #findClock: () => Clock | null;
  #clock: Clock | null | undefined;

  /** @param findClock - asked at the first race, since Node loads its clock when it is first used; without one the first choice runs */
  constructor(findClock: () => Clock | null = fineClock) {
    this.#findClock = findClock;
  }

  /** Milliseconds. */
  #now(): Clock | null {
    if (this.#clock === undefined) this.#clock = this.#findClock();
    return this.#clock;
  }

  /**
   * Runs all of a line.
   *
   * @param kind - what lines have in common of which the same executor is expected to be best, besides strides and size
   * @param count - items; strides are bytes
   */
  run(
    kind: string,
    candidates: Candidates,
    dst: Place,
    src: Place,
    count: number,
    dstStride: number,
    srcStride: number,
    run: RunPiece,
  ): void {
    let done = 0;
    const runNext = (by: Executor, n: number): void => {
      run(by, moved(dst, done * dstStride), moved(src, done * srcStride), n);
      done += n;
    };
    const bytes = Math.max(dstStride, Math.abs(srcStride));
    const [first] = candidates;
    const key = `${kind} ${first} ${dstStride} ${srcStride} ${Math.floor(Math.log2(count * bytes))}`;
    let winner = this.#winners.get(key) ?? { executor: first, races: 0, left: 1 };
    const now = winner.left === 0 ? this.#now() : null;
    if (now !== null) {
      const least = candidates.map(() => Number.POSITIVE_INFINITY);
      const n = Math.floor(PIECE / bytes);
      for (let turn = 0; turn < TURNS; turn++)
        candidates.forEach((executor, i) => {
          const start = now();
          runNext(executor, n);
          least[i] = Math.min(least[i]!, now() - start);
        });
      const races = winner.races + 1;
      const left = Math.min(LONGEST_REIGN, 2 ** Math.max(0, races - EARLY_RACES));
      const fastest = least.indexOf(Math.min(...least));
      winner = { executor: candidates[least[fastest]! < MARGIN * least[0]! ? fastest : 0]!, races, left };
    }
    winner.left--;
    if (this.#winners.size === MOST_KINDS) this.#winners.clear();
    this.#winners.set(key, winner);
    runNext(winner.executor, count - done);
  }
}

const line = (count: number, dstStride: number, srcStride: number): Loop => ({
  sizes: [count],
  dstStrides: [dstStride],
  srcStrides: [srcStride],
});

/** Moves a line whose choice has rivals. */
export function raceMove(
  races: Races,
  candidates: Candidates,
  dst: Place,
  src: Place,
  { kind, loop, width, swapUnit }: ChosenMove,
  run: (dst: Place, src: Place, move: ChosenMove) => void,
): void {
  const name = `${kind} ${swapUnit}`;
  if (loop.sizes.length === 0)
    races.run(name, candidates, dst, src, width / swapUnit, swapUnit, swapUnit, (executor, to, from, n) =>
      run(to, from, { kind, loop, width: n * swapUnit, swapUnit, executor }),
    );
  else {
    const [dstStride, srcStride] = [loop.dstStrides[0]!, loop.srcStrides[0]!];
    races.run(name, candidates, dst, src, loop.sizes[0]!, dstStride, srcStride, (executor, to, from, n) =>
      run(to, from, { kind, loop: line(n, dstStride, srcStride), width, swapUnit, executor }),
    );
  }
}

/** Converts a contiguous line whose choice has rivals. */
export function raceTransform(
  races: Races,
  candidates: Candidates,
  dst: Place,
  src: Place,
  { kind, loop }: ChosenTransform,
  conversion: Conversion,
  run: (dst: Place, src: Place, transform: ChosenTransform, conversion: Conversion) => void,
): void {
  const { dstWidth, srcWidth, steps } = conversion;
  const name = `${steps[0]!.kernel}`;
  races.run(name, candidates, dst, src, loop.sizes[0]!, dstWidth, srcWidth, (executor, to, from, n) =>
    run(to, from, { kind, loop: line(n, dstWidth, srcWidth), executor }, conversion),
  );
}

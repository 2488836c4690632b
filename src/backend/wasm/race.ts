/**
 * The ways of running a line take turns, and the fastest one is remembered: over pieces of a large line, which the fastest one then
 * finishes, and over whole runs of a smaller one. Which of them that is depends on the processor, its caches, its neighbours and the version
 * of the engine; the bytes do not.
 */

import type { ChosenMove, ChosenTransform, Conversion, Executor, Loop, Place } from "../backend.js";
import { type Clock, fineClock } from "../clock.js";
import { LARGE_BYTES } from "../thresholds.js";

/** Bytes of the larger side in one turn of a large line. */
const PIECE = 524_288;

/** Turns of each. */
const TURNS = 3;

/**
 * A rival has to take less than this part of the time, or the first choice stays. Whole runs lie further apart than pieces of one, so that
 * what neighbours do may meet one side alone.
 */
const MARGIN = 0.95;
const SMALL_MARGIN = 0.85;

/**
 * The first choice begins with one run, and the winners of this many races have one as well, since who has run little yet is not optimised
 * (bench/NOTES.md, races of smaller lines); after that the winner of each race has twice as many runs as the one before.
 */
const EARLY_RACES = 3;

/** The most runs of a winner before all are tried again; a race of small lines takes whole runs. */
const LONGEST_REIGN = 64;
const LONGEST_SMALL_REIGN = 1024;

/** Kinds of lines whose winner is remembered. */
const MOST_KINDS = 256;

/** Runs a piece of a line: so many items from these places on. */
type RunPiece = (executor: Executor, dst: Place, src: Place, count: number) => void;

/** Who can run a line: the first choice, then its rivals. */
type Candidates = readonly [Executor, ...Executor[]];

const moved = ({ buffer, byteOffset }: Place, by: number): Place => ({ buffer, byteOffset: byteOffset + by });

/** Lines of one kind, and how far their race is. */
interface Standing {
  executor: Executor;
  /** How many races there were. */
  races: number;
  /** Runs of the winner before the next one. */
  left: number;
  /** Turns taken in the race that is under way, and the least milliseconds of each candidate in it. */
  turns: number;
  least: number[];
}

/** The standings of one backend. */
export class Races {
  readonly #standings = new Map<string, Standing>();
  /** The standing of loops that were run before: a plan is found again with its loops. */
  readonly #known = new WeakMap<object, Standing>();
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

  #standingOf(chosen: object, key: () => string, first: Executor): Standing {
    let standing = this.#known.get(chosen);
    if (standing === undefined) {
      const text = key();
      standing = this.#standings.get(text) ?? { executor: first, races: 0, left: 1, turns: 0, least: [] };
      if (this.#standings.size === MOST_KINDS) this.#standings.clear();
      this.#standings.set(text, standing);
      this.#known.set(chosen, standing);
    }
    return standing;
  }

  /** Who runs a loop that was run before, which counts as one run; undefined where that has to be found out. */
  winnerOf(chosen: object): Executor | undefined {
    const standing = this.#known.get(chosen);
    if (standing === undefined || standing.left === 0) return undefined;
    standing.left--;
    return standing.executor;
  }

  /**
   * Runs all of a line.
   *
   * @param chosen - the loop, by which its standing is found at once when it comes again
   * @param kind - what lines have in common of which the same executor is expected to be best, besides strides and size
   * @param count - items; strides are bytes
   */
  run(
    chosen: object,
    kind: string,
    candidates: Candidates,
    dst: Place,
    src: Place,
    count: number,
    dstStride: number,
    srcStride: number,
    run: RunPiece,
  ): void {
    const bytes = Math.max(dstStride, Math.abs(srcStride));
    const [first] = candidates;
    const keyOf = () => `${kind} ${first} ${dstStride} ${srcStride} ${Math.floor(Math.log2(count * bytes))}`;
    const standing = this.#standingOf(chosen, keyOf, first);
    const now = standing.left === 0 ? this.#now() : null;
    if (now === null) {
      if (standing.left > 0) standing.left--;
      run(standing.executor, dst, src, count);
      return;
    }
    const isLarge = count * bytes >= LARGE_BYTES;
    const n = isLarge ? Math.floor(PIECE / bytes) : count;
    const turns = TURNS * candidates.length;
    let done = 0;
    do {
      const i = standing.turns++ % candidates.length;
      const start = now();
      run(candidates[i]!, moved(dst, done * dstStride), moved(src, done * srcStride), n);
      standing.least[i] = Math.min(standing.least[i] ?? Number.POSITIVE_INFINITY, now() - start);
      done += n;
    } while (isLarge && standing.turns < turns);
    if (standing.turns < turns) return;
    const { least } = standing;
    const fastest = least.indexOf(Math.min(...least));
    const margin = isLarge ? MARGIN : SMALL_MARGIN;
    standing.executor = candidates[least[fastest]! < margin * least[0]! ? fastest : 0]!;
    standing.races++;
    standing.turns = 0;
    standing.least = [];
    const longest = isLarge ? LONGEST_REIGN : LONGEST_SMALL_REIGN;
    standing.left = Math.min(longest, 2 ** Math.max(0, standing.races - EARLY_RACES));
    if (isLarge) standing.left--;
    if (done < count) run(standing.executor, moved(dst, done * dstStride), moved(src, done * srcStride), count - done);
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
  chosen: ChosenMove,
  run: (dst: Place, src: Place, move: ChosenMove) => void,
): void {
  const { kind, loop, width, swapUnit } = chosen;
  const winner = races.winnerOf(chosen);
  if (winner !== undefined) {
    run(dst, src, { kind, loop, width, swapUnit, executor: winner });
    return;
  }
  const name = `${kind} ${swapUnit}`;
  if (loop.sizes.length === 0)
    races.run(chosen, name, candidates, dst, src, width / swapUnit, swapUnit, swapUnit, (executor, to, from, n) =>
      run(to, from, { kind, loop, width: n * swapUnit, swapUnit, executor }),
    );
  else {
    const [dstStride, srcStride] = [loop.dstStrides[0]!, loop.srcStrides[0]!];
    races.run(chosen, name, candidates, dst, src, loop.sizes[0]!, dstStride, srcStride, (executor, to, from, n) =>
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
  chosen: ChosenTransform,
  conversion: Conversion,
  run: (dst: Place, src: Place, transform: ChosenTransform, conversion: Conversion) => void,
): void {
  const { dstWidth, srcWidth, steps } = conversion;
  const { kind, loop } = chosen;
  const winner = races.winnerOf(chosen);
  if (winner !== undefined) {
    run(dst, src, { kind, loop, executor: winner }, conversion);
    return;
  }
  const name = `${steps[0]!.kernel}`;
  races.run(chosen, name, candidates, dst, src, loop.sizes[0]!, dstWidth, srcWidth, (executor, to, from, n) =>
    run(to, from, { kind, loop: line(n, dstWidth, srcWidth), executor }, conversion),
  );
}

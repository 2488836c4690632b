/**
 * The ways of running a loop have their turns, and the fastest one is remembered: over pieces of a large line, which the fastest one then
 * finishes, and over whole runs of a smaller one and of a nest. Which of them that is depends on the processor, its caches, its neighbours and
 * the version of the engine; the bytes do not.
 */

import type { ChosenMove, ChosenTransform, Conversion, Executor, Loop, Place, Reign } from "../backend.js";
import { type Clock, fineClock } from "../clock.js";
import { itemsOf } from "../loop.js";
import { LARGE_BYTES } from "../thresholds.js";

/** Bytes of the larger side in one turn of a large line. */
const PIECE = 524_288;

/** Who takes less than this part of the time of the winner before, at first of the first choice, takes its place. */
const MARGIN = 0.95;

/** How a race is held. */
interface Rules {
  /** Whether candidates follow each other; else each has all of its turns, of which the first one finds what the one before left in caches. */
  readonly inTurn: boolean;
  /** Turns of each candidate, in the first races and in later ones. */
  readonly turns: number;
  readonly lateTurns: number;
  /** Runs of the first winners. */
  readonly reign: number;
  /** So many winners have that many runs, since who has run little yet is not optimised; each later one has twice as many as the one before. */
  readonly early: number;
  /** The most runs of a winner before all are tried again. */
  readonly longestReign: number;
}

/** Over pieces of a line. */
const PIECES: Rules = { inTurn: true, turns: 3, lateTurns: 3, reign: 1, early: 3, longestReign: 64 };

/** Over whole runs, more of them once all are optimised, since runs meet neighbours differently (bench/NOTES.md, windows of two sizes). */
const RUNS: Rules = { inTurn: false, turns: 3, lateTurns: 5, reign: 1, early: 3, longestReign: 1024 };

/** Over whole runs of a large nest, which compile their code while they run, and of which there may be few. */
const LARGE_RUNS: Rules = { inTurn: false, turns: 2, lateTurns: 2, reign: 8, early: 1, longestReign: 64 };

/** Kinds of loops whose winner is remembered. */
const MOST_KINDS = 256;

/** Runs a piece of a line: so many items from these places on. */
type RunPiece = (executor: Executor, dst: Place, src: Place, count: number) => void;

/** Who can run a loop: the first choice, then its rivals. */
type Candidates = readonly [Executor, ...Executor[]];

const moved = ({ buffer, byteOffset }: Place, by: number): Place => ({ buffer, byteOffset: byteOffset + by });

/** Loops of one kind, and how far their race is. */
interface Standing extends Reign {
  executor: Executor;
  /** How many races there were. */
  races: number;
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

  /** Who won the races of a loop, once it was run. */
  reignOf(chosen: object): Reign | undefined {
    return this.#known.get(chosen);
  }

  /** Who runs a loop that was run before, which counts as one run; undefined where that has to be found out. */
  winnerOf(chosen: object): Executor | undefined {
    const standing = this.#known.get(chosen);
    if (standing === undefined || standing.left === 0) return undefined;
    standing.left--;
    return standing.executor;
  }

  /** Times the run of the candidate whose turn it is; after the last turn the race is over. */
  #takeTurn(
    now: Clock,
    standing: Standing,
    candidates: Candidates,
    rules: Rules,
    run: (executor: Executor) => void,
  ): void {
    const { least, races } = standing;
    const turns = races < rules.early ? rules.turns : rules.lateTurns;
    const turn = standing.turns++;
    const i = rules.inTurn ? turn % candidates.length : Math.floor(turn / turns);
    const start = now();
    run(candidates[i]!);
    least[i] = Math.min(least[i] ?? Number.POSITIVE_INFINITY, now() - start);
    if (standing.turns < turns * candidates.length) return;
    const fastest = least.indexOf(Math.min(...least));
    if (least[fastest]! < MARGIN * least[candidates.indexOf(standing.executor)]!)
      standing.executor = candidates[fastest]!;
    standing.races++;
    standing.turns = 0;
    standing.least = [];
    standing.left = Math.min(rules.longestReign, rules.reign * 2 ** Math.max(0, standing.races - rules.early));
  }

  /**
   * Runs a loop as a whole.
   *
   * @param chosen - the loop, by which its standing is found at once when it comes again
   * @param key - what loops have in common of which the same executor is expected to be best
   * @param isLarge - whether there may be few runs of it, each of them long
   */
  runWhole(
    chosen: object,
    key: () => string,
    candidates: Candidates,
    isLarge: boolean,
    run: (executor: Executor) => void,
  ): void {
    const standing = this.#standingOf(chosen, key, candidates[0]);
    const now = standing.left === 0 ? this.#now() : null;
    if (now === null) {
      if (standing.left > 0) standing.left--;
      run(standing.executor);
      return;
    }
    this.#takeTurn(now, standing, candidates, isLarge ? LARGE_RUNS : RUNS, run);
  }

  /**
   * Runs a line.
   *
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
    const key = () => `${kind} ${candidates[0]} ${dstStride} ${srcStride} ${Math.floor(Math.log2(count * bytes))}`;
    if (count * bytes < LARGE_BYTES) {
      this.runWhole(chosen, key, candidates, false, (executor) => run(executor, dst, src, count));
      return;
    }
    const standing = this.#standingOf(chosen, key, candidates[0]);
    const now = standing.left === 0 ? this.#now() : null;
    let done = 0;
    if (now !== null) {
      const n = Math.floor(PIECE / bytes);
      for (; standing.left === 0; done += n) {
        this.#takeTurn(now, standing, candidates, PIECES, (executor) =>
          run(executor, moved(dst, done * dstStride), moved(src, done * srcStride), n),
        );
      }
    }
    if (standing.left > 0) standing.left--;
    if (done < count) run(standing.executor, moved(dst, done * dstStride), moved(src, done * srcStride), count - done);
  }
}

const line = (count: number, dstStride: number, srcStride: number): Loop => ({
  sizes: [count],
  dstStrides: [dstStride],
  srcStrides: [srcStride],
});

/** Runs a nest. Who is best at it depends on every size and stride: how tiles fall into caches. */
function raceNest(
  races: Races,
  candidates: Candidates,
  chosen: ChosenMove | ChosenTransform,
  name: string,
  width: number,
  run: (executor: Executor) => void,
): void {
  const { sizes, dstStrides, srcStrides } = chosen.loop;
  const key = () => `${name} ${width} ${sizes} ${dstStrides} ${srcStrides}`;
  races.runWhole(chosen, key, candidates, itemsOf(chosen.loop) * width >= LARGE_BYTES, run);
}

/** Moves a line or a nest whose choice has rivals. */
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
  else if (loop.sizes.length === 1) {
    const [dstStride, srcStride] = [loop.dstStrides[0]!, loop.srcStrides[0]!];
    races.run(chosen, name, candidates, dst, src, loop.sizes[0]!, dstStride, srcStride, (executor, to, from, n) =>
      run(to, from, { kind, loop: line(n, dstStride, srcStride), width, swapUnit, executor }),
    );
  } else
    raceNest(races, candidates, chosen, name, width, (executor) =>
      run(dst, src, { kind, loop, width, swapUnit, executor }),
    );
}

/** Converts a contiguous line or a nest whose choice has rivals. */
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
  if (loop.sizes.length > 1)
    raceNest(races, candidates, chosen, name, Math.max(dstWidth, srcWidth), (executor) =>
      run(dst, src, { kind, loop, executor }, conversion),
    );
  else
    races.run(chosen, name, candidates, dst, src, loop.sizes[0]!, dstWidth, srcWidth, (executor, to, from, n) =>
      run(to, from, { kind, loop: line(n, dstWidth, srcWidth), executor }, conversion),
    );
}

/** Which shards of a plan are one worker's: by number, by slice, or as the scheduler that started it says in the environment. */

/** Half-open. */
export type ShardRange = readonly [begin: number, end: number];

/** Slice `index` of `count` nearly equal ones, each of consecutive shards. */
export function sliceOf(shards: number, index: number, count: number): ShardRange {
  return [Math.floor((index * shards) / count), Math.floor(((index + 1) * shards) / count)];
}

interface Scheduler {
  readonly name: string;
  /** Tells which of how many workers this is; 1 is the first where `first` is 1. */
  readonly index: string;
  readonly first: 0 | 1;
  /** Absent where the scheduler does not tell. */
  readonly count?: string;
}

/** Variables as the schedulers document them. */
export const schedulers: readonly Scheduler[] = [
  { name: "Slurm", index: "SLURM_ARRAY_TASK_ID", first: 0, count: "SLURM_ARRAY_TASK_COUNT" },
  { name: "Kubernetes", index: "JOB_COMPLETION_INDEX", first: 0 },
  { name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", first: 0, count: "AWS_BATCH_JOB_ARRAY_SIZE" },
  { name: "GNU parallel", index: "PARALLEL_SEQ", first: 1 },
];

type Environment = Readonly<Record<string, string | undefined>>;

function numberIn(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new RangeError(`${name} is no whole number: ${JSON.stringify(text)}`);
}

/** Slurm counts from wherever the array begins, and an array may have gaps. */
function slurmArray(environment: Environment): { first: number; count: number | undefined } {
  const min = numberIn(environment, "SLURM_ARRAY_TASK_MIN") ?? 0;
  const max = numberIn(environment, "SLURM_ARRAY_TASK_MAX");
  const count = numberIn(environment, "SLURM_ARRAY_TASK_COUNT");
  const isWhole = min <= 1 && (max === undefined || count === undefined || max - min + 1 === count);
  return isWhole ? { first: min, count } : { first: 0, count: undefined };
}

/**
 * What the environment says.
 *
 * @param shards of the plan
 * @param workers how many workers share the plan, where the scheduler does not say or the array is a part of the one before; the index then
 *   counts from the scheduler's first number
 * @returns null when no scheduler is there
 * @throws RangeError when two schedulers speak, or a number is beyond what there is
 */
export function rangeFromEnvironment(environment: Environment, shards: number, workers?: number): ShardRange | null {
  const speaking = schedulers.filter(({ index }) => environment[index] !== undefined && environment[index] !== "");
  const [one, other] = speaking;
  if (one === undefined) return null;
  if (other !== undefined) {
    throw new RangeError(`${one.index} and ${other.index} are both set: say --index or --slice`);
  }
  const isSlurm = one.name === "Slurm";
  const array = isSlurm ? slurmArray(environment) : undefined;
  const first = array?.first ?? one.first;
  const index = numberIn(environment, one.index)! - first;
  const told =
    array !== undefined ? array.count : one.count === undefined ? undefined : numberIn(environment, one.count);
  const count = workers ?? told;
  if (isSlurm && count === undefined && environment.SLURM_ARRAY_TASK_COUNT !== undefined) {
    throw new RangeError(
      "the array has gaps or does not begin at 0 or 1: say --of COUNT, the tasks of the whole array",
    );
  }
  const most = count ?? shards;
  if (index < 0 || index >= most) {
    throw new RangeError(
      `${one.index} is ${environment[one.index]}, beyond ${most} ${count === undefined ? "shards" : "workers"}`,
    );
  }
  return count === undefined ? [index, index + 1] : sliceOf(shards, index, count);
}

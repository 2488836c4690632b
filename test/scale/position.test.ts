import { expect, test } from "vitest";
import { rangeFromEnvironment, schedulers, sliceOf } from "../../src/scale/position.js";

const slurm = (id: number, min: number, max: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

test.each([
  ["no scheduler: all that is left", {}, undefined, null],
  ["Slurm from 0: a slice for each task", slurm(1, 0, 3, 4), undefined, [25, 50]],
  ["Slurm from 1", slurm(4, 1, 4, 4), undefined, [75, 100]],
  ["part of a Slurm array, of which the whole is told", slurm(5, 5, 6, 2), 10, [50, 60]],
  ["Kubernetes tells no count: a shard for each index", { JOB_COMPLETION_INDEX: "7" }, undefined, [7, 8]],
  ["Kubernetes, the count told", { JOB_COMPLETION_INDEX: "7" }, 8, [87, 100]],
  ["AWS Batch", { AWS_BATCH_JOB_ARRAY_INDEX: "0", AWS_BATCH_JOB_ARRAY_SIZE: "3" }, undefined, [0, 33]],
  ["GNU parallel counts from 1", { PARALLEL_SEQ: "1" }, undefined, [0, 1]],
  ["a variable that is set to nothing says nothing", { PARALLEL_SEQ: "" }, undefined, null],
] as const)("%s", (_, environment, workers, range) => {
  expect(rangeFromEnvironment(environment, 100, workers)).toEqual(range);
});

test.each([
  [{ JOB_COMPLETION_INDEX: "100" }, "JOB_COMPLETION_INDEX is 100, beyond 100 shards"],
  [{ PARALLEL_SEQ: "0" }, "PARALLEL_SEQ is 0, beyond 100 shards"],
  [{ PARALLEL_SEQ: "one" }, 'PARALLEL_SEQ is no whole number: "one"'],
  [{ PARALLEL_SEQ: "1", JOB_COMPLETION_INDEX: "0" }, "JOB_COMPLETION_INDEX and PARALLEL_SEQ are both set"],
  [slurm(5, 5, 6, 2), "say --of COUNT"],
])("refused: %o", (environment, message) => {
  expect(() => rangeFromEnvironment(environment, 100)).toThrow(message);
});

test("every shard belongs to one slice", () => {
  for (const count of [1, 3, 7, 100, 130]) {
    const slices = Array.from({ length: count }, (_, index) => sliceOf(100, index, count));
    expect(slices.flatMap(([begin, end]) => Array.from({ length: end - begin }, (_, i) => begin + i))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  }
  expect(schedulers).toHaveLength(4);
});

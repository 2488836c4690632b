/** The manifests for Kubernetes and AWS Batch, which are not at hand: their documented behaviour towards containers, played on processes. */
import { readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { temporaryFolder } from "../../lib/cli.js";
import { examples, has, KILLS, survive, Trial } from "./trial.js";

const folder = temporaryFolder();

type Verdict = "again" | "failed" | "stop";

/** What a manifest asks for. */
interface ArrayJob {
  readonly command: readonly string[];
  readonly count: number;
  readonly attempts: number;
  readonly environment: (index: number) => Readonly<Record<string, string>>;
  readonly verdictOn: (status: number) => Verdict;
}

interface PolicyRule {
  readonly action: string;
  readonly onExitCodes?: { readonly operator: string; readonly values: readonly number[] };
}

/** kubernetes.io/docs/concepts/workloads/controllers/job: completion modes, back-off limit per index, pod failure policy. */
function kubernetes(): ArrayJob & { readonly verify: readonly string[] } {
  const text = readFileSync(join(examples, "kubernetes.yaml"), "utf8");
  const [run, verify] = parseAllDocuments(text).map((document) => document.toJS().spec);
  expect([run.completionMode, run.template.spec.restartPolicy]).toEqual(["Indexed", "Never"]);
  const rules = run.podFailurePolicy.rules as PolicyRule[];
  return {
    command: run.template.spec.containers[0].command,
    count: run.completions,
    attempts: run.backoffLimitPerIndex + 1,
    environment: (index) => ({ JOB_COMPLETION_INDEX: String(index) }),
    verdictOn(status) {
      const rule = rules.find(({ onExitCodes: codes }) => codes?.operator === "In" && codes.values.includes(status));
      return rule?.action === "FailJob" ? "stop" : "again";
    },
    verify: verify.template.spec.containers[0].command,
  };
}

/** docs.aws.amazon.com/batch/latest/userguide: array jobs, `EvaluateOnExit` (the first rule that matches; exit codes are patterns). */
function awsBatch(): ArrayJob {
  const job = JSON.parse(readFileSync(join(examples, "aws-batch.json"), "utf8"));
  const { attempts, evaluateOnExit } = job.retryStrategy;
  return {
    command: job.containerOverrides.command,
    count: job.arrayProperties.size,
    attempts,
    environment: (index) => ({ AWS_BATCH_JOB_ARRAY_INDEX: String(index) }),
    verdictOn(status) {
      const matches = ({ onExitCode }: { onExitCode?: string }) => [String(status), "*"].includes(onExitCode ?? "");
      return evaluateOnExit.find(matches).action === "EXIT" ? "failed" : "again";
    },
  };
}

/** Runs an array job on two nodes; returns how often each index was run, and the last status that was not 0. */
async function play(trial: Trial, { command, count, attempts, environment, verdictOn }: ArrayJob) {
  const runs = Array<number>(count).fill(0);
  const waiting = Array.from({ length: count }, (_, index) => index);
  let failure = 0;
  const node = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      runs[index]!++;
      const { status } = await trial.run(command[0]!, command.slice(1), environment(index));
      if (status === 0) continue;
      const verdict = verdictOn(status);
      if (verdict === "again" && runs[index]! < attempts) waiting.push(index);
      else failure = status;
      if (verdict === "stop") waiting.length = 0;
    }
  };
  await Promise.all([node(), node()]);
  return { runs, failure };
}

describe.skipIf(!has("the contracts of Kubernetes and AWS Batch"))("array jobs", () => {
  /** The manifests are for clusters; a machine with two cores gets fewer pods. */
  const few = (job: ArrayJob): ArrayJob => {
    const at = job.command.indexOf("--of");
    expect(job.command[at + 1]).toBe(String(job.count));
    return { ...job, count: 6, command: [...job.command.slice(0, at + 1), "6"] };
  };

  test.each([
    ["Kubernetes", kubernetes, 7],
    ["AWS Batch", awsBatch, 8],
  ])(`%s: ${KILLS} workers killed`, { timeout: 3_600_000 }, async (name, manifest, seed) => {
    const job = few(manifest());
    const trial = new Trial(folder.path(name), seed);
    const [verify, ...args] = kubernetes().verify;
    await survive(trial, KILLS, async () => {
      const { failure } = await play(trial, job);
      return failure === 0 ? (await trial.run(verify!, args)).status : failure;
    });
  });

  test.each([
    ["Kubernetes", kubernetes, 9, 2],
    ["AWS Batch", awsBatch, 10, 6],
  ])("%s: a source that changed is refused with status 1 and not tried again", async (name, manifest, seed, most) => {
    const trial = new Trial(folder.path(`${name} changed`), seed);
    utimesSync(trial.path("m.safetensors"), 1, 1);
    const { runs, failure } = await play(trial, few(manifest()));
    expect(failure).toBe(1);
    expect(Math.max(...runs)).toBe(1);
    expect(runs.filter((each) => each > 0).length).toBeLessThanOrEqual(most);
  });
});

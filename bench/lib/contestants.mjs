/** The processes that compete in one case: Node children by group, and one NumPy process for the whole run. */
import { fork, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { elements } from "./elements.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

const answerOf = (child) =>
  new Promise((resolve, reject) => {
    const done = (settle, value) => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      settle(value);
    };
    const onMessage = (m) => (m.failed ? done(reject, new Error(m.failed)) : done(resolve, m));
    const onExit = (code) => done(reject, new Error(`the process ended with ${code}`));
    child.on("message", onMessage);
    child.on("exit", onExit);
  });

/** A fresh Node process for one group of variants. */
export async function startGroup(group, jobPath, nodePath) {
  const child = fork(join(here, "child.mjs"), [group, jobPath], { execPath: nodePath, serialization: "json" });
  try {
    const { variants, refused } = await answerOf(child);
    return {
      variants,
      refused,
      round: (roundMs, turn) => {
        const answer = answerOf(child);
        child.send({ op: "round", roundMs, turn });
        return answer.then((m) => m.round);
      },
      stop: () => child.kill(),
    };
  } catch (error) {
    child.kill();
    return { variants: [], refused: [{ name: group, reason: error.message }], round: async () => ({}), stop() {} };
  }
}

/** `python3`, or what BENCH_PYTHON names; packages in bench/.python are found too. Null without NumPy. */
export async function startNumpy() {
  const extra = fileURLToPath(new URL("../.python", import.meta.url));
  const path = [existsSync(extra) ? extra : "", process.env.PYTHONPATH ?? ""].filter(Boolean).join(delimiter);
  const child = spawn(process.env.BENCH_PYTHON ?? "python3", [join(here, "numpy_rival.py")], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, PYTHONPATH: path, OMP_NUM_THREADS: "1" },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise((resolve) => child.once("error", () => resolve({ done: true })));
  const next = async () => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    return done ? null : JSON.parse(value);
  };
  const hello = await next();
  if (!hello) return null;
  const ask = (message) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return next();
  };
  return {
    versions: hello,
    prepare: (job) =>
      ask({ op: "prepare", ...job, from: elements[job.spec.from].numpy, to: elements[job.spec.to].numpy }),
    round: async (roundMs) => (await ask({ op: "round", roundMs })).round,
    stop: () => child.kill(),
  };
}

/** Real Python libraries as the other side of round trips; tests are skipped, saying so, where they are not installed. */
import { execFileSync, spawnSync } from "node:child_process";

const CANDIDATES = [process.env.STRIDEBUF_PYTHON, "/usr/bin/python3", "python3"].filter((each) => each !== undefined);

export interface Python {
  /** The interpreter; null when none has the modules. */
  readonly path: string | null;
  /** Why tests are skipped, or what they run against. */
  readonly title: string;
  /** Runs a script and parses what it prints as JSON. */
  json(script: string, ...args: string[]): unknown;
}

/** The first interpreter that can import all of `modules`. Set STRIDEBUF_PYTHON to try another one first. */
export function pythonWith(...modules: string[]): Python {
  const versions = `import json, ${modules.join(", ")}; print(" ".join(m.__name__ + " " + m.__version__ for m in [${modules.join(", ")}]))`;
  for (const path of CANDIDATES) {
    const probe = spawnSync(path, ["-c", versions], { encoding: "utf8" });
    if (probe.status !== 0) continue;
    const json = (script: string, ...args: string[]) =>
      JSON.parse(execFileSync(path, ["-c", script, ...args], { encoding: "utf8", maxBuffer: 1 << 28 }));
    return { path, title: `real ${probe.stdout.trim()}`, json };
  }
  const title = `skipped: no Python with ${modules.join(" and ")} (set STRIDEBUF_PYTHON)`;
  console.warn(title);
  return {
    path: null,
    title,
    json() {
      throw new Error(title);
    },
  };
}

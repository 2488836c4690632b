/** What a figure depends on besides the code: processor, system, Node, commit, date. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { root } from "./load.mjs";

/** "AMD EPYC" names ten years of processors: family and model tell which. Linux only. */
function processor() {
  const name = cpus()[0]?.model.trim() ?? "unknown";
  if (!existsSync("/proc/cpuinfo")) return name;
  const text = readFileSync("/proc/cpuinfo", "utf8");
  const [family, model] = [/cpu family\s*: (\d+)/, /model\s*: (\d+)/].map((r) => text.match(r)?.[1]);
  return family ? `${name} (family ${family}, model ${model})` : name;
}

const git = (...args) => {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
};

export function machine(nodePath) {
  const versions = JSON.parse(
    execFileSync(nodePath, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8", env: {} }),
  );
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit: git("rev-parse", "--short", "HEAD"),
    modified: git("status", "--porcelain", "--", "src", "assembly") !== "",
    cpu: processor(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    load: Number(loadavg()[0].toFixed(2)),
    node: versions.node,
    v8: versions.v8,
  };
}

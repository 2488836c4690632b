/**
 * The packed package in every environment that installs from npm: runs everywhere/program.mjs in each, prints what came out and on
 * which backend, then plants a fault, which each must notice. `npm run check:everywhere [part of a name …]`; browsers are
 * check-browser.mjs. Ends with `everywhere: N passed, N failed, N skipped`.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environments, lay } from "./everywhere/environments.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const work = mkdtempSync(join(tmpdir(), "stridebuf-everywhere-"));
const count = { passed: 0, failed: 0, skipped: 0 };
const run = (command, args, cwd) =>
  execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
    timeout: 180_000,
    env: { ...process.env, CI: "1" },
  });

/** What the program printed in an environment, or the error it ended with. */
function attempt({ files, commands }, folder, fault) {
  try {
    lay(folder, files(fault));
    const printed = commands.map(([command, ...args]) => run(command, args, folder)).join("\n");
    return { backend: /backend: (.*)/.exec(printed)?.[1] ?? "passed" };
  } catch (error) {
    return { error: `${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`.trim() };
  }
}

try {
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", work], root),
  );
  for (const environment of environments) {
    const { name, packages } = environment;
    if (wanted.length > 0 && !wanted.some((word) => name.toLowerCase().includes(word))) continue;
    const folder = join(work, String(count.passed + count.failed + count.skipped));
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true }));
    try {
      run("npm", ["install", "--silent", "--no-audit", "--no-fund", join(work, filename), ...packages], folder);
    } catch (error) {
      count.skipped++;
      console.log(`skipped  ${name}: ${packages.join(" ")} could not be installed (${error.message.split("\n")[0]})`);
      continue;
    }
    copyFileSync(join(root, "scripts/everywhere/program.mjs"), join(folder, "program.mjs"));
    const { backend, error } = attempt(environment, folder, false);
    const planted = attempt(environment, folder, true);
    if (error === undefined && /convert|wrong value|-48/.test(planted.error ?? "")) {
      count.passed++;
      console.log(`pass     ${name}: ${backend}`);
    } else {
      count.failed++;
      console.log(
        `FAILED   ${name}: ${error ?? `the planted fault was not noticed: ${planted.error ?? planted.backend}`}`,
      );
    }
    rmSync(folder, { recursive: true, force: true });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`everywhere: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed === 0 ? 0 : 1;

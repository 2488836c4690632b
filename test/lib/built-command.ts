/** The command line as it is packed, for tests that run it as a process of its own. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const built = existsSync(main);
if (!built) console.warn("skipped: the built command line (npm run build makes it)");

/** Runs it to its end; `CI` leaves progress bars out. */
export const command = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: "utf8", env: { ...process.env, CI: "true" } });

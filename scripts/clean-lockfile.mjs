/** Removes download addresses from package-lock.json: versions and integrity hashes pin what is installed, not a host. */
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const incomplete = [];
for (const [name, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  if (name !== "" && !entry.version) incomplete.push(name);
}
if (incomplete.length > 0) throw new Error(`lockfile entries without a version: ${incomplete.join(", ")}`);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

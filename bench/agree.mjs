/**
 * `agree.mjs [NEWER [EARLIER]]`: prints how far two recordings agree within the spread they state. A report: it measures
 * nothing and fails nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/load.mjs";
import { agreement } from "./report/agreement.mjs";

const results = join(root, "bench/results");
const [newer = join(results, "node24.json"), earlier = join(results, "node24-earlier.json")] = process.argv.slice(2);
const load = (path) => {
  if (!existsSync(path)) throw new Error(`${path}: no such recording; bench/README.md says how to make one`);
  return JSON.parse(readFileSync(path, "utf8"));
};
const { summary, crossed, apart } = agreement(load(newer), load(earlier));
console.log(`${summary}\n\n${crossed}\n\n${apart}`);

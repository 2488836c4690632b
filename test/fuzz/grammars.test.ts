/** Of what the grammar of a target makes out of random bytes, at least half is accepted: the other half of a campaign looks at refusals. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { seeded } from "../lib/random.js";
import { tally } from "./lib/oracle.js";

const INPUTS = 400;
const MOST_BYTES = 256;
const targets = readdirSync(new URL("targets/", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));

test.each(targets)("%s", async (target) => {
  const { run } = (await import(`./targets/${target}.ts`)) as { run(bytes: Uint8Array): void | Promise<void> };
  const next = seeded(1);
  tally.accepted = tally.refused = 0;
  for (let i = 0; i < INPUTS; i++) await run(Uint8Array.from({ length: MOST_BYTES * next() }, () => 256 * next()));
  const { accepted, refused } = tally;
  expect(accepted / (accepted + refused)).toBeGreaterThanOrEqual(0.5);
});

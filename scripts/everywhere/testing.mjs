/** Test runners, in the environments that they offer. */

const jest = (version, environment) => ({
  ...{ name: `Jest ${version}, ${environment}`, packages: [`jest@${version}`, `jest-environment-jsdom@${version}`] },
  files: (fault) => ({
    "main.test.js": `const { run } = require("./program.cjs");
test("stridebuf", async () => { console.log("backend:", await run(${fault})); });`,
  }),
  commands: [["node_modules/.bin/jest", "--env", environment, "main.test.js"]],
});

const vitest = (environment) => ({
  ...{ name: `Vitest, ${environment}`, packages: ["vitest@4", "jsdom@26", "happy-dom@20"] },
  files: (fault) => ({
    "main.test.mjs": `import { test } from "vitest";
import { run } from "./program.mjs";
test("stridebuf", async () => { console.log("backend:", await run(${fault})); });`,
  }),
  commands: [["node_modules/.bin/vitest", "run", "--environment", environment, "main.test.mjs"]],
});

const mocha = {
  ...{ name: "Mocha", packages: ["mocha@11"], quick: true },
  files: (fault) => ({
    "main.spec.cjs": `const { run } = require("./program.cjs");
it("stridebuf", async () => { console.log("backend:", await run(${fault})); });`,
  }),
  commands: [["node_modules/.bin/mocha", "main.spec.cjs"]],
};

export const testRunners = [
  ...[29, 30].flatMap((version) => ["node", "jsdom"].map((environment) => jest(version, environment))),
  ...["node", "jsdom", "happy-dom"].map(vitest),
  mocha,
];

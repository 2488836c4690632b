/** Test runners, in the environments that they offer. */

/** What `--env` calls an environment of Jest; one folder has them all. */
const jestEnvironments = { node: "node", jsdom: "jsdom", "happy-dom": "@happy-dom/jest-environment" };

const jest = (version) =>
  Object.entries(jestEnvironments).map(([environment, called]) => ({
    name: `Jest ${version}, ${environment}`,
    packages: [`jest@${version}`, `jest-environment-jsdom@${version}`, "@happy-dom/jest-environment@20"],
    files: (fault) => ({
      "main.test.js": `const { run } = require("./program.cjs");
test("stridebuf", async () => { console.log("backend:", await run(${fault})); });`,
    }),
    commands: [["node_modules/.bin/jest", "--env", called, "main.test.js"]],
  }));

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

export const testRunners = [...[29, 30].flatMap(jest), ...["node", "jsdom", "happy-dom"].map(vitest), mocha];

/**
 * JSR, which publishes sources: what is published, in a dry run that refuses types that it would have to infer, and over the sources the
 * program and a plan that the installed command has made.
 */
import { appendFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const main = (fault) => `import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { planFlow, planProcessor } from "stridebuf/bullmq";
import { readNpy } from "stridebuf/npy";
import { run } from "./program.mjs";

const name = await run(${fault});
writeFileSync("numbers.raw", new Uint8Array(Float32Array.from({ length: 6000 }, (_, i) => i / 8 - 50).buffer));
const command = ["plan", "numbers.raw", "halves.npy", "--format", "<f", "--to", "float16", "--shard", "4KiB"];
writeFileSync("plan.ndjson", execFileSync("node_modules/.bin/stridebuf", command));
const flow = planFlow("plan.ndjson");
for (const job of [...flow.children, flow]) await planProcessor(job);
const half = readNpy(readFileSync("halves.npy")).get(9);
if (flow.children.length !== 3 || half !== -48.875) throw new Error(\`\${flow.children.length} shards gave \${half}\`);
console.log("backend:", name);
`;

/** Adds something whose type is not said: a dry run has to refuse it. */
const plantSlowType = (folder) =>
  appendFileSync(join(folder, "jsr/src/index.ts"), "export const plantedFault = () => Math.random();\n");

export const registries = [
  {
    ...{ name: "JSR, dry run and sources in Deno", packages: ["deno@2"], files: () => ({}), quick: true },
    notices: /missing-explicit-return-type[\s\S]*plantedFault[\s\S]*expected -48,/,
    async run(folder, fault, command, write) {
      const manifest = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8"));
      for (const path of [...manifest.publish.include, ".gitignore"])
        cpSync(join(root, path), join(folder, "jsr", path), { recursive: true });
      const deno = "node_modules/.bin/deno";
      const publish = [deno, "publish", "--config", "jsr/jsr.json", "--dry-run", "--allow-dirty"];
      let refusal = "";
      if (fault) {
        plantSlowType(folder);
        refusal = await command(publish).catch((error) => `${error.stdout}${error.stderr}`);
      } else {
        const published = await command(publish);
        if (!published.includes("src/backend/wasm/binary.ts")) throw new Error(`without the module: ${published}`);
      }
      const paths = Object.entries(manifest.exports).map(([path, source]) => [path.replace(".", "stridebuf"), source]);
      const imports = { ...manifest.imports, ...Object.fromEntries(paths) };
      write({
        "jsr/deno.json": JSON.stringify({ ...manifest, imports, nodeModulesDir: "none" }),
        "jsr/main.mjs": main(fault),
      });
      cpSync(join(folder, "program.mjs"), join(folder, "jsr/program.mjs"));
      const program = [deno, "run", "--allow-all", "--no-lock", "--config", "jsr/deno.json", "jsr/main.mjs"];
      return command(program).catch((error) => {
        throw new Error(`${refusal}\n${error.message}`);
      });
    },
  },
];

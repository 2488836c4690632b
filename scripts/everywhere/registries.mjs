/** JSR, which publishes sources: what is published, in a dry run that refuses types that it would have to infer, and the program over the sources. */
import { appendFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const registries = [
  {
    ...{ name: "JSR, dry run and sources in Deno", packages: ["deno@2"], files: () => ({}), quick: true },
    notices: /missing-explicit-return-type.*plantedFault/s,
    async run(folder, fault, command, write) {
      const manifest = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8"));
      for (const path of [...manifest.publish.include, ".gitignore"])
        cpSync(join(root, path), join(folder, "jsr", path), { recursive: true });
      if (fault) appendFileSync(join(folder, "jsr/src/index.ts"), "export const plantedFault = () => Math.random();\n");
      const deno = "node_modules/.bin/deno";
      const published = await command([deno, "publish", "--config", "jsr/jsr.json", "--dry-run", "--allow-dirty"]);
      if (!published.includes("src/backend/wasm/binary.ts")) throw new Error(`without the module: ${published}`);
      const paths = Object.entries(manifest.exports).map(([path, source]) => [path.replace(".", "stridebuf"), source]);
      const imports = { ...manifest.imports, ...Object.fromEntries(paths) };
      write({
        "jsr/deno.json": JSON.stringify({ ...manifest, imports, nodeModulesDir: "none" }),
        "jsr/main.mjs": `import { run } from "./program.mjs";\nconsole.log("backend:", await run(${fault}));\n`,
      });
      cpSync(join(folder, "program.mjs"), join(folder, "jsr/program.mjs"));
      return command([deno, "run", "--allow-all", "--no-lock", "--config", "jsr/deno.json", "jsr/main.mjs"]);
    },
  },
];

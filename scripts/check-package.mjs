/**
 * The package as a stranger gets it: packs the tarball, holds its files to package-files.txt and its size to bench/size-ceilings.json,
 * lints it (publint, attw), installs it into an empty project and runs there
 * every export path, the README's example (in Node, Bun and Deno) and the command line. Ends with `package: N passed, N failed`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "stridebuf-package-"));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
/** What else the package runs in, as npm packages that bring the binary: name, version, arguments before the program. */
const otherRuntimes = [
  ["bun", "1.4.5", "run"],
  ["deno", "2.9.6", "run", "--allow-all", "--node-modules-dir=manual"],
];
const count = { passed: 0, failed: 0 };

function check(name, body) {
  try {
    body();
    count.passed++;
  } catch (error) {
    count.failed++;
    console.error(`FAILED: ${name}\n${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`);
  }
}

/** What is wrong with the files of a tarball. */
function* fileFaults(files) {
  const list = readFileSync(join(root, "scripts/package-files.txt"), "utf8");
  const patterns = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  for (const pattern of patterns) if (!files.some((file) => matchesGlob(file, pattern))) yield `no file is ${pattern}`;
  for (const file of files) {
    if (!patterns.some((pattern) => matchesGlob(file, pattern))) yield `${file} is not on the list`;
    const built = /^dist\/modules\/(.*)\.js$|^dist\/(.*)\.d\.ts$/.exec(file);
    const source = built && `src/${built[1] ?? built[2]}.ts`;
    if (source && !existsSync(join(root, source))) yield `${file} has no ${source}`;
  }
}

const ownPages =
  /^https:\/\/(?:github\.com\/stridebuf\/stridebuf\/(?:blob|tree)|raw\.githubusercontent\.com\/stridebuf\/stridebuf)\/main\/([^#]*)/;

/** Links of a document in a tarball that lead nowhere: to no file beside it, or to no page of the repository. */
function* linkFaults(document, text, files) {
  for (const [, link] of text.matchAll(/\]\(([^\s()]+)\)/g)) {
    const page = ownPages.exec(link)?.[1];
    if (page !== undefined && !existsSync(join(root, page))) yield `${document}: ${link}`;
    const [path] = link.split("#");
    // The README stands on npm's page, too, where nothing is beside it.
    const stands = document !== "README.md" && files.includes(join(dirname(document), path));
    if (path !== "" && !link.startsWith("https://") && !stands) yield `${document}: ${link}`;
  }
}

try {
  const [{ filename, files }] = JSON.parse(
    run("npm", ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", folder], root),
  );
  const tarball = join(folder, filename);
  const paths = files.map(({ path }) => path);
  check("its files", () => {
    const faults = [...fileFaults(paths)];
    if (faults.length > 0) throw new Error(faults.join("\n"));
    for (const stray of ["dist/cli/notes.txt", "dist/modules/stray.js", "src/index.ts"])
      if ([...fileFaults([...paths, stray])].length !== 1) throw new Error(`${stray} would not be noticed`);
  });
  check("links of its documents", () => {
    const documents = paths.filter((path) => path.endsWith(".md"));
    const faults = documents.flatMap((path) => [...linkFaults(path, readFileSync(join(root, path), "utf8"), paths)]);
    if (faults.length > 0) throw new Error(faults.join("\n"));
    const planted = "[a](docs/speed.md) [b](https://github.com/stridebuf/stridebuf/blob/main/docs/nowhere.md)";
    if ([...linkFaults("README.md", planted, paths)].length !== 2) throw new Error("wrong links would not be noticed");
  });
  check("its size", () => {
    const { unpacked } = JSON.parse(readFileSync(join(root, "bench/size-ceilings.json"), "utf8"));
    const isCommand = ({ path }) => path.startsWith("dist/cli/");
    const sum = (some) => some.reduce((total, { size }) => total + size, 0);
    const sizes = {
      library: sum(files.filter((file) => !isCommand(file))),
      "command line": sum(files.filter(isCommand)),
    };
    for (const [part, size] of Object.entries(sizes)) {
      console.log(`unpacked, ${part}: ${size} bytes, ceiling ${unpacked[part]}`);
      if (!(size <= unpacked[part])) throw new Error(`${part}: ${size} bytes unpacked, ceiling ${unpacked[part]}`);
    }
  });
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true });
  // Node's `import` gets CommonJS with declarations to match; publint looks at the condition `import` alone and not at `node`.
  const wrong = messages.filter(({ code }) => code !== "EXPORTS_TYPES_INVALID_FORMAT");
  check("publint", () => {
    if (wrong.length > 0) throw new Error(JSON.stringify(wrong, null, 1));
  });
  check("attw", () => run("npx", ["attw", tarball, "--profile", "strict"], root));

  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  run("npm", ["install", "--silent", tarball]);
  check("nothing comes along but what is needed", () => {
    const installed = readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."));
    const needed = [...Object.keys(manifest.dependencies), manifest.name];
    if (installed.sort().join() !== needed.sort().join()) throw new Error(`installed: ${installed.join(", ")}`);
  });
  for (const path of Object.keys(manifest.exports)) {
    if (path.endsWith(".json") || path.endsWith(".wasm")) continue;
    const specifier = path.replace(/^\./, "stridebuf");
    check(`import ${specifier}`, () =>
      run(process.execPath, [
        "--input-type=module",
        "-e",
        `if (Object.keys(await import("${specifier}")).length === 0) throw new Error("empty")`,
      ]),
    );
  }

  const readme = readFileSync(join(root, "README.md"), "utf8");
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  if (!example) throw new Error("README.md has no js example");
  // Which backend ran is part of what is expected: every runtime below has Wasm SIMD.
  const program = `${example}\nimport { backend } from "stridebuf";\nconsole.log(backend.name);\n`;
  writeFileSync(join(folder, "example.mjs"), program);
  const expected = [...[...example.matchAll(/\/\/ → (.*)$/gm)].map((m) => m[1].trim()), "wasm"].join("\n");
  // Runtimes break the lines of what they print at other places.
  const joined = (text) => text.replace(/\s+/g, "").replace(/,(?=[\]}])/g, "");
  const prints = (command, args) => () => {
    const printed = run(command, [...args, "example.mjs"]);
    if (joined(printed) !== joined(expected)) throw new Error(`expected\n${expected}\nprinted\n${printed}`);
  };
  check("the README's example", prints(process.execPath, []));
  for (const [name, version, ...args] of otherRuntimes) {
    try {
      run("npm", ["install", "--silent", "--no-save", `${name}@${version}`]);
      run(join("node_modules", ".bin", name), ["--version"]);
    } catch {
      console.log(`skipped: ${name} ${version} could not be installed from npm`);
      continue;
    }
    check(`the README's example in ${name} ${version}`, prints(join("node_modules", ".bin", name), args));
  }
  check("npx stridebuf explain", () => {
    if (!run("npx", ["--no-install", "stridebuf", "explain", "T{<i:x:<d:y:}"]).includes("12"))
      throw new Error("no itemsize");
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`package: ${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;

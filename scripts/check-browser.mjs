/**
 * The built package in a browser: Chromium loads it in a page, in a module worker and under a Content Security Policy that forbids
 * Wasm, where the TypeScript backend must take over. Ends with `browser: N passed, N failed`; skipped where there is no Chromium.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** One line: the backend, a value through float16 and bfloat16, an item of a transpose, byte-swapped numbers, who swaps. */
const job = `
import { backend, byteswap, convert, copy, empty, explainPlan, view } from "/dist/modules/index.js";
const source = Float32Array.from({ length: 6000 }, (_, i) => i / 8 - 50);
const half = convert(source, "e");
const brain = convert(source, "[ml_dtypes:bfloat16]");
const turned = empty([60, 100], "f");
copy(turned, view(source).reshape([100, 60]).transpose());
const swapped = convert(source, ">f");
const first = new DataView(swapped.buffer, swapped.byteOffset).getFloat32(0, false);
byteswap(swapped);
export const line = [backend.name, half.get(9), brain.get(9), turned.get(3, 4), first, new Float32Array(swapped.buffer)[9],
  explainPlan(empty([4096], "<H"), empty([4096], ">H")).executor].join(" ");
`;
const values = "-48.875 -49 -19.625 -50 -48.875";
/** Who swaps two-byte units where there is no Buffer. */
const swapper = { wasm: "staged", js: "js" };
const files = {
  "/job.js": job,
  "/page.js": `import { line } from "/job.js"; document.body.textContent = line;`,
  "/worker.js": `import { line } from "/job.js"; postMessage(line);`,
  "/in-worker.js": `const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => { document.body.textContent = data; };
    worker.onerror = ({ message }) => { document.body.textContent = message; };`,
};
const page = (script) =>
  `<!doctype html><title>stridebuf</title><body>nothing ran</body><script type="module" src="${script}"></script>`;
const pages = {
  "/": { html: page("/page.js"), expected: `wasm ${values} ${swapper.wasm}` },
  "/worker": { html: page("/in-worker.js"), expected: `wasm ${values} ${swapper.wasm}` },
  "/strict": { html: page("/page.js"), policy: "default-src 'self'", expected: `js ${values} ${swapper.js}` },
};

function answer({ url }, response) {
  const found = pages[url];
  if (found) {
    response.setHeader("Content-Type", "text/html");
    if (found.policy) response.setHeader("Content-Security-Policy", found.policy);
    response.end(found.html);
    return;
  }
  response.setHeader("Content-Type", "text/javascript");
  const path = join(dist, normalize(url).replace(/^\/dist\//, ""));
  if (files[url]) response.end(files[url]);
  else if (url.startsWith("/dist/") && existsSync(path)) response.end(readFileSync(path));
  else response.writeHead(404).end();
}

/** Asynchronously, since this process serves meanwhile. */
const run = promisify(execFile);

/** The text that a page ends up with. */
async function bodyOf(address, profile) {
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    `--user-data-dir=${profile}`,
    "--virtual-time-budget=10000",
  ];
  const { stdout } = await run(chromium, [...flags, "--dump-dom", address], { timeout: 60000 });
  return /<body>([^<]*)/.exec(stdout)?.[1].trim();
}

let passed = 0;
let failed = 0;
if (!existsSync(chromium)) console.log(`skipped: no ${chromium} (Debian package chromium, or set CHROMIUM)`);
else {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "stridebuf-browser-"));
  try {
    console.log((await run(chromium, ["--version"])).stdout.trim());
    for (const [path, { expected }] of Object.entries(pages)) {
      const printed = await bodyOf(`http://127.0.0.1:${server.address().port}${path}`, profile);
      if (printed === expected) passed++;
      else {
        failed++;
        console.error(`FAILED: ${path}\nexpected ${expected}\nprinted  ${printed}`);
      }
    }
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Browsers, and what serves pages to one: each row opens a page that reports what the program gave. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { bundle } from "./runtimes.mjs";
import { freePort, reported, running, textAt } from "./serve.mjs";

/**
 * @typedef {object} Browser one of Debian's packages
 * @property {string} name
 * @property {string} binary
 * @property {string[]} [through] the command that starts it
 * @property {(address: string, profile: string) => string[]} command opens an address with an empty profile
 * @property {boolean} [shares] whether isolated pages share memory between threads; yes
 */

/** WebKit for GTK gives isolated pages no SharedArrayBuffer (WebKit bug 317847), unless its engine is told to. @type {Browser} */
const webKit = {
  name: "WebKitGTK",
  binary: process.env.MINIBROWSER ?? "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  through: ["xvfb-run", "-a"],
  command: (address) => [address],
  shares: false,
};
/** @type {Browser} */
const sharingWebKit = {
  ...webKit,
  ...{ name: "WebKitGTK with SharedArrayBuffer", shares: true },
  through: ["env", "JSC_useSharedArrayBuffer=1", "xvfb-run", "-a"],
};

/** @type {Browser[]} */
const browsers = [
  {
    name: "Chromium",
    binary: process.env.CHROMIUM ?? "/usr/bin/chromium",
    command: (address, profile) => [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      `--user-data-dir=${profile}`,
      address,
    ],
  },
  {
    name: "Firefox",
    binary: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    command: (address, profile) => ["--headless", "--no-remote", "--profile", profile, address],
  },
  webKit,
];

/**
 * @param {Browser} browser
 * @param {string} address
 * @param {Promise<string>} report
 */
async function visit({ binary, through = [], command }, address, report) {
  const profile = mkdtempSync(join(tmpdir(), "stridebuf-browser-"));
  try {
    return await running([...through, binary, ...command(address, profile)], profile, () => report);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs the program and posts what it gave, to /report of the page's own origin or of another. */
const reporter = (fault, program, origin = "", threads = 0) => `import { run } from "${program}";
run(${fault}, ${threads}).then((name) => "backend: " + name, (error) => error.message)
  .then((body) => fetch("${origin}/report", { method: "POST", mode: "no-cors", body }));`;
const html = (script) => `<!doctype html><title>stridebuf</title><script type="module" src="${script}"></script>`;
/** A script that starts another in another place, and reports when it cannot. */
const starter = (start) => `const say = (body) => fetch("/report", { method: "POST", body });
try { ${start} } catch (error) { say("not started: " + error.message); }`;

const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const policy = (text) => ({ "Content-Security-Policy": text });
const strict = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const pages = [
  { name: "page", script: `import "/main.js";` },
  {
    name: "module worker",
    script: starter(`const worker = new Worker("/main.js", { type: "module" });
      worker.onerror = ({ message }) => say("worker: " + message);`),
  },
  // As a classic script, which every browser's service workers can be.
  { name: "service worker", script: starter(`await navigator.serviceWorker.register("/bundle.js");`) },
  { name: "strict policy", script: `import "/main.js";`, headers: policy("default-src 'self'"), backend: "js" },
  {
    name: "strict policy with wasm-unsafe-eval",
    script: `import "/main.js";`,
    headers: policy(strict),
  },
  {
    name: "cross-origin isolated",
    script: starter(`if (!crossOriginIsolated) throw new Error("not isolated"); await import("/main.js");`),
    headers: isolation,
  },
  { name: "parallel, not isolated", script: `import "/main.js";`, threads: 1 },
];
const inThreads = [
  { name: "parallel, cross-origin isolated", headers: isolation, threads: 2 },
  { name: "parallel, strict policy", headers: { ...isolation, ...policy(strict) }, threads: 1 },
  {
    ...{ name: "parallel, strict policy with worker-src blob:", threads: 2 },
    headers: { ...isolation, ...policy(`${strict}; worker-src blob:`) },
  },
].map((page) => ({ ...page, script: `import "/main.js";` }));
const pagesOf = ({ shares = true }) => [
  ...pages,
  ...inThreads.map((page) => ({ ...page, threads: shares ? page.threads : 1 })),
];

/** Where a page finds what a module names: nothing rewrites bare specifiers under a policy without inline import maps. */
function addresses(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, "node_modules/stridebuf/package.json"), "utf8"));
  const own = Object.entries(exports).filter(([, { module }]) => module !== undefined);
  const known = new Map([["fflate", "/fflate.js"]]);
  for (const [path, { module }] of own) known.set(path.replace(".", "stridebuf"), module.replace("./dist/", "/dist/"));
  return known;
}

/** The files of a page: the package's modules as they are installed, and the program. */
function site(folder, fault, { script, headers, threads }) {
  const known = addresses(folder);
  const installed = (path) => {
    const text = readFileSync(join(folder, path), "utf8");
    return text.replace(/\b(from|import)(\s*\(?\s*)"([^".][^"]*)"/g, (whole, word, space, name) =>
      known.has(name) ? `${word}${space}"${known.get(name)}"` : whole,
    );
  };
  const scripts = {
    "/page.js": () => script,
    "/main.js": () => reporter(fault, threads ? "/parallel.mjs" : "/program.mjs", "", threads),
    "/program.mjs": () => installed("program.mjs"),
    "/parallel.mjs": () => installed("parallel.mjs"),
    "/bundle.js": () => readFileSync(join(folder, "bundle.js")),
    "/fflate.js": () => installed("node_modules/fflate/esm/browser.js"),
  };
  return (path) => {
    if (path === "/") return { type: "text/html", headers, body: html("/page.js") };
    const file = join("node_modules/stridebuf", normalize(path));
    if (!(path in scripts) && !(path.startsWith("/dist/") && existsSync(join(folder, file)))) return undefined;
    return { type: "text/javascript", headers, body: path in scripts ? scripts[path]() : installed(file) };
  };
}

const opened = (browser, page) => ({
  ...{ name: `${browser.name}, ${page.name}`, packages: [], needs: browser.binary },
  ...{ backend: page.backend ?? "wasm", quick: browser.name === "Chromium" },
  files: (fault) => ({ "main.mjs": reporter(fault, "./program.mjs") }),
  run(folder, fault) {
    bundle(folder, { format: "iife" });
    return reported(site(folder, fault, page), (address, report) => visit(browser, address, report));
  },
});

const [chromium] = browsers;

const viteDev = {
  ...{ name: "Vite, dev, in Chromium", packages: ["vite@8"], needs: chromium.binary },
  files: () => ({ "index.html": html("/main.mjs") }),
  run: (folder, fault, _command, write) =>
    reported(
      () => undefined,
      async (origin, report) => {
        write({ "main.mjs": reporter(fault, "./program.mjs", origin) });
        const port = await freePort();
        const address = `http://127.0.0.1:${port}/`;
        const server = ["node_modules/.bin/vite", "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
        return running(server, folder, async () => {
          await textAt(address);
          return visit(chromium, address, report);
        });
      },
    ),
};

const route = (runtime) => (fault) =>
  `import { run } from "../../program.mjs";
export const runtime = "${runtime}";
export const dynamic = "force-dynamic";
export const GET = () => run(${fault}).then((name) => new Response("backend: " + name), (error) => new Response(error.message));`;

/** One build of Next with the program in a route of each kind and in a client component. */
const next = {
  ...{ name: "Next, server, edge and client", packages: ["next@16", "react@19", "react-dom@19"] },
  ...{ needs: chromium.binary, backend: "wasm, wasm, wasm", notices: /(expected -48,[\s\S]*){3}/ },
  files: (fault) => ({
    "app/layout.jsx": `export default ({ children }) => <html lang="en"><body>{children}</body></html>;`,
    "app/server/route.js": route("nodejs")(fault),
    "app/edge/route.js": route("edge")(fault),
  }),
  run: (folder, fault, command, write) =>
    reported(
      () => undefined,
      async (origin, report) => {
        const script = reporter(fault, "../program.mjs", origin).split("\n");
        write({
          "app/page.jsx": `"use client";\n${script[0]}\nimport { useEffect } from "react";
export default () => { useEffect(() => { ${script.slice(1).join("\n")} }, []); return null; };`,
        });
        await command(["node_modules/.bin/next", "build"]);
        const port = await freePort();
        return running(["node_modules/.bin/next", "start", "-p", String(port)], folder, async () => {
          const address = `http://127.0.0.1:${port}`;
          const server = await textAt(`${address}/server`);
          const edge = await textAt(`${address}/edge`);
          const client = await visit(chromium, address, report);
          return [server, edge, client].join("\n");
        });
      },
    ),
};

export const inBrowsers = [
  ...browsers.flatMap((browser) => pagesOf(browser).map((page) => opened(browser, page))),
  ...inThreads.map((page) => opened(sharingWebKit, page)),
  viteDev,
  next,
];

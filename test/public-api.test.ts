/** The names that each export path has; a change here is a change of the public contract. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as main from "../src/index.js";
import * as js from "../src/js.js";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const sourceOf = (types: string) => types.replace("./dist/", "../src/").replace(/\.d\.ts$/, ".js");

test("every export path has its names", async () => {
  const names: Record<string, string[]> = {};
  for (const [path, { types }] of Object.entries<{ types?: string }>(manifest.exports))
    if (types !== undefined)
      names[path] = Object.keys(await import(path === "./js" ? "../src/js.js" : sourceOf(types))).sort();
  expect(names).toMatchSnapshot();
});

test("jsr.json publishes the sources of every export path, of this version", () => {
  const jsr = JSON.parse(readFileSync(new URL("../jsr.json", import.meta.url), "utf8"));
  const sources = Object.entries<{ types?: string; default: string }>(manifest.exports)
    .filter(([, { types }]) => types !== undefined)
    .map(([path, entry]) => [path, entry.default.replace("./dist/modules/", "./src/").replace(/js$/, "ts")]);
  expect(jsr.exports).toEqual(Object.fromEntries(sources));
  expect({ version: jsr.version, license: jsr.license }).toEqual({
    version: manifest.version,
    license: manifest.license,
  });
  expect(jsr.imports).toEqual({
    fflate: `npm:fflate@${manifest.dependencies.fflate}`,
    aws4fetch: `npm:aws4fetch@${manifest.peerDependencies.aws4fetch}`,
  });
});

test("the two backends export the same names and are what they say", () => {
  expect(Object.keys(js).sort()).toEqual(Object.keys(main).sort());
  expect(main.backend.name).toBe("wasm");
  expect(js.backend.name).toBe("js");
});

test("package.json: types first, dependencies exact, nothing for the core", () => {
  for (const [path, entry] of Object.entries<Record<string, string>>(manifest.exports)) {
    if (path === "./package.json") continue;
    expect(Object.keys(entry), path).toEqual(["types", "module", "node", "require", "default"]);
  }
  // For compilers and bundlers that do not look at `exports`: `node10`, Parcel.
  const paths = Object.entries<{ types?: string; default: string }>(manifest.exports).filter(([, e]) => e.types);
  const others = paths.filter(([path]) => path !== ".");
  expect(manifest.typesVersions["*"]).toEqual(
    Object.fromEntries(others.map(([path, { types }]) => [path.slice(2), [types]])),
  );
  expect(manifest.alias).toEqual(Object.fromEntries(others.map(([path, entry]) => [path, entry.default])));
  const versions = Object.values<string>({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((v) => !/^\d+\.\d+\.\d+$/.test(v))).toEqual([]);
  expect(manifest.sideEffects).toBe(false);
});

test("package.json: the libraries of the adapters are optional, from the oldest version that is tested on", () => {
  const workspace = JSON.parse(readFileSync(new URL("interop/package.json", import.meta.url), "utf8"));
  const peers = Object.entries<string>(manifest.peerDependencies);
  expect(peers.map(([name]) => name)).toEqual(Object.keys(workspace.oldest));
  expect(peers.length).toBeGreaterThan(10);
  /** The version that semver lets break what the newest one keeps. */
  const breaking = (version: string): string => {
    const [major, minor] = version.split(".").map(Number) as [number, number];
    return major > 0 ? `${major + 1}` : `0.${minor + 1}`;
  };
  // What looks like a prerelease to npm, as every version of DuckDB's package does, is in no range but this one.
  const rangeOf = (newest: string, oldest: string) => (newest.includes("-") ? "*" : `>=${oldest} <${breaking(newest)}`);
  for (const [name, range] of peers)
    expect(range, name).toBe(rangeOf(workspace.devDependencies[name], workspace.oldest[name]));
  expect(manifest.peerDependenciesMeta).toEqual(Object.fromEntries(peers.map(([name]) => [name, { optional: true }])));
});

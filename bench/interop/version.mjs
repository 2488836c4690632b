/** A library's name and version, as installed in test/interop. */
import { readFileSync } from "node:fs";

export function version(name) {
  const path = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(path, "utf8")).version}`;
}

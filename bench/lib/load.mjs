/** The built package under test: dist/ of this checkout, or the folder that STRIDEBUF_DIST names. */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const dist = resolve(root, process.env.STRIDEBUF_DIST ?? "dist");

export const stridebuf = (path) => import(pathToFileURL(resolve(dist, path)).href);

/** A rival, or null when it is not installed or refuses this Node. */
export async function rival(name) {
  try {
    return await import(name);
  } catch {
    return null;
  }
}

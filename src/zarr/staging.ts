/**
 * A store that is being made. Until it is whole it lies in a folder beside its place, and so do the temporary files of its chunks: no
 * reader of any version, whatever the separator of its keys, ever finds either. The documents come last, and then the store its name.
 */

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { mkdir, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { stridebufError } from "../errors.js";
import { syncFolder } from "../node/replace.js";
import { isStoreFolder } from "./documents.js";

/** All folders from one on downwards, the deepest first. */
function foldersBelow(path: string): string[] {
  const below = fs.readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap(({ name }) => foldersBelow(join(path, name))), path];
}

/** @throws FileFormatError when what is there is neither a store nor empty */
export function requireReplaceable(path: string): void {
  const there = fs.statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (there.isDirectory() && (isStoreFolder(path) || fs.readdirSync(path).length === 0)) return;
  const message = `${path}: is there, and is no Zarr store; remove it, or choose another place`;
  throw stridebufError("FileFormatError", message, { container: "zarr" });
}

/** @throws FileFormatError when one lies in the other */
export function requireApart(src: string, dst: string): void {
  const real = (path: string): string => (fs.existsSync(path) ? fs.realpathSync(path) : join(real(dirname(path)), "."));
  const there = fs.existsSync(dst);
  const [from, to] = [
    real(src),
    there ? real(dst) : join(real(dirname(dst)), dst.split(/[\\/]/).filter(Boolean).at(-1)!),
  ];
  const isIn = (inner: string, outer: string): boolean => inner.startsWith(outer + sep);
  if (!isIn(from, to) && !isIn(to, from)) return;
  throw stridebufError("FileFormatError", `${dst}: lies in the source, or the source in it`, { container: "zarr" });
}

export class Staging {
  /** Folders that are there. */
  readonly #made = new Set<string>();

  /**
   * @param store the folder of the unfinished store
   * @param beside a folder outside it, for files that are being written
   */
  constructor(
    readonly store: string,
    readonly beside: string,
  ) {}

  /** Writes one file, which is there whole or not at all. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.store, key);
    const folder = dirname(path);
    const temporary = join(this.beside, `new.${process.pid}.${randomBytes(6).toString("hex")}`);
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } catch (error) {
      await handle.close();
      await unlink(temporary).catch(() => {});
      throw error;
    }
    await handle.close();
    if (!this.#made.has(folder)) {
      await mkdir(folder, { recursive: true });
      this.#made.add(folder);
    }
    await rename(temporary, path);
  }

  /** Makes the names of what was written last. */
  sync(): void {
    for (const folder of this.#made) syncFolder(folder);
  }

  /** Writes the documents, makes everything last, and gives the store its place; what was there goes. */
  async finish(documents: ReadonlyMap<string, Uint8Array>, dst: string): Promise<void> {
    requireReplaceable(dst);
    await mkdir(this.store, { recursive: true });
    for (const [key, bytes] of documents) await this.put(key, bytes);
    for (const folder of foldersBelow(this.store)) syncFolder(folder);
    replaceFolder(this.store, fs.existsSync(dst) ? fs.realpathSync(dst) : dst);
  }
}

/**
 * Gives a folder the place of another. No call of Node exchanges two folders, so for a moment neither is there under the name; whoever is killed
 * in it leaves the old one beside, as `.NAME.replaced`, until the next one takes the place.
 */
function replaceFolder(from: string, target: string): void {
  const old = join(dirname(target), `.${basename(target)}.replaced`);
  const isThere = fs.existsSync(target);
  if (isThere) {
    fs.rmSync(old, { recursive: true, force: true });
    fs.renameSync(target, old);
  }
  try {
    fs.renameSync(from, target);
  } catch (error) {
    if (isThere) fs.renameSync(old, target);
    throw error;
  }
  syncFolder(dirname(target));
  fs.rmSync(old, { recursive: true, force: true });
}

/** Where results go: names of targets, and whether they may be written. */

import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { Container } from "../io/tensor-file.js";
import { isRemote, isS3, parseS3 } from "../remote/address.js";
import { InputFailure, UsageFailure } from "./failure.js";
import { STANDARD } from "./file-source.js";
import { type Place, parsePlace } from "./inputs.js";
import { isStore } from "./stores.js";

export interface ConvertTask {
  readonly src: Place;
  readonly dst: string;
  readonly into?: Container;
}

export interface TargetOptions {
  readonly into?: Container;
  readonly outDir?: string;
  readonly clobber?: boolean;
}

/** What other programs keep under a name is never written as raw bytes; what to do instead. */
const FOREIGN: Readonly<Record<string, string>> = Object.fromEntries([
  ..."png svg jpg jpeg gif tif tiff webp bmp pdf"
    .split(" ")
    .map((name) => [`.${name}`, "plot draws pictures: stridebuf plot SRC -o OUT.png"]),
  ..."csv tsv json txt".split(" ").map((name) => [`.${name}`, "show prints text: stridebuf show SRC --csv"]),
  ..."h5 hdf5 hdf nc nc4 pt pth ckpt pkl onnx gguf parquet arrow feather mat fits nii gz zip zst xlsx wav"
    .split(" ")
    .map((name) => [`.${name}`, "there is no writer for it"]),
]);

/** @throws InputFailure for a target whose extension means a container that is not written here */
function checkExtension(src: Place, dst: string, into: Container | undefined): void {
  const extension = extname(dst).toLowerCase();
  if (isStore(src.path)) return;
  if (extension === ".zarr") throw new InputFailure(`${dst}: only a Zarr store becomes another one`);
  const instead = FOREIGN[extension];
  if (into !== undefined || dst === STANDARD || instead === undefined) return;
  throw new InputFailure(`${dst}: ${extension} is not raw bytes, and ${instead} (or ask for raw bytes: --into raw)`);
}

const EXTENSIONS: Readonly<Record<Container, string>> = {
  npy: ".npy",
  npz: ".npz",
  safetensors: ".safetensors",
  raw: ".bin",
};

/** The files that a pattern stands for; a name that is there stands for itself. */
async function expanded(pattern: string): Promise<string[]> {
  if (pattern === STANDARD || isRemote(pattern) || !/[*?[{]/.test(pattern) || existsSync(pattern)) return [pattern];
  const { glob } = await import("tinyglobby");
  const found = await glob(pattern, {
    expandDirectories: false,
    dot: false,
    onlyDirectories: /\.zarr\/?$/.test(pattern),
  });
  if (found.length === 0) throw new InputFailure(`${pattern}: no file matches the pattern`);
  return found.sort();
}

function nameIn(folder: string, { path, tensor }: Place, into: Container | undefined): string {
  const file = isRemote(path) ? decodeURIComponent(new URL(path).pathname) : path;
  const extension = extname(file);
  const stem = path === STANDARD ? "stdin" : basename(file, extension);
  const part = tensor === undefined ? "" : `.${tensor.replace(/[^\w.-]/g, "_")}`;
  const kept = path === STANDARD ? EXTENSIONS.npy : extension;
  const name = `${stem}${part}${into === undefined ? kept : EXTENSIONS[into]}`;
  return isRemote(folder) ? `${folder.replace(/\/*$/, "/")}${name}` : join(folder, name);
}

/** Whether a store becomes another one; one array of it becomes a `.npy` too. */
export const makesStore = ({ src, dst, into }: ConvertTask): boolean =>
  isStore(src.path) && into !== "npy" && !(into === undefined && extname(dst).toLowerCase() === ".npy");

/** @throws UsageFailure, InputFailure when the paths do not say what goes where */
export async function tasksOf(paths: readonly string[], { into, outDir }: TargetOptions): Promise<ConvertTask[]> {
  const kind = into === undefined ? {} : { into };
  if (outDir === undefined) {
    const [src, dst] = paths;
    if (src === undefined || dst === undefined)
      throw new UsageFailure("missing DST: where does the result go? (-o DIR writes into a folder)");
    if (paths.length > 2)
      throw new UsageFailure(`${paths.length} paths: one SRC and one DST, or several sources with -o DIR`);
    const place = parsePlace(src);
    checkExtension(place, dst, into);
    return [{ src: place, dst, ...kind }];
  }
  const places = (await Promise.all(paths.map(expanded))).flat().map(parsePlace);
  const tasks = places.map((src): ConvertTask => ({ src, dst: nameIn(outDir, src, into), ...kind }));
  const seen = new Map<string, string>();
  for (const { src, dst } of tasks) {
    checkExtension(src, dst, into);
    const other = seen.get(dst);
    if (other !== undefined)
      throw new InputFailure(`${other} and ${src.path} would both become ${dst}; convert them apart`);
    seen.set(dst, src.path);
  }
  return tasks;
}

function prepareObject(dst: string, src: Place, clobber: boolean | undefined): void {
  if (!isS3(dst)) throw new InputFailure(`${dst}: of servers only buckets are written to, as s3://bucket/key`);
  parseS3(dst);
  if (clobber === false) throw new InputFailure(`${dst}: an object in a bucket is replaced; leave out --no-clobber`);
  if (src.path === dst) throw new InputFailure(`${dst}: is the source itself; choose another DST`);
}

/**
 * Makes the folder, and sees that nothing is overwritten that should not be; an object in a bucket is replaced.
 *
 * @throws InputFailure when the target must stay
 */
export function prepareTarget({ src, dst }: ConvertTask, { outDir, clobber }: TargetOptions): void {
  if (isRemote(dst)) {
    prepareObject(dst, src, clobber);
    return;
  }
  if (outDir !== undefined) mkdirSync(outDir, { recursive: true });
  if (dst === STANDARD) return;
  const there = statSync(dst, { throwIfNoEntry: false });
  if (there === undefined || !there.isFile()) return;
  if (clobber === false) throw new InputFailure(`${dst}: is there already; leave out --no-clobber to replace it`);
  const source = src.path === STANDARD ? undefined : statSync(src.path, { throwIfNoEntry: false });
  if (clobber !== true && source?.ino === there.ino && source.dev === there.dev) {
    throw new InputFailure(`${dst}: is the source itself; --clobber replaces it, or choose another DST`);
  }
}

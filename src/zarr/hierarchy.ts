/** What is in a store: its documents and arrays, told by listing its folders and nothing else. */

import type { ZarrArray } from "./array.js";
import { DOCUMENTS } from "./documents.js";
import { type JsonText, metadataError, plainValue, readJson } from "./json-text.js";
import type { SourceStore } from "./store.js";
import { readV2 } from "./v2.js";
import { readV3 } from "./v3.js";

export interface Hierarchy {
  /** Every document of metadata by its key, such as `group/.zattrs`, in the order of keys. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  readonly arrays: readonly ZarrArray[];
  /** Files and folders that belong to no array and no version of Zarr. */
  readonly strangers: readonly string[];
}

const MAX_DEPTH = 64;

const joined = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** What a folder is, by its documents. */
function arrayIn(path: string, documents: ReadonlyMap<string, Uint8Array>): ZarrArray | null {
  const read = (name: string): JsonText | null => {
    const bytes = documents.get(joined(path, name));
    return bytes === undefined ? null : readJson(joined(path, name), bytes);
  };
  const v2 = read(".zarray");
  const v3 = read("zarr.json");
  if (v2 !== null && v3 !== null) throw metadataError(v3.key, "and .zarray are both there; remove one of them");
  if (v2 !== null) return readV2(path, v2);
  if (v3 === null) return null;
  const { node_type: type } = plainValue(v3.text, v3.root) as { node_type?: unknown };
  if (type === "array") return readV3(path, v3);
  if (type === "group") return null;
  throw metadataError(v3.key, `"node_type" expected "array" or "group", got ${JSON.stringify(type)}`);
}

/** @throws FileFormatError for what is no store, or metadata that break the rules */
export async function readHierarchy(store: SourceStore): Promise<Hierarchy> {
  const documents = new Map<string, Uint8Array>();
  const arrays: ZarrArray[] = [];
  const strangers: string[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw metadataError(path, `groups more than ${MAX_DEPTH} deep`);
    const { files, folders } = await store.list(`/${path}`);
    for (const name of files.filter((each) => DOCUMENTS.has(each)))
      documents.set(joined(path, name), (await store.get(`/${joined(path, name)}`))!);
    const array = arrayIn(path, documents);
    if (array !== null) {
      // Its chunks are looked for where they are needed.
      arrays.push(array);
      return;
    }
    strangers.push(...files.filter((each) => !DOCUMENTS.has(each)).map((name) => joined(path, name)));
    for (const name of folders) {
      if (name.startsWith(".")) strangers.push(`${joined(path, name)}/`);
      else await visit(joined(path, name), depth + 1);
    }
  };
  await visit("", 0);
  if (documents.size > 0) return { documents, arrays, strangers };
  throw metadataError(store.root, "is no Zarr store: it has neither zarr.json nor .zarray nor .zgroup");
}

/**
 * A store on a server, which does not tell the names of its files: consolidated metadata do, or the store is one array. Chunks are asked for by
 * their keys, and those that the server does not have are missing.
 */

import { stridebufError } from "../errors.js";
import { type RemoteFolder, remoteFolder } from "../remote/folder.js";
import { DOCUMENTS } from "./documents.js";
import { memberOf, membersOf, readJson } from "./json-text.js";
import type { Listing, Range, SourceStore } from "./store.js";

/** Documents that are asked for at the same time. */
const AT_ONCE = 8;

/** Documents by their keys, without a slash at the beginning. */
type Documents = ReadonlyMap<string, Uint8Array>;

export class RemoteStore implements SourceStore {
  private constructor(
    private readonly folder: RemoteFolder,
    private readonly documents: Documents,
  ) {}

  /** @throws FileFormatError when there is no store, or its arrays cannot be told without a listing */
  static async open(address: string): Promise<RemoteStore> {
    const folder = remoteFolder(address);
    const documents = new Map<string, Uint8Array>();
    const take = async (key: string): Promise<Uint8Array | undefined> => {
      const bytes = await folder.get(key);
      if (bytes !== undefined) documents.set(key, bytes);
      return bytes;
    };
    const names = (await namesIn(address, take)).filter((name) => isDocument(address, name) && !documents.has(name));
    for (let at = 0; at < names.length; at += AT_ONCE) await Promise.all(names.slice(at, at + AT_ONCE).map(take));
    return new RemoteStore(folder, documents);
  }

  get root(): string {
    return this.folder.address;
  }

  get bytesRead(): number {
    return this.folder.bytesRead;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const name = key.replace(/^\/+/, "");
    return this.documents.get(name) ?? this.folder.get(name);
  }

  getRange(key: string, range: Range): Promise<Uint8Array | undefined> {
    return this.folder.getRange(key.replace(/^\/+/, ""), range);
  }

  async list(key: string): Promise<Listing> {
    const folder = key.replace(/^\/+/, "");
    const prefix = folder === "" ? "" : `${folder}/`;
    const [files, folders] = [new Set<string>(), new Set<string>()];
    for (const name of this.documents.keys()) {
      if (!name.startsWith(prefix)) continue;
      const [first, ...rest] = name.slice(prefix.length).split("/");
      (rest.length === 0 ? files : folders).add(first!);
    }
    return { files: [...files].sort(), folders: [...folders].sort() };
  }

  filesBelow(): null {
    return null;
  }
}

/** @throws FileFormatError for names that lead out of the store, or into nothing */
function isDocument(address: string, name: string): boolean {
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\\"))) {
    throw failure(`${address}: its metadata name ${JSON.stringify(name)}, which is no place in a store`);
  }
  return DOCUMENTS.has(parts.at(-1)!);
}

/** What documents a store says that it has. */
async function namesIn(address: string, take: (key: string) => Promise<Uint8Array | undefined>): Promise<string[]> {
  const v3 = await take("zarr.json");
  if (v3 !== undefined) {
    const { root } = readJson("zarr.json", v3);
    const members = memberOf(root, "consolidated_metadata", "metadata");
    if (members !== undefined || memberOf(root, "node_type")?.value === "array") {
      return membersOf(members).map(([name]) => `${name}/zarr.json`);
    }
    throw unlisted(address);
  }
  const v2 = await take(".zmetadata");
  if (v2 !== undefined) return membersOf(memberOf(readJson(".zmetadata", v2).root, "metadata")).map(([name]) => name);
  if ((await take(".zarray")) !== undefined) return [".zattrs"];
  throw (await take(".zgroup")) === undefined ? noStore(address) : unlisted(address);
}

const failure = (message: string): Error => stridebufError("FileFormatError", message, { container: "zarr" });

const noStore = (address: string): Error =>
  failure(`${address}: is no Zarr store: it has neither zarr.json nor .zmetadata nor .zarray`);

const unlisted = (address: string): Error =>
  failure(`${address}: a group on a server needs consolidated metadata, which name its arrays; or name one array`);

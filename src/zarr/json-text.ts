/** JSON documents that are changed in places: what is not changed stays as it was written, digit by digit. */

import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import { stridebufError } from "../errors.js";

export type { Node } from "jsonc-parser";

/** The error of metadata that break Zarr's rules. */
export const metadataError = (key: string, message: string): Error =>
  stridebufError("FileFormatError", `${key}: ${message}`, { container: "zarr" });

export interface JsonText {
  /** Where the text came from. */
  readonly key: string;
  readonly text: string;
  readonly root: Node;
}

/** Longest document that is read, in bytes. */
const MAX_BYTES = 256 << 20;

/** @throws FileFormatError for what is no JSON object; bare NaN and infinities, which Python writes, are let through */
export function readJson(key: string, bytes: Uint8Array): JsonText {
  if (bytes.length > MAX_BYTES) throw metadataError(key, `${bytes.length} bytes are no metadata`);
  const text = new TextDecoder().decode(bytes);
  const root = parseTree(text, [], { disallowComments: true });
  if (root?.type !== "object" || text.slice(root.offset + root.length).trim() !== "") {
    throw metadataError(key, "is no JSON object");
  }
  const names = membersOf(root).map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw metadataError(key, `${JSON.stringify(twice)} is there twice`);
  return { key, text, root };
}

/** A member by its path; undefined when there is none. */
export const memberOf = (root: Node, ...path: (string | number)[]): Node | undefined => findNodeAtLocation(root, path);

/** The names of an object's members, and their values. */
export function membersOf(node: Node | undefined): [name: string, value: Node][] {
  if (node?.type !== "object") return [];
  return (node.children ?? []).flatMap(({ children: [name, value] = [] }) =>
    name === undefined || value === undefined ? [] : [[String(name.value), value] as [string, Node]],
  );
}

/** A value as JavaScript has it, but integers that a number does not hold as text. */
export function plainValue(text: string, node: Node | undefined): unknown {
  switch (node?.type) {
    case "object":
      return Object.fromEntries(membersOf(node).map(([name, value]) => [name, plainValue(text, value)]));
    case "array":
      return (node.children ?? []).map((each) => plainValue(text, each));
    case "number": {
      const digits = text.slice(node.offset, node.offset + node.length);
      return /^-?\d{16,}$/.test(digits) ? digits : node.value;
    }
  }
  return node?.value;
}

/** What takes the place of a value. */
export interface Edit {
  readonly node: Node;
  readonly text: string;
}

/** The document with values replaced. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { node, text: by } of [...edits].sort((a, b) => a.node.offset - b.node.offset)) {
    result += text.slice(at, node.offset) + by;
    at = node.offset + node.length;
  }
  return result + text.slice(at);
}

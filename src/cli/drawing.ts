/**
 * A record drawn byte by byte: rows of 8 bytes, one box per field, dots for padding. Fields that go over the end of a
 * row continue in the next one under the same name.
 */

import type { DType } from "../dtype/dtype.js";

export interface Segment {
  /** Dotted path of the field; null for padding. */
  readonly name: string | null;
  /** Bytes from the start of the record. */
  readonly offset: number;
  readonly nbytes: number;
  readonly dtype: DType | null;
}

const ROW_BYTES = 8;
const CELL = 8;
/** Rows in the middle of one long segment that are left out. */
const MAX_ROWS_PER_SEGMENT = 4;

/** Elements of an array that are drawn one by one. */
const MAX_ELEMENTS = 16;

/** What an item without fields is made of: the parts of a complex number, the elements of a short array. */
function piecesOf(dtype: DType, name: string): Segment[] | null {
  const under = (part: string) => (name === "" ? part : `${name}.${part}`);
  if (dtype.kind === "complex") {
    const half = dtype.itemsize / 2;
    return ["re", "im"].map((part, i) => ({ name: under(part), offset: i * half, nbytes: half, dtype }));
  }
  if (dtype.kind !== "array" || dtype.shape === undefined || dtype.base === undefined) return null;
  const { base, shape } = dtype;
  const count = shape.reduce((size, length) => size * length, 1);
  if (count > MAX_ELEMENTS || base.fields !== undefined) return null;
  return Array.from({ length: count }, (_, n) => {
    const index = shape.map((length, axis) => {
      const inner = shape.slice(axis + 1).reduce((size, each) => size * each, 1);
      return Math.floor(n / inner) % length;
    });
    return { name: `${name}[${index.join(",")}]`, offset: n * base.itemsize, nbytes: base.itemsize, dtype: base };
  });
}

/** The segments as they are drawn: numbers of several parts taken apart. */
function drawnSegments(dtype: DType): Segment[] {
  return segmentsOf(dtype).flatMap((segment) => {
    const pieces = segment.dtype === null ? null : piecesOf(segment.dtype, segment.name ?? "");
    return pieces?.map((piece) => ({ ...piece, offset: piece.offset + segment.offset })) ?? [segment];
  });
}

/** The leaves of a dtype and the padding between them, in order of offset. */
export function segmentsOf(dtype: DType): Segment[] {
  const leaves: Segment[] = [];
  const walk = (of: DType, name: string, offset: number): void => {
    if (of.fields === undefined) leaves.push({ name, offset, nbytes: of.itemsize, dtype: of });
    for (const field of of.fields ?? []) {
      walk(field.dtype, name === "" ? field.name : `${name}.${field.name}`, offset + field.offset);
    }
  };
  walk(dtype, "", 0);
  leaves.sort((a, b) => a.offset - b.offset);
  const segments: Segment[] = [];
  let end = 0;
  const pad = (to: number): void => {
    if (to > end) segments.push({ name: null, offset: end, nbytes: to - end, dtype: null });
  };
  for (const leaf of leaves) {
    pad(leaf.offset);
    segments.push(leaf);
    end = Math.max(end, leaf.offset + leaf.nbytes);
  }
  pad(dtype.itemsize);
  return segments;
}

function centred(text: string, width: number): string {
  const shown = text.length > width ? `${text.slice(0, Math.max(0, width - 1))}~` : text;
  const left = Math.floor((width - shown.length) / 2);
  return " ".repeat(left) + shown + " ".repeat(width - shown.length - left);
}

/** Items without fields go by their type. */
const nameOf = ({ name, dtype }: Segment): string => (name === "" ? dtype!.name : (name ?? ""));

const label = (segment: Segment, width: number): string =>
  segment.name === null ? ".".repeat(width) : centred(nameOf(segment), width);

/** The line of one row that starts at byte `from`, under a margin of `margin` characters. */
function drawRow(pieces: readonly { segment: Segment; nbytes: number }[], from: number, margin: number): string {
  const cells = pieces.map(({ segment, nbytes }) => label(segment, nbytes * CELL - 1));
  // A row of one box has room beside it for a name that is too long.
  const [only] = pieces.length === 1 ? pieces : [];
  const name = only === undefined ? "" : nameOf(only.segment);
  const beside = name.length > cells[0]!.length ? ` ${name}` : "";
  return `${String(from).padStart(margin)} |${cells.join("|")}|${beside}`;
}

const rule = (pieces: readonly { nbytes: number }[], margin: number): string =>
  `${" ".repeat(margin)} +${pieces.map(({ nbytes }) => "-".repeat(nbytes * CELL - 1)).join("+")}+`;

/** Where the borders of two neighbouring rows meet, both sets of corners show. */
function merge(a: string, b: string): string {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return [...long].map((c, i) => (c === "+" || short[i] === "+" ? "+" : c)).join("");
}

/** Draws the bytes of one item; fields of no bytes and those that overlap an earlier one are not drawn. */
export function drawLayout(dtype: DType): string[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const segment of drawnSegments(dtype)) {
    if (segment.nbytes === 0 || segment.offset < end) continue;
    segments.push(segment);
    end = segment.offset + segment.nbytes;
  }
  if (end === 0) return ["(no bytes)"];
  const margin = Math.max(4, String(end).length);
  const blank = " ".repeat(margin);
  const header = Array.from({ length: Math.min(ROW_BYTES, end) }, (_, i) =>
    String(i)
      .padStart(CELL / 2)
      .padEnd(CELL),
  );
  const lines = [`${blank} ${header.join("")}`.trimEnd()];
  let previousRule = "";
  let next = 0;
  for (let from = 0; from < end; from += ROW_BYTES) {
    const to = Math.min(end, from + ROW_BYTES);
    while (segments[next]!.offset + segments[next]!.nbytes <= from) next++;
    const first = segments[next]!;
    const rowsLeft = Math.floor((first.offset + first.nbytes - from) / ROW_BYTES);
    if (first.offset <= from - ROW_BYTES && rowsLeft > MAX_ROWS_PER_SEGMENT) {
      const skipped = rowsLeft - 1;
      lines.push(previousRule, `${blank} : ${skipped * ROW_BYTES} more bytes of ${first.name ?? "padding"}`);
      from += (skipped - 1) * ROW_BYTES;
      continue;
    }
    const pieces: { segment: Segment; nbytes: number }[] = [];
    for (let i = next; i < segments.length && segments[i]!.offset < to; i++) {
      const { offset, nbytes } = segments[i]!;
      pieces.push({ segment: segments[i]!, nbytes: Math.min(to, offset + nbytes) - Math.max(from, offset) });
    }
    const border = rule(pieces, margin);
    lines.push(previousRule === "" ? border : merge(previousRule, border), drawRow(pieces, from, margin));
    previousRule = border;
  }
  lines.push(previousRule);
  return lines;
}

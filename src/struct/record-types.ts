/** What `unpackColumns` gives for a literal format, as a type. Types only. */

import type { ArrayLeaf, Field, HalfLeaf, Read, RecordLeaf } from "../format/infer.js";
import type { Leaf } from "../format/named-items.js";
import type { TextEncoding } from "../view/encoding.js";
import type { Columns, TextColumns } from "./columns.js";
import type { NamedColumns } from "./record-columns.js";

/** Columns by name where the format has names, by place where it has none, either where the format is not known. */
export type UnpackedColumns<Format extends string, Text extends TextEncoding | undefined> = string extends Format
  ? PlainColumns<Text> | NamedColumns
  : Format extends `${string}${"{" | ":"}${string}`
    ? Read<Format> extends RecordLeaf<infer Fields>
      ? ColumnsOfRecord<Fields, BytesOf<Text>>
      : NamedColumns
    : PlainColumns<Text>;

type PlainColumns<Text> = [Text] extends [undefined] ? Columns : TextColumns;
type BytesOf<Text> = [Text] extends [undefined] ? Uint8Array : string[];

type ColumnsOfRecord<Fields extends readonly Field[], Bytes> = {
  [F in Fields[number] as F[0] extends string ? F[0] : never]: ColumnOf<F[1], Bytes>;
};

type ColumnOf<Type, Bytes> = Type extends HalfLeaf
  ? Float32Array
  : Type extends Leaf<infer Item, infer Values>
    ? Item extends Uint8Array
      ? Bytes
      : Item extends string
        ? string[]
        : [Values] extends [never]
          ? NamedColumns[string]
          : Values
    : Type extends RecordLeaf<infer Fields>
      ? ColumnsOfRecord<Fields, Bytes>
      : Type extends ArrayLeaf<infer Inner, readonly unknown[]>
        ? ColumnOf<Inner, Bytes>
        : NamedColumns[string];

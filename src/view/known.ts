/**
 * What the types of views know: the value of an item, the number of axes, the typed arrays that hold the values. Types only.
 * `number` is the rank, and the union of all typed arrays the values, of a view of which nothing is known.
 */

import type { MaybeFloat16Array, TypedArray } from "../dtype/typed-arrays.js";
import type { ArraysOf, ItemOf } from "../format/infer.js";
import type { IndexEntry, newaxis, Slice } from "./slices.js";
import type { Complex, NestedArray, Value } from "./values.js";
import type { StridedView } from "./view.js";

/** The typed array that holds the values of a view; for records one by field name. */
export type Arrays = TypedArray | { readonly [field: string]: Arrays };

/** Tuples of the lengths that are counted with; more axes are `number`. */
type Count<Rank extends number, Axes extends readonly unknown[] = []> = Axes["length"] extends Rank
  ? Axes
  : Axes["length"] extends 9
    ? readonly unknown[]
    : Count<Rank, [...Axes, 0]>;

/** What `toArray` gives: one level of arrays per axis. A table, not a condition: so `tsc` sees that it widens with its parts. */
export type NestedItems<Item, Rank extends number> = Nestings<Item>[Rank];
interface Nestings<Item> {
  0: Item;
  1: Item[];
  2: Item[][];
  3: Item[][][];
  4: Item[][][][];
  [rank: number]: NestedArray<Item>;
}

/** An item whose byte strings are read as text. */
export type TextItem<Item> = Item extends Uint8Array
  ? string
  : Item extends number | bigint | boolean | string
    ? Item
    : Item extends readonly (infer Inner)[]
      ? TextItem<Inner>[]
      : { [Name in keyof Item]: TextItem<Item[Name]> };

/** What iteration gives: the items of one axis, the rows of more. */
export type RowOf<Item, Rank extends number, Values> = Rows<Item, Values>[Rank];
interface Rows<Item, Values> {
  0: never;
  1: Item;
  2: StridedView<Item, 1, Values>;
  3: StridedView<Item, 2, Values>;
  4: StridedView<Item, 3, Values>;
  [rank: number]: Item | StridedView<Item, number, Values>;
}

/** The rank after an index: integers drop their axis, `newaxis` adds one. */
export type SlicedRank<Rank extends number, Index extends readonly unknown[]> = number extends Rank | Index["length"]
  ? number
  : Sliced<Count<Rank>, Index>;
type Sliced<Axes extends readonly unknown[], Index extends readonly unknown[]> = Index extends readonly [
  infer Entry,
  ...infer Rest,
]
  ? IndexEntry extends Entry
    ? number
    : Entry extends number
      ? Axes extends readonly [unknown, ...infer Fewer]
        ? Sliced<Fewer, Rest>
        : number
      : Entry extends typeof newaxis
        ? Sliced<[...Axes, 0], Rest>
        : Entry extends Slice | null | symbol
          ? Sliced<Axes, Rest>
          : number
  : Axes["length"];

/** The fields that a view can give; sub-arrays of records give those of the records. */
export type FieldName<Item> = Item extends number | bigint | boolean | string | Uint8Array
  ? never
  : Item extends readonly (infer Inner)[]
    ? Value extends Inner
      ? never
      : FieldName<Inner>
    : keyof Item & string;

/** What a sub-array holds in the end. */
type Element<Item> = Value extends Item ? Value : Item extends readonly (infer Inner)[] ? Element<Inner> : Item;

type ValuesOf<Values, Name extends string> = Values extends TypedArray
  ? Values
  : Values extends { readonly [field in Name]: infer Field extends Arrays }
    ? Field
    : Arrays;

/** The view of one field; the axes of a sub-array are appended. */
export type FieldView<Item, Rank extends number, Values, Name extends string> = Name extends keyof Item
  ? StridedView<
      Element<Item[Name]>,
      Item[Name] extends readonly unknown[] ? number : Value extends Item[Name] ? number : Rank,
      ValuesOf<Values, Name>
    >
  : StridedView;

/** Items of another format in the place of those of a view. */
export type Retyped<Format extends string, Rank extends number> =
  ItemOf<Format, Value> extends infer Item
    ? StridedView<
        Element<Item>,
        Item extends readonly unknown[] ? number : Value extends Item ? number : Rank,
        ArraysOf<Format, Arrays>
      >
    : never;

/** One view per field of a record. */
export type ColumnsOf<Item, Rank extends number, Values> = string extends keyof Item
  ? { readonly [name: string]: StridedView }
  : Item extends object
    ? { readonly [Name in keyof Item & string]: FieldView<Item, Rank, Values, Name> }
    : { readonly [name: string]: StridedView };

/** The value of an element of a typed array. */
export type ItemOfArray<A> = A extends BigInt64Array | BigUint64Array ? bigint : number;

/** What `toTypedArray` gives when float16 is to be numbers: whether 16-bit items are, only the dtype knows. */
export type Floats16Of<A> = A extends Uint16Array ? Uint16Array | MaybeFloat16Array : A;

/** What `toTypedArray` gives for a source of this type. */
export type ValuesOfArray<A> = A extends Uint8ClampedArray
  ? Uint8Array
  : [MaybeFloat16Array] extends [never]
    ? Widened<A>
    : A extends MaybeFloat16Array
      ? Uint16Array
      : Widened<A>;

/** The typed array that `A` is, without what the compiler knows of its memory. */
type Widened<A, Any = TypedArray> = Any extends unknown ? (A extends Any ? Any : never) : never;

/** Whether nobody has said what something is. */
type IsUnknown<T> = unknown extends T ? true : false;

/** One element per level of lists; typed arrays are lists unless an item is one. */
type Levels<Nested, TypedIsItem extends boolean, Axes extends readonly unknown[] = []> = Axes["length"] extends 9
  ? readonly unknown[]
  : Nested extends readonly (infer Inner)[]
    ? [Inner] extends [never]
      ? [...Axes, 0]
      : Levels<Inner, TypedIsItem, [...Axes, 0]>
    : Nested extends TypedArray
      ? TypedIsItem extends true
        ? Axes
        : [...Axes, 0]
      : Axes;

/** What the lists hold in the end. */
type LeafOf<Nested> = Nested extends readonly (infer Inner)[] ? LeafOf<Inner> : Nested;

/** The rank of nested lists whose items are of a type that is known; sub-arrays take some of the levels. */
type ListRank<Nested, Item> =
  IsUnknown<Nested> extends true
    ? number
    : Value extends Item
      ? number
      : Item extends readonly unknown[]
        ? number
        : Levels<Nested, Item extends Uint8Array ? true : false>["length"];

/** The view that nested lists become in a format. */
export type ListView<Nested, Format extends string> =
  ItemOf<Format, Value> extends infer Item
    ? StridedView<Item, ListRank<Nested, Item>, ArraysOf<Format, Arrays>>
    : never;

/** The view that nested lists become without one: by what they hold. */
export type InferredListView<Nested> =
  IsUnknown<Nested> extends true
    ? StridedView
    : [LeafOf<Nested>] extends [never]
      ? StridedView<number, Levels<Nested, false>["length"], Float64Array>
      : [LeafOf<Nested>] extends [number]
        ? StridedView<number, Levels<Nested, false>["length"], Float64Array>
        : [LeafOf<Nested>] extends [bigint]
          ? StridedView<bigint, Levels<Nested, false>["length"], BigInt64Array | BigUint64Array>
          : [LeafOf<Nested>] extends [boolean]
            ? StridedView<boolean, Levels<Nested, false>["length"], Uint8Array>
            : [LeafOf<Nested>] extends [string]
              ? StridedView<string, Levels<Nested, false>["length"], never>
              : [LeafOf<Nested>] extends [TypedArray]
                ? StridedView<
                    ItemOfArray<LeafOf<Nested>>,
                    Levels<Nested, false>["length"],
                    ValuesOfArray<LeafOf<Nested>>
                  >
                : [LeafOf<Nested>] extends [{ readonly re: number; readonly im: number }]
                  ? StridedView<Complex, Levels<Nested, false>["length"], Float64Array>
                  : StridedView;

/** The number of axes of what is taken as a view. */
export type RankOf<Source> =
  Source extends StridedView<unknown, infer Rank> ? Rank : Source extends TypedArray ? 1 : number;

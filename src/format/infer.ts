/**
 * What a literal format or name says about its items, as a type: `ItemOf<"T{<i:x:<d:y:}">` is `{ x: number; y: number
 * }`. Types only; nothing of this exists at run time. One token per step along one tail-recursive type, with a bound on
 * the steps, so that `tsc` neither slows down nor complains: a format that is not a literal, too long, wrong, or beyond
 * this reader (brackets, pointers to anything, odd spellings) gives the wide type instead of an error.
 */

import type { DTypeName, Leaf, NamedLeaves } from "./named-items.js";

/** The value of a complex item. */
interface ComplexItem {
  re: number;
  im: number;
}

/** `e`, whose bits are read as they are or widened. */
export interface HalfLeaf extends Leaf<number, Uint16Array> {
  /** Tells it from `H`. */
  readonly isHalf: true;
}

/** Letters whose value does not depend on sizes. `g` is read as the nearest double. */
interface Letters {
  c: Leaf<Uint8Array, Uint8Array>;
  s: Leaf<Uint8Array, never>;
  p: Leaf<Uint8Array, never>;
  u: Leaf<string, never>;
  w: Leaf<string, never>;
  "?": Leaf<boolean, Uint8Array>;
  b: Leaf<number, Int8Array>;
  B: Leaf<number, Uint8Array>;
  h: Leaf<number, Int16Array>;
  H: Leaf<number, Uint16Array>;
  i: Leaf<number, Int32Array>;
  I: Leaf<number, Uint32Array>;
  q: Leaf<bigint, BigInt64Array>;
  Q: Leaf<bigint, BigUint64Array>;
  e: HalfLeaf;
  f: Leaf<number, Float32Array>;
  d: Leaf<number, Float64Array>;
  g: Leaf<number, never>;
  P: Leaf<bigint, never>;
  O: Unknown;
}

/** Interleaved parts. */
interface ComplexLetters {
  e: Leaf<ComplexItem, Uint16Array>;
  f: Leaf<ComplexItem, Float32Array>;
  d: Leaf<ComplexItem, Float64Array>;
  g: Leaf<ComplexItem, never>;
}

/** Sizes that the ABI decides. */
interface NativeLetters {
  l: Leaf<number | bigint, Int32Array | BigInt64Array>;
  L: Leaf<number | bigint, Uint32Array | BigUint64Array>;
  n: Leaf<number | bigint, Int32Array | BigInt64Array>;
  N: Leaf<number | bigint, Uint32Array | BigUint64Array>;
}
interface StandardLetters {
  l: Leaf<number, Int32Array>;
  L: Leaf<number, Uint32Array>;
  n: Mistake<"n has no standard size: it needs @ or ^ in front">;
  N: Mistake<"N has no standard size: it needs @ or ^ in front">;
}

/** A format, or a part of one, that only the library can read. */
interface Unknown {
  readonly unknown: true;
}
/** A format that the library would refuse. */
interface Mistake<Message extends string> {
  readonly mistake: Message;
}

/** Letters whose native size depends on the ABI; under `= < > !` only `l` and `L` exist, with 4 bytes. */
type NativeLetter = keyof NativeLetters;
type White = " " | "\n" | "\t" | "\r" | "\v" | "\f";
/** Letters that mean no type in any dialect. */
type NoLetter =
  | ("a" | "j" | "k" | "m" | "o" | "r" | "v" | "y" | "z")
  | ("A" | "C" | "E" | "J" | "K" | "M" | "R" | "S" | "U" | "V" | "W" | "Y");
/** What an order character says about sizes. */
interface SizesOf {
  "@": "native";
  "^": "native";
  "=": "standard";
  "<": "standard";
  ">": "standard";
  "!": "standard";
}
interface SizedLetters {
  native: NativeLetters;
  standard: StandardLetters;
}
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type LengthLetter = "s" | "p" | "u" | "w";

/** A field as [name or null, type]. */
export type Field = readonly [string | null, unknown];
/** What waits while a record is read: its fields, whether it has pads, and the axes in front of it. */
type Frame = readonly [fields: readonly Field[], padded: boolean, axes: readonly unknown[]];

type MaxSteps = 400;
type MaxAxes = 33;
type MaxDepth = 16;

/** What a literal format says, read once for all questions. */
export type Read<Format extends string> = string extends Format
  ? Unknown
  : Format extends DTypeName
    ? NamedLeaves[Format]
    : Scan<Format, "native", "", [], [], false, [], []>;

/**
 * The type of one item of a format; `Wide` when the format does not tell.
 *
 * @example
 * type Point = ItemOf<"T{<i:x:<d:y:}", never>; // { x: number; y: number }
 */
export type ItemOf<Format extends string, Wide = unknown> = ItemIn<Read<Format>, Wide>;

/**
 * The typed array that holds the items of a format, for records one by field name; `Wide` when the format does not tell,
 * `never` where no typed array does.
 *
 * @example
 * type Columns = ArraysOf<"T{<i:x:<d:y:}">; // { x: Int32Array; y: Float64Array }
 */
export type ArraysOf<Format extends string, Wide = unknown> = ArraysIn<Read<Format>, Wide>;

/**
 * A literal format as it is, or, where it is surely wrong, what is wrong with it and where: the type of a parameter, so that
 * the compiler prints it.
 *
 * @example
 * type Wrong = CheckedFormat<"T{<i:x:">; // "wrong format: the record is not closed, expected } at the end"
 */
export type CheckedFormat<Format extends string> =
  Read<Format> extends Mistake<infer Message>
    ? MaybeName<Format> extends true
      ? Format
      : `wrong format: ${Message}`
    : Format;

/** Whether a text without records may be a name that is not among {@link DTypeName}; an order with one letter is none. */
type MaybeName<Format extends string> = Format extends `${string}T{${string}`
  ? false
  : Format extends `${keyof SizesOf}${NoLetter}`
    ? false
    : true;

type ItemIn<Found, Wide> =
  Found extends Leaf<infer Item, unknown>
    ? Item
    : Found extends RecordLeaf<infer Fields>
      ? { [F in Fields[number] as F[0] extends string ? F[0] : never]: ItemIn<F[1], Wide> }
      : Found extends ArrayLeaf<infer Inner, infer Axes>
        ? Nested<ItemIn<Inner, Wide>, Axes>
        : Wide;

type ArraysIn<Found, Wide> =
  Found extends Leaf<unknown, infer Values>
    ? Values
    : Found extends RecordLeaf<infer Fields>
      ? { [F in Fields[number] as F[0] extends string ? F[0] : never]: ArraysIn<F[1], Wide> }
      : Found extends ArrayLeaf<infer Inner, readonly unknown[]>
        ? ArraysIn<Inner, Wide>
        : Wide;

/** A record, whose fields are [name, what is known of the type]. */
export interface RecordLeaf<Fields extends readonly Field[]> {
  /** In the order of the record. */
  readonly fields: Fields;
}
/** A sub-array. */
export interface ArrayLeaf<Inner, Axes extends readonly unknown[]> {
  /** What is repeated. */
  readonly inner: Inner;
  /** One element per axis. */
  readonly axes: Axes;
}

/**
 * `Count` holds the digits read, `Axes` one element per axis, `Stack` the open records, outermost first.
 */
type Scan<
  Text extends string,
  Sizes extends "native" | "standard",
  Count extends string,
  Axes extends readonly unknown[],
  Fields extends readonly Field[],
  Padded extends boolean,
  Stack extends readonly Frame[],
  Steps extends readonly unknown[],
> = Steps["length"] extends MaxSteps
  ? Unknown
  : Text extends `${infer Head}${infer Rest}`
    ? Head extends White
      ? Scan<Rest, Sizes, Count, Axes, Fields, Padded, Stack, [...Steps, 0]>
      : Head extends keyof SizesOf
        ? Scan<Rest, SizesOf[Head], Count, Axes, Fields, Padded, Stack, [...Steps, 0]>
        : Head extends Digit
          ? Scan<Rest, Sizes, `${Count}${Head}`, Axes, Fields, Padded, Stack, [...Steps, 0]>
          : Head extends "("
            ? Rest extends `${infer Dims})${infer After}`
              ? AxesOf<Dims, Axes> extends infer More extends readonly unknown[]
                ? More["length"] extends MaxAxes
                  ? Unknown
                  : Scan<After, Sizes, Count, More, Fields, Padded, Stack, [...Steps, 0]>
                : Unknown
              : Mistake<`a shape is not closed, expected ) in ${Quoted<Text>}`>
            : Head extends "T"
              ? Rest extends `{${infer Inside}`
                ? Stack["length"] extends MaxDepth
                  ? Unknown
                  : Scan<
                      Inside,
                      Sizes,
                      "",
                      [],
                      [],
                      false,
                      [...Stack, [Fields, Padded, Counted<Count, Axes>]],
                      [...Steps, 0]
                    >
                : Mistake<`expected { after T in ${Quoted<Text>}`>
              : Head extends "}"
                ? Stack extends readonly [...infer Outer extends Frame[], infer Top extends Frame]
                  ? Named<Rest, Sub<RecordOf<Fields>, Top[2]>, Sizes, Top[0], Top[1], Outer, [...Steps, 0]>
                  : Mistake<`no record is open at ${Quoted<Text>}`>
                : Head extends "x"
                  ? Pad<Rest, Sizes, Count, Axes, Fields, Stack, [...Steps, 0]>
                  : Head extends "["
                    ? Rest extends `${string}]${infer After}`
                      ? Named<After, Unknown, Sizes, Fields, Padded, Stack, [...Steps, 0]>
                      : Mistake<`a bracket is not closed, expected ] in ${Quoted<Text>}`>
                    : Head extends "Z"
                      ? Rest extends `${infer Part extends keyof ComplexLetters}${infer After}`
                        ? Named<
                            After,
                            Sub<ComplexLetters[Part], Counted<Count, Axes>>,
                            Sizes,
                            Fields,
                            Padded,
                            Stack,
                            [...Steps, 0]
                          >
                        : Unknown
                      : Head extends keyof Letters
                        ? Named<
                            Rest,
                            Sub<Letters[Head], Head extends LengthLetter ? Axes : Counted<Count, Axes>>,
                            Sizes,
                            Fields,
                            Padded,
                            Stack,
                            [...Steps, 0]
                          >
                        : Head extends NativeLetter
                          ? SizedLetters[Sizes][Head] extends infer Type
                            ? Type extends Mistake<string>
                              ? Type
                              : Named<
                                  Rest,
                                  Sub<Type, Counted<Count, Axes>>,
                                  Sizes,
                                  Fields,
                                  Padded,
                                  Stack,
                                  [...Steps, 0]
                                >
                            : never
                          : Head extends NoLetter
                            ? Mistake<`no type is written ${Quoted<Text>}`>
                            : Unknown
    : Text extends ""
      ? Stack extends readonly []
        ? [Count, Axes] extends ["", readonly []]
          ? ItemFrom<Fields, Padded>
          : Mistake<"expected a type after the count or shape at the end">
        : Mistake<"the record is not closed, expected } at the end">
      : Unknown;

/** The place of a mistake: the text from there on. */
type Quoted<Text extends string> = `"${Text}"`;

/** After a type: its name, if there is one, and on with the next entry. */
type Named<
  Text extends string,
  Type,
  Sizes extends "native" | "standard",
  Fields extends readonly Field[],
  Padded extends boolean,
  Stack extends readonly Frame[],
  Steps extends readonly unknown[],
> =
  TrimStart<Text> extends `:${infer Name}:${infer After}`
    ? Scan<After, Sizes, "", [], [...Fields, [Name, Type]], Padded, Stack, Steps>
    : TrimStart<Text> extends `:${string}`
      ? Mistake<`a name is not closed, expected : in ${Quoted<Text>}`>
      : Scan<Text, Sizes, "", [], [...Fields, [null, Type]], Padded, Stack, Steps>;

/** `x`: named pads are raw bytes; unnamed ones only make a record of what would be a bare item. */
type Pad<
  Text extends string,
  Sizes extends "native" | "standard",
  Count extends string,
  Axes extends readonly unknown[],
  Fields extends readonly Field[],
  Stack extends readonly Frame[],
  Steps extends readonly unknown[],
> =
  TrimStart<Text> extends `:${infer Name}:${infer After}`
    ? Scan<After, Sizes, "", [], [...Fields, [Name, Sub<Leaf<Uint8Array, never>, Axes>]], true, Stack, Steps>
    : Count extends `0${string}`
      ? Unknown
      : Scan<Text, Sizes, "", [], Fields, true, Stack, Steps>;

type TrimStart<Text extends string, Steps extends readonly unknown[] = []> = Steps["length"] extends MaxAxes
  ? Text
  : Text extends `${White}${infer Rest}`
    ? TrimStart<Rest, [...Steps, 0]>
    : Text;

type AxesOf<Dims extends string, Axes extends readonly unknown[]> = Axes["length"] extends MaxAxes
  ? Axes
  : Dims extends `${string},${infer Rest}`
    ? AxesOf<Rest, [...Axes, 0]>
    : [...Axes, 0];

/** A count other than 1 is the innermost axis. */
type Counted<Count extends string, Axes extends readonly unknown[]> = Count extends "" | "1" ? Axes : [...Axes, 0];

type Sub<Type, Axes extends readonly unknown[]> = Axes extends readonly [] ? Type : ArrayLeaf<Type, Axes>;

type Nested<Type, Axes extends readonly unknown[]> = Axes extends readonly [unknown, ...infer Inner]
  ? Nested<Type, Inner>[]
  : Type;

/** One unnamed type is the item itself. */
type ItemFrom<Fields extends readonly Field[], Padded extends boolean> = Padded extends true
  ? RecordOf<Fields>
  : Fields extends readonly [readonly [null, infer Type]]
    ? Type
    : RecordOf<Fields>;

/** Unnamed fields are f0, f1, …; where that meets a name that was given, only the library can tell. */
type RecordOf<Fields extends readonly Field[]> = null extends Fields[number][0]
  ? Extract<Fields[number][0], `f${number}`> extends never
    ? RecordLeaf<Numbered<Fields>>
    : Unknown
  : RecordLeaf<Fields>;

type Numbered<
  Fields extends readonly Field[],
  Done extends readonly Field[] = [],
  Unnamed extends readonly unknown[] = [],
> = Fields extends readonly [infer First extends Field, ...infer Rest extends readonly Field[]]
  ? First[0] extends string
    ? Numbered<Rest, [...Done, First], Unnamed>
    : Numbered<Rest, [...Done, readonly [`f${Unnamed["length"]}`, First[1]]], [...Unnamed, 0]>
  : Done;

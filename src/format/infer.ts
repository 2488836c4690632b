/**
 * What a literal format or name says about its items, as a type: `ItemOf<"T{<i:x:<d:y:}">` is `{ x: number; y: number
 * }`. Types only; nothing of this exists at run time. One token per step along one tail-recursive type, with a bound on
 * the steps, so that `tsc` neither slows down nor complains: a format that is not a literal, too long, wrong, or beyond
 * this reader (brackets, pointers to anything, odd spellings) gives the wide type instead of an error.
 */

import type { DTypeName, NamedItem } from "./named-items.js";

/** The value of a complex item. */
interface ComplexItem {
  re: number;
  im: number;
}

/** Letters whose value does not depend on sizes. `g` is read as the nearest double. */
interface Letters<Wide> {
  c: Uint8Array;
  s: Uint8Array;
  p: Uint8Array;
  u: string;
  w: string;
  "?": boolean;
  b: number;
  B: number;
  h: number;
  H: number;
  i: number;
  I: number;
  q: bigint;
  Q: bigint;
  e: number;
  f: number;
  d: number;
  g: number;
  P: bigint;
  O: Wide;
}

/** Letters whose native size depends on the ABI; under `= < > !` only `l` and `L` exist, with 4 bytes. */
type NativeLetter = "l" | "L" | "n" | "N";
type White = " " | "\n" | "\t" | "\r" | "\v" | "\f";
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type LengthLetter = "s" | "p" | "u" | "w";

/** A field as [name or null, type]. */
type Field = readonly [string | null, unknown];
/** What waits while a record is read: its fields, whether it has pads, and the axes in front of it. */
type Frame = readonly [fields: readonly Field[], padded: boolean, axes: readonly unknown[]];

type MaxSteps = 400;
type MaxAxes = 33;

/**
 * The type of one item of a format; `Wide` when the format does not tell.
 *
 * @example
 * type Point = ItemOf<"T{<i:x:<d:y:}", never>; // { x: number; y: number }
 */
export type ItemOf<Format extends string, Wide = unknown> = string extends Format
  ? Wide
  : Format extends DTypeName
    ? NamedItem<Format>
    : Scan<Format, "native", "", [], [], false, [], [], Wide>;

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
  Wide,
> = Steps["length"] extends MaxSteps
  ? Wide
  : Text extends `${infer Head}${infer Rest}`
    ? Head extends White
      ? Scan<Rest, Sizes, Count, Axes, Fields, Padded, Stack, [...Steps, 0], Wide>
      : Head extends "@" | "^"
        ? Scan<Rest, "native", Count, Axes, Fields, Padded, Stack, [...Steps, 0], Wide>
        : Head extends "=" | "<" | ">" | "!"
          ? Scan<Rest, "standard", Count, Axes, Fields, Padded, Stack, [...Steps, 0], Wide>
          : Head extends Digit
            ? Scan<Rest, Sizes, `${Count}${Head}`, Axes, Fields, Padded, Stack, [...Steps, 0], Wide>
            : Head extends "("
              ? Rest extends `${infer Dims})${infer After}`
                ? AxesOf<Dims, Axes> extends infer More extends readonly unknown[]
                  ? More["length"] extends MaxAxes
                    ? Wide
                    : Scan<After, Sizes, Count, More, Fields, Padded, Stack, [...Steps, 0], Wide>
                  : Wide
                : Wide
              : Head extends "T"
                ? Rest extends `{${infer Inside}`
                  ? Scan<
                      Inside,
                      Sizes,
                      "",
                      [],
                      [],
                      false,
                      [...Stack, [Fields, Padded, Counted<Count, Axes>]],
                      [...Steps, 0],
                      Wide
                    >
                  : Wide
                : Head extends "}"
                  ? Stack extends readonly [...infer Outer extends Frame[], infer Top extends Frame]
                    ? Named<
                        Rest,
                        Nested<RecordOf<Fields, Wide>, Top[2]>,
                        Sizes,
                        Top[0],
                        Top[1],
                        Outer,
                        [...Steps, 0],
                        Wide
                      >
                    : Wide
                  : Head extends "x"
                    ? Pad<Rest, Sizes, Count, Axes, Fields, Stack, [...Steps, 0], Wide>
                    : Head extends "["
                      ? Rest extends `${string}]${infer After}`
                        ? Named<
                            After,
                            Nested<Wide, Counted<Count, Axes>>,
                            Sizes,
                            Fields,
                            Padded,
                            Stack,
                            [...Steps, 0],
                            Wide
                          >
                        : Wide
                      : Head extends "Z"
                        ? Rest extends `${"e" | "f" | "d" | "g"}${infer After}`
                          ? Named<
                              After,
                              Nested<ComplexItem, Counted<Count, Axes>>,
                              Sizes,
                              Fields,
                              Padded,
                              Stack,
                              [...Steps, 0],
                              Wide
                            >
                          : Wide
                        : Head extends LengthLetter
                          ? Named<
                              Rest,
                              Nested<Letters<Wide>[Head], Axes>,
                              Sizes,
                              Fields,
                              Padded,
                              Stack,
                              [...Steps, 0],
                              Wide
                            >
                          : Head extends keyof Letters<Wide>
                            ? Named<
                                Rest,
                                Nested<Letters<Wide>[Head], Counted<Count, Axes>>,
                                Sizes,
                                Fields,
                                Padded,
                                Stack,
                                [...Steps, 0],
                                Wide
                              >
                            : Head extends NativeLetter
                              ? Named<
                                  Rest,
                                  Nested<Sizes extends "native" ? number | bigint : number, Counted<Count, Axes>>,
                                  Sizes,
                                  Fields,
                                  Padded,
                                  Stack,
                                  [...Steps, 0],
                                  Wide
                                >
                              : Wide
    : [Text, Stack, Count, Axes] extends ["", readonly [], "", readonly []]
      ? ItemFrom<Fields, Padded, Wide>
      : Wide;

/** After a type: its name, if there is one, and on with the next entry. */
type Named<
  Text extends string,
  Type,
  Sizes extends "native" | "standard",
  Fields extends readonly Field[],
  Padded extends boolean,
  Stack extends readonly Frame[],
  Steps extends readonly unknown[],
  Wide,
> =
  TrimStart<Text> extends `:${infer Name}:${infer After}`
    ? Scan<After, Sizes, "", [], [...Fields, [Name, Type]], Padded, Stack, Steps, Wide>
    : Scan<Text, Sizes, "", [], [...Fields, [null, Type]], Padded, Stack, Steps, Wide>;

/** `x`: named pads are raw bytes; unnamed ones only make a record of what would be a bare item. */
type Pad<
  Text extends string,
  Sizes extends "native" | "standard",
  Count extends string,
  Axes extends readonly unknown[],
  Fields extends readonly Field[],
  Stack extends readonly Frame[],
  Steps extends readonly unknown[],
  Wide,
> =
  TrimStart<Text> extends `:${infer Name}:${infer After}`
    ? Scan<After, Sizes, "", [], [...Fields, [Name, Nested<Uint8Array, Axes>]], true, Stack, Steps, Wide>
    : Count extends `0${string}`
      ? Wide
      : Scan<Text, Sizes, "", [], Fields, true, Stack, Steps, Wide>;

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

type Nested<Type, Axes extends readonly unknown[]> = Axes extends readonly [unknown, ...infer Inner]
  ? Nested<Type, Inner>[]
  : Type;

/** One unnamed type is the item itself. */
type ItemFrom<Fields extends readonly Field[], Padded extends boolean, Wide> = Padded extends true
  ? RecordOf<Fields, Wide>
  : Fields extends readonly [readonly [null, infer Type]]
    ? Type
    : RecordOf<Fields, Wide>;

/** Unnamed fields are f0, f1, …; where that meets a name that was given, the wide type is the answer. */
type RecordOf<Fields extends readonly Field[], Wide> = null extends Fields[number][0]
  ? Extract<Fields[number][0], `f${number}`> extends never
    ? Flat<Numbered<Fields>>
    : Wide
  : Flat<Fields>;

type Flat<Fields extends readonly Field[]> = {
  [F in Fields[number] as F[0] extends string ? F[0] : never]: F[1];
};

type Numbered<
  Fields extends readonly Field[],
  Done extends readonly Field[] = [],
  Unnamed extends readonly unknown[] = [],
> = Fields extends readonly [infer First extends Field, ...infer Rest extends readonly Field[]]
  ? First[0] extends string
    ? Numbered<Rest, [...Done, First], Unnamed>
    : Numbered<Rest, [...Done, readonly [`f${Unnamed["length"]}`, First[1]]], [...Unnamed, 0]>
  : Done;

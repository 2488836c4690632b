/**
 * Tagged errors. Every error this package raises on purpose is an `Error` whose `name` is one of {@link ErrorTag} and
 * whose fields say what and where; wrong argument types and ranges are plain `TypeError` and `RangeError`. The classes
 * are not exported from the package: `isStridebufError` is the contract, `instanceof` is not.
 */

/** The fields that each tag carries. */
export interface ErrorFields {
  /** The text, the position in it, and what was expected there. */
  FormatSyntaxError: { format: string; index: number; expected: string };
  /** The text, the position in it, and what is not supported. */
  UnsupportedFormatError: { format: string; index: number; feature: string };
  /** The name, and the names that are known. */
  UnknownDTypeError: { dtype: string; known: readonly string[]; reasons?: readonly string[] };
  /** The type that exists in native byte order only. */
  ByteOrderUnsupportedError: { dtype: string };
  /** The format, the bytes per item that were given, and those that its readings have. */
  ItemsizeMismatchError: { format: string; itemsize: number; sizes: readonly number[] };
  /** What shape, strides or type cannot do, and on which axis. */
  LayoutError: {
    reason:
      | "rank"
      | "shape"
      | "bounds"
      | "overlap"
      | "readonly"
      | "overflow"
      | "strides"
      | "contiguity"
      | "field"
      | "dtype"
      | "exchange";
    axis?: number;
  };
  /** The axis and index, or the byte, that lies outside. */
  BoundsError: { axis?: number; index?: number; byteOffset?: number };
  /** The types, and the index of the first item that does not fit. */
  ConversionError: { from: string; to: string; index?: readonly number[] };
  /** The kind of file, and the byte at which it breaks its rules. */
  FileFormatError: { container: string; byteOffset?: number; reason?: string };
  /** Why shards of a plan cannot be done: the source has changed, the plan is damaged, it cannot be, a folder is not there. */
  PlanError: { reason: "changed" | "damaged" | "impossible" | "absent" };
  /** What failed: compiling the module, taking memory, or running. */
  EngineError: { phase: "compile" | "memory" | "run" };
}

/** The `name` of an error of this package. */
export type ErrorTag = keyof ErrorFields;

/** A short description of any value, safe for hostile objects. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : kindOf(value);
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

/** "a Promise", "a Float32Array": what JavaScript calls an object. */
function kindOf(value: object): string {
  try {
    const name = Object.prototype.toString.call(value).slice(8, -1);
    if (/^[A-Z]\w{0,30}$/.test(name) && name !== "Object") return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
  } catch {
    // Its own tag threw.
  }
  return "an object";
}

class StridebufError extends Error {
  override readonly name: ErrorTag;
  constructor(tag: ErrorTag, message: string, fields: object, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = tag;
    Object.assign(this, fields);
  }
}

/** Makes (does not throw) the error of a tag. Build messages only on failure: callers test the good case first. */
export function stridebufError<T extends ErrorTag>(
  tag: T,
  message: string,
  fields: ErrorFields[T],
  cause?: unknown,
): Error & ErrorFields[T] {
  return new StridebufError(tag, message, fields, cause) as unknown as Error & ErrorFields[T];
}

/**
 * Whether `e` is an error of this package, and of one of `tags` when any are given.
 *
 * @example
 * try {
 *   dtype("T{i");
 * } catch (e) {
 *   if (isStridebufError(e, "FormatSyntaxError")) e.index; // 3
 * }
 */
export function isStridebufError<T extends ErrorTag = ErrorTag>(
  e: unknown,
  ...tags: T[]
): e is Error & { name: T } & ErrorFields[T] {
  return e instanceof StridebufError && (tags.length === 0 || (tags as ErrorTag[]).includes(e.name));
}

/**
 * Tagged errors. Every error this package raises on purpose is an `Error` whose `name` is one of {@link ErrorTag} and
 * whose fields say what and where; wrong argument types and ranges are plain `TypeError` and `RangeError`. The classes
 * are not exported from the package: `isStridebufError` is the contract, `instanceof` is not.
 */

/** The fields that each tag carries. */
export interface ErrorFields {
  FormatSyntaxError: { format: string; index: number; expected: string };
  UnsupportedFormatError: { format: string; index: number; feature: string };
  UnknownDTypeError: { dtype: string; known: readonly string[]; reasons?: readonly string[] };
  ByteOrderUnsupportedError: { dtype: string };
  ItemsizeMismatchError: { format: string; itemsize: number; sizes: readonly number[] };
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
  BoundsError: { axis?: number; index?: number; byteOffset?: number };
  ConversionError: { from: string; to: string; index?: readonly number[] };
  FileFormatError: { container: string; byteOffset?: number; reason?: string };
  EngineError: { phase: "compile" | "memory" | "run" };
}

export type ErrorTag = keyof ErrorFields;

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
 * try { dtype("T{i") } catch (e) { if (isStridebufError(e, "FormatSyntaxError")) console.log(e.message) }
 */
export function isStridebufError<T extends ErrorTag = ErrorTag>(
  e: unknown,
  ...tags: T[]
): e is Error & { name: T } & ErrorFields[T] {
  return e instanceof StridebufError && (tags.length === 0 || (tags as ErrorTag[]).includes(e.name));
}

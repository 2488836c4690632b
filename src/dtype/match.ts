/**
 * Asking whether a dtype is a certain custom type, and resolvers made of such questions: the exact body, its start, or a
 * pattern, as in the typed acquisition of Cython's proof of concept (`extended_buffer_name`, `_startswith`, `_regex`).
 */

import type { DType } from "./dtype.js";
import type { DTypeResolver, ResolveContext, ResolvedDType } from "./resolver.js";

/** One of: the whole body, how it starts, or what is found in it (anchor patterns with `^` and `$` as needed). */
export type BodyPattern = string | { readonly startsWith: string } | RegExp;

function matches(body: string, pattern: BodyPattern): boolean {
  if (typeof pattern === "string") return body === pattern;
  // search() starts at 0 whatever the pattern's flags and lastIndex are.
  return pattern instanceof RegExp ? body.search(pattern) >= 0 : body.startsWith(pattern.startsWith);
}

/**
 * Whether any alias of a dtype belongs to `owner` and has a body that matches; unresolved types are asked by name too.
 *
 * @example
 * isCustom(view.dtype, "numpy", { startsWith: "numpy.dtypes:StringDType" });
 */
export function isCustom(dtype: DType, owner: string, pattern: BodyPattern): boolean {
  const prefix = `${owner}:`;
  return (
    dtype.custom?.aliases.some((text) => text.startsWith(prefix) && matches(text.slice(prefix.length), pattern)) ??
    false
  );
}

/** The aliases of a dtype as [owner, body]; empty for types that have no bracket. */
export function customNames(dtype: DType): (readonly [owner: string, body: string])[] {
  return (dtype.custom?.aliases ?? []).map((text) => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon), text.slice(colon + 1)] as const;
  });
}

type Answer = ResolvedDType | DType | ((body: string, context: ResolveContext) => ResolvedDType | DType | undefined);

/**
 * A resolver that knows the bodies that match, in the order given.
 *
 * @example
 * registerDType("mylib", matching([["point", dtype("T{<f:x:<f:y:}")], [/^fixed:\d+$/, (body) => fixed(body)]]));
 */
export function matching(rules: readonly (readonly [BodyPattern, Answer])[]): DTypeResolver {
  return (body, context) => {
    for (const [pattern, answer] of rules) {
      if (matches(body, pattern)) return typeof answer === "function" ? answer(body, context) : answer;
    }
    return undefined;
  };
}

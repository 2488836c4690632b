/** What the rows of the owners' tables are made of: how a name becomes a dtype in a given byte order. */

import type { DType } from "../dtype.js";
import type { ElementName } from "../elements.js";
import { complexDType, scalarDType } from "../leaves.js";
import type { DTypeResolver, ResolveContext } from "../resolver.js";

/** A number type by its row, a pair of one, or anything that depends on the context. */
export type Row = ElementName | { readonly pair: ElementName } | ((context: ResolveContext) => DType);

export function rowDType(row: Row, context: ResolveContext): DType {
  if (typeof row === "function") return row(context);
  const order = context.littleEndian ? "little" : "big";
  return typeof row === "string" ? scalarDType(row, order) : complexDType(row.pair, order);
}

/** A resolver of bodies that are names in a table. */
export function tableResolver(rows: ReadonlyMap<string, Row>): DTypeResolver {
  return (body, context) => {
    const row = context.complex ? undefined : rows.get(body);
    return row === undefined ? undefined : rowDType(row, context);
  };
}

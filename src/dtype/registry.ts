/**
 * Registering owners of types in brackets. `struct` and `buffer` are not owners but physical descriptions, and cannot be registered.
 */

import { isOwner } from "../format/bracket.js";
import { builtinOwners } from "./builtin/owners.js";
import { provideCodecKernels } from "./codec-kernels.js";
import { defaultRegistry, OwnerTable } from "./owner-table.js";
import { resolvedDType } from "./resolved.js";
import type { DTypeResolver, Owner } from "./resolver.js";
import { userModules } from "./user-module.js";

const noOwners: ReadonlyMap<string, Owner> = new Map();

/** @throws TypeError for a name that is no owner, for `struct` and `buffer`, and for a resolver that is no function */
function register(table: OwnerTable, owner: string, resolver: DTypeResolver): void {
  if (typeof owner !== "string" || !isOwner(owner)) {
    throw new TypeError(`"owner" expected letters, digits and _ . + -, got ${JSON.stringify(owner)}`);
  }
  if (owner === "struct" || owner === "buffer") {
    throw new TypeError(`"owner" expected a name other than struct and buffer, which describe bytes, got ${owner}`);
  }
  if (typeof resolver !== "function") throw new TypeError(`"resolver" expected a function, got ${typeof resolver}`);
  provideCodecKernels(userModules);
  table.add(owner, { resolver, types: () => [], describe: resolvedDType });
}

/**
 * A set of owners. Formats read with one registry mean nothing to another.
 *
 * @example
 * const registry = new DTypeRegistry();
 * registry.register("mylib", () => dtypes.float32);
 * dtype("[mylib:height]", { registry }).kind; // "float"
 */
export class DTypeRegistry extends OwnerTable {
  /** @param options.builtins - false for a registry that knows nothing but what is registered. */
  constructor(options: { builtins?: boolean } = {}) {
    super(options.builtins === false ? () => noOwners : builtinOwners);
  }

  /**
   * Adds or replaces an owner. An owner that the package knows itself is asked after the registered one.
   *
   * @throws TypeError for a name that is no owner, for `struct` and `buffer`, and for a resolver that is no function.
   *
   * @example
   * const registry = new DTypeRegistry().register("mylib", (body) => (body === "height" ? dtypes.float32 : undefined));
   * dtype("[mylib:height]", { registry }).itemsize; // 4
   * dtype("[mylib:width]", { registry }); // throws UnknownDTypeError
   */
  register(owner: string, resolver: DTypeResolver): this {
    register(this, owner, resolver);
    return this;
  }

  /**
   * Forgets a registered owner; returns whether there was one. Dtypes made before stay as they are.
   *
   * @example
   * new DTypeRegistry().unregister("mylib"); // false
   */
  unregister(owner: string): boolean {
    return this.remove(owner);
  }

  /**
   * The resolvers to ask for an owner, in this order.
   *
   * @example
   * new DTypeRegistry().resolversOf("mylib"); // []
   */
  resolversOf(owner: string): DTypeResolver[] {
    return this.named(owner).map(({ resolver }) => resolver);
  }
}

/**
 * Adds an owner to the default registry; see {@link DTypeRegistry.register}.
 *
 * @example
 * registerDType("mylib", (body) => (body === "height" ? dtypes.float32 : undefined));
 * view(new Uint8Array(8), { format: "[mylib:height]" }).shape; // [2]
 * unregisterDType("mylib"); // true
 */
export function registerDType(owner: string, resolver: DTypeResolver): void {
  register(defaultRegistry, owner, resolver);
}

/**
 * Removes an owner from the default registry; see {@link DTypeRegistry.unregister}.
 *
 * @example
 * unregisterDType("nobody"); // false
 */
export function unregisterDType(owner: string): boolean {
  return defaultRegistry.remove(owner);
}

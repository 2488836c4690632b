/**
 * Who knows the types in brackets. A registry maps an owner's name to a resolver; owners that this package knows itself
 * (numpy, ml_dtypes, cpp, arrow …) stand behind those that users register. `struct` and `buffer` are not owners but
 * physical descriptions, and cannot be registered.
 */

import { isOwner } from "../format/bracket.js";
import { builtinOwners } from "./builtin/owners.js";
import type { DTypeResolver, Owner } from "./resolver.js";

let registries = 0;

/**
 * A set of owners. Formats read with one registry mean nothing to another.
 *
 * @example
 * const registry = new DTypeRegistry();
 * registry.register("mylib", () => dtypes.float32);
 * dtype("[mylib:height]", { registry }).kind; // "float"
 */
export class DTypeRegistry {
  readonly #resolvers = new Map<string, DTypeResolver>();
  readonly #builtins: ReadonlyMap<string, Owner>;
  readonly #id = ++registries;
  #version = 0;
  #revision = `${this.#id}.0`;

  /** @param options.builtins - false for a registry that knows nothing but what is registered. */
  constructor(options: { builtins?: boolean } = {}) {
    this.#builtins = options.builtins === false ? new Map() : builtinOwners;
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
    if (typeof owner !== "string" || !isOwner(owner)) {
      throw new TypeError(`"owner" expected letters, digits and _ . + -, got ${JSON.stringify(owner)}`);
    }
    if (owner === "struct" || owner === "buffer") {
      throw new TypeError(`"owner" expected a name other than struct and buffer, which describe bytes, got ${owner}`);
    }
    if (typeof resolver !== "function") throw new TypeError(`"resolver" expected a function, got ${typeof resolver}`);
    this.#resolvers.set(owner, resolver);
    this.#changed();
    return this;
  }

  /**
   * Forgets a registered owner; returns whether there was one. Dtypes made before stay as they are.
   *
   * @example
   * new DTypeRegistry().unregister("mylib"); // false
   */
  unregister(owner: string): boolean {
    const had = this.#resolvers.delete(owner);
    if (had) this.#changed();
    return had;
  }

  /**
   * The names of all owners, those of the package included.
   *
   * @example
   * new DTypeRegistry().owners().includes("ml_dtypes"); // true
   */
  owners(): string[] {
    return [...new Set([...this.#resolvers.keys(), ...this.#builtins.keys()])].sort();
  }

  /**
   * The resolvers to ask for an owner, in this order.
   *
   * @example
   * new DTypeRegistry().resolversOf("mylib"); // []
   */
  resolversOf(owner: string): DTypeResolver[] {
    const own = this.#resolvers.get(owner);
    const builtin = this.#builtins.get(owner)?.resolver;
    return own === undefined
      ? builtin === undefined
        ? []
        : [builtin]
      : builtin === undefined
        ? [own]
        : [own, builtin];
  }

  /**
   * The bodies that an owner is known to have, without parameters; those of registered owners are not known.
   *
   * @example
   * new DTypeRegistry().typesOf("safetensors").includes("BF16"); // true
   */
  typesOf(owner: string): readonly string[] {
    return this.#builtins.get(owner)?.types() ?? [];
  }

  /** Changes when owners change; no two registries share one. */
  get revision(): string {
    return this.#revision;
  }

  #changed(): void {
    this.#revision = `${this.#id}.${++this.#version}`;
  }
}

/** The registry that `dtype()` uses unless told otherwise. */
export const defaultRegistry: DTypeRegistry = /* @__PURE__ */ new DTypeRegistry();

/**
 * Adds an owner to the default registry; see {@link DTypeRegistry.register}.
 *
 * @example
 * registerDType("mylib", (body) => (body === "height" ? dtypes.float32 : undefined));
 * view(new Uint8Array(8), { format: "[mylib:height]" }).shape; // [2]
 * unregisterDType("mylib"); // true
 */
export function registerDType(owner: string, resolver: DTypeResolver): void {
  defaultRegistry.register(owner, resolver);
}

/**
 * Removes an owner from the default registry; see {@link DTypeRegistry.unregister}.
 *
 * @example
 * unregisterDType("nobody"); // false
 */
export function unregisterDType(owner: string): boolean {
  return defaultRegistry.unregister(owner);
}

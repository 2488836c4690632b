/**
 * Who knows the types in brackets: owners that somebody registered, and behind them those that this package knows itself (numpy,
 * ml_dtypes, cpp, arrow …). Registering is registry.ts's, since a program that registers nothing needs none of what looks after
 * other people's resolvers.
 */

import { builtinOwners } from "./builtin/owners.js";
import type { Owner } from "./resolver.js";

let tables = 0;

/** A set of owners. Formats read with one mean nothing to another. */
export class OwnerTable {
  readonly #own = new Map<string, Owner>();
  readonly #builtins: () => ReadonlyMap<string, Owner>;
  readonly #id = ++tables;
  #version = 0;
  #revision = `${this.#id}.0`;

  /** @internal @param builtins - asked when the first name is */
  constructor(builtins: () => ReadonlyMap<string, Owner>) {
    this.#builtins = builtins;
  }

  /**
   * The names of all owners, those of the package included.
   *
   * @example
   * new DTypeRegistry().owners().includes("ml_dtypes"); // true
   */
  owners(): string[] {
    return [...new Set([...this.#own.keys(), ...this.#builtins().keys()])].sort();
  }

  /**
   * The bodies that an owner is known to have, without parameters; those of registered owners are not known.
   *
   * @example
   * new DTypeRegistry().typesOf("safetensors").includes("BF16"); // true
   */
  typesOf(owner: string): readonly string[] {
    return this.#builtins().get(owner)?.types() ?? [];
  }

  /** Changes when owners change; no two registries share one. */
  get revision(): string {
    return this.#revision;
  }

  /** @internal Those to ask for an owner's types, in this order. */
  named(owner: string): Owner[] {
    return [this.#own.get(owner), this.#builtins().get(owner)].filter((known) => known !== undefined);
  }

  /** @internal */
  add(name: string, owner: Owner): void {
    this.#own.set(name, owner);
    this.#changed();
  }

  /** @internal Whether there was one. */
  remove(name: string): boolean {
    const had = this.#own.delete(name);
    if (had) this.#changed();
    return had;
  }

  #changed(): void {
    this.#revision = `${this.#id}.${++this.#version}`;
  }
}

/** The registry that `dtype()` uses unless told otherwise. */
export const defaultRegistry: OwnerTable = /* @__PURE__ */ new OwnerTable(builtinOwners);

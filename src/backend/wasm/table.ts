/** The module's table, where `transform` finds converters by number: kernels are put into it when they are first asked for. */

import { codecKernels, type UserKernel } from "../../dtype/codec-kernels.js";
import type { WasmCodec } from "../../dtype/dtype.js";
import type { ConvertStep } from "../backend.js";
import { type Allocator, allocateIn, type ModuleMemory } from "./memory.js";

/** What a table is made over. */
interface KernelExports extends Allocator {
  readonly table: WebAssembly.Table;
  readonly [kernel: string]: unknown;
}

export class KernelTable {
  readonly #memory: ModuleMemory;
  readonly #exports: KernelExports;
  readonly #betterKernel: (name: string) => WebAssembly.ExportValue | undefined;
  readonly #slots = new Map<string, number>();
  readonly #users = new WeakMap<
    WasmCodec,
    { readonly kernel: (name: string) => UserKernel; readonly slots: Map<string, number> }
  >();

  /** @param betterKernel - finds a kernel that takes the place of the module's own of that name, where there is one */
  constructor(
    memory: ModuleMemory,
    exports: KernelExports,
    betterKernel: (name: string) => WebAssembly.ExportValue | undefined = () => undefined,
  ) {
    this.#memory = memory;
    this.#exports = exports;
    this.#betterKernel = betterKernel;
  }

  /** The slot of a step's kernel; undefined when there is no such kernel. May grow memory. */
  slotOf({ kernel, user }: ConvertStep): number | undefined {
    if (user !== undefined) return this.#userSlot(user.codec, user.name);
    return kernel === undefined ? undefined : this.slotOfKernel(kernel);
  }

  /** The slot of a kernel of ours. */
  slotOfKernel(name: string): number | undefined {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      const exported = this.#betterKernel(name) ?? this.#exports[name];
      if (typeof exported !== "function") return undefined;
      slot = this.#add(exported);
      this.#slots.set(name, slot);
    }
    return slot;
  }

  /** The same for a kernel of a user's module, which is instantiated over this memory at first use. */
  #userSlot(codec: WasmCodec, name: string): number {
    let known = this.#users.get(codec);
    if (known === undefined) {
      const kernel = codecKernels().within(
        codec,
        this.#memory.memory,
        (nbytes) => allocateIn(this.#memory, this.#exports, nbytes).byteOffset,
      );
      known = { kernel, slots: new Map() };
      this.#users.set(codec, known);
    }
    const slot = known.slots.get(name) ?? this.#add(known.kernel(name));
    known.slots.set(name, slot);
    return slot;
  }

  #add(kernel: CallableFunction): number {
    const { table } = this.#exports;
    const slot = table.grow(1);
    table.set(slot, kernel);
    return slot;
  }
}

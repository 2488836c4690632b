/**
 * Types of the platform as the compiler at hand knows them: its own where there are any (the DOM library, @types/node), else the part
 * that is used here. So the declarations compile without either.
 */

type Globals = typeof globalThis;

/** The instances of a global class, or what is needed of them where the compiler does not know the class. */
type Known<Name extends string, Needed> = Globals extends { [Key in Name]: { prototype: infer Own } } ? Own : Needed;
type KnownWasm<Name extends string, Needed> = Globals extends {
  WebAssembly: { [Key in Name]: { prototype: infer Own } };
}
  ? Own
  : Needed;

/** `AbortSignal` */
export type AbortSignalLike = Known<
  "AbortSignal",
  {
    readonly aborted: boolean;
    readonly reason: unknown;
    throwIfAborted(): void;
    addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
    removeEventListener(type: "abort", listener: () => void): void;
  }
>;

/** `Blob`, `File` */
export type BlobLike = Known<
  "Blob",
  { readonly size: number; slice(start?: number, end?: number): BlobLike; arrayBuffer(): Promise<ArrayBuffer> }
>;

/** `URL` */
export type UrlLike = Known<"URL", { readonly href: string }>;

/** `WebAssembly.Memory` */
export type WasmMemory = KnownWasm<"Memory", { readonly buffer: ArrayBufferLike; grow(pages: number): number }>;

/** `WebAssembly.Module` */
export type WasmModule = KnownWasm<"Module", object>;

/** A `ReadableStream` of bytes, as far as it is read here. */
export interface ByteReadable {
  /** As of the Web's ReadableStream. */
  getReader(): {
    read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** What `pipeThrough` takes; a compiler that knows no streams reads the two as `any`. */
export interface ByteTransform {
  /** What comes out. */
  // biome-ignore lint/suspicious/noTsIgnore: an error only where the compiler knows no streams
  /** @ts-ignore */
  readonly readable: ReadableStream<Uint8Array>;
  /** Where bytes go in. */
  // biome-ignore lint/suspicious/noTsIgnore: an error only where the compiler knows no streams
  /** @ts-ignore */
  readonly writable: WritableStream<Uint8Array>;
}

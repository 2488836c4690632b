/**
 * Structured choices out of a fuzzer's bytes, so that most inputs are well formed and coverage guides what is chosen. When the
 * bytes run out every choice is the first: inputs end by themselves.
 */
export class Input {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** A whole number from 0 up to but without `limit` (at most 2^16). */
  below(limit: number): number {
    return (limit > 256 ? this.byte() * 256 + this.byte() : this.byte()) % limit;
  }

  /** True once in `times`. */
  rarely(times: number): boolean {
    return this.byte() % times === times - 1;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  list<T>(atMost: number, make: () => T): T[] {
    return Array.from({ length: this.below(atMost + 1) }, make);
  }

  /** `count` of the input's own bytes, zeros behind its end. */
  bytes(count: number): Uint8Array {
    const out = new Uint8Array(count);
    out.set(this.#bytes.subarray(this.#at, this.#at + count));
    this.#at += count;
    return out;
  }

  /** All that is left, as it is. */
  rest(): Uint8Array {
    const out = this.#bytes.slice(this.#at);
    this.#at = this.#bytes.length;
    return out;
  }

  /** Bytes that look random and depend on one byte of input: data whose values do not matter to coverage. */
  noise(count: number): Uint8Array {
    const out = new Uint8Array(count);
    let state = (this.byte() + 1) * 0x9e3779b1;
    for (let i = 0; i < count; i++) {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i;
      out[i] = state >>> 11;
    }
    return out;
  }
}

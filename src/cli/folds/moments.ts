/** Mean and spread of values that come in parts. */

/** A sum that does not lose small parts beside large ones (Neumaier). */
export class Sum {
  #sum = 0;
  #lost = 0;
  add(value: number): void {
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
  }
  get value(): number {
    return this.#sum + this.#lost;
  }
}

/** Parts joined in doubles (Chan, Golub, LeVeque). */
export class Moments {
  count = 0;
  readonly #sum = new Sum();
  #squares = 0;

  /** @param squares the sum of squared distances from the part's own mean */
  join(count: number, sum: number, squares: number): void {
    if (count === 0) return;
    if (this.count > 0) {
      const distance = sum / count - this.mean;
      this.#squares += squares + (distance * distance * this.count * count) / (this.count + count);
    } else this.#squares = squares;
    this.#sum.add(sum);
    this.count += count;
  }
  get mean(): number {
    return this.#sum.value / this.count;
  }
  get std(): number {
    return Math.sqrt(this.#squares / this.count);
  }
}

/** Of small integers, whose sums are exact. */
export class ExactMoments {
  count = 0;
  #sum = 0n;
  #squares = 0n;

  /** @param middle what squares are distances from */
  constructor(private readonly middle: number) {}

  join(count: number, sum: number, squares: number): void {
    this.count += count;
    this.#sum += BigInt(sum);
    this.#squares += BigInt(squares);
  }
  get mean(): number {
    return Number(this.#sum) / this.count;
  }
  get std(): number {
    const count = BigInt(this.count);
    const sum = this.#sum - BigInt(this.middle) * count;
    return Math.sqrt(Number(count * this.#squares - sum * sum)) / this.count;
  }
}

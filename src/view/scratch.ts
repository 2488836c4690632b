/** Memory that one call after another uses. A user's codec may call in again in the middle: that call gets its own. */

/** @returns what hands a scratch to `use`, which nobody else has until it returns */
export function scratch<T>(make: () => T): <R>(use: (mine: T) => R) => R {
  let spare: T | undefined;
  return (use) => {
    const mine = spare ?? make();
    spare = undefined;
    try {
      return use(mine);
    } finally {
      spare = mine;
    }
  };
}

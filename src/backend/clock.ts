/** The clock of those who find out who is fastest. */

/** Milliseconds since some time. */
export type Clock = () => number;

interface Clocks {
  readonly performance?: { now(): number };
  readonly process?: { readonly hrtime?: () => [seconds: number, nanoseconds: number] };
}

/**
 * A clock that goes on within a few of its own calls; browsers' clocks may stand still for longer than what is timed, and then
 * there is none. Node's `hrtime` is there from the start, its `performance` is loaded when it is first asked for.
 */
export function fineClock(): Clock | null {
  const { process } = globalThis as Clocks;
  const hrtime = process?.hrtime;
  if (hrtime !== undefined)
    return () => {
      const [seconds, nanoseconds] = hrtime();
      return seconds * 1e3 + nanoseconds / 1e6;
    };
  const { performance } = globalThis as Clocks;
  if (performance === undefined) return null;
  const start = performance.now();
  for (let call = 0; call < 64; call++) if (performance.now() > start) return () => performance.now();
  return null;
}

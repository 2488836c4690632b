/** Names that still work, and say which name is used now: once per process each. */

interface Platform {
  readonly process?: { emitWarning?(text: string, type: "DeprecationWarning"): void };
  readonly console?: { warn(text: string): void };
}

const warned: Set<string> = /* @__PURE__ */ new Set();

/** Warns as the platform does: where there is a process, its flags (`--no-deprecation`, `--throw-deprecation`) hold. */
export function warnDeprecated(name: string, now: string): void {
  if (warned.has(name)) return;
  warned.add(name);
  const { process, console } = globalThis as unknown as Platform;
  const text = `stridebuf: ${name} is deprecated; ${now}`;
  if (process?.emitWarning !== undefined) process.emitWarning(text, "DeprecationWarning");
  else console?.warn(text);
}

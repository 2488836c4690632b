/** A user's codec that does something else in the middle of an operation: throws, calls in again, ends or moves the memory that is worked on. */
import { createApi } from "../../../../src/api.js";
import { createWasmBackend } from "../../../../src/backend/wasm/backend.js";
import type { ResidentView } from "../../../../src/shared.js";
import { dtype } from "../../../../src/shared.js";
import { backends } from "../../../lib/backends.js";
import type { Input } from "../input.js";
import { isRefusal, same } from "../oracle.js";
import { type CodecName, calls } from "./codecs.js";
import { type OperationName, operations } from "./operations.js";
import { type Api, bytesOf, type Memory, type Placement, placements } from "./placements.js";
import { indices, SIZE, type Spot, spotFor, viewAt } from "./spot.js";

/** What a codec throws. */
class Thrown extends Error {}

interface Scene {
  readonly api: Api;
  readonly codec: CodecName;
  readonly memory: Memory;
  readonly handed: readonly ArrayBufferLike[];
  /** Memory that a codec was handed; nobody may need it afterwards. */
  readonly kept: ArrayBufferLike[];
  /** Blocks taken where the memory of a view was. */
  readonly owners: ResidentView[];
}

const OWNER = 0x5c;

export const ways = {
  throws: () => {
    throw new Thrown("mine");
  },
  "calls in again": ({ api, codec }) => {
    const format = `[fuzz:${codec}]`;
    const there = codec === "values" ? api.empty([4], format) : api.convert(Float64Array.of(1, 2, 3, 4), format);
    if (codec === "values") ["#1", "#2", "#3", "#4"].forEach((value, i) => void there.set(i, value));
    else same("an inner conversion", `${api.convert(there, "d").toTypedArray()}`, "1,2,3,4");
    same("inner items", `${there.toArray()}`.replaceAll("#", ""), "1,2,3,4");
  },
  "ends the memory": ({ api, memory, owners }) => {
    memory.end!();
    const owner = api.empty([SIZE], "B", { resident: true }) as ResidentView;
    api.fill(owner, OWNER);
    owners.push(owner);
  },
  "moves the memory": ({ memory }) => memory.move!(),
  "keeps what it is handed": ({ handed, kept }) => void kept.push(...handed),
} satisfies Record<string, (scene: Scene) => void>;

export type Way = keyof typeof ways;
export const wayNames = Object.keys(ways) as Way[];

/** Bytes that a memory may grow to before another one takes its place. */
const MOST_BYTES = 2 ** 26;
let grown: { readonly api: Api; readonly block: ResidentView } | undefined;

/** An API whose resident memory moves whenever a block is taken that is as large as all of it. */
function growing(): Api {
  if (grown === undefined || grown.block.buffer.byteLength > MOST_BYTES) {
    // Its buffer was asked for, so only this gives the memory back.
    grown?.block.dispose();
    const backend = createWasmBackend();
    if (backend.reason !== undefined) throw new Error(backend.reason);
    const api = createApi(backend);
    grown = { api, block: api.empty([1], "B", { resident: true }) as ResidentView };
  }
  return grown.api;
}

/** Operations that ask a codec, and whether its items are what is written. */
const asked = {
  "copy into": true,
  "copy from": false,
  fill: true,
  convert: false,
  set: true,
  toArray: false,
  values: false,
  equals: false,
  count: false,
} satisfies Partial<Record<OperationName, boolean>>;

export type Asked = keyof typeof asked;
export const askedNames = Object.keys(asked) as Asked[];

export interface Interference {
  readonly codec: CodecName;
  readonly operation: Asked;
  readonly way: Way;
  readonly placement: Placement;
}

const known = new Map<Placement, Pick<Memory, "end" | "move">>();

/** What can be done to memory of a placement. */
function possible(placement: Placement): Pick<Memory, "end" | "move"> {
  let memory = known.get(placement);
  if (memory === undefined) {
    const { close, ...what } = placements[placement](backends[0]!.api, new Uint8Array(16));
    close?.();
    known.set(placement, what);
    memory = what;
  }
  return memory;
}

/** Why there is no such thing; undefined where there is. */
export function cannotBe({ codec, way, placement, operation }: Interference): string | undefined {
  if (codec === "wasm") return "a codec in WebAssembly imports a memory and no function: it calls nobody";
  if (codec === "values" && (operation === "copy into" || operation === "copy from" || operation === "convert"))
    return "values that are no numbers have no conversion: the codec is not asked";
  const { end, move } = possible(placement);
  if (way === "ends the memory" && end === undefined) return `${placement} memory cannot be taken from its views`;
  if (way === "moves the memory" && move === undefined) return `${placement} memory stays where it is`;
  return undefined;
}

const numbers = dtype("<f");

/** @returns whether the codec was asked, on every backend. @throws Error where a byte is not what it must be */
export function interfere(
  one: Interference,
  input: Input,
  on: readonly { readonly name: string; readonly api: Api }[] = backends,
): boolean {
  const type = dtype(`[fuzz:${one.codec}]`);
  const count = 1 + input.below(one.operation === "set" ? 4 : 60);
  const at = input.below(3);
  const values = type.codec!.block?.count ?? 1;
  const spot = spotFor(input, type, [count], "strides");
  const isSame = operations[one.operation].other === "same";
  const otherSpot = isSame
    ? spotFor(input, type, [count], "strides")
    : spotFor(input, numbers, [count * values], "strides");
  const content = input.noise(SIZE);
  const otherContent = one.operation === "equals" ? content : small(otherSpot, isSame);
  return on.every(({ name, api: usual }) => {
    const api = one.way === "moves the memory" && name === "wasm" ? growing() : usual;
    const what = `${name}: ${one.operation}, [fuzz:${one.codec}] ${one.way} at call ${at}, ${one.placement} memory, ${count} items`;
    return attempt(one, api, what, at, { spot, content }, { spot: otherSpot, content: otherContent });
  });
}

interface Given {
  readonly spot: Spot;
  readonly content: Uint8Array;
}

/** Small whole numbers, which every codec takes. */
function small({ at, shape }: Spot, isCoded: boolean): Uint8Array {
  const content = new Uint8Array(SIZE);
  const data = new DataView(content.buffer);
  for (const index of indices(shape)) if (!isCoded) data.setFloat32(at(index), index[0]! % 100, true);
  return content;
}

function attempt(one: Interference, api: Api, what: string, at: number, given: Given, others: Given): boolean {
  const operation = operations[one.operation];
  const choices = { options: {}, order: "C", memory: "ordinary", mask: new Uint8Array(1) } as const;
  const run = (memory: Memory, otherMemory: Memory) =>
    operation.run(api, viewAt(memory, given.spot), viewAt(otherMemory, others.spot), choices);
  const open = (): [Memory, Memory] => [
    placements[one.placement](api, given.content),
    placements.ordinary(api, others.content),
  ];
  const [calm, calmOther] = open();
  const complete = { result: run(calm, calmOther), bytes: bytesOf(calm, SIZE), other: bytesOf(calmOther, SIZE) };
  calm.close?.();

  const [memory, otherMemory] = open();
  const [kept, owners]: [ArrayBufferLike[], ResidentView[]] = [[], []];
  let left = at;
  let isAsked = false;
  let result: unknown;
  let refused: unknown;
  calls.listener = (handed) => {
    if (left-- > 0) return;
    if (one.way !== "keeps what it is handed") calls.listener = undefined;
    isAsked = true;
    ways[one.way]({ api, codec: one.codec, memory, handed, kept, owners });
  };
  try {
    result = run(memory, otherMemory);
  } catch (error) {
    if (!(error instanceof Thrown) && !isRefusal(error)) throw new Error(`${what}: ${String((error as Error).stack)}`);
    refused = error;
  } finally {
    calls.listener = undefined;
  }
  if (one.way === "throws" && isAsked) same(`${what}: its error`, refused instanceof Thrown, true);
  for (const buffer of kept) if (buffer.byteLength > 0) new Uint8Array(buffer).fill(0xee);
  for (const owner of owners) {
    const byte = owner.toBytes().findIndex((b) => b !== OWNER);
    same(`${what}: byte of the next owner that was written`, byte, -1);
    owner.dispose();
  }
  const isGone = isAsked && one.way === "ends the memory";
  if (refused === undefined) {
    same(`${what}: result`, String(result), String(complete.result));
    if (isGone) same(`${what}: written to memory that has ended, and yet done`, asked[one.operation], false);
  } else if (!isGone) same(`${what}: refused`, one.way, "throws");
  if (!isGone) oldOrNew(what, bytesOf(memory, SIZE), given.content, complete.bytes, refused === undefined);
  oldOrNew(what, bytesOf(otherMemory, SIZE), others.content, complete.other, refused === undefined);
  memory.close?.();

  const [again, againOther] = open();
  same(`${what}: the next call`, String(run(again, againOther)), String(complete.result));
  same(`${what}: bytes of the next call`, Buffer.compare(bytesOf(again, SIZE), complete.bytes), 0);
  again.close?.();
  return isAsked;
}

function oldOrNew(what: string, now: Uint8Array, old: Uint8Array, complete: Uint8Array, isDone: boolean): void {
  const byte = now.findIndex((x, i) => x !== complete[i] && (isDone || x !== old[i]));
  if (byte >= 0) throw new Error(`${what}: byte ${byte} is ${now[byte]}, was ${old[byte]}, must be ${complete[byte]}`);
}

/** Streams cut anywhere give what the same bytes give in one piece. */

import { view } from "../../../src/index.js";
import { writeNpy } from "../../../src/io/npy.js";
import { BytesSink, bytesSource, convertFile, convertStream } from "../../../src/io/stream.js";
import { Input } from "../lib/input.js";
import { isRefusal, same, tally } from "../lib/oracle.js";

const formats = ["<f", ">f", "<d", "<h", "B", "<e"] as const;

async function outcome(make: () => Promise<Uint8Array>): Promise<string> {
  try {
    const bytes = await make();
    tally.accepted++;
    return Buffer.from(bytes).toString("hex");
  } catch (error) {
    if (!isRefusal(error)) throw error;
    tally.refused++;
    return error.name;
  }
}

export async function run(bytes: Uint8Array): Promise<void> {
  const input = new Input(bytes);
  const format = input.pick(formats);
  const isNpy = input.rarely(2);
  const to = input.pick(["float16", "bfloat16", "float64", "int8"]);
  const data = input.noise(8 * input.below(40));
  const source = isNpy ? writeNpy(view(data, { format })) : data;
  if (input.rarely(8)) source[input.below(source.length + 1)] = input.byte();
  const options = { to, ...(isNpy ? { container: "npy" as const } : { container: "raw" as const, format }) };
  async function* pieces() {
    for (let at = 0; at < source.length; ) {
      const size = input.rarely(6) ? 0 : 1 + input.below(60);
      yield source.subarray(at, at + size);
      at += size;
    }
  }
  const whole = await outcome(async () => {
    const sink = new BytesSink();
    await convertFile(sink, bytesSource(source), options);
    return sink.bytes();
  });
  const streamed = await outcome(async () => {
    const out: Uint8Array[] = [];
    for await (const piece of convertStream(pieces(), options)) out.push(piece.slice());
    return Buffer.concat(out);
  });
  // A stream learns last how long it is: of a file that is short and that cannot be converted either, it names the second.
  if (whole === "FileFormatError" && streamed === "ConversionError") return;
  same(`${isNpy ? "npy" : format} to ${to}`, streamed, whole);
}

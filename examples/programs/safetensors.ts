import { convert } from "stridebuf";
import { readSafetensors, writeSafetensors } from "stridebuf/safetensors";

/** A checkpoint with its float32 tensors rounded to bfloat16; everything else as it is. */
export function bfloat16(checkpoint: Uint8Array): Uint8Array {
  const file = readSafetensors(checkpoint);
  const tensors = file.names.map((name) => {
    const tensor = file.get(name);
    return [name, tensor.dtype.name === "float32" ? convert(tensor, "bfloat16") : tensor] as const;
  });
  return writeSafetensors(new Map(tensors), file.metadata);
}

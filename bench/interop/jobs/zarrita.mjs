/** 8 MiB of float32 in 4 × 4 chunks without compression, from memory that every read copies, as a server's answer would be. */
import { empty } from "stridebuf";
import { getView, withDTypes } from "stridebuf/zarrita";
import * as zarr from "zarrita";
import { version } from "../version.mjs";

const library = version("zarrita");
const SIZE = 1448;
const SHAPE = [SIZE, SIZE];

async function read(job, codecs, order = "C") {
  const files = new Map();
  const array = await zarr.create(files, { shape: SHAPE, chunkShape: [SIZE / 4, SIZE / 4], dtype: "float32", codecs });
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => i % 10007);
  await zarr.set(array, null, { data, shape: SHAPE, stride: [SIZE, 1] });
  const store = { get: async (key) => files.get(key)?.slice() };
  const theirs = await zarr.open(store, { kind: "array" });
  const ours = await zarr.open(withDTypes(store), { kind: "array" });
  const out = empty(SHAPE, "<f", { order });
  const values = new Float32Array(out.buffer);
  return {
    library,
    job,
    way: "`zarr.get`",
    theirs: async () => (await zarr.get(theirs)).data,
    async ours() {
      await getView(ours, null, { out });
      return values;
    },
  };
}

const bytes = (endian) => ({ name: "bytes", configuration: { endian } });
export const forder = () =>
  read(
    "8 MiB float32 in F order, as it is stored",
    [{ name: "transpose", configuration: { order: [1, 0] } }, bytes("little")],
    "F",
  );
export const bigendian = () => read("8 MiB float32, big-endian", [bytes("big")]);
export const plain = () => read("8 MiB float32 as it comes", [bytes("little")]);

/**
 * The checksums of a zip archive's members, from its central directory (APPNOTE 6.3, sections 4.3.12 to 4.3.16). The
 * zip library unpacks but does not compare them.
 */

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENTRY_BYTES = 46;

function directoryOffset(data: DataView): number | undefined {
  const lowest = Math.max(0, data.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = data.byteLength - END_BYTES; at >= lowest; at--) {
    if (data.getUint32(at, true) !== END) continue;
    const offset = data.getUint32(at + 16, true);
    if (offset !== 0xffffffff || at < 20 || data.getUint32(at - 20, true) !== END_64_LOCATOR) return offset;
    const end64 = Number(data.getBigUint64(at - 12, true));
    const holds = end64 + 56 <= data.byteLength && data.getUint32(end64, true) === END_64;
    return holds ? Number(data.getBigUint64(end64 + 48, true)) : undefined;
  }
  return undefined;
}

/** CRC-32 of each member, in the order of the directory; undefined when there is no readable directory. */
export function directoryChecksums(bytes: Uint8Array): number[] | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checksums: number[] = [];
  let at = directoryOffset(data);
  if (at === undefined) return undefined;
  while (at + ENTRY_BYTES <= bytes.length && data.getUint32(at, true) === ENTRY) {
    checksums.push(data.getUint32(at + 16, true));
    const [name, extra, comment] = [28, 30, 32].map((field) => data.getUint16(at! + field, true));
    at += ENTRY_BYTES + name! + extra! + comment!;
  }
  return checksums;
}

/** Remainders of bytes followed by 0 to 3 zero bytes, four tables in one: eight bits a step would be four times slower. */
const tables = /* @__PURE__ */ (() => {
  const rows = new Uint32Array(4 * 256);
  for (let i = 0; i < 256; i++) {
    let rest = i;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    rows[i] = rest;
  }
  for (let i = 256; i < rows.length; i++) rows[i] = (rows[i - 256]! >>> 8) ^ rows[rows[i - 256]! & 255]!;
  return rows;
})();

/** CRC-32 as zip, gzip and PNG use it (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      tables[768 + (crc & 255)]! ^
      tables[512 + ((crc >>> 8) & 255)]! ^
      tables[256 + ((crc >>> 16) & 255)]! ^
      tables[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

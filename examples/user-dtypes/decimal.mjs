/**
 * Strength (b) with values of its own: a decimal with a fixed number of places in 8 bytes, and a categorical in one.
 * Items read as text; in bulk they are numbers, which is what `convert` and `copy` work on.
 */

/** `[money:decimal:2]`: an int64 count of hundredths. Text keeps every digit; as a number it is rounded to nearest. */
function decimal(places) {
  const unit = 10n ** BigInt(places);
  const toText = (count) => {
    const digits = String(count < 0n ? -count : count).padStart(places + 1, "0");
    const point = digits.length - places;
    return `${count < 0n ? "-" : ""}${digits.slice(0, point)}${places > 0 ? `.${digits.slice(point)}` : ""}`;
  };
  const toCount = (text) => {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    const [, sign, whole, fraction = ""] = match ?? [];
    if (match === null || fraction.length > places) throw new RangeError(`"${text}" is no decimal of ${places} places`);
    const count = BigInt(whole + fraction.padEnd(places, "0"));
    return sign ? -count : count;
  };
  return {
    name: `decimal${places}`,
    kind: "custom",
    itemsize: 8,
    alignment: 8,
    honoursByteOrder: true,
    codec: {
      hub: "float64",
      read: (view, offset, littleEndian) => toText(view.getBigInt64(offset, littleEndian)),
      write: (view, offset, value, littleEndian) => {
        const count = toCount(String(value));
        if (BigInt.asIntN(64, count) !== count) throw new RangeError(`"${value}" does not fit`);
        view.setBigInt64(offset, count, littleEndian);
      },
      decodeTile(dst, src, count) {
        const counts = new BigInt64Array(src.slice(0, count * 8).buffer);
        for (let i = 0; i < count; i++) dst[i] = Number(toText(counts[i]));
      },
      encodeTile(dst, src, count) {
        const counts = new BigInt64Array(count);
        for (let i = 0; i < count; i++) counts[i] = BigInt(Math.round(src[i] * Number(unit)));
        dst.set(new Uint8Array(counts.buffer));
      },
    },
  };
}

export const money = (body) => {
  const match = /^decimal:(\d{1,2})$/.exec(body);
  return match && Number(match[1]) <= 18 ? decimal(Number(match[1])) : undefined;
};

/** `[grade:A,B,C]`: one byte that is the place of a label in the list. In bulk it is that place. */
export const grade = (body) => {
  const labels = body.split(",");
  return {
    name: `grade(${labels.join("|")})`,
    kind: "custom",
    itemsize: 1,
    codec: {
      hub: "float64",
      read: (view, offset) => labels[view.getUint8(offset)] ?? null,
      write: (view, offset, value) => {
        const place = labels.indexOf(value);
        if (place < 0) throw new RangeError(`"${value}" is none of ${labels.join(", ")}`);
        view.setUint8(offset, place);
      },
      decodeTile(dst, src, count) {
        for (let i = 0; i < count; i++) dst[i] = src[i];
      },
      encodeTile(dst, src, count) {
        for (let i = 0; i < count; i++) dst[i] = src[i];
      },
    },
  };
};

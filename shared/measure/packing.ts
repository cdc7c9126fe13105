/** Bytes of packed days: numbers are unsigned LEB128; a signed one `n` is `2n`, and `-2n - 1` below zero. */

export const openWriter = () => {
  let bytes = new Uint8Array(256);
  let length = 0;
  const room = (more: number): void => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + more));
    larger.set(bytes.subarray(0, length));
    bytes = larger;
  };
  const byte = (value: number): void => {
    room(1);
    bytes[length++] = value;
  };
  const number = (value: number): void => {
    room(8); // as many as 2^53 takes
    let rest = value; // by division: instants do not fit the 32 bits of shifts
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[length++] = (rest % 128) + 128;
    bytes[length++] = rest;
  };
  return {
    byte,
    number,
    signed: (value: number): void => number(value < 0 ? -2 * value - 1 : 2 * value),
    all: (more: Uint8Array): void => {
      room(more.length);
      bytes.set(more, length);
      length += more.length;
    },
    done: (): Uint8Array => bytes.slice(0, length),
  };
};
export type Writer = ReturnType<typeof openWriter>;

/** Throws `tooShort` where more is asked for than there is. */
export const openReader = (bytes: Uint8Array, tooShort: string) => {
  let at = 0;
  const end = (): never => {
    throw new Error(`${tooShort}, after ${bytes.length} bytes`);
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) end();
    at += length;
    return bytes.subarray(at - length, at);
  };
  const byte = (): number => bytes[at++] ?? end();
  const number = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const next = bytes[at++] ?? end();
      value += (next % 128) * scale;
      if (next < 128) return value;
    }
  };
  return {
    take,
    byte,
    number,
    signed: (): number => {
      const value = number();
      return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    },
    isOver: (): boolean => at === bytes.length,
  };
};
export type Reader = ReturnType<typeof openReader>;

/** What every endpoint takes before its first byte: the latency that a right measurement finds. */
export const thinkMs = 80;

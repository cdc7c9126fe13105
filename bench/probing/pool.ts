/** The usual pool of fifty: does it so many times and says how often it was up. */
export const pooled = async (times: number, once: () => Promise<boolean>): Promise<number> => {
  let [left, up] = [times, 0];
  const worker = async (): Promise<void> => {
    while (left-- > 0) if (await once()) up++;
  };
  await Promise.all(Array.from({ length: 50 }, worker));
  return up;
};

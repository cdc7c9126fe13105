/** One line of the benchmark: a figure against its target, as `--json` prints it. */
export interface Result {
  /** Of the targets in `docs/performance.md`. */
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** None where the figure is there to compare with, and nothing was promised of it. */
  readonly target?: number;
  readonly holds?: boolean;
}

export interface Benchmark {
  readonly ids: readonly string[];
  readonly title: string;
  readonly run: (progress: (line: string) => void) => Promise<readonly Result[]>;
}

/** Without a target. */
export const figure = (id: string, what: string, value: number, unit: string): Result => ({
  id,
  what,
  value: Number(value.toPrecision(4)),
  unit,
});

/** Most targets are ceilings. */
export const atMost = (id: string, what: string, value: number, unit: string, target: number): Result => ({
  ...figure(id, what, value, unit),
  target,
  holds: value <= target,
});

export const atLeast = (id: string, what: string, value: number, unit: string, target: number): Result => ({
  ...figure(id, what, value, unit),
  target,
  holds: value >= target,
});

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

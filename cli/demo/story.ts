import { setTimeout as sleep } from 'node:timers/promises';
import { paint, type Terminal } from '../terminal.ts';

/**
 * What a stranger reads while the demonstration runs: numbered steps, what happens in each, and a sign of life every
 * two seconds in a step that takes longer.
 */
export interface Story {
  /** Runs one step; its lines stand under its title, and what it took after them. */
  step<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  say(line: string): void;
}

const signOfLifeMs = 2_000;

export const openStory = (terminal: Terminal): Story => {
  const colour = paint(terminal);
  const say = (line: string): void => terminal.out(`    ${line}`);
  let steps = 0;
  return {
    say,
    step: async (title, work) => {
      steps += 1;
      terminal.out(`\n${colour('bold', `${String(steps).padStart(2)}. ${title}`)}`);
      const begun = terminal.now();
      let told = begun;
      const timer = setInterval(() => {
        if (terminal.now() - told < signOfLifeMs) return;
        told = terminal.now();
        say(colour('dim', `… ${Math.round((told - begun) / 1_000)} s`));
      }, 500);
      try {
        const result = await work((line) => {
          told = terminal.now();
          say(line);
        });
        const took = ((terminal.now() - begun) / 1_000).toFixed(1);
        terminal.out(colour('dim', `    (${took} s)`));
        return result;
      } finally {
        clearInterval(timer);
      }
    },
  };
};

/** Asks until there is an answer; says what never came when the time is up. */
export const until = async <T>(
  what: string,
  limitMs: number,
  ask: () => Promise<T | undefined>,
  pauseMs = 250,
): Promise<T> => {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(pauseMs)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what}: not seen within ${limitMs / 1_000} s`);
};

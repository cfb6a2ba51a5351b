/** Measures two ways in alternation, so that a busy machine slows both, and prints the ratio. */

/** One way of doing the work. */
export interface Contender {
  name: string;
  /** Does the work once; gives the seconds it took and the seconds of audio worked on. */
  run(): Promise<{ seconds: number; audio: number }>;
}

/**
 * Times a piece of work on this side.
 *
 * @param work - gives the seconds of audio that it worked on
 * @returns those, and the seconds it took
 */
export async function timed(
  work: () => Promise<number> | number,
): Promise<{ seconds: number; audio: number }> {
  const begin = performance.now();
  const audio = await work();
  return { seconds: (performance.now() - begin) / 1000, audio };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Runs every contender once to warm up, then all of them in turn, and prints medians in times real time.
 *
 * @param title - what is measured
 * @param contenders - the first is ours; the ratio is to each of the others
 * @param rounds - measured turns
 */
export async function compare(title: string, contenders: Contender[], rounds = 5): Promise<void> {
  const speeds = contenders.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const { seconds, audio } = await contender.run();
      if (round > 0) speeds[i].push(audio / seconds);
    }
  }
  const medians = speeds.map(median);
  process.stdout.write(`\n${title}\n`);
  for (const [i, { name }] of contenders.entries()) {
    const ratio = i === 0 ? '' : `, ${(medians[0] / medians[i]).toFixed(2)} : 1 in our favour`;
    process.stdout.write(`  ${name}: ${Math.round(medians[i])} times real time${ratio}\n`);
  }
}

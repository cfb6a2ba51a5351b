/** Measures two ways in alternation, so that a busy machine slows both, and prints the ratio. */

/** One way of doing the work. */
export interface Contender {
  name: string;
  /** Does the work once; gives the seconds it took and how much was worked on: seconds of audio, words. */
  run(): Promise<{ seconds: number; work: number }>;
}

/**
 * Times a piece of work on this side.
 *
 * @param run - gives how much it worked on
 * @returns that, and the seconds it took
 */
export async function timed(run: () => Promise<number> | number): Promise<{ seconds: number; work: number }> {
  const begin = performance.now();
  const work = await run();
  return { seconds: (performance.now() - begin) / 1000, work };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Runs every contender once to warm up, then all of them in turn, and prints medians of the speeds.
 *
 * @param title - what is measured
 * @param contenders - the first is ours; the ratio is to each of the others
 * @param rounds - measured turns
 * @param unit - of work in a second; seconds of audio in a second are times real time
 */
export async function compare(
  title: string,
  contenders: Contender[],
  rounds = 5,
  unit = 'times real time',
): Promise<void> {
  const speeds = contenders.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const { seconds, work } = await contender.run();
      if (round > 0) speeds[i].push(work / seconds);
    }
  }
  const medians = speeds.map(median);
  process.stdout.write(`\n${title}\n`);
  for (const [i, { name }] of contenders.entries()) {
    const ratio = i === 0 ? '' : `; ${contenders[0].name} ${(medians[0] / medians[i]).toFixed(2)} times that`;
    process.stdout.write(`  ${name}: ${Math.round(medians[i])} ${unit}${ratio}\n`);
  }
}

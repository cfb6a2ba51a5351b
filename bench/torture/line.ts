/** What a campaign came to, as the lines of a Markdown table. */

/** One line: what was tried, how often, and how it ended. */
export interface Line {
  /** `kills of "tag"`, `mutants of model.json`. */
  what: string;
  /** Trials, or mutants. */
  done: number;
  /** Ended with the right result, or was accepted as it stands. */
  right: number;
  /** Refused by a sentence. */
  refused: number;
  /** A sentence each, which says how to repeat it. */
  failures: string[];
  /** Why nothing was done, or what else is to be known. */
  note?: string;
}

/** How much of a campaign is done, and from which random numbers. */
export interface Extent {
  /** Part of the full counts, 0 to 1; at least one trial of each is done. */
  share: number;
  seed: string;
  /** The command that is killed, started twice or put on small disks. Default: every one. */
  command?: string;
}

/** Whether a command belongs to a campaign. */
export const isAsked = (name: string, { command }: Extent): boolean =>
  command === undefined || command === name;

/** A number of trials at a share. */
export const countOf = (full: number, { share }: Extent): number => Math.max(1, Math.round(full * share));

/** A new line without trials. */
export const emptyLine = (what: string): Line => ({ what, done: 0, right: 0, refused: 0, failures: [] });

/** Tells on standard error what a line came to, as soon as it is known. */
export function report(line: Line): Line {
  process.stderr.write(`${tableOf([line]).split('\n').slice(2).join('\n')}\n`);
  return line;
}

/** The lines as a Markdown table, and the failures below it. */
export function tableOf(lines: readonly Line[]): string {
  const cells = lines.map(({ what, done, right, refused, failures, note }) =>
    [note === undefined ? what : `${what} (${note})`, done, right, refused, failures.length].join(' | '),
  );
  const failures = lines.flatMap((line) => line.failures.map((failure) => `- ${line.what}: ${failure}`));
  return [
    '| what | done | right or accepted | refused in a sentence | failures |',
    '| --- | --- | --- | --- | --- |',
    ...cells.map((cell) => `| ${cell} |`),
    ...(failures.length > 0 ? ['', ...failures] : []),
  ].join('\n');
}

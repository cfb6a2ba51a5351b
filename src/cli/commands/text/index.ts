/** polytag text: lyrics as numbers. */
import type { CommandModule } from 'yargs';
import { embed } from './embed.js';
import { neighbours } from './neighbours.js';
import { tfidf } from './tfidf.js';

export const text: CommandModule = {
  command: 'text',
  describe: 'Lyrics as numbers',
  builder: (yargs) =>
    yargs
      .command(tfidf)
      .command(embed)
      .command(neighbours)
      .demandCommand(1, 'Say what to do: tfidf, embed or neighbours.'),
  handler: () => {},
};

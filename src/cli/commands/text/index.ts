/** polytag text: lyrics as vectors. */
import type { CommandModule } from 'yargs';
import { embed } from './embed.js';
import { neighbours } from './neighbours.js';
import { tfidf } from './tfidf.js';

export const text: CommandModule = {
  command: 'text',
  describe: 'Lyrics as vectors: TF-IDF, word2vec, neighbours',
  builder: (yargs) =>
    yargs
      .command(tfidf)
      .command(embed)
      .command(neighbours)
      .demandCommand(1, 'Give a command: tfidf, embed or neighbours.'),
  handler: () => {},
};

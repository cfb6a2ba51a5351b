/** polytag text: lyrics as vectors. */
import type { CommandModule } from 'yargs';
import { embed } from './embed.js';
import { neighbours } from './neighbours.js';
import { tfidf } from './tfidf.js';
import { tokens } from './tokens.js';

export const text: CommandModule = {
  command: 'text',
  describe: 'Lyrics as tokens and vectors: segmentation, TF-IDF, word2vec, neighbours',
  builder: (yargs) =>
    yargs
      .command(tokens)
      .command(tfidf)
      .command(embed)
      .command(neighbours)
      .demandCommand(1, 'Give a command: tokens, tfidf, embed or neighbours.'),
  handler: () => {},
};

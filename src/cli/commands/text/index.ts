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
      .example('$0 text tokens lyrics/', 'How lyrics are cut')
      .example('$0 text embed lyrics/ --out vectors.txt', 'Word vectors of your own')
      .demandCommand(1, 'Give a command: tokens, tfidf, embed or neighbours.'),
  handler: () => {},
};

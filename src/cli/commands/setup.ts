/** polytag setup: the native engine and Chinese segmentation, fetched and compiled where this machine can have them. */
import type { CommandModule } from 'yargs';
import { setUp } from '../../install/set-up.js';
import { printNote } from '../terminal.js';

export const setup: CommandModule = {
  command: 'setup',
  describe: 'Fetch and compile what makes polytag fast: the native engine and Chinese segmentation',
  handler: () => setUp(printNote),
};

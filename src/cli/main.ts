/** The executable's entry: parses, calls one command, and turns errors into sentences and exit codes. */
import yargs from 'yargs';
import { EXIT, Failure, WrongUse } from '../base/errors.js';
import { explainWriteError } from '../base/files.js';
import { polytagVersion } from '../training/environment.js';
import { compare } from './commands/compare.js';
import { data } from './commands/data.js';
import { doctor } from './commands/doctor.js';
import { engine } from './commands/engine.js';
import { evaluate } from './commands/evaluate.js';
import { features } from './commands/features.js';
import { models } from './commands/models.js';
import { quickstart } from './commands/quickstart.js';
import { run } from './commands/run.js';
import { schema } from './commands/schema.js';
import { similar } from './commands/similar.js';
import { tag } from './commands/tag/index.js';
import { text } from './commands/text.js';
import { printNote } from './print.js';

/**
 * Runs the executable.
 *
 * @param argv - the arguments, without node and script
 * @returns the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted
 */
export async function main(argv: string[]): Promise<number> {
  const verbose = argv.includes('--verbose');
  try {
    // The parser drops a lone dash from a command's words, so it goes in under its other name.
    await yargs(argv.map((word) => (word === '-' ? '/dev/stdin' : word)))
      .scriptName('polytag')
      .parserConfiguration({ 'parse-positional-numbers': false })
      .option('verbose', {
        type: 'boolean',
        default: false,
        describe: 'Show where an error came from',
        global: true,
      })
      .command(run)
      .command(evaluate)
      .command(compare)
      .command(features)
      .command(quickstart)
      .command(tag)
      .command(similar)
      .command(text)
      .command(data)
      .command(models)
      .command(engine)
      .command(doctor)
      .command(schema)
      .demandCommand(1, 'Say what to do; "polytag --help" lists the commands.')
      .strict()
      .recommendCommands()
      .version(await polytagVersion())
      .wrap(100)
      .exitProcess(false)
      .fail((message, error) => {
        // The parser's own complaints come with or without an error of its own; every other error is the command's.
        if (error && error.name !== 'YError') throw error;
        throw new WrongUse(
          `${message.replace(/\n/g, ' ')}${message.endsWith('.') ? '' : '.'} "polytag --help" says how it is used.`.replace(
            /\?\. /,
            '? ',
          ),
        );
      })
      .parseAsync();
    return EXIT.done;
  } catch (thrown) {
    const error = explainWriteError('A file', thrown);
    if (!(error instanceof Failure) || verbose)
      printNote(error instanceof Error ? (error.stack ?? error.message) : String(error));
    else printNote(error.message);
    if (!(error instanceof Failure))
      printNote('This is a defect of polytag: please report it with the lines above.');
    return error instanceof Failure ? error.exitCode : EXIT.failed;
  }
}

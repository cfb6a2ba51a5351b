/** Entry of the executable: parses, calls one command, and turns errors into messages and exit codes. */
import yargs, { type Argv } from 'yargs';
import { EXIT, Failure, UsageError } from '../base/errors.js';
import { explainWriteError } from '../base/files.js';
import { polytagVersion } from '../base/package.js';
import { printNote } from './terminal.js';

export { endOnSignals } from './terminal.js';

/** Every command, in the order of the help. Each is loaded when called: together they take half a second. */
const commands: Record<string, (parser: Argv) => Promise<Argv>> = {
  run: async (parser) => parser.command((await import('./commands/run.js')).run),
  sweep: async (parser) => parser.command((await import('./commands/sweep.js')).sweep),
  evaluate: async (parser) => parser.command((await import('./commands/evaluate.js')).evaluate),
  study: async (parser) => parser.command((await import('./commands/study.js')).study),
  compare: async (parser) => parser.command((await import('./commands/compare.js')).compare),
  features: async (parser) => parser.command((await import('./commands/features.js')).features),
  quickstart: async (parser) => parser.command((await import('./commands/quickstart.js')).quickstart),
  tag: async (parser) => parser.command((await import('./commands/tag/index.js')).tag),
  similar: async (parser) => parser.command((await import('./commands/similar.js')).similar),
  text: async (parser) => parser.command((await import('./commands/text/index.js')).text),
  data: async (parser) => parser.command((await import('./commands/data.js')).data),
  models: async (parser) => parser.command((await import('./commands/models.js')).models),
  engine: async (parser) => parser.command((await import('./commands/engine.js')).engine),
  setup: async (parser) => parser.command((await import('./commands/doctor.js')).setup),
  doctor: async (parser) => parser.command((await import('./commands/doctor.js')).doctor),
  'planned-run': async (parser) => parser.command((await import('./commands/planned-run.js')).plannedRun),
  schema: async (parser) => parser.command((await import('./commands/schema.js')).schema),
};

/** Adds the named command, or all where none is named, for help and suggestions. */
async function addCommands(parser: Argv, argv: string[]): Promise<Argv> {
  const [first] = argv;
  const wanted =
    first !== undefined && Object.hasOwn(commands, first) ? [commands[first]] : Object.values(commands);
  for (const add of wanted) await add(parser);
  return parser;
}

/**
 * Runs the executable with arguments without node and script. Exit codes: 0 done, 1 failed, 2 wrong usage, 130
 * interrupted.
 */
export async function main(argv: string[]): Promise<number> {
  const verbose = argv.includes('--verbose');
  try {
    // The parser drops a lone dash from a command's words, so it goes in under its other name.
    const parser = yargs(argv.map((word) => (word === '-' ? '/dev/stdin' : word)))
      .scriptName('polytag')
      .parserConfiguration({ 'parse-positional-numbers': false })
      .option('verbose', {
        type: 'boolean',
        default: false,
        describe: 'Show where an error came from',
        global: true,
      });
    await addCommands(parser, argv);
    await parser
      .demandCommand(1, 'Give a command.')
      .strict()
      .recommendCommands()
      .version(await polytagVersion())
      .wrap(100)
      .exitProcess(false)
      .fail((message, error) => {
        // The parser's own errors are YErrors or have none; every other error is the command's.
        if (error && error.name !== 'YError') throw error;
        throw new UsageError(
          `${message.replace(/\n/g, ' ')}${message.endsWith('.') ? '' : '.'} See "polytag --help".`.replace(
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
      printNote('This is a bug in polytag: please report it with the lines above.');
    return error instanceof Failure ? error.exitCode : EXIT.failed;
  }
}

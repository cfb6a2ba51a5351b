/** Entry of the executable: parses, calls one command, and turns errors into messages and exit codes. */
import yargs, { type Argv } from 'yargs';
import { EXIT, Failure, UsageError } from '../base/errors.js';
import { explainWriteError } from '../base/files.js';
import { polytagVersion } from '../base/package.js';
import { ParserError, parserSentence } from './parser-errors.js';
import { refuseRepeated } from './repeated-options.js';
import { printNote, printResult } from './terminal.js';

export { endOnSignals } from './terminal.js';

/** Every command, in the order of the help. Each is loaded when called: together they take half a second. */
const commands: Record<string, (parser: Argv) => Promise<Argv>> = {
  run: async (parser) => parser.command((await import('./commands/run.js')).run),
  sweep: async (parser) => parser.command((await import('./commands/sweep.js')).sweep),
  evaluate: async (parser) => parser.command((await import('./commands/evaluate.js')).evaluate),
  study: async (parser) => parser.command((await import('./commands/study.js')).study),
  compare: async (parser) => parser.command((await import('./commands/compare.js')).compare),
  runs: async (parser) => parser.command((await import('./commands/runs.js')).runs),
  features: async (parser) => parser.command((await import('./commands/features.js')).features),
  transcribe: async (parser) => parser.command((await import('./commands/transcribe.js')).transcribe),
  hum: async (parser) => parser.command((await import('./commands/hum.js')).hum),
  quickstart: async (parser) => parser.command((await import('./commands/quickstart.js')).quickstart),
  tag: async (parser) => parser.command((await import('./commands/tag/index.js')).tag),
  classify: async (parser) => parser.command((await import('./commands/classify.js')).classify),
  similar: async (parser) => parser.command((await import('./commands/similar/index.js')).similar),
  index: async (parser) => parser.command((await import('./commands/catalogue-index.js')).catalogueIndex),
  studio: async (parser) => parser.command((await import('./commands/studio.js')).studio),
  text: async (parser) => parser.command((await import('./commands/text/index.js')).text),
  data: async (parser) => parser.command((await import('./commands/data.js')).data),
  models: async (parser) => parser.command((await import('./commands/models/index.js')).models),
  engine: async (parser) => parser.command((await import('./commands/engine.js')).engine),
  setup: async (parser) => parser.command((await import('./commands/doctor.js')).setup),
  doctor: async (parser) => parser.command((await import('./commands/doctor.js')).doctor),
  'planned-run': async (parser) => parser.command((await import('./commands/planned-run.js')).plannedRun),
  schema: async (parser) => parser.command((await import('./commands/schema.js')).schema),
};

/** A parser with the named command, or with all where none is named, for help and suggestions. */
async function parserOf(argv: readonly string[]): Promise<Argv> {
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
  parser.middleware((values) => refuseRepeated(values, argv, parser), true);
  const wanted = Object.hasOwn(commands, argv[0]) ? [commands[argv[0]]] : Object.values(commands);
  for (const add of wanted) await add(parser);
  return parser;
}

/**
 * Runs the executable with arguments without node and script. Exit codes: 0 done, 1 failed, 2 wrong usage, 130
 * interrupted.
 */
export async function main(argv: string[]): Promise<number> {
  const verbose = argv.includes('--verbose');
  if (argv.length === 0) return main(['--help']);
  // Asked for more often than anything, by programs; the commands take two seconds to load.
  if (argv.length === 1 && argv[0] === '--version') {
    printResult(await polytagVersion());
    return EXIT.done;
  }
  try {
    const parser = await parserOf(argv);
    if (!Object.hasOwn(commands, argv[0]))
      parser
        .example('$0 quickstart', 'A first tagger, on a synthetic corpus')
        .example('$0 tag song.mp3 --model musicnn-mtt', 'The tags of a song (first: models pull musicnn-mtt)')
        .example('$0 run configs/mtat.yaml', 'Train, evaluate and report')
        .epilogue('"polytag COMMAND --help" shows the options of a command, with examples.');
    await parser
      .demandCommand(1, 'Give a command.')
      .strict()
      .recommendCommands()
      .version(await polytagVersion())
      .wrap(100)
      .exitProcess(false)
      .fail((message, error) => {
        // The parser's own errors are YErrors or have none; every other error is the command's.
        throw error && error.name !== 'YError' ? error : new ParserError(message);
      })
      .parseAsync();
    return EXIT.done;
  } catch (thrown) {
    const error =
      thrown instanceof ParserError
        ? new UsageError(await parserSentence(thrown.message, argv, await parserOf(argv)))
        : explainWriteError('A file', thrown);
    if (!(error instanceof Failure) || verbose)
      printNote(error instanceof Error ? (error.stack ?? error.message) : String(error));
    else printNote(error.message);
    if (!(error instanceof Failure))
      printNote('This is a bug in polytag: please report it with the lines above.');
    return error instanceof Failure ? error.exitCode : EXIT.failed;
  }
}

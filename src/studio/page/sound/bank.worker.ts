/** Makes a small, uncompressed bank of the instruments that a piece has, so that no sample is decoded while it plays. */
import { BasicSoundBank, SoundBankLoader } from 'spessasynth_core';

/** What the page asks for. */
export interface BankRequest {
  /** A whole bank, sent once. */
  bank?: ArrayBuffer;
  programs: number[];
  drums: boolean;
}

/** A bank as SF2, or why there is none. */
export type BankReply = { bank: ArrayBuffer } | { error: string };

let whole: BasicSoundBank | null = null;

async function cut({ bank, programs, drums }: BankRequest): Promise<BankReply> {
  if (bank) whole = SoundBankLoader.fromArrayBuffer(bank);
  const source = whole!;
  const wanted = new Set(programs);
  const presets = source.presets.filter((preset) =>
    preset.isDrum ? drums : preset.bankMSB === 0 && wanted.has(preset.program),
  );
  const small = new BasicSoundBank();
  small.addCompletePresets(presets);
  small.flush();
  await small.setSampleFormat({ format: 'pcm' });
  return { bank: small.writeSF2() };
}

addEventListener('message', ({ data }: MessageEvent<BankRequest>) => {
  cut(data).then(
    (reply) => postMessage(reply, 'bank' in reply ? { transfer: [reply.bank] } : {}),
    (error: unknown) => postMessage({ error: (error as Error).message } satisfies BankReply),
  );
});

/** The synthesizer: SpessaSynth in an audio worklet, loaded when sound is first wanted. */
import type { WorkletSynthesizer } from 'spessasynth_lib';
import processorUrl from 'spessasynth_lib/dist/spessasynth_processor.min.js?url';
import type { Project, Track } from '../../project/schema.js';
import { request } from '../api.js';
import type { BankReply, BankRequest } from './bank.worker.js';
import BankWorker from './bank.worker.js?worker';

/** Controllers of MIDI. */
const CONTROL = { volume: 7, pan: 10 } as const;

/** The bank that is built in: uncompressed, so that it is played as it is. */
export const BUILT_IN = 'sonivox';

/** The channel of drums in General MIDI. */
const DRUMS = 9;

/** Channels of a port; a synthesizer with more tracks gets further ports. */
const PORT = 16;

/** The channel of each track by its id: drums share theirs, the others have one each. */
function channelsOf({ tracks }: Pick<Project, 'tracks'>): Map<string, number> {
  let next = 0;
  const take = (): number => {
    const own = next++;
    return own % PORT === DRUMS ? take() : own;
  };
  return new Map(tracks.map((track: Track) => [track.id, track.tone.drums ? DRUMS : take()]));
}

/** A synthesizer with a bank. */
export class Synth {
  private readonly worker = new BankWorker();
  private synth!: WorkletSynthesizer;
  private bank = '';
  private loaded = '';
  private wholeSent = '';
  private channels = new Map<string, number>();
  private set = new Map<string, string>();

  private constructor(
    readonly audio: AudioContext,
    private readonly out: AudioNode,
  ) {}

  /** Starts the worklet. Throws ApiError or Error where it cannot be loaded. */
  static async start(audio: AudioContext, out: AudioNode): Promise<Synth> {
    const own = new Synth(audio, out);
    const { WorkletSynthesizer: Synthesizer } = await import('spessasynth_lib');
    await audio.audioWorklet.addModule(processorUrl);
    own.synth = new Synthesizer(audio);
    own.synth.connect(out);
    return own;
  }

  /**
   * Makes the synthesizer ready for a project: a bank with its instruments, channels, volumes. Whatever is already so costs
   * nothing.
   *
   * @param bank - name of a bank of the server
   */
  async prepare(project: Project, bank: string): Promise<void> {
    await this.load(project, bank);
    this.channels = channelsOf(project);
    const most = Math.max(15, ...this.channels.values());
    while (this.synth.channelCount <= most) this.synth.addNewChannel();
    for (const { id, tone, volume, pan } of project.tracks) {
      const channel = this.channels.get(id)!;
      this.once(`${channel} program`, String(tone.program), () => {
        if (!tone.drums) this.synth.programChange(channel, tone.program);
      });
      this.once(`${channel} volume`, String(volume), () =>
        this.synth.controllerChange(channel, CONTROL.volume, Math.round(127 * volume)),
      );
      this.once(`${channel} pan`, String(pan), () =>
        this.synth.controllerChange(channel, CONTROL.pan, Math.round(64 + 63 * pan)),
      );
    }
  }

  private once(what: string, value: string, act: () => void): void {
    if (this.set.get(what) === value) return;
    this.set.set(what, value);
    act();
  }

  private async load({ tracks }: Project, name: string): Promise<void> {
    const programs = [...new Set(tracks.filter(({ tone }) => !tone.drums).map(({ tone }) => tone.program))];
    const drums = tracks.some(({ tone }) => tone.drums);
    // The built-in bank is small and taken whole.
    const wanted = name === BUILT_IN ? name : `${name} ${programs.sort((a, b) => a - b)} ${drums}`;
    if (this.loaded === wanted) return;
    const bytes = await (name === BUILT_IN ? this.fetchBank(name) : this.cut(name, programs, drums));
    await this.synth.soundBankManager.addSoundBank(bytes, 'main');
    await this.synth.isReady;
    this.loaded = wanted;
    this.bank = name;
    this.set = new Map();
  }

  /** Name of the bank that sounds. */
  get bankName(): string {
    return this.bank;
  }

  private async fetchBank(name: string): Promise<ArrayBuffer> {
    return (await request(`api/banks/${name}`)).arrayBuffer();
  }

  private async cut(name: string, programs: number[], drums: boolean): Promise<ArrayBuffer> {
    const whole = this.wholeSent === name ? undefined : await this.fetchBank(name);
    const message: BankRequest = { ...(whole && { bank: whole }), programs, drums };
    const reply = await new Promise<BankReply>((resolve) => {
      this.worker.addEventListener('message', ({ data }: MessageEvent<BankReply>) => resolve(data), {
        once: true,
      });
      this.worker.postMessage(message, whole ? [whole] : []);
    });
    if ('error' in reply) throw new Error(`The bank ${name} cannot be read: ${reply.error}.`);
    this.wholeSent = name;
    return reply.bank;
  }

  /** Plays a note of a track at times of the audio clock. */
  note(track: string, pitch: number, velocity: number, from: number, to: number): void {
    const channel = this.channels.get(track);
    if (channel === undefined) return;
    this.synth.noteOn(channel, pitch, velocity, { time: from });
    this.synth.noteOff(channel, pitch, { time: to });
  }

  /** Ends every note. */
  silence(): void {
    this.synth.stopAll(true);
  }

  /** Frees the worklet. */
  dispose(): void {
    this.worker.terminate();
    this.synth.disconnect(this.out);
    this.synth.destroy();
  }
}

/** Takes the samples of the microphone, block by block; nothing compresses them on the way. */

/** What the page does not know of: the scope of an audio worklet. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: unknown): void;

/** Frames that are sent at a time: some 21 ms at 48 kHz. */
const BLOCK = 1024;

class Capture extends AudioWorkletProcessor {
  private block = new Float32Array(BLOCK);
  private filled = 0;

  /** The mean of the channels. */
  process([input]: Float32Array[][]): boolean {
    const channels = input.length;
    if (channels === 0) return true;
    for (let n = 0; n < input[0].length; n++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += input[c][n];
      this.block[this.filled++] = sum / channels;
      if (this.filled < BLOCK) continue;
      this.port.postMessage(this.block, [this.block.buffer]);
      this.block = new Float32Array(BLOCK);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('capture', Capture);

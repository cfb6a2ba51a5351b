/** The click of a metronome. */

/** Clicks at a time of the audio clock, higher at the beginning of a bar. */
export function click(audio: AudioContext, out: AudioNode, at: number, isFirst: boolean): void {
  const oscillator = new OscillatorNode(audio, { frequency: isFirst ? 1500 : 1000 });
  const gain = new GainNode(audio, { gain: 0 });
  oscillator.connect(gain).connect(out);
  gain.gain.setValueAtTime(0.3, at);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.06);
  oscillator.start(at);
  oscillator.stop(at + 0.07);
}

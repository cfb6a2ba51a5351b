// What the module of threads gives to src/text/embeddings. Its memory is shared and given by the caller, who lays it out.
// Skip-gram and continuous bag of words over a piece of text (Mikolov et al. 2013), as word2vec.c and gensim train them.
import { Touched, touch } from './agree';
import { noiseWord, randomBelow } from './sample';
import { addVector, descend, GROUP } from './update';

export { agree, forget } from './agree';
export { subsample } from './sample';

// What a worker trains with; written by src/text/embeddings/layout.ts in this order, 4 bytes each.
// @ts-ignore: decorator
@unmanaged
class Plan {
  // Vectors of the words, and of the words as predicted; after the latter one placeholder vector.
  inputs: usize;
  outputs: usize;
  // Bytes of a vector.
  bytes: usize;
  words: u32;
  window: u32;
  negative: i32;
  // Tables: noise, sigmoid and −log sigmoid.
  alias: usize;
  sigmoid: usize;
  // State of the random generator.
  random: usize;
  // Room: target addresses, steps of a group, error, mean of a context.
  targets: usize;
  steps: usize;
  error: usize;
  mean: usize;
  touchedInputs: Touched;
  touchedOutputs: Touched;
  // Sum of the loss over all predictions (f64), and their number (f64).
  loss: usize;
}

// A word and `negative` words of noise, as addresses; noise that equals the word is left out. Gives how many.
// @ts-ignore: decorator
@inline
function chooseTargets(plan: Plan, word: u32): i32 {
  const targets = plan.targets;
  const outputs = plan.outputs;
  const bytes = plan.bytes;
  store<u32>(targets, <u32>(outputs + <usize>word * bytes));
  touch(plan.touchedOutputs, word);
  let count: i32 = 1;
  for (let k = 0; k < plan.negative; k++) {
    const noise = noiseWord(plan.alias, plan.words, plan.random);
    if (noise === word) continue;
    store<u32>(targets + (<usize>count << 2), <u32>(outputs + <usize>noise * bytes));
    touch(plan.touchedOutputs, noise);
    count++;
  }
  const none = <u32>(outputs + <usize>plan.words * bytes);
  for (let k = count; k % GROUP !== 0; k++) store<u32>(targets + (<usize>k << 2), none);
  return count;
}

// @ts-ignore: decorator
@inline
function learn(plan: Plan, input: usize, count: i32, rate: f32): void {
  const loss = descend(input, plan.targets, count, plan.bytes, rate, plan.sigmoid, plan.steps, plan.error);
  store<f64>(plan.loss, load<f64>(plan.loss) + <f64>loss);
  store<f64>(plan.loss, load<f64>(plan.loss, 8) + 1, 8);
}

// The words around each word predict it, one by one. `ids`: from `subsample`, an id below 0 after every sentence.
export function skipGram(address: usize, ids: usize, count: i32, rate: f32): void {
  const plan = changetype<Plan>(address);
  const bytes = plan.bytes;
  let begin: i32 = 0;
  while (begin < count) {
    const end = sentenceEnd(ids, begin, count);
    for (let i = begin; i < end; i++) {
      const word = load<u32>(ids + (<usize>i << 2));
      const reach = <i32>(1 + randomBelow(plan.random, plan.window));
      const last = min(end - 1, i + reach);
      for (let j = max(begin, i - reach); j <= last; j++) {
        if (j === i) continue;
        const context = load<u32>(ids + (<usize>j << 2));
        const input = plan.inputs + <usize>context * bytes;
        learn(plan, input, chooseTargets(plan, word), rate);
        addVector(input, plan.error, bytes);
        touch(plan.touchedInputs, context);
      }
    }
    begin = end + 1;
  }
}

// The mean of the words around each word predicts it.
export function continuousBag(address: usize, ids: usize, count: i32, rate: f32): void {
  const plan = changetype<Plan>(address);
  const bytes = plan.bytes;
  const mean = plan.mean;
  let begin: i32 = 0;
  while (begin < count) {
    const end = sentenceEnd(ids, begin, count);
    for (let i = begin; i < end; i++) {
      const reach = <i32>(1 + randomBelow(plan.random, plan.window));
      const first = max(begin, i - reach);
      const last = min(end - 1, i + reach);
      if (first === last) continue;
      for (let at = mean; at < mean + bytes; at += 16) v128.store(at, f32x4.splat(0));
      for (let j = first; j <= last; j++)
        if (j !== i) addVector(mean, plan.inputs + <usize>load<u32>(ids + (<usize>j << 2)) * bytes, bytes);
      const share = f32x4.splat(1 / <f32>(last - first));
      for (let at = mean; at < mean + bytes; at += 16) v128.store(at, f32x4.mul(v128.load(at), share));
      learn(plan, mean, chooseTargets(plan, load<u32>(ids + (<usize>i << 2))), rate);
      for (let j = first; j <= last; j++) {
        if (j === i) continue;
        const context = load<u32>(ids + (<usize>j << 2));
        addVector(plan.inputs + <usize>context * bytes, plan.error, bytes);
        touch(plan.touchedInputs, context);
      }
    }
    begin = end + 1;
  }
}

// @ts-ignore: decorator
@inline
function sentenceEnd(ids: usize, begin: i32, count: i32): i32 {
  let end = begin;
  while (end < count && load<i32>(ids + (<usize>end << 2)) >= 0) end++;
  return end;
}

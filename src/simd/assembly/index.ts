// What the compiled module gives to src/simd/load.ts. AssemblyScript, compiled by scripts/build-simd.js.
export { contourCosts } from './contour';
export { forwardReal, inverseReal, makeTwiddles } from './fft';
export { logCompress } from './log';
export { melFrames } from './mel';
export { filterBlocks, interpolate } from './resample';

/** Memory that is never freed: plans live as long as the module, and their number is bounded by their users. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

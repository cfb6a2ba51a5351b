/** The toolkit of an extension, and the parts of a model that it may add. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { importExtension } from '../base/extensions.js';
import { register } from '../base/registry.js';
import { elu, relu } from '../engine/ops/activations.js';
import { stftFraming } from '../features/stft.js';
import { FeatureStream, rowStream } from '../features/stream.js';
import { inputKinds } from '../inputs/index.js';
import { audioKind, type InputKind, textKind } from '../inputs/kind.js';
import type { BranchKind } from './branches/branch.js';
import { branches } from './branches/index.js';
import type { FusionKind } from './fusion/fusion.js';
import { fusions } from './fusion/index.js';
import { type HeadKind, heads } from './heads/index.js';
import { batchNorm } from './layers/batch-norm.js';
import { bilstm } from './layers/bilstm.js';
import { conv1d, conv2d } from './layers/conv.js';
import { dense } from './layers/dense.js';
import { pooledSummary } from './layers/pooling.js';
import { anyNonZero } from './layers/presence.js';
import { dropout } from './layers/training.js';

/** The argument of an extension's default export: the very modules that polytag itself uses. */
export const toolkit = {
  tf,
  z,
  audioKind,
  textKind,
  features: { FeatureStream, rowStream, stftFraming },
  layers: { anyNonZero, batchNorm, bilstm, conv1d, conv2d, dense, dropout, elu, pooledSummary, relu },
};

/** The argument of an extension's default export. */
export type Toolkit = typeof toolkit;

/** Parts of a model that an extension adds, by name. */
export interface ModelExtension {
  inputs?: Record<string, InputKind>;
  branches?: Record<string, BranchKind>;
  fusions?: Record<string, FusionKind>;
  heads?: Record<string, HeadKind>;
}

/** Adds the parts of an extension to the registries; throws UsageError when a name is taken. */
export function registerModelParts({ inputs = {}, branches: own = {}, ...rest }: ModelExtension): void {
  for (const [name, kind] of Object.entries(inputs)) register(inputKinds, 'kind of input', name, kind);
  for (const [name, kind] of Object.entries(own)) register(branches, 'kind of branch', name, kind);
  for (const [name, kind] of Object.entries(rest.fusions ?? {}))
    register(fusions as Record<string, unknown>, 'fusion', name, kind);
  for (const [name, kind] of Object.entries(rest.heads ?? {}))
    register(heads as Record<string, unknown>, 'head', name, kind);
}

/** Loads the model parts of extensions, as a worker thread needs them. */
export async function importModelParts(urls: readonly string[]): Promise<void> {
  for (const url of urls) await importExtension(url, toolkit, registerModelParts);
}

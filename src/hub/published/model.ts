/** The contract of a published model. */
import type { ZooName } from '../../models/zoo/index.js';
import type { StoredWeights } from '../formats/number-types.js';
import type { WeightMap } from '../weight-map.js';
import type { ModelSource } from './sources.js';

export interface PublishedWeights {
  weights: StoredWeights;
  /** Which array is which weight of the network. */
  map: WeightMap;
  /** In the network's order. */
  labels: string[];
  /** Text of the licence, which is copied with the weights; null where the file has none. */
  licence: string | null;
}

/** A model as its authors published it. */
export interface PublishedModel {
  /** One sentence: what it is. */
  description: string;
  architecture: ZooName;
  /** Options of the network as under `model.zoo`, and its inputs as in a config. Default: as Musicnn was published. */
  options?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
  licence: string;
  citation: string[];
  dataset: string;
  protocol: string;
  /** Its authors' results on the test split (macro averages); null where none are comparable. */
  reported: { roc_auc: number; pr_auc: number } | null;
  source: ModelSource;
  /** Where in the file the weights are, for the model's card: `musicnn/MTT_vgg`. */
  origin: string;
  /** Reads the fetched file, running nothing of it. Throws a Failure when it is damaged or another one. */
  read(file: string): Promise<PublishedWeights>;
}

/** What the import of a graph is told. */
import type { ModelOrigin } from '../../models/description.js';
import type { GraphPorts } from './description.js';

export interface GraphImportOptions {
  /** The graph, an .onnx file with its weights inside. */
  file: string;
  /** Its description in Essentia's form. Default: the .json file of the same name beside the graph, if there is one. */
  metadata?: string;
  /** Name of a front end, or a YAML file with `inputs` as in a config. Default: that of the description's algorithm. */
  frontend?: string;
  /** File with a label a line, or the name of a published list. Default: the description's classes. */
  labels?: string;
  /** Name of the model. Default: the file's name without its ending. */
  name?: string;
  /** Model whose embeddings the graph takes. Default: the installed one that the description names. */
  extractor?: string;
  /** What makes scores of the graph's output. Default: none. */
  activation?: GraphPorts['activation'];
  /** Whether the output has numbers on a scale of their own, not scores. Default: whether the description says so. */
  isRegression?: boolean;
  /** Where the file comes from and its licence. Default: the file's name, and the licence of the description. */
  origin?: Pick<ModelOrigin, 'source' | 'licence'>;
  /** Output with the scores, and with the embeddings. Default: those that the description names, else by their shapes. */
  output?: string;
  embedding?: string;
  /** Whether a model of that name is replaced. */
  force?: boolean;
  /** The cache's part for models. */
  folder?: string;
  log: (line: string) => void;
}

/** Options of `importGraph` alone, for a sentence where another file is imported. */
export const GRAPH_OPTIONS = [
  'metadata',
  'frontend',
  'extractor',
  'activation',
  'output',
  'embedding',
] as const;

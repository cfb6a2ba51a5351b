/** Divides a forward pass into layers: an operation with weights of its own begins one, what follows it belongs to it. */
import { layerOf } from '../parameters.js';
import { axesOf, operationKind, variesAlong } from './reach.js';
import type { Event } from './watch.js';

/** A layer as it was found. */
export interface FoundLayer {
  /** Path of its weights, `front/timbre40`; of joins, the folder of what they join and the kind: `middle/add`. */
  name: string;
  /** What it does, in order. */
  operations: string[];
  /** Shape of its output, without the batch. */
  output: number[];
  multiplyAdds: number;
  /** Names of its weights and states. */
  weights: string[];
  /** Numbers of the layers before it. */
  from: number[];
  /** Whether it is one of the network's inputs. */
  isInput: boolean;
}

/** Names of operations that say what a layer does; `relu` by its kernel. */
const ACTIVATIONS: Record<string, string> = {
  ...{ Relu: 'ReLU', Elu: 'ELU', Tanh: 'tanh', Sigmoid: 'sigmoid', Erf: 'GELU', Softmax: 'softmax' },
};
const JOINS: Record<string, string> = {
  ...{ Add: 'add', AddN: 'add', Concat: 'concat', Pack: 'stack', Multiply: 'multiply', Sub: 'subtract' },
};
const REDUCTIONS: Record<string, string> = { Max: 'maximum', Mean: 'mean', Sum: 'sum', Min: 'minimum' };

const folderOf = (name: string): string => name.split('/').slice(0, -1).join('/');
const within = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name);
const sizeText = (sizes: readonly number[]): string => sizes.join('×');
const pairOf = (value: unknown): number[] => {
  const list = [value].flat() as number[];
  return [list[0], list[list.length > 1 ? 1 : 0]];
};

/** Layers that an operation takes. */
const sourcesOf = ({ known }: Event): number[] => [
  ...new Set(Object.values(known).flatMap(({ data }) => (data ? [data.layer] : []))),
];

/** Collects the layers of a forward pass from its operations. */
export class Layers {
  readonly found: FoundLayer[] = [];
  private readonly owners = new Map<string, number>();

  /** @param sizes - numbers of each weight, by name */
  constructor(private readonly sizes: ReadonlyMap<string, number>) {}

  /** A layer that is an input of the network; gives its number. */
  addInput(name: string, output: number[]): number {
    return this.begin({ name, isInput: true, output });
  }

  /** Files an operation; gives the number of the layer that it belongs to. */
  file(event: Event): number {
    const sources = sourcesOf(event);
    const weights = [...new Set(Object.values(event.known).flatMap((one) => one.weights))];
    const number = this.layerFor(event, sources, weights);
    const layer = this.found[number];
    layer.from = [...new Set([...layer.from, ...sources.filter((source) => source !== number)])];
    layer.multiplyAdds += event.multiplyAdds;
    for (const weight of weights) {
      if (this.owners.has(weight)) continue;
      this.owners.set(weight, number);
      layer.weights.push(weight);
    }
    this.describe(layer, event, sources.includes(number));
    if (isOutput(event))
      layer.output = withoutBatch(event.outputs[0].shape, layer.operations[0] === 'recurrent');
    return number;
  }

  private layerFor(event: Event, sources: number[], weights: string[]): number {
    const latest = Math.max(...sources);
    if (weights.length > 0) return this.layerOfWeights(event, latest, weights);
    const kind = operationKind(event.kernel);
    if (event.multiplyAdds > 0) return this.productLayer(event, sources, latest);
    if (sources.length > 1) return this.begin({ name: this.besideOf(latest, JOINS[event.kernel] ?? 'join') });
    if (kind === 'reducing' && isPooling(event)) {
      const { name, isInput } = this.found[latest];
      const own = REDUCTIONS[event.kernel] ?? 'reduce';
      return this.begin({ name: isInput ? within(name, own) : this.besideOf(latest, own) });
    }
    return latest;
  }

  /** That of the largest weight; weights beside a layer's own, such as a normalisation's, do not begin another one. */
  private layerOfWeights(event: Event, latest: number, weights: string[]): number {
    const layer = this.found[latest];
    const isOwn = (weight: string): boolean =>
      this.owners.get(weight) === latest || weight.startsWith(`${layer.name}/`);
    if (!layer.isInput && event.multiplyAdds === 0 && weights.some(isOwn)) return latest;
    const size = (weight: string): number => this.sizes.get(weight) ?? 0;
    const largest = weights.reduce((a, b) => (size(b) > size(a) ? b : a));
    const owner = this.owners.get(largest);
    // The same weights again: a recurrent layer's next step.
    return owner ?? this.existing(layerOf(largest)) ?? this.begin({ name: layerOf(largest) });
  }

  private existing(name: string): number | undefined {
    const at = this.found.findIndex((layer) => layer.name === name && !layer.isInput);
    return at < 0 ? undefined : at;
  }

  /** A product of two things that depend on the input, as in attention, or with constants, as a Fourier transform. */
  private productLayer({ known }: Event, sources: number[], latest: number): number {
    const isOfData = Object.values(known).filter(({ data }) => data).length > 1;
    const isSoft = sources.some((source) => this.found[source].operations.includes('softmax'));
    const name = isOfData ? (isSoft ? 'attention' : 'product') : 'transform';
    const going = sources.find((source) => this.found[source].operations[0] === name);
    if (going !== undefined) return going;
    const { isInput, name: source } = this.found[latest];
    return this.begin({
      name: isInput ? within(source, name) : this.besideOf(latest, name),
      operations: [name],
    });
  }

  /** A product whose values become the weights of a mean is attention. */
  private nameAttention(layer: FoundLayer): void {
    layer.operations.splice(0, layer.operations.length, 'attention');
    layer.name = this.free(within(folderOf(layer.name), 'attention'));
  }

  /** A name in the folder of another layer. */
  private besideOf(layer: number, name: string): string {
    return within(folderOf(this.found[layer].name), name);
  }

  private begin(layer: Pick<FoundLayer, 'name'> & Partial<FoundLayer>): number {
    this.found.push({
      ...{ operations: [], output: [], multiplyAdds: 0, weights: [], from: [], isInput: false },
      ...layer,
      name: this.free(layer.name),
    });
    return this.found.length - 1;
  }

  /** The name, with a number behind it where a layer has it. */
  private free(name: string): string {
    const taken = new Set(this.found.map((layer) => layer.name));
    for (let number = 1; ; number++) {
      const own = number > 1 ? `${name}_${number}` : name;
      if (!taken.has(own)) return own;
    }
  }

  /** Adds to what a layer says that it does; a recurrent layer says so, and no more. */
  private describe(layer: FoundLayer, event: Event, isOnItself: boolean): void {
    const { operations, weights } = layer;
    if (operations[0] === 'recurrent') return;
    if (event.kernel === 'Softmax' && operations[0] === 'product') this.nameAttention(layer);
    if (isOnItself && event.multiplyAdds > 0 && weights.length > 0) {
      operations.splice(0, operations.length, 'recurrent');
      return;
    }
    const say = (what: string): void => {
      if (!operations.includes(what)) operations.push(what);
    };
    for (const what of describeOperation(event, this.sizes)) say(what);
    if (weights.some((weight) => /\/gamma$/.test(weight))) say('normalisation');
  }
}

/** Whether a reduction is a pooling of a map or sequence, and no statistic that is used beside it. */
const isPooling = (event: Event): boolean =>
  !event.attributes.keepDims && axesOf(event).some((axis) => axis < event.operands.x.tensor.rank - 1);

/** Whether an operation makes what a layer hands on: no statistic, no zeros beside it, and no other form of the same. */
function isOutput(event: Event): boolean {
  switch (operationKind(event.kernel)) {
    case 'moving':
      // The rows of a dense layer are those of a batch's steps, which come apart again.
      return Object.values(event.operands)[0].tensor.shape[0] !== 1 && event.outputs[0].shape[0] === 1;
    case 'padding':
      return false;
    case 'reducing':
      return isPooling(event);
    default:
      return true;
  }
}

/** The shape of one example: [1, …], [steps, 1, …] of recurrent layers, or rows of steps. */
function withoutBatch(shape: number[], isRecurrent: boolean): number[] {
  if (shape[0] === 1) return shape.slice(1);
  return isRecurrent ? shape.filter((size, axis) => axis !== 1 || size !== 1) : shape;
}

function describeOperation(event: Event, sizes: ReadonlyMap<string, number>): string[] {
  const { kernel, attributes, operands, known } = event;
  switch (operationKind(kernel)) {
    case 'convolution': {
      const strides = pairOf(attributes.strides);
      const isStrided = strides[0] * strides[1] > 1;
      const [height, width] = operands.filter.tensor.shape;
      return [`convolution ${sizeText([height, width])}${isStrided ? `, stride ${sizeText(strides)}` : ''}`];
    }
    case 'product': {
      const made = Object.entries(known).find(([, { weights }]) => weights.length > 0);
      if (!made) return [];
      const [name, { weights }] = made;
      // A matrix that fewer weights are made into is no dense layer's.
      const numbers = weights.reduce((sum, weight) => sum + sizes.get(weight)!, 0);
      return [numbers >= operands[name].tensor.size ? 'dense' : 'product'];
    }
    case 'pooling':
      return [`${kernel === 'MaxPool' ? 'maximum' : 'mean'} ${sizeText(pairOf(attributes.filterSize))}`];
    case 'reducing': {
      if (!isPooling(event)) return [];
      const reach = known.x.data?.reach;
      const isTime = reach ? variesAlong(reach, axesOf(event)) : false;
      return [`${REDUCTIONS[kernel] ?? kernel}${isTime ? ' over time' : ''}`];
    }
    case 'joining':
      return [JOINS[kernel]];
    default:
      if (kernel === 'GatherV2' && known.x?.weights.length) return ['embedding'];
      if (kernel in ACTIVATIONS) return [ACTIVATIONS[kernel]];
      return kernel in JOINS && sourcesOf(event).length > 1 ? [JOINS[kernel]] : [];
  }
}

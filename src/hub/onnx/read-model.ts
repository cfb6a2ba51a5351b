/** ONNX files, read into a graph: the parts of the format that networks with their weights inside use. */
import protobuf from 'protobufjs/minimal.js';
import { readerError } from '../../base/errors.js';

/** A value of an attribute of a node. */
export type OnnxAttribute = number | string | number[] | string[] | OnnxTensor;

/** One operation. */
export interface OnnxNode {
  /** `Conv`, `Add`. */
  op: string;
  name: string;
  /** Names of values; an input that is left out has the empty name. */
  inputs: string[];
  outputs: string[];
  attributes: Record<string, OnnxAttribute>;
}

/** Types of numbers, apart from their width: all integers are one, and so are all floats. */
export type OnnxType = 'float' | 'int' | 'bool';

/** A constant. */
export interface OnnxTensor {
  type: OnnxType;
  shape: number[];
  /** Row-major. */
  values: Float32Array | Float64Array;
}

/** An input or output of the whole graph. */
export interface OnnxPort {
  name: string;
  /** A number, or the name of a dimension that may be any. */
  shape: (number | string)[];
}

/** A network as its file describes it. */
export interface OnnxGraph {
  /** Version of the standard set of operations. */
  opset: number;
  /** In an order in which they can be run. */
  nodes: OnnxNode[];
  constants: Map<string, OnnxTensor>;
  /** Without the constants, which some files list too. */
  inputs: OnnxPort[];
  outputs: OnnxPort[];
}

/** Deeper than this, parts inside parts are not a network but an attack. */
const DEEPEST = 32;

/** Calls `use` with the field number and reader of each field of a message; what it leaves is passed over. */
function eachField(
  reader: protobuf.Reader,
  end: number,
  use: (field: number, wire: number) => boolean,
): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!use(tag >>> 3, tag & 7)) reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new Error('a part reaches beyond its end');
}

/** A message inside another. */
function inside<T>(reader: protobuf.Reader, read: (reader: protobuf.Reader, end: number) => T): T {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new Error('it ends within a part');
  return read(reader, end);
}

const integer = (reader: protobuf.Reader): number => {
  const value = reader.int64();
  return typeof value === 'number' ? value : Number(value.toString());
};

/** Numbers of a repeated field, packed or one by one. */
function numbers(reader: protobuf.Reader, wire: number, into: number[], one: () => number): true {
  if (wire !== 2) into.push(one());
  else
    inside(reader, (_, end) => {
      while (reader.pos < end) into.push(one());
    });
  return true;
}

/** Numbers of `TensorProto.DataType`: how each is stored in raw bytes. */
const RAW: Record<number, { type: OnnxType; bytes: number; read(view: DataView, at: number): number }> = {
  1: { type: 'float', bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { type: 'int', bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { type: 'int', bytes: 1, read: (view, at) => view.getInt8(at) },
  6: { type: 'int', bytes: 4, read: (view, at) => view.getInt32(at, true) },
  7: { type: 'int', bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { type: 'bool', bytes: 1, read: (view, at) => view.getUint8(at) },
  11: { type: 'float', bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** Type of the numbers that a `Cast` makes or a tensor holds. Throws an Error for one that is not read. */
export function onnxType(dataType: number): OnnxType {
  const found = RAW[dataType];
  if (!found) throw new Error(`numbers of type ${dataType} of ONNX are not read`);
  return found.type;
}

/** Most numbers of a value: 1 GB of single precision. */
const MOST_ELEMENTS = 2 ** 28;

/** Number of elements of a shape. Throws an Error for what is not a shape, and for one that no network has. */
export function elements(shape: readonly number[]): number {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0))
    throw new Error(`[${shape.join(', ')}] is not a shape`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > MOST_ELEMENTS) throw new Error(`a value of [${shape.join(', ')}] would not fit in memory`);
  return count;
}

function readTensor(reader: protobuf.Reader, end: number): OnnxTensor & { name: string } {
  const shape: number[] = [];
  const listed: number[] = [];
  let [dataType, name, external] = [0, '', false];
  let raw: Uint8Array | null = null;
  eachField(reader, end, (field, wire) => {
    if (field === 1) return numbers(reader, wire, shape, () => integer(reader));
    if (field === 4) return numbers(reader, wire, listed, () => reader.float());
    if (field === 5) return numbers(reader, wire, listed, () => reader.int32());
    if (field === 7) return numbers(reader, wire, listed, () => integer(reader));
    if (field === 10) return numbers(reader, wire, listed, () => reader.double());
    if (field === 2) dataType = reader.int32();
    else if (field === 8) name = reader.string();
    else if (field === 9) raw = reader.bytes();
    else if (field === 14) external = reader.int32() === 1;
    else return false;
    return true;
  });
  if (external) throw new Error(`the numbers of ${name || 'a tensor'} are in another file`);
  const stored = RAW[dataType];
  if (!stored) throw new Error(`${name || 'a tensor'} holds numbers of type ${dataType}, which are not read`);
  const count = elements(shape);
  const values = (raw as Uint8Array | null) === null ? listed : rawValues(raw!, stored);
  if (values.length !== count)
    throw new Error(`${name || 'a tensor'} has ${values.length} numbers, and its shape ${count}`);
  const type = stored.type;
  return {
    name,
    type,
    shape,
    values: dataType === 1 ? Float32Array.from(values) : Float64Array.from(values),
  };
}

function rawValues(raw: Uint8Array, { bytes, read }: (typeof RAW)[number]): ArrayLike<number> {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (raw.length % bytes !== 0) throw new Error('a tensor ends within a number');
  return Float64Array.from({ length: raw.length / bytes }, (_, i) => read(view, i * bytes));
}

function readAttribute(reader: protobuf.Reader, end: number): [name: string, value: OnnxAttribute | null] {
  let name = '';
  let value: OnnxAttribute | null = null;
  const list: number[] = [];
  const texts: string[] = [];
  const text = (): string => new TextDecoder().decode(reader.bytes());
  eachField(reader, end, (field, wire) => {
    if (field === 7) return numbers(reader, wire, list, () => reader.float());
    if (field === 8) return numbers(reader, wire, list, () => integer(reader));
    if (field === 1) name = reader.string();
    else if (field === 2) value = reader.float();
    else if (field === 3) value = integer(reader);
    else if (field === 4) value = text();
    else if (field === 5) value = inside(reader, readTensor);
    else if (field === 9) texts.push(text());
    else if (field === 6 || field === 11)
      throw new Error('it has branches or loops (a graph within a node), which are not run');
    else return false;
    return true;
  });
  return [name, value ?? (list.length > 0 ? list : texts.length > 0 ? texts : null)];
}

function readNode(reader: protobuf.Reader, end: number): OnnxNode {
  const node: OnnxNode = { op: '', name: '', inputs: [], outputs: [], attributes: {} };
  eachField(reader, end, (field) => {
    if (field === 1) node.inputs.push(reader.string());
    else if (field === 2) node.outputs.push(reader.string());
    else if (field === 3) node.name = reader.string();
    else if (field === 4) node.op = reader.string();
    else if (field === 5) {
      const [name, value] = inside(reader, readAttribute);
      // An empty list is an attribute too: axes [] are no axes.
      node.attributes[name] = value ?? [];
    } else return false;
    return true;
  });
  return node;
}

/** A value's name and shape, of ValueInfoProto. */
function readPort(reader: protobuf.Reader, end: number): OnnxPort {
  const port: OnnxPort = { name: '', shape: [] };
  // type = 2 { tensor_type = 1 { shape = 2 { dim = 1 { dim_value = 1, dim_param = 2 } } } }
  const walk = (path: readonly number[], depth: number): ((r: protobuf.Reader, end: number) => void) => {
    if (depth > DEEPEST) throw new Error('its parts lie too deep within one another');
    return (_, last) =>
      eachField(reader, last, (field, wire) => {
        const at = [...path, field].join('.');
        if (at === '1') port.name = reader.string();
        else if (at === '2.1.2.1.1') port.shape.push(integer(reader));
        else if (at === '2.1.2.1.2') port.shape.push(reader.string());
        else if (wire === 2 && '2.1.2.1'.startsWith(at)) inside(reader, walk([...path, field], depth + 1));
        else return false;
        return true;
      });
  };
  walk([], 0)(reader, end);
  return port;
}

function readGraph(reader: protobuf.Reader, end: number): Omit<OnnxGraph, 'opset'> {
  const graph: Omit<OnnxGraph, 'opset'> = { nodes: [], constants: new Map(), inputs: [], outputs: [] };
  eachField(reader, end, (field) => {
    if (field === 1) graph.nodes.push(inside(reader, readNode));
    else if (field === 5) {
      const { name, ...tensor } = inside(reader, readTensor);
      graph.constants.set(name, tensor);
    } else if (field === 11) graph.inputs.push(inside(reader, readPort));
    else if (field === 12) graph.outputs.push(inside(reader, readPort));
    else return false;
    return true;
  });
  return graph;
}

/**
 * Reads an ONNX file, running nothing of it. Throws an Error in a few words when it is not one, damaged, or keeps its
 * weights in another file.
 */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  try {
    const reader = protobuf.Reader.create(bytes);
    let [opset, graph]: [number, Omit<OnnxGraph, 'opset'> | null] = [0, null];
    eachField(reader, reader.len, (field) => {
      if (field === 7) graph = inside(reader, readGraph);
      else if (field === 8) {
        const [domain, version] = inside(reader, readOpset);
        if (domain === '' || domain === 'ai.onnx') opset = version;
      } else return false;
      return true;
    });
    const found = graph as Omit<OnnxGraph, 'opset'> | null;
    if (found === null || found.nodes.length === 0) throw new Error('it holds no network');
    const inputs = found.inputs.filter(({ name }) => !found.constants.has(name));
    return { ...found, opset, inputs };
  } catch (error) {
    throw readerError(error);
  }
}

function readOpset(reader: protobuf.Reader, end: number): [domain: string, version: number] {
  let [domain, version] = ['', 0];
  eachField(reader, end, (field) => {
    if (field === 1) domain = reader.string();
    else if (field === 2) version = integer(reader);
    else return false;
    return true;
  });
  return [domain, version];
}

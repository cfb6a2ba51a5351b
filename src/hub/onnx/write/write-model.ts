/** ONNX files, written from a graph. */
import protobuf from 'protobufjs/minimal.js';

/** Numbers of `TensorProto.DataType` that are written. */
export const DATA_TYPES = { float: 1, int32: 6, int64: 7, bool: 9 } as const;

/** A type of numbers. */
export type DataType = keyof typeof DATA_TYPES;

/** A constant of a graph. */
export interface WrittenTensor {
  name: string;
  type: DataType;
  shape: readonly number[];
  /** In the type's own form, row-major. */
  values: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** Value of an attribute: numbers are integers, except those of `{ float }`. */
export type WrittenAttribute = number | string | readonly number[] | { float: number };

/** An operation of the standard set. */
export interface WrittenNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, WrittenAttribute>>;
}

/** An input or output: sizes, or names of those that may be any. */
export interface WrittenPort {
  name: string;
  type: DataType;
  shape: readonly (number | string)[];
}

/** A file's content. */
export interface WrittenModel {
  name: string;
  /** A few sentences for people. */
  description: string;
  /** Version of what writes it. */
  version: string;
  opset: number;
  nodes: readonly WrittenNode[];
  constants: readonly WrittenTensor[];
  inputs: readonly WrittenPort[];
  outputs: readonly WrittenPort[];
  /** Texts by name. */
  metadata: Readonly<Record<string, string>>;
}

/** Version of the format: the first that has opset 17. */
const IR_VERSION = 8;

/** Numbers of `AttributeProto.AttributeType`. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

type Write = (writer: protobuf.Writer) => void;

const tag = (field: number, wire: 0 | 2 | 5): number => (field << 3) | wire;

const message = (writer: protobuf.Writer, field: number, write: Write): void => {
  writer.uint32(tag(field, 2)).fork();
  write(writer);
  writer.ldelim();
};

const text = (writer: protobuf.Writer, field: number, value: string): void =>
  void writer.uint32(tag(field, 2)).string(value);

const integer = (writer: protobuf.Writer, field: number, value: number): void =>
  void writer.uint32(tag(field, 0)).int64(value);

function attribute(writer: protobuf.Writer, name: string, value: WrittenAttribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') integer(writer, 3, value);
  else if (typeof value === 'string') text(writer, 4, value);
  else if ('float' in value) writer.uint32(tag(2, 5)).float(value.float);
  else
    message(writer, 8, () => {
      for (const number of value) writer.int64(number);
    });
  const type =
    typeof value === 'number'
      ? ATTRIBUTE.int
      : typeof value === 'string'
        ? ATTRIBUTE.string
        : 'float' in value
          ? ATTRIBUTE.float
          : ATTRIBUTE.ints;
  integer(writer, 20, type);
}

function node(writer: protobuf.Writer, { op, inputs, outputs, attributes = {} }: WrittenNode): void {
  for (const name of inputs) text(writer, 1, name);
  for (const name of outputs) text(writer, 2, name);
  text(writer, 3, `${op}:${outputs[0]}`);
  text(writer, 4, op);
  for (const [name, value] of Object.entries(attributes))
    message(writer, 5, () => attribute(writer, name, value));
}

function tensor(writer: protobuf.Writer, { name, type, shape, values }: WrittenTensor): void {
  for (const size of shape) integer(writer, 1, size);
  integer(writer, 2, DATA_TYPES[type]);
  text(writer, 8, name);
  // Little-endian, as every machine is that the engines run on.
  writer.uint32(tag(9, 2)).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function port(writer: protobuf.Writer, { name, type, shape }: WrittenPort): void {
  text(writer, 1, name);
  const sizes: Write = () => {
    for (const size of shape)
      message(writer, 1, () => (typeof size === 'number' ? integer(writer, 1, size) : text(writer, 2, size)));
  };
  message(writer, 2, () =>
    message(writer, 1, () => {
      integer(writer, 1, DATA_TYPES[type]);
      message(writer, 2, sizes);
    }),
  );
}

/** The bytes of an ONNX file. */
export function writeOnnx(model: WrittenModel): Uint8Array {
  const writer = protobuf.Writer.create();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'polytag');
  text(writer, 3, model.version);
  text(writer, 6, model.description);
  message(writer, 7, () => {
    for (const one of model.nodes) message(writer, 1, () => node(writer, one));
    text(writer, 2, model.name);
    for (const one of model.constants) message(writer, 5, () => tensor(writer, one));
    for (const one of model.inputs) message(writer, 11, () => port(writer, one));
    for (const one of model.outputs) message(writer, 12, () => port(writer, one));
  });
  message(writer, 8, () => integer(writer, 2, model.opset));
  for (const [key, value] of Object.entries(model.metadata))
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  return writer.finish();
}

/**
 * Values of TensorBoard's plugins: text (tensorboard/plugins/text/plugin_data.proto) and hyper-parameters
 * (tensorboard/plugins/hparams/plugin_data.proto, api.proto).
 */
import protobuf from 'protobufjs/minimal.js';
import { type EncodeValue, key, wire } from './events.js';

/** Fields of `Summary.Value`. */
const VALUE = { tensor: 8, metadata: 9 } as const;
/** `DataType` of `TensorProto`. */
const DT = { float: 1, string: 7 } as const;
/** `DATA_CLASS_TENSOR` of `SummaryMetadata`. */
const CLASS_TENSOR = 2;
/** `STATUS_SUCCESS` of `hparams.Status`. */
const SUCCESS = 1;

/** Fields of `HParamsPluginData`. */
const DATA = { start: 3, end: 4 } as const;

/** Tags under which the plugin looks for the two records of a run. */
export const HPARAMS_TAGS = {
  start: '_hparams_/session_start_info',
  end: '_hparams_/session_end_info',
} as const;

const message = (): protobuf.Writer => protobuf.Writer.create();

/** `SummaryMetadata` with the name of a plugin and its own data. */
function metadata(plugin: string, content: Uint8Array | null, dataClass: number | null): Uint8Array {
  const data = message().uint32(key(1, wire.bytes)).string(plugin);
  if (content) data.uint32(key(2, wire.bytes)).bytes(content);
  const whole = message().uint32(key(1, wire.bytes)).bytes(data.finish());
  if (dataClass !== null) whole.uint32(key(4, wire.varint)).int32(dataClass);
  return whole.finish();
}

/** A text in Markdown. */
export const textValue =
  (markdown: string): EncodeValue =>
  (value) => {
    const shape = message().uint32(key(2, wire.bytes)).fork().uint32(key(1, wire.varint)).int64(1).ldelim();
    const tensor = message()
      .uint32(key(1, wire.varint))
      .int32(DT.string)
      .uint32(key(2, wire.bytes))
      .bytes(shape.finish())
      .uint32(key(8, wire.bytes))
      .string(markdown);
    return value
      .uint32(key(VALUE.tensor, wire.bytes))
      .bytes(tensor.finish())
      .uint32(key(VALUE.metadata, wire.bytes))
      .bytes(metadata('text', null, CLASS_TENSOR));
  };

/** A value of the plugin for hyper-parameters: its data, and a tensor of no number, which it asks for. */
const hparamsValue =
  (content: Uint8Array): EncodeValue =>
  (value) =>
    value
      .uint32(key(VALUE.tensor, wire.bytes))
      .bytes(
        message()
          .uint32(key(1, wire.varint))
          .int32(DT.float)
          .uint32(key(2, wire.bytes))
          .bytes(new Uint8Array())
          .finish(),
      )
      .uint32(key(VALUE.metadata, wire.bytes))
      .bytes(metadata('hparams', content, null));

/** A hyper-parameter: as `google.protobuf.Value`. */
export type Hyperparameter = number | string | boolean;

function parameterValue(value: Hyperparameter): Uint8Array {
  if (typeof value === 'number') return message().uint32(key(2, wire.fixed64)).double(value).finish();
  if (typeof value === 'boolean') return message().uint32(key(4, wire.varint)).bool(value).finish();
  return message().uint32(key(3, wire.bytes)).string(value).finish();
}

/** The begin of a run with its hyper-parameters; runs of one `group`, such as seeds, are one line of the table. */
export function hparamsStart(
  parameters: ReadonlyMap<string, Hyperparameter>,
  { group, seconds }: { group: string; seconds: number },
): EncodeValue {
  const start = message();
  for (const [name, value] of parameters) {
    const entry = message()
      .uint32(key(1, wire.bytes))
      .string(name)
      .uint32(key(2, wire.bytes))
      .bytes(parameterValue(value));
    start.uint32(key(1, wire.bytes)).bytes(entry.finish());
  }
  start.uint32(key(4, wire.bytes)).string(group).uint32(key(5, wire.fixed64)).double(seconds);
  return hparamsValue(message().uint32(key(DATA.start, wire.bytes)).bytes(start.finish()).finish());
}

/** The end of a finished run. */
export function hparamsEnd(seconds: number): EncodeValue {
  const end = message()
    .uint32(key(1, wire.varint))
    .int32(SUCCESS)
    .uint32(key(2, wire.fixed64))
    .double(seconds);
  return hparamsValue(message().uint32(key(DATA.end, wire.bytes)).bytes(end.finish()).finish());
}

/** What a finished run leaves for TensorBoard, read by TensorBoard itself. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { flatMetrics } from '../../src/eval/flat-metrics.js';
import type { AnyMetrics } from '../../src/eval/run-report.js';
import { hyperparameters, writeRunEvents } from '../../src/runs/tensorboard/record.js';
import { isMissing, PYTHON } from '../requirements.js';

const noTensorboard = await isMissing('tensorboard');

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'polytag-events-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

const METRICS = {
  task: 'regression',
  examples: 3,
  r2: { macro: 0.25, ci95: [0.1, 0.3] },
  rmse: { macro: null, ci95: null },
  mean_baseline: { rmse: 0.5 },
  per_target: [{ target: 'valence', r2: 0.9 }],
  training: { epochs: 4, seconds: 10, best_epoch: 3 },
} as unknown as AnyMetrics;

it('metrics in one level: without intervals and single labels, with null where undefined', () => {
  expect(flatMetrics(METRICS)).toEqual({
    examples: 3,
    r2_macro: 0.25,
    rmse_macro: null,
    mean_baseline_rmse: 0.5,
    training_epochs: 4,
    training_seconds: 10,
    training_best_epoch: 3,
  });
});

it('hyper-parameters are numbers, switches and text, without names and places', async () => {
  const parameters = hyperparameters(await loadConfig('configs/mini-mtat.yaml'));
  expect(parameters.get('training.optimizer.learning_rate')).toBe(0.002);
  expect(parameters.get('model.fusion.balanced')).toBe(true);
  expect(parameters.get('model.fusion.kind')).toBe('self-attention');
  expect(parameters.get('model.branches.mel.channels')).toBe('[32,64,96,128]');
  for (const key of ['name', 'data.root', 'inputs.store']) expect(parameters.has(key)).toBe(false);
});

it.skipIf(noTensorboard)(
  'TensorBoard reads config, hyper-parameters and test metrics',
  { timeout: 60_000 },
  async () => {
    const config = await loadConfig('configs/mini-mtat.yaml');
    await writeRunEvents(out, { config, configText: 'seed: 1\n', metrics: METRICS });
    const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util
events = EventAccumulator(sys.argv[1]); events.Reload()
data = {tag: plugin_data_pb2.HParamsPluginData.FromString(content) for tag, content in events.PluginTagToContent('hparams').items()}
start = data['_hparams_/session_start_info'].session_start_info
def value(v):
    kind = v.WhichOneof('kind')
    return getattr(v, kind)
print(json.dumps({
  'scalars': {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']},
  'text': tensor_util.make_ndarray(events.Tensors('config')[0].tensor_proto)[0].decode(),
  'parameters': {name: value(v) for name, v in start.hparams.items()},
  'group': start.group_name,
  'seconds': data['_hparams_/session_end_info'].session_end_info.end_time_secs - start.start_time_secs,
  'status': data['_hparams_/session_end_info'].session_end_info.status,
}))`;
    const { stdout } = await promisify(execFile)(PYTHON, ['-c', script, join(out, 'tensorboard')]);
    const read = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    expect(read).toMatchObject({
      scalars: { 'test/r2_macro': [[4, 0.25]], 'test/mean_baseline_rmse': [[4, 0.5]] },
      text: '```yaml\nseed: 1\n```',
      parameters: Object.fromEntries(hyperparameters(config)),
      group: out,
      status: 1,
    });
    expect(Object.keys(read.scalars as object)).toHaveLength(2);
    expect(read.seconds).toBeCloseTo(10, 3);
  },
);

"""Small random networks of the classes that tools/export-onnx.py exports, and their embeddings by transformers alone.

    pip install torch==2.13.0 transformers==5.24.0
    python test/hub/graph/foundation_models.py OUT

Writes for each NAME: NAME/, the model with its feature extractor; wanted/NAME.json, embeddings of the windows of samples.f32 for
each way of choosing layers. They are computed by the feature extractor and the model as their documentation does it, without
anything of tools/export-onnx.py.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import (
    ClapAudioConfig,
    ClapAudioModelWithProjection,
    ClapFeatureExtractor,
    HubertConfig,
    HubertModel,
    Wav2Vec2Config,
    Wav2Vec2ConformerConfig,
    Wav2Vec2ConformerModel,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2Model,
)

RATE = 8000
SECONDS = 0.5

SMALL = dict(
    hidden_size=32,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=48,
    conv_dim=(16, 16, 16),
    conv_kernel=(10, 3, 3),
    conv_stride=(5, 4, 4),
    num_conv_pos_embeddings=16,
    num_conv_pos_embedding_groups=4,
)

# Of MERT's class in its two sizes, of wav2vec 2.0 and of a conformer, as in MuQ and OMAR-RQ.
WAVEFORM = {
    "hubert": (HubertModel, HubertConfig(**SMALL, feat_extract_norm="group")),
    "hubert-stable": (HubertModel, HubertConfig(**SMALL, feat_extract_norm="layer", do_stable_layer_norm=True)),
    "wav2vec2": (Wav2Vec2Model, Wav2Vec2Config(**SMALL, feat_extract_norm="layer")),
    "conformer": (
        Wav2Vec2ConformerModel,
        Wav2Vec2ConformerConfig(**SMALL, position_embeddings_type="rotary", conv_depthwise_kernel_size=7),
    ),
}

CLAP = ClapAudioConfig(
    spec_size=64,
    num_mel_bins=16,
    patch_size=4,
    patch_stride=[4, 4],
    patch_embeds_hidden_size=16,
    hidden_size=32,
    depths=[1, 1],
    num_attention_heads=[2, 2],
    window_size=4,
    projection_dim=24,
    enable_fusion=False,
)


def shaken(model):
    """Values apart from one another where transformers begins with zeros or ones, such as in normalisations."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return model.eval()


def layer_choices(states):
    whole = {
        "last": states[-1],
        "mean": torch.stack(states).mean(0),
        "1": states[1],
        "0,2": torch.cat([states[0], states[2]], -1),
    }
    return {name: values.mean(1) for name, values in whole.items()}


def lists(values):
    return {name: tensor.double().numpy().round(9).tolist() for name, tensor in values.items()}


out = Path(sys.argv[1])
(out / "wanted").mkdir(exist_ok=True)
samples = np.fromfile(out / "samples.f32", dtype="<f4")
torch.manual_seed(0)
for name, (build, config) in WAVEFORM.items():
    extractor = Wav2Vec2FeatureExtractor(sampling_rate=RATE, do_normalize=True)
    model = shaken(build(config))
    model.save_pretrained(out / name)
    extractor.save_pretrained(out / name)
    size = round(SECONDS * RATE)
    windows = [samples[at : at + size] for at in range(0, len(samples) - size + 1, size)]
    inputs = extractor(windows, sampling_rate=RATE, return_tensors="pt").input_values
    with torch.no_grad():
        states = model(inputs, output_hidden_states=True).hidden_states
    (out / "wanted" / f"{name}.json").write_text(json.dumps(lists(layer_choices(states))))

extractor = ClapFeatureExtractor(
    feature_size=16,
    sampling_rate=RATE,
    hop_length=80,
    max_length_s=1,
    fft_window_size=256,
    frequency_min=50,
    frequency_max=4000,
    truncation="rand_trunc",
    padding="repeatpad",
)
model = shaken(ClapAudioModelWithProjection(CLAP))
model.save_pretrained(out / "clap")
extractor.save_pretrained(out / "clap")
windows = [samples[at : at + RATE] for at in range(0, len(samples) - RATE + 1, RATE)]
features = torch.stack(
    [extractor(window, sampling_rate=RATE, return_tensors="pt").input_features[0] for window in windows]
)
with torch.no_grad():
    embeddings = model(input_features=features).audio_embeds
embeddings = embeddings / embeddings.norm(dim=-1, keepdim=True)
(out / "wanted" / "clap.json").write_text(json.dumps(lists({"last": embeddings})))

"""Exports a foundation model of audio to ONNX, for `polytag models import`.

    pip install torch==2.13.0 transformers==5.24.0 onnx==1.23.2 onnxruntime==1.32.0
    python tools/export-onnx.py m-a-p/MERT-v1-95M out/mert.onnx --trust-remote-code --layer 7
    npx polytag models import out/mert.onnx --name mert

MODEL is a folder, or a name on the Hugging Face Hub, which is downloaded. The graph takes windows of samples, [batch,
samples], and gives `embeddings`: [batch, features], or [batch, steps, features] with --pool sequence. What the model's own
feature extractor does, normalisation or a log-mel spectrogram, is part of the graph. OUT.json beside the graph says the
sample rate and the length of a window, so that polytag needs no further option.

As MARBLE probes such models: windows of --chunk-seconds side by side, one layer (--layer 7; 0 is what the first layer takes),
the mean of all (--layer mean) or several one behind the other (--layer 4,8,12), and the mean over time. MARBLE also takes
the rest of a recording, where it has a second or more; a graph has one length, so that the rest is left out.

Families, by the model's configuration or --family:

    hidden-states   HuBERT, MERT, wav2vec 2.0, Wav2Vec2-Conformer, WavLM, Data2Vec: classes of transformers, or the model's own
                    with --trust-remote-code, which runs code from the Hub
    clap            the audio tower of CLAP (not of the fused variant), with its spectrogram; --layer does not apply
    muq             MuQ, of the package muq 0.1.0; not run by polytag's tests
    omar-rq         OMAR-RQ, of the package omar-rq; not run by polytag's tests

After the export, onnxruntime computes random windows and one of silence, and the command fails where an embedding differs
from torch's by more than 1e-4 of the largest value.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from torch import nn

FAMILIES = ("hidden-states", "clap", "muq", "omar-rq")

# Relative to the largest value of an embedding.
TOLERANCE = 1e-4


def chosen_layers(text, states):
    """The hidden states that --layer names: `last`, `mean`, a number or several, counted from what the first layer takes."""
    if text in ("last", "mean"):
        return [states[-1]] if text == "last" else [torch.stack(list(states)).mean(0)]
    layers = [int(number) for number in text.split(",")]
    wrong = next((layer for layer in layers if not 0 <= layer < len(states)), None)
    if wrong is not None:
        raise SystemExit(f"--layer: there is no layer {wrong}; the model has 0 to {len(states) - 1}.")
    return [states[layer] for layer in layers]


def valid_layer(text):
    """The text where it names layers; else what argparse reports."""
    if text in ("last", "mean") or all(number.isdigit() for number in text.split(",")):
        return text
    raise argparse.ArgumentTypeError(f'"{text}" is none of last, mean, a number, or several as 4,8,12')


class Normalised(nn.Module):
    """Each window with a mean of 0 and a variance of 1, as transformers' Wav2Vec2FeatureExtractor makes it."""

    def forward(self, samples):
        centred = samples - samples.mean(1, keepdim=True)
        return centred / torch.sqrt((centred * centred).mean(1, keepdim=True) + 1e-7)


class HiddenStates(nn.Module):
    """The chosen layers of a model that gives all of them."""

    def __init__(self, model, layer, front_end):
        super().__init__()
        self.model, self.layer, self.front_end = model, layer, front_end

    def states(self, samples):
        return self.model(samples, output_hidden_states=True).hidden_states

    def forward(self, samples):
        return torch.cat(chosen_layers(self.layer, self.states(self.front_end(samples))), dim=-1)


class Muq(HiddenStates):
    def states(self, samples):
        return self.model(x=samples, output_hidden_states=True).hidden_states


class OmarRq(HiddenStates):
    def states(self, samples):
        layers = list(range(len(self.model.net.layers)))
        return list(self.model.extract_embeddings(samples, layers=layers))


class MeanOverTime(nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, samples):
        return self.network(samples).mean(1)


class LogMel(nn.Module):
    """
    The spectrogram of transformers' ClapFeatureExtractor, [batch, 1, frames, bands]: of a periodic Hann window, centred frames
    with reflection at the edges, power in decibels. The transform is a convolution, so that every runtime has it.
    """

    def __init__(self, extractor):
        super().__init__()
        size, self.hop = extractor.fft_window_size, extractor.hop_length
        time = torch.arange(size, dtype=torch.float64)
        angles = 2 * torch.pi * torch.arange(size // 2 + 1, dtype=torch.float64)[:, None] * time / size
        window = torch.hann_window(size, periodic=True, dtype=torch.float64)
        kernels = torch.cat([angles.cos(), angles.sin()]) * window
        self.register_buffer("kernels", kernels[:, None].float())
        self.register_buffer("filters", torch.tensor(extractor.mel_filters_slaney).float())
        self.pad = size // 2

    def forward(self, samples):
        padded = nn.functional.pad(samples[:, None], (self.pad, self.pad), mode="reflect")
        real, imaginary = nn.functional.conv1d(padded, self.kernels, stride=self.hop).chunk(2, dim=1)
        power = (real * real + imaginary * imaginary).transpose(1, 2) @ self.filters
        return (10 / torch.log(torch.tensor(10.0)) * torch.log(power.clamp(min=1e-10)))[:, None]


class Clap(nn.Module):
    """The embedding that CLAP compares with that of a text, of length 1."""

    def __init__(self, model, front_end):
        super().__init__()
        self.model, self.front_end = model, front_end

    def forward(self, samples):
        embedding = self.model(input_features=self.front_end(samples)).audio_embeds
        return embedding / embedding.norm(dim=-1, keepdim=True)


def family_of(model, given, trust):
    if given is not None:
        return given
    from transformers import AutoConfig

    try:
        kind = AutoConfig.from_pretrained(model, trust_remote_code=trust).model_type
    except (OSError, ValueError) as error:
        reason = str(error).split("\n")[0].rstrip(".")
        raise SystemExit(
            f"{model} cannot be read as a model of transformers ({reason}); give a folder or name of one, or --family."
        ) from None
    return "clap" if kind.startswith("clap") else "hidden-states"


def transformers_model(args):
    from transformers import AutoFeatureExtractor, AutoModel

    extractor = AutoFeatureExtractor.from_pretrained(args.model)
    given = {} if args.trust_remote_code else {"attn_implementation": "eager"}
    model = AutoModel.from_pretrained(args.model, trust_remote_code=args.trust_remote_code, **given)
    front_end = Normalised() if extractor.do_normalize else nn.Identity()
    return HiddenStates(model, args.layer, front_end), extractor.sampling_rate, 5.0


def clap_model(args):
    from transformers import ClapAudioModelWithProjection, ClapFeatureExtractor

    if args.layer != "last":
        raise SystemExit("--layer: the audio tower of CLAP has one embedding; leave it out.")
    extractor = ClapFeatureExtractor.from_pretrained(args.model)
    model = ClapAudioModelWithProjection.from_pretrained(args.model, attn_implementation="eager")
    if model.config.enable_fusion:
        raise SystemExit("The fused variant of CLAP takes four spectrograms at once; export an unfused one.")
    if args.chunk_seconds not in (None, extractor.max_length_s):
        raise SystemExit(f"--chunk-seconds: this model takes {extractor.max_length_s}; leave it out.")
    if args.pool == "sequence":
        raise SystemExit("--pool: the audio tower of CLAP has one embedding for a window; leave it out.")
    return Clap(model, LogMel(extractor)), extractor.sampling_rate, float(extractor.max_length_s)


def muq_model(args):
    from muq import MuQ

    return Muq(MuQ.from_pretrained(args.model), args.layer, nn.Identity()), 24_000, 5.0


def omar_rq_model(args):
    from omar_rq import get_model

    model = get_model(model_id=args.model, device="cpu")
    return OmarRq(model, args.layer, nn.Identity()), int(model.sr), 5.0


LOADERS = {"hidden-states": transformers_model, "clap": clap_model, "muq": muq_model, "omar-rq": omar_rq_model}


def export(network, samples, out):
    """Writes the graph, for batches of any size."""
    with torch.no_grad():
        torch.onnx.export(
            network,
            # Of two windows, so that nothing is taken for a constant of one.
            (0.1 * torch.randn(2, samples),),
            str(out),
            dynamo=False,
            opset_version=17,
            input_names=["waveform"],
            output_names=["embeddings"],
            dynamic_axes={"waveform": {0: "batch"}, "embeddings": {0: "batch"}},
        )


def check(network, samples, out):
    """The largest difference of onnxruntime from torch, of the largest value. Exits where it is above the tolerance."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(out), options, providers=["CPUExecutionProvider"])
    torch.manual_seed(1)
    windows = torch.cat([0.1 * torch.randn(2, samples), torch.zeros(1, samples)])
    with torch.no_grad():
        wanted = network(windows)
    found = torch.from_numpy(session.run(["embeddings"], {"waveform": windows.numpy()})[0])
    difference = ((found - wanted).abs().max() / wanted.abs().max()).item()
    if found.shape != wanted.shape or not difference <= TOLERANCE:
        out.unlink()
        raise SystemExit(f"{out}: the graph's embeddings differ from torch's by {difference:.1e}; it was removed.")
    return difference


def describe(args, family, rate, samples, shape):
    """The description beside the graph, in the form of Essentia's."""
    layer = "its joint embedding" if family == "clap" else f"layer {args.layer}"
    pooled = "" if family == "clap" else ", mean over time" if args.pool == "mean" else ", every step"
    description = {
        "name": args.out.stem,
        "type": "embeddings of a foundation model",
        "version": args.revision_note,
        "description": f"{args.model}: {layer}{pooled}, of windows of {samples / rate:g} s",
        "classes": [],
        "dataset": {"name": args.dataset},
        "licence": args.licence,
        "citation": args.citation,
        "schema": {
            "inputs": [{"name": "waveform", "type": "float", "shape": ["batch", samples]}],
            "outputs": [
                {
                    "name": "embeddings",
                    "type": "float",
                    "shape": ["batch", *shape],
                    "output_purpose": "embeddings",
                }
            ],
        },
        "inference": {
            "sample_rate": rate,
            "inputs": {"sample_rate": rate, "chunk_seconds": samples / rate, "waveform": {"exact": True}},
            "remainder": "drop",
        },
    }
    return {key: value for key, value in description.items() if value is not None}


def arguments():
    summary = __doc__.split("\n\n")[0]
    parser = argparse.ArgumentParser(description=summary, epilog="The head of this file says more.")
    parser.add_argument("model", help="folder of a model, or its name on the Hugging Face Hub")
    parser.add_argument("out", type=Path, help="the graph, an .onnx file; its description is the .json beside it")
    parser.add_argument("--family", choices=FAMILIES, help="default: by the model's configuration")
    parser.add_argument("--layer", type=valid_layer, default="last", help="last, mean, 7 or 4,8,12; default: last")
    parser.add_argument("--pool", choices=("mean", "sequence"), default="mean", help="default: mean over time")
    parser.add_argument("--chunk-seconds", type=float, help="length of a window; default: 5, or the model's own")
    parser.add_argument("--trust-remote-code", action="store_true", help="run the model's code from the Hub")
    parser.add_argument("--licence", help="of the weights, for the model's card")
    parser.add_argument("--citation", help="for the model's card")
    parser.add_argument("--dataset", default="unknown", help="what it was trained on, for the model's card")
    parser.add_argument("--revision-note", help="which weights they are, for the description")
    args = parser.parse_args()
    if args.out.suffix != ".onnx":
        parser.error(f"{args.out} does not end in .onnx; give a name that does.")
    if args.chunk_seconds is not None and not 0 < args.chunk_seconds <= 60:
        parser.error("--chunk-seconds must be above 0 and at most 60.")
    return args


def main():
    args = arguments()
    family = family_of(args.model, args.family, args.trust_remote_code)
    network, rate, seconds = LOADERS[family](args)
    samples = round((args.chunk_seconds or seconds) * rate)
    if args.pool == "mean" and family != "clap":
        network = MeanOverTime(network)
    network.eval()
    with torch.no_grad():
        shape = network(torch.zeros(1, samples)).shape[1:]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    export(network, samples, args.out)
    difference = check(network, samples, args.out)
    text = json.dumps(describe(args, family, rate, samples, shape), indent=2, ensure_ascii=False)
    args.out.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
    print(f"{args.out}: {list(shape)} for a window of {samples} samples; onnxruntime differs by {difference:.1e}.")


if __name__ == "__main__":
    sys.exit(main())

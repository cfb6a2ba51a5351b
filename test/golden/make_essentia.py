"""What Essentia's published networks take, by its own algorithms: essentia.npz.

    pip install essentia==2.1b6.dev1389 numpy==2.4.6
    python test/golden/make_essentia.py

The signal is the melody of golden.py at the sample rate of each network; for TempoCNN it is played twice.

- `tempocnn` [frames, 40]: TensorflowInputTempoCNN on frames of 1024, hop 512, the first centred on sample 0 with zeros
  before it, as TensorflowPredictTempoCNN cuts them. Every eighth frame.
- `tempocnn_patch` [256, 40]: frames 100 to 355 after TensorNormalize, as that algorithm gives them to the network. Every
  eighth frame.
- `musicnn` [frames, 96]: TensorflowInputMusiCNN, of which TensorflowPredictMAEST takes (x - mean) / (2 deviation) with the
  mean 2.06755686098554 and the deviation 1.268292820667291. Every 16th frame.
- `openl3` [199, 128]: the second that begins at 3 s, as the script of OpenL3's page in Essentia's documentation computes
  it: Windowing, Spectrum and MelBands of frames of 2048, hop 242, the first centred on the patch's first sample with zeros
  before it; decibels of the magnitudes, 80 at most below the largest, which is 0. Every fourth frame.
"""

import essentia
import essentia.standard as es
import numpy as np
from golden import check_versions, melody, write

essentia.log.infoActive = False
PINNED = {"essentia": "2.1b6.dev1389", "numpy": "2.4.6"}
check_versions(PINNED)


def frames(samples, size, hop, bands, **options):
    cut = es.FrameGenerator(samples, frameSize=size, hopSize=hop, **options)
    return np.array([bands(frame) for frame in cut], dtype=np.float32)


tempo = frames(np.tile(melody(11_025), 2), 1024, 512, es.TensorflowInputTempoCNN())
patch = es.TensorNormalize(scaler="standard")(tempo[np.newaxis, np.newaxis, 100:356])[0, 0]

musicnn = frames(melody(16_000), 512, 256, es.TensorflowInputMusiCNN())

window = es.Windowing(size=2048, normalized=False)
spectrum = es.Spectrum(size=2048)
bands = es.MelBands(
    inputSize=1025,
    numberBands=128,
    sampleRate=48_000,
    lowFrequencyBound=0,
    highFrequencyBound=24_000,
    warpingFormula="slaneyMel",
    weighting="linear",
    normalize="unit_tri",
    type="magnitude",
    log=False,
)
second = melody(48_000)[3 * 48_000 : 4 * 48_000]
magnitudes = frames(second, 2048, 242, lambda frame: bands(spectrum(window(frame))), validFrameThresholdRatio=0.5)
decibels = 10 * np.log10(np.maximum(1e-10, magnitudes))
decibels = np.maximum(decibels, decibels.max() - 80)
openl3 = (decibels - decibels.max()).astype(np.float32)

write(
    "essentia",
    {"tempocnn": tempo[::8], "tempocnn_patch": patch[::8], "musicnn": musicnn[::16], "openl3": openl3[::4]},
    {"arrays": __doc__.split("\n\n", 2)[2]},
    PINNED,
)

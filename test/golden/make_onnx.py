"""What onnxruntime computes of small graphs, one for each operation that polytag runs: onnx.json.

    pip install onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
    python test/golden/make_onnx.py

The graphs are stored as files in base64, with their inputs and outputs.
"""

import base64
import json
import sys

import numpy as np
import onnxruntime
from golden import FOLDER, check_versions, noise
from onnx import TensorProto, helper, numpy_helper

PINNED = {"onnx": "1.23.2", "onnxruntime": "1.32.0", "numpy": "2.4.6"}
check_versions(PINNED)

TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE, "int64": TensorProto.INT64, "bool": TensorProto.BOOL}
seed = 0


def floats(*shape, positive=False):
    global seed
    seed += 1
    values = noise(int(np.prod(shape)), seed).reshape(shape)
    return (np.abs(values) + 0.1 if positive else 2 * values).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


def case(op, inputs, outputs=(("y", TensorProto.FLOAT),), constants=(), nodes=None, opset=18, scalars=False, **attributes):
    """A graph of one node, or of `nodes`: `inputs` are fed, those whose place is in `constants` are stored in the file; `scalars`: inputs without dimensions."""
    inputs = [None if value is None else np.asarray(value) for value in inputs]
    if scalars:
        inputs = [value.reshape(()) for value in inputs]
    names = ["" if value is None else f"x{i}" for i, value in enumerate(inputs)]
    fed = {n: v for i, (n, v) in enumerate(zip(names, inputs)) if v is not None and i not in constants}
    stored = [numpy_helper.from_array(inputs[i], names[i]) for i in constants]
    node = helper.make_node(op, names, [name for name, _ in outputs], **attributes)
    graph = helper.make_graph(
        nodes or [node],
        op,
        [helper.make_tensor_value_info(n, TYPES[str(v.dtype)], [f"{n}_{d}" for d in range(v.ndim)]) for n, v in fed.items()],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs],
        stored,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    file = model.SerializeToString()
    results = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"]).run(None, fed)
    pack = lambda a: {"type": str(a.dtype), "shape": list(a.shape), "values": a.astype(float).ravel().tolist()}
    return {
        "op": op,
        "file": base64.b64encode(file).decode(),
        "inputs": {n: pack(v) for n, v in fed.items()},
        "outputs": {name: pack(result) for (name, _), result in zip(outputs, results)},
    }


FLAG = (("y", TensorProto.BOOL),)
WHOLE = (("y", TensorProto.INT64),)
WIDE = (("y", TensorProto.DOUBLE),)
cases = []
for op in ["Add", "Sub", "Mul", "Div"]:
    cases.append(case(op, [floats(2, 3, 4), floats(3, 1, positive=True)]))
    cases.append(case(op, [ints(7, -7, 9, -1), ints(2, 2, -4, 3)], WHOLE))
    cases.append(case(op, [floats(1, 3, 4, 5), floats(3, 1, 1, positive=True)], constants=[1]))
cases.append(case("Max", [floats(2, 3), floats(3), floats(2, 1)]))
cases.append(case("Max", [ints(4, -2), ints(0)], WHOLE))
for op in ["Sqrt", "Log"]:
    cases.append(case(op, [floats(3, 4, positive=True)]))
for op in ["Exp", "Cos", "Sin", "Relu", "Sigmoid", "Neg"]:
    cases.append(case(op, [floats(3, 4)]))
for op in ["Equal", "GreaterOrEqual", "LessOrEqual"]:
    cases.append(case(op, [np.float32([1, 2, 3]), np.float32(2)], FLAG))
cases.append(case("And", [np.array([True, True, False]), np.array([True, False, False])], FLAG))
cases.append(case("Where", [np.array([True, False, True]), floats(2, 3), np.float32(9)]))
cases.append(case("Cast", [np.float32([1.9, -1.9, 0])], WHOLE, to=TensorProto.INT64))
cases.append(case("Cast", [floats(2, 3)], WIDE, to=TensorProto.DOUBLE))
cases.append(case("Cast", [ints(0, 3)], FLAG, to=TensorProto.BOOL))
cases.append(case("Clip", [floats(6), np.float32(-0.5), np.float32(0.5)]))
cases.append(case("Clip", [floats(6), None, np.float32(0.5)]))
cases.append(case("Shape", [floats(2, 3, 4)], WHOLE))
cases.append(case("Reshape", [floats(2, 3, 4), ints(0, -1)], constants=[1]))
cases.append(case("Unsqueeze", [floats(2, 3), ints(0, -1)], constants=[1]))
cases.append(case("Squeeze", [floats(1, 2, 1), ints(-1)], constants=[1]))
cases.append(case("Squeeze", [floats(1, 2, 1)]))
cases.append(case("Transpose", [floats(2, 3, 4)], perm=[2, 0, 1]))
cases.append(case("Transpose", [floats(2, 3)]))
cases.append(case("Concat", [floats(2, 3), floats(2, 1)], axis=-1))
cases.append(case("Concat", [ints(1, 2), ints(3)], WHOLE, axis=0))
cases.append(case("Slice", [floats(4, 5), ints(1, -3), ints(9, -1), ints(0, 1)], constants=[1, 2, 3]))
cases.append(case("Slice", [floats(4, 5), ints(-2), ints(4)], constants=[1, 2]))
cases.append(case("Pad", [floats(2, 3), ints(0, 1, 2, 0), np.float32(-1)], constants=[1]))
cases.append(case("Pad", [floats(2, 3), ints(1, 0, 0, 2)], constants=[1]))
# Values of 64 floats and more are computed on the engine.
cases.append(case("Pad", [floats(8, 9), ints(0, 1, 2, 0), np.float32(-1)], constants=[1]))
cases.append(case("Pad", [floats(2, 1, 40), ints(0, 0, 7, 0, 0, 3)], constants=[1], mode="reflect"))
cases.append(case("Pad", [floats(3, 4), ints(1, 2, 1, 3)], constants=[1], mode="reflect"))
cases.append(case("Where", [np.array([True, False, True])[:, None, None], np.float32(0), floats(3, 5, 6)]))
cases.append(case("Where", [np.array([True, True])[:, None, None], np.float32(0), floats(2, 3, 40)]))
cases.append(case("Where", [np.array([False, False])[:, None, None], np.float32(0), floats(2, 3, 40)]))
cases.append(case("Where", [np.array([False]), np.float32(0), floats(70)]))
cases.append(case("Neg", [floats(8, 9)]))
cases.append(case("Concat", [floats(1, 9, 8, 1), floats(1, 9, 8, 1), floats(1, 9, 8, 1)], axis=-1))
cases.append(case("Concat", [floats(70, 1), floats(70, 2)], axis=-1))
cases.append(case("Slice", [floats(2, 9, 8, 2), ints(3), ints(7), ints(2)], constants=[1, 2, 3]))
cases.append(case("Slice", [floats(4, 9, 8), ints(1, 2), ints(3, 9), ints(0, 1)], constants=[1, 2, 3]))
cases.append(case("Gather", [floats(4, 3), ints(2, -1, 0)], axis=0))
cases.append(case("Gather", [floats(2, 4), ints(1, 1)], axis=1))
cases.append(case("GatherElements", [floats(3, 4), np.array([[0, 3], [1, 1], [-1, 0]])], axis=1))
cases.append(case("ScatterElements", [floats(6), np.array([4, 0]), floats(2)], axis=0))
cases.append(case("ConstantOfShape", [ints(2, 3)]))
cases.append(case("ConstantOfShape", [ints(2)], WHOLE, value=numpy_helper.from_array(ints(7))))
for op in ["ReduceMax", "ReduceMin", "ReduceMean", "ReduceSum"]:
    cases.append(case(op, [floats(2, 3, 4), ints(1, -1)], constants=[1], keepdims=0))
    cases.append(case(op, [floats(2, 3, 4)]))
cases.append(case("ArgMax", [np.float32([[1, 5, 5], [3, 2, 1]])], WHOLE, axis=-1, keepdims=0))
cases.append(case("ArgMax", [floats(3, 4)], WHOLE, axis=0))
cases.append(case("Softmax", [floats(2, 5)], axis=-1))
cases.append(case("Softmax", [floats(2, 5, 3).astype(np.float64)], WIDE, axis=1))
cases.append(case("MatMul", [floats(3, 4), floats(4, 2)]))
cases.append(case("MatMul", [floats(3, 4), floats(5, 4, 2)], constants=[0]))
cases.append(case("MatMul", [floats(5, 3, 4), floats(4, 2)], constants=[1]))
cases.append(case("MatMul", [floats(5, 3, 4), floats(5, 4, 2)]))
cases.append(case("Conv", [floats(1, 2, 7, 6), floats(3, 2, 3, 3), floats(3)], constants=[1, 2], pads=[1, 1, 1, 1]))
cases.append(case("Conv", [floats(2, 2, 7, 6), floats(3, 2, 3, 3)], constants=[1], pads=[1, 1, 0, 1]))
cases.append(case("Conv", [floats(1, 2, 9, 6), floats(3, 2, 3, 1), floats(3)], constants=[1, 2], pads=[3, 0, 3, 0], dilations=[3, 1]))
cases.append(case("Conv", [floats(1, 2, 9, 8), floats(3, 2, 2, 3)], constants=[1], strides=[2, 3]))
cases.append(case("Conv", [floats(2, 3, 8), floats(4, 3, 3), floats(4)], constants=[1, 2], pads=[1, 1]))

# A convolution whose result only a Relu uses.
pair = [helper.make_node("Conv", ["x0", "x1", "x2"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["c"], ["y"])]
cases.append(case("Conv", [floats(1, 2, 7, 6), floats(3, 2, 3, 3), floats(3)], constants=[1, 2], nodes=pair))
# Channels that move behind the places, and in front of them.
pair = [
    helper.make_node("Transpose", ["x0"], ["t"], perm=[0, 3, 1, 2]),
    helper.make_node("Conv", ["t", "x1"], ["c"], pads=[1, 1, 1, 1]),
    helper.make_node("Transpose", ["c"], ["y"], perm=[0, 2, 3, 1]),
]
cases.append(case("Transpose", [floats(2, 7, 6, 2), floats(3, 2, 3, 3)], constants=[1], nodes=pair))
cases.append(case("Transpose", [floats(2, 7, 6, 2)], perm=[0, 3, 1, 2]))

# Operations of classifiers that others train. Their opset is 20 where they need it.
for op in ["Abs", "Floor", "Ceil", "Erf", "Tanh", "Softplus", "Identity", "HardSwish"]:
    cases.append(case(op, [floats(3, 4)]))
    cases.append(case(op, [floats(2, 9, 8)]))
cases.append(case("Reciprocal", [floats(9, 8, positive=True)]))
cases.append(case("Pow", [floats(9, 8, positive=True), np.float32(1.5)], constants=[1]))
cases.append(case("Pow", [floats(3, 4), np.float32(2)], constants=[1]))
cases.append(case("Min", [floats(9, 8), floats(8), np.float32(0.2)]))
for shape in [(3, 4), (2, 9, 8)]:
    cases.append(case("Elu", [floats(*shape)], alpha=0.7))
    cases.append(case("LeakyRelu", [floats(*shape)], alpha=0.2))
    cases.append(case("HardSigmoid", [floats(*shape)], alpha=0.3, beta=0.4))
    cases.append(case("Gelu", [floats(*shape)], opset=20))
    cases.append(case("Gelu", [floats(*shape)], opset=20, approximate="tanh"))
for op in ["Greater", "Less"]:
    cases.append(case(op, [np.float32([1, 2, 3]), np.float32(2)], FLAG))
cases.append(case("Or", [np.array([True, False, False]), np.array([True, True, False])], FLAG))
cases.append(case("Not", [np.array([True, False])], FLAG))
cases.append(case("Clip", [floats(9, 8), np.float32(-0.5), np.float32(0.5)], constants=[1, 2]))
cases.append(case("Softmax", [floats(9, 8)], axis=-1))
cases.append(case("Flatten", [floats(2, 3, 4)], axis=1))
cases.append(case("Flatten", [floats(2, 3, 4)], axis=-1))
cases.append(case("Expand", [floats(3, 1), ints(2, 3, 4)], constants=[1]))
cases.append(case("Expand", [ints(1, 2), ints(2, 1)], WHOLE, constants=[1]))
cases.append(case("Tile", [floats(2, 3), ints(2, 1)], constants=[1]))
cases.append(case("Tile", [floats(9, 8), ints(1, 2)], constants=[1]))
PARTS = (("y", TensorProto.FLOAT), ("z", TensorProto.FLOAT))
cases.append(case("Split", [floats(9, 8), ints(3, 5)], PARTS, constants=[1], axis=1))
cases.append(case("Split", [floats(5, 2)], PARTS, axis=0, num_outputs=2))
cases.append(case("Constant", [], value=numpy_helper.from_array(floats(2, 3))))
cases.append(case("Constant", [], value_float=2.5))
cases.append(case("Constant", [], WHOLE, value_ints=[3, 4]))
cases.append(case("Range", [ints(2), ints(9), ints(3)], WHOLE, scalars=True))
cases.append(case("Gemm", [floats(3, 4), floats(4, 5), floats(5)], constants=[1, 2]))
cases.append(case("Gemm", [floats(4, 3), floats(5, 4), floats(3, 5)], constants=[1, 2], transA=1, transB=1, alpha=0.5, beta=2.0))
cases.append(case("Gemm", [floats(20, 4), floats(4, 5)], constants=[1]))
for shape in [(2, 3), (2, 3, 30), (2, 3, 5, 6)]:
    norm = [floats(*shape), floats(3), floats(3), floats(3), floats(3, positive=True)]
    cases.append(case("BatchNormalization", norm, constants=[1, 2, 3, 4], epsilon=1e-3))
cases.append(case("LayerNormalization", [floats(2, 5, 8), floats(8), floats(8)], constants=[1, 2]))
cases.append(case("LayerNormalization", [floats(2, 5, 8), floats(5, 8)], constants=[1], axis=1, epsilon=1e-3))
for op in ["MaxPool", "AveragePool"]:
    cases.append(case(op, [floats(2, 3, 9, 8)], kernel_shape=[2, 3], strides=[2, 3]))
    cases.append(case(op, [floats(2, 3, 9, 8)], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))
    cases.append(case(op, [floats(2, 3, 9, 8)], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1))
    cases.append(case(op, [floats(2, 3, 30)], kernel_shape=[4], strides=[3], pads=[1, 0]))
cases.append(case("AveragePool", [floats(2, 3, 9, 8)], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1))
for op in ["GlobalAveragePool", "GlobalMaxPool"]:
    cases.append(case(op, [floats(2, 3, 9, 8)]))
    cases.append(case(op, [floats(2, 3, 30)]))
cases.append(case("Dropout", [floats(9, 8)]))
# Convolutions of channels apart: by the engine's own operation, and by groups.
cases.append(case("Conv", [floats(2, 4, 7, 6), floats(4, 1, 3, 3), floats(4)], constants=[1, 2], group=4, pads=[1, 1, 1, 1]))
cases.append(case("Conv", [floats(2, 4, 9, 8), floats(8, 1, 3, 3), floats(8)], constants=[1, 2], group=4, strides=[2, 2], pads=[1, 1, 1, 1]))
cases.append(case("Conv", [floats(2, 4, 9, 8), floats(4, 1, 3, 3)], constants=[1], group=4, strides=[1, 2]))
cases.append(case("Conv", [floats(2, 4, 7, 6), floats(6, 2, 3, 3), floats(6)], constants=[1, 2], group=2))
cases.append(case("Conv", [floats(2, 4, 30), floats(4, 1, 5), floats(4)], constants=[1, 2], group=4, pads=[2, 2]))
for rule in ["SAME_UPPER", "SAME_LOWER"]:
    cases.append(case("Conv", [floats(2, 2, 9, 8), floats(3, 2, 4, 3), floats(3)], constants=[1, 2], auto_pad=rule))
    cases.append(case("Conv", [floats(2, 2, 9, 8), floats(3, 2, 3, 3)], constants=[1], strides=[2, 2], auto_pad=rule))
    cases.append(case("Conv", [floats(2, 4, 9, 8), floats(4, 1, 3, 3)], constants=[1], group=4, strides=[2, 2], auto_pad=rule))
    cases.append(case("MaxPool", [floats(2, 3, 9, 8)], kernel_shape=[2, 2], strides=[2, 2], auto_pad=rule))
    cases.append(case("AveragePool", [floats(2, 3, 9, 8)], kernel_shape=[3, 2], strides=[2, 2], auto_pad=rule))
# Gates of images, which keep their channels last between two convolutions.
gates = [
    helper.make_node("Conv", ["x0", "x1"], ["c"], pads=[1, 1, 1, 1]),
    helper.make_node("ReduceMean", ["c", "x2"], ["m"], keepdims=1),
    helper.make_node("Sigmoid", ["m"], ["s"]),
    helper.make_node("Mul", ["c", "s"], ["g"]),
    helper.make_node("Add", ["g", "x3"], ["y"]),
]
cases.append(case("Mul", [floats(2, 2, 7, 6), floats(3, 2, 3, 3), ints(2, 3), floats(1, 3, 1, 1)], constants=[1, 2, 3], nodes=gates))
# Recurrent layers: time 4, batch 2, input 3, hidden 5.
for op, gates, states in [("RNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)]:
    names = [(name, TensorProto.FLOAT) for name in ["y", "h", "c"][: 1 + states]]
    for directions, direction in [(1, "forward"), (1, "reverse"), (2, "bidirectional")]:
        weights = [floats(directions, gates * 5, 3), floats(directions, gates * 5, 5), floats(directions, 2 * gates * 5)]
        start = [floats(directions, 2, 5) for _ in range(states)] if direction == "bidirectional" else []
        extra = {"linear_before_reset": 1} if op == "GRU" and directions == 2 else {}
        cases.append(case(op, [floats(4, 2, 3), *weights, *([None, *start] if start else [])], names, constants=[1, 2, 3], hidden_size=5, direction=direction, **extra))
# Below, so that the numbers of the cases above stay as they are.
cases.append(case("InstanceNormalization", [floats(2, 3, 30), floats(3), floats(3)], constants=[1, 2]))
cases.append(case("InstanceNormalization", [floats(2, 3, 5, 4), floats(3), floats(3)], constants=[1, 2], epsilon=1e-2))
cases.append(case("ReduceL2", [floats(2, 3, 4), ints(1, -1)], constants=[1], keepdims=0))
cases.append(case("ReduceL2", [floats(2, 3, 4)]))
cases.append(case("Split", [floats(3, 8)], PARTS, opset=17, axis=1))

made = {"script": "test/golden/make_onnx.py", "versions": PINNED, "python": sys.version.split()[0]}
path = FOLDER / "onnx.json"
path.write_text(json.dumps({"made": made, "cases": cases}) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes, {len(cases)} graphs")

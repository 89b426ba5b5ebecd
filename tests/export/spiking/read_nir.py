"""Reads a NIR file with h5py and numpy alone: walks the schema, runs the network, compares spikes.

Knows nothing of Coppice but the metadata that export/FORMAT.md describes. Exit status 0: all agree.
"""
import sys

import h5py
import numpy as np

FIELDS = {
    "Input": {"shape"},
    "Output": {"shape"},
    "Conv2d": {"input_shape", "weight", "stride", "padding", "dilation", "groups", "bias"},
    "SumPool2d": {"kernel_size", "stride", "padding"},
    "Scale": {"scale"},
    "IF": {"r", "v_threshold", "v_reset"},
    "Flatten": {"start_dim", "end_dim", "input_type"},
    "Affine": {"weight", "bias"},
}


def text(dataset):
    info = h5py.check_string_dtype(dataset.dtype)
    assert info.encoding == "utf-8" and info.length is None, dataset.name
    return dataset[()].decode("utf-8")


def read(path):
    with h5py.File(path, "r") as file:
        assert text(file["version"])
        graph = file["node"]
        assert text(graph["type"]) == "NIRGraph"
        assert not graph.attrs, "NIR has datasets, no attributes"
        nodes = {}
        for name, group in graph["nodes"].items():
            kind = text(group["type"])
            assert set(group.keys()) == FIELDS[kind] | {"type"}, name
            nodes[name] = {"kind": kind}
            for field in FIELDS[kind]:
                nodes[name][field] = group[field][()]
        assert graph["edges"].shape[1] == 2
        edges = [(a.decode(), b.decode()) for a, b in graph["edges"][()]]
        metadata = {key: data[()] for key, data in graph["metadata"].items()}
        return nodes, edges, metadata


def in_order(nodes, edges):
    done, order = set(), []
    while len(order) < len(nodes):
        ready = [n for n in nodes if n not in done and all(a in done for a, b in edges if b == n)]
        assert ready, "the graph has a cycle"
        order += ready
        done |= set(ready)
    return order


def conv(node, x):
    weight, groups = node["weight"].astype(np.float64), int(node["groups"])
    stride, pad = node["stride"], node["padding"]
    assert tuple(node["input_shape"]) == x.shape[2:]
    assert tuple(node["dilation"]) == (1, 1)
    x = np.pad(x, ((0, 0), (0, 0), (pad[0], pad[0]), (pad[1], pad[1])))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    outs, ins = weight.shape[0] // groups, weight.shape[1]
    parts = [
        np.einsum(
            "nchwij,ocij->nohw",
            windows[:, g * ins : (g + 1) * ins],
            weight[g * outs : (g + 1) * outs],
        )
        for g in range(groups)
    ]
    return np.concatenate(parts, 1) + node["bias"].astype(np.float64)[:, None, None]


def step(node, x, state):
    kind = node["kind"]
    if kind == "Conv2d":
        return conv(node, x)
    if kind == "Scale":
        return x * node["scale"].astype(np.float64)
    if kind == "SumPool2d":
        assert tuple(node["kernel_size"]) == x.shape[2:]
        return x.sum((2, 3), keepdims=True)
    if kind == "Flatten":
        assert tuple(node["input_type"]) == x.shape[1:]
        return x.reshape(len(x), -1)
    if kind == "Affine":
        return x @ node["weight"].astype(np.float64).T + node["bias"]
    if kind == "Output":
        assert tuple(node["shape"]) == x.shape[1:]
        return x
    assert node["v_threshold"].shape == x.shape[1:], "parameters of every neuron"
    state["v"] = state.get("v", 0.5) + node["r"] * x
    spikes = (state["v"] >= node["v_threshold"]).astype(np.float64)
    state["v"] = state["v"] - spikes * node["v_threshold"]
    state["spikes"] = state.get("spikes", 0) + spikes
    return spikes


def main(path):
    nodes, edges, metadata = read(path)
    assert metadata["reset_mechanism"] == b"subtract" and metadata["v_init"] == 0.5
    order = in_order(nodes, edges)
    image = np.round(metadata["check_inputs"].astype(np.float64) * 4096) / 4096
    steps = int(metadata["check_timesteps"])
    states = {name: {} for name in nodes}
    total, unread = 0, steps // 4
    for now in range(steps):
        values = {}
        for name in order:
            if nodes[name]["kind"] == "Input":
                assert tuple(nodes[name]["shape"]) == image.shape[1:]
                values[name] = image
            else:
                x = sum(values[a] for a, b in edges if b == name)
                values[name] = step(nodes[name], x, states[name])
        if now >= unread:
            total = total + values["output"]
    for name, expected in zip(metadata["check_nodes"], metadata["check_spikes"]):
        found = states[name.decode()]["spikes"].reshape(len(image), -1).sum(1)
        assert np.array_equal(found, expected), (name, found, expected)
    assert np.array_equal(total / (steps - unread), metadata["check_logits"])


if __name__ == "__main__":
    main(sys.argv[1])

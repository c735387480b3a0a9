"""A SavedModel is a program: it is refused where it could act outside of itself."""

import pytest

pytest.importorskip("tensorflow")

from tensorflow.core.protobuf import saved_model_pb2  # noqa: E402

import zoo  # noqa: E402
from tests.trust.folders import change, copy_of  # noqa: E402
from zoo.hub import ModelFileError, resolve  # noqa: E402
from zoo.trust.saved_model import check_saved_model  # noqa: E402

FOREIGN = (
    *("WriteFile", "ReadFile", "MatchingFiles", "SaveV2", "RestoreV2", "MergeV2Checkpoints"),
    *("PyFunc", "EagerPyFunc", "PyFuncStateless", "PrintV2", "InitializeTableFromTextFileV2"),
    *("TFRecordDataset", "TextLineReaderV2", "WholeFileReaderV2", "CreateSummaryFileWriter"),
    *("DebugIdentityV2", "RpcCall", "RemoteCall", "XlaLaunch", "LoadDataset", "GeneratorDataset"),
)


@pytest.fixture(scope="module")
def saved():
    path = resolve("bilstm-brackets") / "saved_model" / "saved_model.pb"
    return path.read_bytes()


def written(folder, saved, edit):
    """Write an edited graph as a SavedModel."""
    proto = saved_model_pb2.SavedModel.FromString(saved)
    edit(proto.meta_graphs[0])
    (folder / "saved_model.pb").write_bytes(proto.SerializeToString())
    return folder


def reached_function(graph):
    """Return a function that the signatures run by way of another one."""
    names = set(graph.object_graph_def.concrete_functions)
    functions = {each.signature.name: each for each in graph.graph_def.library.function}
    calls = [
        attribute.func.name
        for name in names
        for node in functions[name].node_def
        for attribute in node.attr.values()
        if attribute.func.name
    ]
    return functions[calls[0]]


@pytest.mark.parametrize("name", zoo.list_models())
def test_the_graphs_of_bundled_models_pass(name):
    check_saved_model(resolve(name) / "saved_model")


@pytest.mark.parametrize("operator", FOREIGN)
def test_an_operator_that_acts_outside_is_refused(tmp_path, saved, operator):
    def edit(graph):
        reached_function(graph).node_def[0].op = operator

    with pytest.raises(ModelFileError, match=operator):
        check_saved_model(written(tmp_path, saved, edit))


def test_a_function_that_saves_may_not_be_run(tmp_path, saved):
    def edit(graph):
        saving = [
            each.signature.name
            for each in graph.graph_def.library.function
            if any(node.op == "SaveV2" for node in each.node_def)
        ]
        reached_function(graph).node_def[0].op = saving[0]

    with pytest.raises(ModelFileError, match="SaveV2"):
        check_saved_model(written(tmp_path, saved, edit))


EDITS = {
    "assets": lambda graph: graph.asset_file_def.add(filename="/etc/passwd"),
    "another object": lambda graph: setattr(
        graph.object_graph_def.nodes[0].user_object, "identifier", "_tf_keras_model"
    ),
    "a class with its own saver": lambda graph: setattr(
        graph.object_graph_def.nodes[0], "registered_saver", "Other"
    ),
    "a registered class": lambda graph: setattr(
        graph.object_graph_def.nodes[0], "registered_name", "Other"
    ),
    "a function named as an operator": lambda graph: setattr(
        reached_function(graph).signature, "name", "AddV2"
    ),
    "no objects": lambda graph: graph.object_graph_def.Clear(),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_other_ways_out_are_refused(tmp_path, saved, edit):
    with pytest.raises(ModelFileError, match=r"saved_model\.pb: "):
        check_saved_model(written(tmp_path, saved, edit))


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"SavedModel"])
def test_a_graph_that_is_none(tmp_path, content):
    (tmp_path / "saved_model.pb").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"saved_model\.pb: "):
        check_saved_model(tmp_path)


def test_a_file_beside_those_of_the_card_is_refused(tmp_path):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    change(folder)
    (folder / "saved_model" / "saved_model.pbtxt").write_text("meta_graphs {}")
    with pytest.raises(ModelFileError, match=r"saved_model\.pbtxt.* not on the card"):
        zoo.load(f"path:{folder}", runtime="saved_model")

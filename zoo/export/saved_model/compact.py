"""Reduces the size of a SavedModel: short names, no duplicate operators."""

from pathlib import Path
from typing import Any

from tensorflow.core.protobuf import saved_model_pb2

# Attributes that TensorFlow infers again when it loads a graph, or does not need.
REMOVED = ("_output_shapes", "_class", "_user_specified_name")


def compact(folder: Path) -> None:
    """Rewrite the graph of a SavedModel in fewer bytes, with the same outputs.

    Most of a graph that TensorFlow writes is the names of operators, which repeat the names of all
    enclosing scopes, and repeated constants and shapes.

    Args:
        folder: the SavedModel.
    """
    path = folder / "saved_model.pb"
    proto: Any = saved_model_pb2.SavedModel()
    proto.ParseFromString(path.read_bytes())
    for graph in proto.meta_graphs:
        named = set(graph.object_graph_def.concrete_functions)
        operators = graph.meta_info_def.stripped_op_list.op
        pure = {operator.name for operator in operators if not operator.is_stateful}
        for function in graph.graph_def.library.function:
            for node in function.node_def:
                _remove(node.attr)
            while _merge(function, pure):  # merged inputs make further operators equal
                pass
            # Callers refer to the arguments of these functions by name.
            _shorten(function, arguments=function.signature.name not in named)
        # The definitions of TensorFlow's own operators.
        graph.meta_info_def.ClearField("stripped_op_list")
    path.write_bytes(proto.SerializeToString(deterministic=True))
    # The fingerprint of the old content; it is optional.
    (folder / "fingerprint.pb").unlink(missing_ok=True)


def _remove(attributes):
    for name in REMOVED:
        attributes.pop(name, None)


def _merge(function, pure):
    """Keep one of all operators that compute the same, and return whether any was removed.

    Args:
        function: a `FunctionDef`, which is changed.
        pure: names of the operators whose outputs depend on their inputs alone.
    """
    first, same = {}, {}
    for node in function.node_def:
        if node.op in pure:
            attributes = sorted((key, each.SerializeToString()) for key, each in node.attr.items())
            key = node.op, node.device, tuple(node.input), tuple(attributes)
            same[node.name] = first.setdefault(key, node.name)
    kept = [node for node in function.node_def if same.get(node.name, node.name) == node.name]
    if len(kept) == len(function.node_def):
        return False
    kept = [type(node).FromString(node.SerializeToString()) for node in kept]
    del function.node_def[:]
    function.node_def.extend(kept)
    _rename(function, same)
    return True


def _shorten(function, arguments):
    """Shorten the names of a function's operators, and with `arguments` of its arguments, too."""
    signature = function.signature
    taken = [argument.name for argument in signature.input_arg]
    names = (taken if arguments else []) + [node.name for node in function.node_def]
    kept = set() if arguments else set(taken)
    free = (name for name in map(_short, range(len(names) + len(kept))) if name not in kept)
    _rename(function, dict(zip(names, free, strict=False)))
    if arguments:
        for attributes in function.arg_attr.values():
            _remove(attributes.attr)
        outputs = {name: function.ret[name] for name in function.ret}
        function.ret.clear()
        for number, argument in enumerate(signature.output_arg):
            output, argument.name = outputs[argument.name], _short(number)
            function.ret[argument.name] = output


def _short(number):
    """Return the short name with a number.

    Example:

    >>> _short(0), _short(25), _short(26)
    ('a', 'z', 'a0')
    """
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[number % 26] + (str(number // 26 - 1) if number > 25 else "")


def _rename(function, new):
    def renamed(reference):
        """Rename the operator in `name`, `^name`, `name:output` or `name:output:index`."""
        name, colon, rest = reference.removeprefix("^").partition(":")
        return "^" * reference.startswith("^") + new.get(name, name) + colon + rest

    for argument in function.signature.input_arg:
        argument.name = new.get(argument.name, argument.name)
    for node in function.node_def:
        node.name = new.get(node.name, node.name)
        node.input[:] = map(renamed, node.input)
    for returned in (function.ret, function.control_ret):
        for name in list(returned):
            returned[name] = renamed(returned[name])

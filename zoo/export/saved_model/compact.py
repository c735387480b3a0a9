"""A SavedModel in fewer bytes: short names, and nothing computed twice."""

from tensorflow.core.protobuf import saved_model_pb2

# What whoever loads the graph works out again, or has no use for.
LEFT_OUT = ("_output_shapes", "_class", "_user_specified_name")


def compact(folder):
    """Rewrite the graph of a SavedModel in fewer bytes; its answers are the same.

    What TensorFlow writes is mostly the names of its operators, which repeat the names of all that
    they are in, and the same constants and shapes again and again.

    Args:
        folder: a `pathlib.Path`, of the SavedModel.
    """
    path = folder / "saved_model.pb"
    proto = saved_model_pb2.SavedModel()
    proto.ParseFromString(path.read_bytes())
    for graph in proto.meta_graphs:
        named = set(graph.object_graph_def.concrete_functions)
        operators = graph.meta_info_def.stripped_op_list.op
        pure = {operator.name for operator in operators if not operator.is_stateful}
        for function in graph.graph_def.library.function:
            for node in function.node_def:
                _leave_out(node.attr)
            while _merge(function, pure):  # what read two operators may now read one
                pass
            # Whoever loads the model asks for these by the names of their arguments.
            _shorten(function, arguments=function.signature.name not in named)
        # How TensorFlow defines its operators, which it knows itself.
        graph.meta_info_def.ClearField("stripped_op_list")
    path.write_bytes(proto.SerializeToString(deterministic=True))
    # It is of what stood there before, and a model may be without.
    (folder / "fingerprint.pb").unlink(missing_ok=True)


def _leave_out(attributes):
    for name in LEFT_OUT:
        attributes.pop(name, None)


def _merge(function, pure):
    """Leave one of all operators that compute the same, and return whether there were more.

    Args:
        function: a `FunctionDef`, changed.
        pure: names of the operators whose result depends on nothing but their inputs.
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
    """Give the operators of a function short names, and on demand what it takes and returns."""
    signature = function.signature
    taken = [argument.name for argument in signature.input_arg]
    names = (taken if arguments else []) + [node.name for node in function.node_def]
    kept = set() if arguments else set(taken)
    free = (name for name in map(_short, range(len(names) + len(kept))) if name not in kept)
    _rename(function, dict(zip(names, free, strict=False)))
    if arguments:
        for attributes in function.arg_attr.values():
            _leave_out(attributes.attr)
        places = {name: function.ret[name] for name in function.ret}
        function.ret.clear()
        for number, argument in enumerate(signature.output_arg):
            place, argument.name = places[argument.name], _short(number)
            function.ret[argument.name] = place


def _short(number):
    """Return a name for a number.

    Example:

    >>> _short(0), _short(25), _short(26)
    ('a', 'z', 'a0')
    """
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[number % 26] + (str(number // 26 - 1) if number > 25 else "")


def _rename(function, new):
    def renamed(place):
        """Rename the operator in `name`, `^name`, `name:output` or `name:output:index`."""
        name, colon, rest = place.removeprefix("^").partition(":")
        return "^" * place.startswith("^") + new.get(name, name) + colon + rest

    for argument in function.signature.input_arg:
        argument.name = new.get(argument.name, argument.name)
    for node in function.node_def:
        node.name = new.get(node.name, node.name)
        node.input[:] = map(renamed, node.input)
    for returned in (function.ret, function.control_ret):
        for name in list(returned):
            returned[name] = renamed(returned[name])

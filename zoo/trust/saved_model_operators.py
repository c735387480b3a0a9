"""The operators that a SavedModel of the zoo may run: none reads or writes outside of the graph."""

# Control, variables and tables of the graph itself.
_OWN = """
AssignVariableOp Const DisableCopyOnRead EnsureShape HashTableV2 Identity IdentityN If
LookupTableFindV2 LookupTableImportV2 LookupTableSizeV2 NoOp PartitionedCall Placeholder
PreventGradient ReadVariableOp ResourceGather Snapshot StatefulPartitionedCall StatelessIf
StatelessWhile StopGradient VarHandleOp VarIsInitializedOp VariableShape While
"""
_ARRAYS = """
BroadcastArgs BroadcastTo ConcatOffset ConcatV2 DynamicStitch Empty ExpandDims Fill GatherNd
GatherV2 InvertPermutation LinSpace MatrixBandPart MatrixDiagV3 MirrorPad OneHot OnesLike Pack Pad
PadV2 Range Rank Reshape ReverseSequence ReverseV2 Roll ScatterNd Select SelectV2 Shape ShapeN Size
Slice Split SplitV Squeeze StridedSlice TensorScatterAdd TensorScatterMax TensorScatterUpdate Tile
TopKV2 Transpose Unique UniqueV2 Unpack Where XlaDynamicSlice XlaDynamicUpdateSlice ZerosLike
"""
_NUMBERS = """
Abs Add AddN AddV2 All Any ArgMax ArgMin AvgPool BatchMatMulV2 BatchMatMulV3 BiasAdd Bitcast
BitwiseAnd BitwiseOr BitwiseXor Cast Ceil ClipByValue Conv2D Cos Cumprod Cumsum DenseBincount
DepthwiseConv2dNative DivNoNan Einsum Elu Equal Erf Exp Expm1 Floor FloorDiv FloorMod Greater
GreaterEqual IsFinite IsInf IsNan LeakyRelu LeftShift Less LessEqual Log Log1p LogSoftmax LogicalAnd
LogicalNot LogicalOr LowerBound MatMul Max MaxPool Maximum Mean Min Minimum Mul Neg NotEqual Pow
Prod RealDiv Reciprocal Relu Relu6 RightShift Rint Round Rsqrt SegmentMax SegmentMean SegmentMin
SegmentSum Selu Sigmoid Sign Sin Softmax Softplus Softsign Sqrt Square SquaredDifference
StatelessRandomGetKeyCounter StatelessRandomUniformV2 Sub Sum Tanh TruncateDiv TruncateMod
UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum UpperBound Xdivy Xlogy
"""
_LISTS = """
EmptyTensorList RaggedGather RaggedRange RaggedTensorToTensor TensorListConcatV2
TensorListElementShape TensorListFromTensor TensorListGather TensorListGetItem TensorListLength
TensorListPopBack TensorListPushBack TensorListReserve TensorListResize TensorListSetItem
TensorListSplit TensorListStack
"""
_STRINGS = """
AsString DecodeCompressed DecodeRaw RegexFullMatch RegexReplace StaticRegexFullMatch
StaticRegexReplace StringJoin StringLength StringLower StringSplitV2 StringStrip
StringToHashBucketFast StringToNumber StringUpper Substr UnicodeDecode UnicodeDecodeWithOffsets
UnicodeEncode UnicodeScript UnicodeTranscode
"""
OPERATORS = frozenset((_OWN + _ARRAYS + _NUMBERS + _LISTS + _STRINGS).split())

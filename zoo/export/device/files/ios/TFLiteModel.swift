import Foundation
import TensorFlowLiteC

/// Runs `model.tflite` by TensorFlow Lite's C API: section 7 of SPECIFICATION.md.
/// One thread at a time may use it.
final class TFLiteModel {
  struct Failure: Error { let call: String }

  private let model: OpaquePointer
  private let interpreter: OpaquePointer
  private let runner: OpaquePointer

  init(path: String) throws {
    model = try TFLiteModel.found(TfLiteModelCreateFromFile(path), "TfLiteModelCreateFromFile")
    let options = TfLiteInterpreterOptionsCreate()
    defer { TfLiteInterpreterOptionsDelete(options) }
    TfLiteInterpreterOptionsSetNumThreads(options, 1)
    interpreter = try TFLiteModel.found(
      TfLiteInterpreterCreate(model, options), "TfLiteInterpreterCreate")
    runner = try TFLiteModel.found(
      TfLiteInterpreterGetSignatureRunner(interpreter, "serving_default"),
      "TfLiteInterpreterGetSignatureRunner")
  }

  deinit {
    TfLiteSignatureRunnerDelete(runner)
    TfLiteInterpreterDelete(interpreter)
    TfLiteModelDelete(model)
  }

  /// Outputs of the model, row by row.
  struct Outputs {
    /// (T), one for each token; empty for a model that labels whole texts.
    let tags: [Int32]
    /// (T, K), or (K) for a model that labels whole texts.
    let scores: [Float]
  }

  /// Runs the model once.
  ///
  /// - Parameters:
  ///   - length: T, the number of tokens, at least 1.
  ///   - inputs: arrays by name, row by row; one of n values has the shape (1, T), if n is T, else
  ///     (1, T, n / T).
  ///   - labelsTokens: whether the model labels tokens, not whole texts.
  func run(length: Int, inputs: [String: [Int32]], labelsTokens: Bool) throws -> Outputs {
    for (name, values) in inputs {
      var shape = [1, Int32(length)]
      if values.count != length { shape.append(Int32(values.count / length)) }
      let status = TfLiteSignatureRunnerResizeInputTensor(runner, name, shape, Int32(shape.count))
      try TFLiteModel.check(status, "TfLiteSignatureRunnerResizeInputTensor")
    }
    try TFLiteModel.check(
      TfLiteSignatureRunnerAllocateTensors(runner), "TfLiteSignatureRunnerAllocateTensors")
    for (name, values) in inputs {
      let tensor = TfLiteSignatureRunnerGetInputTensor(runner, name)
      let bytes = values.count * MemoryLayout<Int32>.stride
      try TFLiteModel.check(
        TfLiteTensorCopyFromBuffer(tensor, values, bytes), "TfLiteTensorCopyFromBuffer")
    }
    try TFLiteModel.check(TfLiteSignatureRunnerInvoke(runner), "TfLiteSignatureRunnerInvoke")
    let scores: [Float] = try output("scores", zero: 0)
    return Outputs(tags: labelsTokens ? try output("tags", zero: 0) : [], scores: scores)
  }

  private func output<Element>(_ name: String, zero: Element) throws -> [Element] {
    let tensor = try TFLiteModel.found(
      TfLiteSignatureRunnerGetOutputTensor(runner, name), "TfLiteSignatureRunnerGetOutputTensor")
    let bytes = TfLiteTensorByteSize(tensor)
    var values = [Element](repeating: zero, count: bytes / MemoryLayout<Element>.stride)
    try TFLiteModel.check(
      TfLiteTensorCopyToBuffer(tensor, &values, bytes), "TfLiteTensorCopyToBuffer")
    return values
  }

  private static func check(_ status: TfLiteStatus, _ call: String) throws {
    if status != kTfLiteOk { throw Failure(call: call) }
  }

  private static func found<Pointer>(_ pointer: Pointer?, _ call: String) throws -> Pointer {
    guard let pointer else { throw Failure(call: call) }
    return pointer
  }
}

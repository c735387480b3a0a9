package zoo

import android.content.res.AssetManager
import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.Model as LiteRtFile
import com.google.ai.edge.litert.TensorBuffer

/**
 * Runs a TFLite file of fixed lengths, 8, 16, 32 and so on, with LiteRT's CompiledModel. One thread at
 * a time may use it.
 *
 * @param assets the app's assets
 * @param folder the folder of the bundle among them
 * @param bundle that bundle
 */
class LiteRtModel(assets: AssetManager, folder: String, bundle: Bundle) :
    Model, AutoCloseable {
  private class Buffers(val inputs: Map<String, TensorBuffer>, val outputs: Map<String, TensorBuffer>)

  private val labelsTokens = bundle.labelsTokens()
  private val file = LiteRtFile.load(assets, "$folder/model.tflite")
  private val compiled = CompiledModel.create(file, CompiledModel.Options(Accelerator.CPU))
  private val buffers = HashMap<String, Buffers>()

  override fun longest() = LONGEST

  override fun run(length: Int, inputs: Map<String, IntArray>): Model.Outputs {
    require(length <= LONGEST) { "The model reads at most $LONGEST tokens at once, got $length." }
    val size = generateSequence(SHORTEST) { 2 * it }.first { it >= length }
    val signature = "length_$size"
    val (sources, results) = buffers.getOrPut(signature) { create(inputs.keys, signature) }
      .let { it.inputs to it.outputs }
    for ((name, values) in inputs) {
      val shape = file.getInputTensorType(name, signature).layout!!.dimensions
      sources.getValue(name).writeInt(padded(values, length, shape))
    }
    compiled.run(sources, results, signature)
    val scores = results.getValue("scores").readFloat()
    if (!labelsTokens) return Model.Outputs(null, scores)
    val tags = results.getValue("tags").readInt()
    return Model.Outputs(tags.copyOf(length), scores.copyOf(length * (scores.size / size)))
  }

  private fun create(inputs: Set<String>, signature: String): Buffers {
    val outputs = setOf(if (labelsTokens) "tags" else "label", "scores")
    return Buffers(
      inputs.associateWith { compiled.createInputBuffer(it, signature) },
      outputs.associateWith { compiled.createOutputBuffer(it, signature) },
    )
  }

  override fun close() {
    for (each in buffers.values) (each.inputs.values + each.outputs.values).forEach { it.close() }
    compiled.close()
    file.close()
  }

  companion object {
    private const val SHORTEST = 8
    private const val LONGEST = 2048

    /** Pads rows of values with 0 to the shape (1, T) or (1, T, X) of an input. */
    fun padded(values: IntArray, length: Int, shape: IntArray): IntArray {
      val padded = IntArray(shape.reduce(Int::times))
      val width = values.size / length
      for (row in 0 until length) {
        values.copyInto(padded, row * (shape.getOrNull(2) ?: 1), row * width, (row + 1) * width)
      }
      return padded
    }
  }
}

// Runs a TFLite file of fixed lengths with LiteRT.js, which cannot resize inputs.

const PREFIX = "length_";
// LiteRT writes its notices, too, to where errors go.
const NOTICE = /^(INFO|WARNING|VERBOSE):/;

// Returns the module @litertjs/core, with its WebAssembly loaded once.
async function openRuntime(folder) {
  const runtime = await import(new URL("index.js", folder).href);
  if (!runtime.getGlobalLiteRtPromise()) {
    globalThis.Module = { printErr: (line) => NOTICE.test(line) || console.error(line) };
    runtime.loadLiteRt(folder);
  }
  await runtime.getGlobalLiteRtPromise();
  return runtime;
}

// Returns the model in a file, from a promise of its content and the runtime's folder.
export async function openModel(opening, folder) {
  const [bytes, runtime] = await Promise.all([opening, openRuntime(folder)]);
  const compiled = await runtime.loadAndCompile(bytes, { accelerator: "wasm" });
  return new Model(runtime, compiled.signatures);
}

class Model {
  constructor(runtime, signatures) {
    this.runtime = runtime;
    this.bySize = Object.entries(signatures)
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, signature]) => [Number(name.slice(PREFIX.length)), signature])
      .sort(([a], [b]) => a - b);
  }

  // Returns the outputs of one sequence by name, without the batch axis and without padding.
  // `directions` are factors of the states of the forward and the backward direction.
  async run(inputs, directions = [1, 1]) {
    const { length } = Object.values(inputs)[0];
    const [, signature] = this.bySize.find(([size]) => size >= length) ?? [];
    if (!signature) throw new RangeError(`The model reads at most ${this.bySize.at(-1)[0]} tokens.`);
    const tensors = Object.fromEntries(signature.getInputDetails().map(({ name, shape }) => {
      const array = name === "directions"
        ? Float32Array.from(directions) : padded(inputs[name], shape);
      return [name, new this.runtime.Tensor(array, [...shape])];
    }));
    const outputs = await signature.run(tensors);
    const arrays = signature.getOutputDetails().map(({ name, shape }) =>
      [name, rows(outputs[name].toTypedArray(), shape, length)]);
    for (const tensor of [...Object.values(tensors), ...Object.values(outputs)]) tensor.delete();
    return Object.fromEntries(arrays);
  }
}

// Returns values (T) or (T, X) as one array of a shape (1, T) or (1, T, X), padded with 0.
function padded(values, [, size, width]) {
  const array = new Int32Array(size * (width ?? 1));
  values.forEach((value, t) => (width ? array.set(value, t * width) : (array[t] = value)));
  return array;
}

// Returns an output without its batch axis: (1), (1, K), (1, T) or (1, T, K), cut to the length.
function rows(array, [, ...shape], length) {
  if (shape.length < 2) return shape.length ? array.slice(0) : array[0];
  return Array.from({ length }, (_, t) => array.slice(t * shape[1], (t + 1) * shape[1]));
}

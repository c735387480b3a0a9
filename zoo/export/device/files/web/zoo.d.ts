/** A part of a text. Offsets are those of JavaScript's strings: `text.slice(start, end)`. */
export interface Part {
  text: string;
  start: number;
  end: number;
}

/** A named entity, or a labelled token. */
export interface Entity extends Part {
  label: string;
  /** Probability of the label, from 0 to 1; of an entity, the smallest of its words. */
  score: number;
}

/** The label of a text; null and 0 if the text has no words. */
export interface Classification {
  label: string | null;
  score: number;
}

/** How far the score of a text's label falls without this word. */
export interface WordWeight extends Part {
  weight: number;
}

export interface PredictOptions {
  /** Which direction reads the text. The other one's states are zero. Default: "both". */
  direction?: "both" | "forward" | "backward";
}

interface Model {
  /** Name of the model. */
  readonly model: string;
  /** How the weights are stored. */
  readonly quantization: "float32" | "float16" | "dynamic";
  readonly task: string;
  readonly labels: readonly string[];
  /** Returns the tokens that the model reads. */
  tokens(text: string): Part[];
}

/** Finds entities, or labels each token. */
export interface Tagger extends Model {
  (text: string, options?: PredictOptions): Promise<Entity[]>;
}

/** Gives a text one label. */
export interface Classifier extends Model {
  (text: string, options?: PredictOptions): Promise<Classification>;
  /** Returns the weight of each word. The model runs once a word, at most 400 times. */
  explain(text: string, options?: { signal?: AbortSignal }): Promise<WordWeight[]>;
}

export interface LoadOptions {
  /** URL of the folder of LiteRT.js. Default: `litert/` beside this module. */
  runtime?: string;
}

/**
 * Loads a model.
 *
 * @param folder URL of the folder `model`, relative to the page.
 */
export function load<P extends Tagger | Classifier = Tagger>(
  folder: string, options?: LoadOptions): Promise<P>;

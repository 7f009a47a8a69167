export interface LayoutNode {
  readonly id: string;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  /** Text beside the edge; empty for none. */
  readonly label: string;
}

export interface LayoutOptions {
  readonly nodeWidth?: number;
  readonly nodeHeight?: number;
  /** Space between neighbours in a layer. */
  readonly gapX?: number;
  /** Space between layers, without labels. */
  readonly gapY?: number;
  /** Height of a row of labels. */
  readonly labelHeight?: number;
  /** Width of a character in a label. */
  readonly labelCharWidth?: number;
}

/** Sizes and places are CSS pixels; nodes by their left upper corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly edges: readonly EdgeShape[];
}

export interface EdgeShape {
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
  readonly label: string;
  readonly labelX: number;
  /** Of the text's middle line. */
  readonly labelY: number;
  /** Which end of the text stands at `labelX`. */
  readonly labelAnchor: "start" | "end";
  /** It leads back up, and so closes a circle; it has no label. */
  readonly closes: boolean;
}

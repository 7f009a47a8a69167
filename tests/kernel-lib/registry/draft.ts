import { openStore, saveBundle, type Values } from "../../../kernel-lib/src/artifacts/index.js";
import type { VersionDraft } from "../../../kernel-lib/src/registry/version-draft.js";

/** Written by hand as the compiler writes it: a threshold on the mass, with values from earlier steps. */
export const entry = `export default function create({ threshold, names }) {
  function predict(bird) {
    if (bird["Body Mass (g)"] === null) throw new RangeError("Cannot judge an unweighed bird");
    const isHeavy = bird["Body Mass (g)"] > threshold;
    return { species: isHeavy ? names[1] : names[0], probability: isHeavy ? 0.9 : 0.75 };
  }
  return { predict };
}
export const classes = {};
`;

/** A draft whose captured values stand in the project's store. */
export async function draftOf(
  root: string,
  values: Values = { threshold: 4500, names: ["Adelie", "Gentoo"] },
  more: Partial<VersionDraft> = {},
): Promise<VersionDraft> {
  return {
    model: "penguins",
    entry,
    captures: await saveBundle(openStore(root), values),
    packages: {},
    input: {
      type: "object",
      properties: {
        "Body Mass (g)": { type: ["number", "null"], description: "in grams" },
        Sex: { enum: ["MALE", "FEMALE", null] },
      },
      required: ["Body Mass (g)"],
    },
    output: {
      type: "object",
      properties: { species: { type: "string" }, probability: { type: "number" } },
      required: ["species", "probability"],
    },
    target: "Species",
    metrics: { accuracy: 0.97 },
    reference: null,
    example: { "Body Mass (g)": 3750, Sex: "MALE" },
    run: "01RUN",
    notebook: "nb/penguins.ipynb",
    cellId: "c1",
    ...more,
  };
}

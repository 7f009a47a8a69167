/** Why the compiler knew nothing of a `model()` call. */
export const UNSEEN =
  'its code cannot be read. Write the call in a cell itself, not in a function, with a literal name, and with predict in the object: model("penguins", { predict })';

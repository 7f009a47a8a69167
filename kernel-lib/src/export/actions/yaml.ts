/** A string as YAML reads it whatever it holds: JSON's form is YAML's as well. */
export function yamlString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Text that GitHub must not read as an expression. */
export function literalText(text: string): string {
  return yamlString(text.replaceAll("${{", "$ {{"));
}

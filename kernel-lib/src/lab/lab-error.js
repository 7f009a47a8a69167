/** A failure that the person can mend: `message` is one sentence with the remedy, `details` the lines that show why. */
export class LabError extends Error {
  /** @type {readonly string[]} */
  details;

  /**
   * @param {string} message
   * @param {readonly string[]} [details]
   */
  constructor(message, details = []) {
    super(message);
    this.name = "LabError";
    this.details = details;
  }
}

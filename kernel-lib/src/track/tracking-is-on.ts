let isOn = true;

/** False in a kernel whose person turned tracking off: cells then run as they are, and nothing is noted or logged. */
export function trackingIsOn(): boolean {
  return isOn;
}

export function turnTracking(on: boolean): void {
  isOn = on;
}

/** What the environment wants of a kernel: no tracking where it says `TAGLINE_TRACK=off`. */
export function wantsTracking(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment["TAGLINE_TRACK"] !== "off";
}

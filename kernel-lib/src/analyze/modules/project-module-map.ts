/** Source maps of the files that were made of the project's, by their path. */
const maps = new Map<string, string>();

export function keepProjectModuleMap(path: string, map: string): void {
  maps.set(path, map);
}

/** Source map (v3, JSON) of a made file, or null. */
export function projectModuleMap(path: string): string | null {
  return maps.get(path) ?? null;
}

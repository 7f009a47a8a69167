const modules = new WeakSet<object>();

/** Notes what an import gave, if the module is one of the project's own: a notebook that imports it sees into it. */
export function noteModule(specifier: string, namespace: unknown): void {
  if (/^(?:\.{0,2}\/|file:)/.test(specifier) && typeof namespace === "object" && namespace !== null)
    modules.add(namespace);
}

/** True for the namespace of a module of the project; those of packages are not looked into. */
export function isProjectModule(namespace: object): boolean {
  return modules.has(namespace);
}

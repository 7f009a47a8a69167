import type { Fix } from "tagline/service/api";

/** The tags after a fix, in their order, new ones first (as `withRole` puts them). */
export function applyFix(tags: readonly string[], fix: Pick<Fix, "addTags" | "removeTags">): string[] {
  const kept = tags.filter((tag) => !fix.removeTags.includes(tag));
  return [...fix.addTags.filter((tag) => !kept.includes(tag)), ...kept];
}

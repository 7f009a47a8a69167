import { useEffect, useState } from "react";

/** The time in milliseconds since 1970, new every so many milliseconds while that is not null. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return everyMs === null ? Date.now() : now;
}

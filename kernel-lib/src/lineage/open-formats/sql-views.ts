import type { WantedEvents } from "./event-rows.js";

/** Cells of sessions and of steps, one row an execution. */
const cells = `
  select run, ts, cast(event->>'count' as integer) as count, null as step, event->'trace' as trace
  from events where kind = 'cell.finished'
  union all
  select run, ts, null, event->>'step', unnest(from_json(event->'cells', '["JSON"]'))
  from events where kind = 'step.finished'`;

/** What people ask for, by name. Each stands on \`events\` and on those before it. */
export const VIEWS: Readonly<Record<string, string>> = {
  executions: `
    select run, ts, step, count, trace->>'cellId' as cell, trace->>'canonicalHash' as code,
      cast(trace->>'startedAt' as timestamptz) as started, cast(trace->>'durationMs' as double) as duration_ms,
      cast(trace->>'cpuMs' as double) as cpu_ms, cast(trace->>'peakMemoryBytes' as bigint) as peak_memory_bytes,
      from_json(trace->'reads', '["VARCHAR"]') as reads, from_json(trace->'writes', '["VARCHAR"]') as writes,
      from_json(trace->'mutates', '["VARCHAR"]') as mutates, trace->'error'->>'name' as error, trace
    from (${cells})`,
  metrics: `
    select run, step, cell, m.name as name,
      case json_type(m.value) when 'VARCHAR' then try_cast(m.value->>'$' as double) else try_cast(m.value as double) end as value,
      m.step as at_step, cast(m.at as timestamptz) as ts
    from (select run, step, cell, unnest(from_json(trace->'metrics', '[{"name":"VARCHAR","value":"JSON","step":"BIGINT","at":"VARCHAR"}]')) as m from executions)`,
  params: `
    select run, step, cell, p.name as name, p.value as value, p."default" as "default"
    from (select run, step, cell, unnest(from_json(trace->'params', '[{"name":"VARCHAR","value":"JSON","default":"JSON"}]')) as p from executions)`,
  files: `
    select run, step, cell, f.path as path, f.mode as mode, f.sha256 as sha256, f.bytes as bytes
    from (select run, step, cell, unnest(from_json(trace->'files', '[{"path":"VARCHAR","mode":"VARCHAR","sha256":"VARCHAR","bytes":"BIGINT"}]')) as f from executions)`,
  steps: `
    select run, ts, event->>'step' as step, event->>'status' as status, cast(event->>'durationMs' as double) as duration_ms,
      event->>'key' as key, event->>'cachedFrom' as cached_from, event->'error'->>'message' as error
    from events where kind = 'step.finished'`,
  runs: `
    select s.run, s.event->>'runKind' as kind, s.event->>'notebook' as notebook, f.event->>'status' as status,
      cast(s.event->>'at' as timestamptz) as started, cast(f.event->>'durationMs' as double) as duration_ms,
      s.event->'params' as params, s.author, s.host
    from (from events where kind = 'run.started') s
    left join (from events where kind = 'run.finished') f using (run)`,
  models: `
    select event->>'model' as model, cast(event->>'number' as integer) as number, event->>'version' as version, run, ts,
      event->'metrics' as metrics
    from events where kind = 'model.registered' and cast(event->>'isNew' as boolean)`,
  requests: `
    select event->>'id' as id, event->>'model' as model, event->>'version' as version, event->>'deployment' as deployment, ts,
      cast(event->>'status' as integer) as status, cast(event->>'rows' as integer) as rows,
      cast(event->>'durationMs' as double) as duration_ms
    from events where kind = 'request.served'`,
};

/** The kinds of event that each view is made of. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  executions: ["cell.finished", "step.finished"],
  metrics: ["cell.finished", "step.finished"],
  params: ["cell.finished", "step.finished"],
  files: ["cell.finished", "step.finished"],
  steps: ["step.finished"],
  runs: ["run.started", "run.finished"],
  models: ["model.registered"],
  requests: ["request.served"],
};

/** Of a cell's event: what says that a view has nothing of it. */
const EMPTY: Readonly<Record<string, Buffer>> = {
  metrics: Buffer.from('"metrics":[]'),
  params: Buffer.from('"params":[]'),
  files: Buffer.from('"files":[]'),
};

const CELL = Buffer.from('"kind":"cell.finished"');

/** The events without which a query cannot be answered: those of all tables that it may name. */
export function eventsFor(sql: string): WantedEvents {
  const words = new Set(sql.toLowerCase().match(/[a-z_]+/g) ?? []);
  if (words.has("events")) return { kinds: null, isWanted: () => true };
  const named = Object.keys(VIEWS).filter((name) => words.has(name));
  const kinds = new Set(named.flatMap((name) => KINDS[name] ?? []));
  const texts = [...kinds].map((kind) => Buffer.from(`"kind":"${kind}"`));
  const empty = named.flatMap((name) => EMPTY[name] ?? []);
  const isAlone = empty.length === named.filter((name) => KINDS[name]?.includes("cell.finished")).length;
  return {
    kinds,
    isWanted: (line) =>
      texts.some((text) => line.includes(text)) &&
      !(isAlone && empty.length > 0 && line.includes(CELL) && empty.every((text) => line.includes(text))),
  };
}

import { paramsBefore } from "../../pipeline/run/tasks/plan-work.js";
import type { NodeProject } from "../node-project.js";
import { pythonName } from "./python-literal.js";

/** What things are called in the DAG. */
export interface AirflowNames {
  /** Its id, and its file's name. */
  readonly dag: string;
  /** Variable of a worker's environment that holds the project's folder. */
  readonly project: string;
  /** The DAG's param that holds several values by name. */
  readonly grid: string;
  readonly begin: string;
  readonly finish: string;
  /** Python variable by step. */
  readonly variables: ReadonlyMap<string, string>;
  /** Sets of params that make a difference, each with the steps for which it is the same. */
  readonly fans: readonly Fan[];
}

export interface Fan {
  readonly params: readonly string[];
  readonly steps: readonly string[];
  readonly task: string;
  readonly variable: string;
}

/** Names of the DAG's own functions and imports. */
const OWN = [
  ..."DAG Connection CronTriggerTimetable Param Variable get_current_context task annotations json os subprocess timedelta uuid5 NAMESPACE_URL k8s".split(
    " ",
  ),
  ..."AirflowException AirflowFailException AirflowNotFoundException PROJECT NAMESPACE artifact_store secret_values this_task run_node begin fan_out run_step finish dag begun machine".split(
    " ",
  ),
];

export function airflowNames({ name, program }: NodeProject): AirflowNames {
  const { plan } = program;
  const dag = name.replaceAll("-", "_");
  const tasks = new Set(plan.steps.map((step) => step.name));
  const taken = new Set(OWN);
  const variables = new Map<string, string>();
  for (const step of plan.steps) {
    const variable = pythonName(step.name, taken);
    taken.add(variable);
    variables.set(step.name, variable);
  }
  const groups = new Map<string, { readonly params: readonly string[]; readonly steps: string[] }>();
  for (const step of plan.steps) {
    const params = plan.params.map((param) => param.name).filter((param) => paramsBefore(plan, step.name).has(param));
    if (params.length === 0) continue;
    const group = groups.get(params.join(" ")) ?? { params, steps: [] };
    group.steps.push(step.name);
    groups.set(params.join(" "), group);
  }
  const fans = [...groups.values()].map(({ params, steps }): Fan => {
    const task = free(`values_of_${steps[0] ?? ""}`, tasks);
    tasks.add(task);
    const variable = pythonName(task, taken);
    taken.add(variable);
    return { params, steps, task, variable };
  });
  return {
    dag,
    project: `${dag.toUpperCase()}_PROJECT`,
    grid: free("grid", new Set(plan.params.map((param) => param.name))),
    begin: free("begin", tasks),
    finish: free("finish", tasks),
    variables,
    fans,
  };
}

function free(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? free(`${name}_`, taken) : name;
}

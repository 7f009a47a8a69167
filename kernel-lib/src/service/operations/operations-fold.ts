import type { EventEnvelope } from "../../lineage/events.js";
import type { EventFold } from "../../lineage/folded-log.js";
import type { LogReader } from "../../lineage/reader.js";
import { DriftFold } from "../../monitor/drift-fold.js";
import { ScheduleFold } from "../../schedule/schedule-fold.js";
import { DeploymentFold } from "../../serve/deploy/deployment-fold.js";

/** All that the page is told of the log, folded in one reading. */
export class OperationsFold implements EventFold {
  static readonly kinds: readonly string[] = ["schedule.fired", "drift.checked", "deployment.changed"];
  readonly schedules = new ScheduleFold();
  readonly drift = new DriftFold();
  readonly deployments: DeploymentFold;

  constructor(reader: LogReader) {
    this.deployments = new DeploymentFold((name) => reader.requests(name));
  }

  add(events: readonly EventEnvelope[]): void {
    this.schedules.add(events);
    this.drift.add(events);
    this.deployments.add(events);
  }
}

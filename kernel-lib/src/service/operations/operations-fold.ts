import type { EventEnvelope } from "../../lineage/events.js";
import type { EventFold } from "../../lineage/folded-log.js";
import { DriftFold } from "../../monitor/drift-fold.js";
import { ScheduleFold } from "../../schedule/schedule-fold.js";
import { DeploymentFold } from "../../serve/deploy/deployment-fold.js";

/** All that the page is told of the log, folded in one reading. */
export class OperationsFold implements EventFold {
  readonly schedules = new ScheduleFold();
  readonly drift = new DriftFold();
  readonly deployments = new DeploymentFold();

  add(events: readonly EventEnvelope[]): void {
    this.schedules.add(events);
    this.drift.add(events);
    this.deployments.add(events);
  }
}

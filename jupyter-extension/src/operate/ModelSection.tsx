import type { DeploymentStatus, ModelStatus } from "tagline/service/api";
import { AliasRow } from "./AliasRow.js";
import { DeployForm } from "./DeployForm.js";
import { DeploymentRow } from "./DeploymentRow.js";
import { DriftForm } from "./DriftForm.js";
import { DriftView } from "./DriftView.js";
import type { OperateProps } from "./operate-props.js";
import { useDraft } from "./use-draft.js";
import { VersionRow } from "./VersionRow.js";

/** So many versions are listed at first. */
const FIRST_VERSIONS = 8;

export interface ModelSectionProps extends OperateProps {
  readonly model: ModelStatus;
  /** Of this model. */
  readonly deployments: readonly DeploymentStatus[];
  /** The only model of the project. */
  readonly alone: boolean;
  readonly nowMs: number;
}

/** One model, folded away where there are several. */
export function ModelSection({ model, deployments, alone, nowMs, ...props }: ModelSectionProps): JSX.Element {
  const { drafts } = props.pipeline;
  const name = model.model;
  const key = `model:${name}`;
  const newest = model.versions[0];
  const mine = alone || model.versions.some((each) => each.notebook === props.pipeline.path);
  const [open, setOpen] = useDraft(drafts, `${key}:open`, mine);
  const [deploying, setDeploying] = useDraft<string | null>(drafts, `${key}:deploying`, null);
  const [checking, setChecking] = useDraft(drafts, `${key}:checking`, false);
  const [all, setAll] = useDraft(drafts, `${key}:all`, false);
  const listed = all ? model.versions : model.versions.slice(0, FIRST_VERSIONS);
  const canCheck = model.versions.some((each) => each.hasReference);
  return (
    <details
      className="tagline-Model"
      data-model={name}
      open={open}
      onToggle={(event) => event.currentTarget.open !== open && setOpen(event.currentTarget.open)}
    >
      <summary>
        <h3 title={name}>{name}</h3>
        <ModelBadges model={model} deployments={deployments} />
      </summary>

      {model.aliases.length > 0 && (
        <section className="tagline-Section" aria-label={`Aliases of ${name}`}>
          <ul className="tagline-Rows">
            {model.aliases.map((alias) => (
              <AliasRow
                key={alias.alias}
                {...props}
                model={name}
                alias={alias}
                deployments={deployments}
                nowMs={nowMs}
              />
            ))}
          </ul>
        </section>
      )}

      <section className="tagline-Section" aria-label={`Deployments of ${name}`}>
        <header>
          <h4>Deployments</h4>
          <button
            type="button"
            className="tagline-Button"
            data-action="deploy"
            aria-label={`Deploy ${name}…`}
            aria-expanded={deploying !== null}
            disabled={newest === undefined}
            onClick={() => setDeploying(deploying === null ? "" : undefined)}
          >
            Deploy…
          </button>
        </header>
        {deploying !== null && (
          <DeployForm {...props} model={model} pick={deploying} onClose={() => setDeploying(undefined)} />
        )}
        {deployments.length === 0 && deploying === null && (
          <p className="tagline-Note">
            Not served yet. <b>Deploy…</b> answers predictions over HTTP, and follows <code>production</code> as it
            moves.
          </p>
        )}
        {deployments.length > 0 && (
          <ul className="tagline-Rows">
            {deployments.map((deployment) => (
              <DeploymentRow key={deployment.name} {...props} deployment={deployment} nowMs={nowMs} />
            ))}
          </ul>
        )}
      </section>

      <section className="tagline-Section" aria-label={`Drift of ${name}`}>
        <header>
          <h4>Drift</h4>
          <button
            type="button"
            className="tagline-Button"
            data-action="check-drift"
            aria-label={`Check a file against ${name}…`}
            aria-expanded={checking}
            disabled={!canCheck}
            onClick={() => setChecking(!checking)}
          >
            Check a file…
          </button>
        </header>
        {checking && <DriftForm {...props} model={model} onClose={() => setChecking(undefined)} />}
        <DriftView {...props} model={model} canCheck={canCheck} nowMs={nowMs} />
      </section>

      <section className="tagline-Section" aria-label={`Versions of ${name}`}>
        <header>
          <h4>
            Versions <span className="tagline-Quiet">{model.versions.length}</span>
          </h4>
        </header>
        <ul className="tagline-Rows">
          {listed.map((version) => (
            <VersionRow
              key={version.id}
              {...props}
              model={model}
              version={version}
              deployments={deployments}
              newest={version === newest}
              nowMs={nowMs}
              onDeploy={() => setDeploying(String(version.number))}
            />
          ))}
        </ul>
        {listed.length < model.versions.length && (
          <button type="button" className="tagline-Link tagline-More" onClick={() => setAll(true)}>
            Show all {model.versions.length} versions
          </button>
        )}
      </section>
    </details>
  );
}

type BadgesProps = Pick<ModelSectionProps, "model" | "deployments">;

/** What matters most, seen while the rest is folded away too. */
function ModelBadges({ model, deployments }: BadgesProps): JSX.Element {
  const production = model.aliases.find((each) => each.alias === "production");
  const failed = deployments.some((each) => each.status === "failed");
  return (
    <span className="tagline-Badges">
      {production !== undefined && (
        <span className="tagline-Badge" data-tone="ok">
          v{production.number} in production
        </span>
      )}
      {failed && (
        <span className="tagline-Badge" data-tone="error">
          deployment failed
        </span>
      )}
      {model.drift?.drifted && (
        <span className="tagline-Badge" data-tone="warn">
          drifted
        </span>
      )}
    </span>
  );
}

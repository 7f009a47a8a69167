import { useNow } from "../panel/use-now.js";
import { DeploymentRow } from "./DeploymentRow.js";
import { ModelSection } from "./ModelSection.js";
import { OperateTab } from "./OperateTab.js";
import type { OperateProps } from "./operate-props.js";

const EXAMPLE = `import { model } from "tagline";

model("penguins", { predict, reference: train });`;

/** The project's models: where each is served, whether its data drifted, its versions. */
export function ModelsTab(props: OperateProps): JSX.Element {
  const nowMs = useNow(10_000);
  return (
    <OperateTab {...props} kept="deployments">
      {({ models, deployments }) => {
        const known = new Set(models.map((each) => each.model));
        const strays = deployments.filter((each) => !known.has(each.model));
        return (
          <div className="tagline-Operate-scroll">
            {models.length === 0 && (
              <div className="tagline-Empty" data-empty="no-models">
                <h3>No models yet</h3>
                <p>
                  Call this in a step of the pipeline, and run it: each run that makes something new adds a version.
                </p>
                <pre>{EXAMPLE}</pre>
              </div>
            )}
            {models.map((model) => (
              <ModelSection
                key={model.model}
                {...props}
                model={model}
                deployments={deployments.filter((each) => each.model === model.model)}
                alone={models.length === 1}
                nowMs={nowMs}
              />
            ))}
            {strays.length > 0 && (
              <section className="tagline-Section">
                <h3 className="tagline-Heading">Deployments of models that are gone</h3>
                <ul className="tagline-Rows">
                  {strays.map((deployment) => (
                    <DeploymentRow key={deployment.name} {...props} deployment={deployment} nowMs={nowMs} />
                  ))}
                </ul>
              </section>
            )}
          </div>
        );
      }}
    </OperateTab>
  );
}

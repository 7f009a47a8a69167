import type { DriftedFeature, DriftReply, ModelStatus } from "tagline/service/api";
import { formatNumber } from "../model/step-view.js";
import { tellPValue } from "../model/tell-p-value.js";
import { tellAgo } from "../model/tell-time.js";
import type { OperateProps } from "./operate-props.js";
import { useDraft } from "./use-draft.js";

/** So many features are shown at first. */
const FIRST_FEATURES = 12;
/** A bar of full width, PSI: twice what is usually called a large shift (0.25). */
const FULL_PSI = 0.5;

export interface DriftViewProps extends OperateProps {
  readonly model: ModelStatus;
  /** Some version keeps a reference. */
  readonly canCheck: boolean;
  readonly nowMs: number;
}

type Columns = Pick<DriftReply, "onlyInReference" | "onlyInCurrent"> & { readonly at: string };

/** The last drift check of a model, the features that drifted first. */
export function DriftView({ model, canCheck, nowMs, pipeline }: DriftViewProps): JSX.Element {
  const { drafts } = pipeline;
  const [all, setAll] = useDraft(drafts, `drift-all:${model.model}`, false);
  const [columns] = useDraft<Columns | null>(drafts, `drift:${model.model}-columns`, null);
  const { drift } = model;
  if (drift === null) {
    return (
      <p className="tagline-Note">
        {canCheck ? (
          <>
            Not checked yet. <b>Check a file…</b> compares its rows with those that the model learned from.
          </>
        ) : (
          <>
            Its versions keep nothing to compare with: pass <code>reference</code> to <code>model()</code>, the rows
            that it learned from.
          </>
        )}
      </p>
    );
  }
  const features = [...drift.features].sort(byDrift);
  const drifted = features.filter((each) => each.drifted).length;
  const shown = all ? features : features.slice(0, Math.max(FIRST_FEATURES, drifted));
  return (
    <div className="tagline-Drift" data-drifted={drift.drifted} data-at={drift.at}>
      <p>
        <b className={drift.drifted ? "tagline-Warn" : "tagline-Ok"}>
          {drifted === 0 ? "no drift" : `${drifted} of ${features.length} features drifted`}
        </b>{" "}
        <span className="tagline-Quiet" title={drift.at}>
          <code>{drift.current}</code>, {drift.rows} rows
          {drift.number === null ? "" : `, against v${drift.number}`} · {tellAgo(drift.at, nowMs)}
        </span>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">feature</th>
            <th scope="col" colSpan={2} title="Population stability index; 0.2 and more is a large shift">
              PSI
            </th>
            <th scope="col" title="Corrected for the number of features">
              p
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((feature) => (
            <tr key={feature.name} data-feature={feature.name} data-drifted={feature.drifted}>
              <th scope="row" title={feature.name}>
                {feature.name}
              </th>
              <td>{formatNumber(Number(feature.psi.toFixed(3)))}</td>
              <td>
                <span className="tagline-Bar" aria-hidden="true">
                  <span style={{ width: `${Math.min(1, feature.psi / FULL_PSI) * 100}%` }} />
                </span>
              </td>
              <td title={feature.test === "ks" ? "Kolmogorov and Smirnov's test" : "chi squared test"}>
                {tellPValue(feature.pValue)}
                {feature.drifted && <span className="tagline-Warn"> drifted</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < features.length && (
        <button type="button" className="tagline-Link tagline-More" onClick={() => setAll(true)}>
          Show all {features.length} features
        </button>
      )}
      {columns?.at === drift.at && <Lacking {...columns} />}
    </div>
  );
}

function Lacking({ onlyInReference, onlyInCurrent }: Columns): JSX.Element | null {
  if (onlyInReference.length + onlyInCurrent.length === 0) return null;
  return (
    <p className="tagline-Quiet">
      {onlyInReference.length > 0 && `The file lacks ${onlyInReference.join(", ")}. `}
      {onlyInCurrent.length > 0 && `Only the file has ${onlyInCurrent.join(", ")}.`}
    </p>
  );
}

function byDrift(a: DriftedFeature, b: DriftedFeature): number {
  return Number(b.drifted) - Number(a.drifted) || b.psi - a.psi || a.name.localeCompare(b.name);
}

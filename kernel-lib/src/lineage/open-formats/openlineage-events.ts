/** The parts of OpenLineage 2-0-2 that we write. Source: https://openlineage.io/spec/2-0-2/OpenLineage.json */
export interface OpenLineageEvent {
  readonly eventType: "START" | "COMPLETE" | "FAIL" | "ABORT";
  /** ISO 8601. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Facet>> };
  readonly job: OpenLineageJob & { readonly facets: Readonly<Record<string, Facet>> };
  readonly inputs: readonly OpenLineageDataset[];
  readonly outputs: readonly OpenLineageDataset[];
}

export interface OpenLineageJob {
  readonly namespace: string;
  readonly name: string;
}

export interface OpenLineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Readonly<Record<string, Facet>>;
  readonly inputFacets?: Readonly<Record<string, Facet>>;
  readonly outputFacets?: Readonly<Record<string, Facet>>;
}

export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [field: string]: unknown;
}

export const EVENT_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

/** Versions of the facets' schemas that we write. */
const SCHEMAS = {
  DatasetTypeDatasetFacet: "1-0-1",
  DatasetVersionDatasetFacet: "1-0-1",
  ErrorMessageRunFacet: "1-0-1",
  ExecutionParametersRunFacet: "1-0-0",
  InputStatisticsInputDatasetFacet: "1-0-0",
  JobTypeJobFacet: "2-0-4",
  NominalTimeRunFacet: "1-0-1",
  OutputStatisticsOutputDatasetFacet: "1-0-2",
  OwnershipJobFacet: "1-0-1",
  ParentRunFacet: "1-2-0",
  ProcessingEngineRunFacet: "1-1-1",
  SchemaDatasetFacet: "1-2-0",
  TagsRunFacet: "1-0-0",
} as const;

/** @param fields without those whose value is undefined */
export function facet(
  producer: string,
  schema: keyof typeof SCHEMAS,
  fields: Readonly<Record<string, unknown>>,
): Facet {
  return {
    _producer: producer,
    _schemaURL: `https://openlineage.io/spec/facets/${SCHEMAS[schema]}/${schema}.json#/$defs/${schema}`,
    ...fields,
  };
}

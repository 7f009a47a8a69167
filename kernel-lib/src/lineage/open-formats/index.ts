export type { OpenLineageDataset, OpenLineageEvent } from "./openlineage-events.js";
export { QueryError, type QueryResult, queryEvents, SQL_TABLES } from "./query-events.js";
export { type SendOptions, sendOpenLineage } from "./send-openlineage.js";
export { SentLedger } from "./sent-ledger.js";
export { type OpenLineageOptions, toOpenLineage } from "./to-openlineage.js";

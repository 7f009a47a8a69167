export { suggestSteps } from "./suggest-steps.js";
export {
  FINDINGS,
  type Finding,
  type FindingCode,
  type SuggestedCell,
  type SuggestedStep,
  type SuggestInput,
  type Suggestion,
} from "./suggestion.js";

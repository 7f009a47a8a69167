// Parameters of heights.ipynb.
import { param } from "tagline";

// notebook cell 3 [cell-c3] line 1
export const holdout = param("holdout", 0.25, { min: 0.1, max: 0.5, description: "share of rows held out" });

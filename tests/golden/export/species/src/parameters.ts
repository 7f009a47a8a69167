// Parameters of species.ipynb.
import { param } from "tagline";

// notebook cell 3 [params] line 1
export const margin = param("margin", 1, { min: 0 });

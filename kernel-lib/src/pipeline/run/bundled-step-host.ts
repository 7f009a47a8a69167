import { useBundle } from "../../analyze/own-twin.js";
import "./step-host.js";

// The main module of a step's process that takes Tagline's own modules from the bundle: its code's imports shall meet the same ones.
useBundle(new URL("../../bundle/step/", import.meta.url).href);

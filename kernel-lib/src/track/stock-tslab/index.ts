import { attachToTslab } from "./attach-to-tslab.js";

attachToTslab();

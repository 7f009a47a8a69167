export * from "./geometry.js";
export const VERSION = 3;
const name = "index";
export default name;

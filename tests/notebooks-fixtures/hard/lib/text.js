export const words = (text) => text.split(" ").length;
export const shout = (text) => `${text.toUpperCase()}!`;

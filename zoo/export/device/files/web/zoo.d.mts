export * from "./zoo.js"; // TypeScript looks here for the types of zoo.mjs; they are in zoo.d.ts

// Schemas, types and tables of Parley's wire contract, and how its texts are measured. No behaviour beyond them.
export { baseCost, type Cost, type SizedCost, sizeCost } from './cost.ts'
export * from './entities.ts'
export * from './errors.ts'
export * from './frames.ts'
export * from './ids.ts'
export * from './limits.ts'
export * from './rest.ts'
export * from './text.ts'

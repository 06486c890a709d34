/** Every endpoint by its name, which is the `operationId` of the description. A page downloads those that it calls. */
export * from './continuity.ts'
export * from './everyone.ts'
export * from './operations.ts'
export * from './screenings.ts'
export * from './session.ts'
export * from './sign-in.ts'
export * from './vendors.ts'

export * from './card-authority/index.ts'
export * from './directory/index.ts'
export * from './identity-provider/index.ts'
export * from './mailbox/index.ts'
